import type { FailoverMeasurement, SeenError } from "$lib/backend";
import { formatCount, formatElapsed } from "$lib/format";
import { t } from "$lib/messages";

/** The writes of a measurement as a chart takes them. */
export interface Writes {
  /** Seconds from the beginning, rising. */
  times: number[];
  /** How long each took, milliseconds; null where it failed, so that the line has a gap. */
  took: (number | null)[];
  /** Where one failed, at the foot of the chart; null elsewhere. */
  failed: (number | null)[];
}

export function writesOf({ sentMs, tookMs }: FailoverMeasurement): Writes {
  const took = sentMs.map((_, index) => tookMs[index] ?? null);
  return {
    times: sentMs.map((ms) => ms / 1000),
    took,
    failed: took.map((ms) => (ms === null ? 0 : null)),
  };
}

/** A stretch of a chart, seconds from its beginning. */
export interface Span {
  from: number;
  to: number;
}

/** When no write was acknowledged. */
export function awaySpans({ beganAt, outages, seconds }: FailoverMeasurement): Span[] {
  const began = Date.parse(beganAt);
  const at = (iso: string) => (Date.parse(iso) - began) / 1000;
  return outages.map(({ from, to }) => ({ from: at(from), to: to === null ? seconds : at(to) }));
}

/** Milliseconds, all of them: they are what is compared. A word for what there is none of. */
export function awayWords(ms: number | null, otherwise: string = t.common.none): string {
  return ms === null ? otherwise : t.operations.measurement.ms(formatCount(ms));
}

/** The longest time without a write, in words. */
export function worstWords({ worstAwayMs }: FailoverMeasurement): string {
  const words = t.operations.measurement;
  return worstAwayMs === null ? words.never : `${words.worst}: ${awayWords(worstAwayMs)}`;
}

/** From when to when an error was met, since the beginning. */
export function errorSpan({ firstMs, lastMs }: SeenError): string {
  const first = formatElapsed(firstMs);
  return firstMs === lastMs ? first : `${first} – ${formatElapsed(lastMs)}`;
}

/** What a client with retryable writes would have seen, in sentences. */
export function retryableWords({ retryable }: FailoverMeasurement): string {
  const words = t.operations.measurement;
  const { hidden, errors, slowestMs } = retryable;
  const first = errors === 0 ? words.retryableAll : words.retryableWords(hidden, errors);
  return slowestMs === null ? first : `${first} ${words.slowest(formatElapsed(slowestMs))}`;
}

const LONGEST_SECONDS = 3600;

/** For how long is measured at most, as it was typed; null for what cannot be. */
export function secondsOf(text: string): number | null {
  const seconds = Number(text);
  const fits = text.trim() !== "" && Number.isInteger(seconds) && seconds >= 1 && seconds <= LONGEST_SECONDS;
  return fits ? seconds : null;
}
