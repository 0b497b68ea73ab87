import type { MemberState, ReplicaSnapshot } from "$lib/backend";

/** What was seen over a time, a column for each figure: `times[i]` belongs to every `[i]`. */
export interface Trend {
  /** Seconds since 1970. */
  times: number[];
  /** Seconds that a majority was behind the primary. */
  commitLag: (number | null)[];
  /** Who was primary. */
  primary: (string | null)[];
  members: Map<string, MemberTrend>;
}

export interface MemberTrend {
  /** Seconds behind. */
  lag: (number | null)[];
  /** Hours that the oplog spans. */
  oplogWindow: (number | null)[];
  /** Operations a second, all kinds together. */
  operations: (number | null)[];
  state: (MemberState | null)[];
}

/** One figure of a trend, as a line of a chart. */
export type Figure = "lag" | "oplogWindow" | "commitLag" | "operations";

export interface Line {
  label: string;
  values: readonly (number | null)[];
}

export function emptyTrend(): Trend {
  return { times: [], commitLag: [], primary: [], members: new Map() };
}

/** Adds what a snapshot says, at most once a second; forgets what is older than `seconds`. */
export function addTo(trend: Trend, snapshot: ReplicaSnapshot, at: number, seconds: number): void {
  const last = trend.times.at(-1);
  if (last !== undefined && at - last < 0.9) return;
  const before = trend.times.length;
  trend.times.push(at);
  trend.commitLag.push(snapshot.commitLagSeconds);
  trend.primary.push(snapshot.primary);
  for (const member of snapshot.members) {
    let own = trend.members.get(member.host);
    if (!own) trend.members.set(member.host, (own = unknownUntil(before)));
    own.lag.push(member.state === "primary" ? 0 : member.lagSeconds);
    own.oplogWindow.push(member.oplogWindowHours);
    own.operations.push(member.operations && total(member.operations));
    own.state.push(member.state);
  }
  for (const [host, own] of trend.members) {
    if (own.lag.length === before) pad(own);
    if (own.state.every((state) => state === null)) trend.members.delete(host);
  }
  forget(trend, at - seconds);
}

/** The lines of a chart: one for the set, or one for each member. */
export function linesOf(trend: Trend, figure: Figure, commitLabel: string): Line[] {
  if (figure === "commitLag") return [{ label: commitLabel, values: trend.commitLag }];
  return [...trend.members].map(([label, own]) => ({ label, values: own[figure] }));
}

/** When the primary changed, and to whom. */
export function changesOfPrimary(trend: Trend): { at: number; primary: string | null }[] {
  return trend.times.flatMap((at, index) => {
    const primary = trend.primary[index] ?? null;
    return index > 0 && primary !== (trend.primary[index - 1] ?? null) ? [{ at, primary }] : [];
  });
}

function total(rates: object): number {
  return Object.values(rates).reduce((sum: number, rate: number) => sum + rate, 0);
}

function unknownUntil(count: number): MemberTrend {
  const none = () => new Array<null>(count).fill(null);
  return { lag: none(), oplogWindow: none(), operations: none(), state: none() };
}

function pad(own: MemberTrend): void {
  for (const column of [own.lag, own.oplogWindow, own.operations, own.state]) column.push(null);
}

function forget(trend: Trend, before: number): void {
  const old = trend.times.findIndex((at) => at >= before);
  if (old <= 0) return;
  for (const column of [trend.times, trend.commitLag, trend.primary]) column.splice(0, old);
  for (const own of trend.members.values())
    for (const column of [own.lag, own.oplogWindow, own.operations, own.state]) column.splice(0, old);
}
