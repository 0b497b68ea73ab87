import type { MemberState, ReplicaHistory, ReplicaSnapshot } from "$lib/backend";

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

/** What was recorded, as a trend. */
export function trendOf({ times, commitLag, primary, members }: ReplicaHistory): Trend {
  const names = primary.map((place) => (place === null ? null : (members[place]?.host ?? null)));
  const columns = members.map(({ host, lag, oplogWindow, operations, state }) => {
    const own: MemberTrend = {
      lag: lag.map((value, index) => (names[index] === host ? 0 : value)),
      oplogWindow: [...oplogWindow],
      operations: [...operations],
      state: [...state],
    };
    return [host, own] as const;
  });
  return { times: [...times], commitLag: [...commitLag], primary: names, members: new Map(columns) };
}

/** Puts what was recorded before the first of a trend in front of it. */
export function putBefore(trend: Trend, past: Trend): void {
  const first = trend.times[0] ?? Infinity;
  const until = past.times.findIndex((at) => at > first - 0.9);
  const count = until === -1 ? past.times.length : until;
  const length = trend.times.length;
  trend.times.unshift(...past.times.slice(0, count));
  trend.commitLag.unshift(...past.commitLag.slice(0, count));
  trend.primary.unshift(...past.primary.slice(0, count));
  for (const host of new Set([...trend.members.keys(), ...past.members.keys()])) {
    const before = past.members.get(host) ?? unknownUntil(past.times.length);
    let own = trend.members.get(host);
    if (!own) trend.members.set(host, (own = unknownUntil(length)));
    own.lag.unshift(...before.lag.slice(0, count));
    own.oplogWindow.unshift(...before.oplogWindow.slice(0, count));
    own.operations.unshift(...before.operations.slice(0, count));
    own.state.unshift(...before.state.slice(0, count));
  }
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
