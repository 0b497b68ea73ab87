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

/** What is seen is kept for so long, a sample a second; longer spans are recorded elsewhere. */
export const RECENT_SECONDS = 900;

/** Between two samples that are further apart nobody watched. */
const GAP_SECONDS = 10;

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
  const last = past.times.at(-1);
  if (last !== undefined && first !== Infinity && first - last > GAP_SECONDS) addNothing(past, last + 1);
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
  forgetFrom(trend, at);
  const last = trend.times.at(-1);
  if (last !== undefined && at - last < 0.9) return;
  if (last !== undefined && at - last > GAP_SECONDS) addNothing(trend, last + 1);
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

/** When the primary changed, and to whom. Over a time in which nobody watched only a different one is a change. */
export function changesOfPrimary(trend: Trend): { at: number; primary: string | null }[] {
  let before: string | null | undefined;
  return trend.times.flatMap((at, index) => {
    if (isGap(trend, index)) return [];
    const primary = trend.primary[index] ?? null;
    const changed = before !== undefined && primary !== before;
    before = primary;
    return changed ? [{ at, primary }] : [];
  });
}

/** Nobody watched: nothing is known of any member. */
function isGap({ members, primary }: Trend, index: number): boolean {
  const known = (state: MemberState | null | undefined) => state != null && state !== "unknown";
  return (primary[index] ?? null) === null && ![...members.values()].some(({ state }) => known(state[index]));
}

function total(rates: object): number {
  return Object.values(rates).reduce((sum: number, rate: number) => sum + rate, 0);
}

function unknownUntil(count: number): MemberTrend {
  const none = () => new Array<null>(count).fill(null);
  return { lag: none(), oplogWindow: none(), operations: none(), state: none() };
}

/** A moment of which nothing is known: nobody watched from then on, and a line is not to be drawn across. */
function addNothing(trend: Trend, at: number): void {
  trend.times.push(at);
  trend.commitLag.push(null);
  trend.primary.push(null);
  for (const own of trend.members.values()) pad(own);
}

/** Forgets what is later: the clock was put back. */
function forgetFrom(trend: Trend, at: number): void {
  const first = trend.times.findIndex((time) => time > at + 1);
  if (first !== -1) for (const column of columnsOf(trend)) column.splice(first);
}

function forget(trend: Trend, before: number): void {
  const old = trend.times.findIndex((at) => at >= before);
  if (old > 0) for (const column of columnsOf(trend)) column.splice(0, old);
}

function pad({ lag, oplogWindow, operations, state }: MemberTrend): void {
  for (const column of [lag, oplogWindow, operations, state]) column.push(null);
}

function columnsOf({ times, commitLag, primary, members }: Trend): unknown[][] {
  const own = [...members.values()].flatMap(({ lag, oplogWindow, operations, state }) => [
    lag,
    oplogWindow,
    operations,
    state,
  ]);
  return [times, commitLag, primary, ...own];
}
