/** How fast long work goes, and how long it will still take. */

/** How far something was at a moment, in milliseconds. */
export interface Mark {
  at: number;
  done: number;
}

/** So many milliseconds count: work changes its pace when a primary is lost. */
const WINDOW_MS = 10_000;
/** Before this nothing is said: the first batch tells little. */
const LEAST_MS = 800;

/** Marks of the last seconds and the newest one. */
export function marked(marks: readonly Mark[], mark: Mark): Mark[] {
  const kept = marks.filter(({ at }) => mark.at - at <= WINDOW_MS);
  return [...kept, mark];
}

/** Documents a second, by the marks of the last seconds; null while too little is known. */
export function ratePerSecond(marks: readonly Mark[], now: number): number | null {
  const [first] = marks;
  const last = marks.at(-1);
  if (!first || !last || now - first.at < LEAST_MS) return null;
  return ((last.done - first.done) * 1000) / (now - first.at);
}

/** How long what is left takes at this rate; null where it does not go on. */
export function secondsLeft(left: number, rate: number | null): number | null {
  return rate === null || rate <= 0 ? null : left / rate;
}
