/** Dates as BSON keeps them: milliseconds since 1970 in 64 bits, shown in UTC. */

const MILLISECONDS_LEAST = -(2n ** 63n);
const MILLISECONDS_MOST = 2n ** 63n - 1n;
const YEAR_ONE = BigInt(dateOf(1, 1, 1));
const YEAR_TEN_THOUSAND = BigInt(Date.UTC(10_000, 0, 1));
/** Fewer digits are more likely the beginning of a year than milliseconds. */
const FEWEST_DIGITS = 9;

const ISO =
  /^(\d{4})-(\d{2})-(\d{2})(?:[Tt ](\d{2}):(\d{2})(?::(\d{2})(?:\.(\d+))?)?\s*([Zz]|[+-]\d{2}:?\d{2})?)?$/;

/** What is wrong with a text that should be a date. */
export type DateMistake = "form" | "noSuchDay" | "noSuchTime" | "tooPrecise" | "outOfRange";

/** Milliseconds since 1970, or what is wrong with the text. */
export type ParsedDate = { milliseconds: bigint } | { mistake: DateMistake };

function dateOf(year: number, month: number, day: number): number {
  // Date.UTC takes the years 0 to 99 for 1900 to 1999.
  const date = new Date(0);
  date.setUTCFullYear(year, month - 1, day);
  return date.getTime();
}

/**
 * Reads ISO 8601 (UTC where no offset is given; the time may be left out), or the milliseconds since 1970 as at least nine digits.
 */
export function parseDate(text: string): ParsedDate {
  const trimmed = text.trim();
  if (/^-?\d+$/.test(trimmed)) return parseMilliseconds(trimmed);
  const parts = ISO.exec(trimmed);
  if (!parts) return { mistake: "form" };
  const [, year, month, day, hour, minute, second, fraction = "", offset] = parts;
  if (fraction.length > 3) return { mistake: "tooPrecise" };
  if (Number(year) === 0) return { mistake: "outOfRange" };

  const midnight = dateOf(Number(year), Number(month), Number(day));
  if (new Date(midnight).toISOString().slice(0, 10) !== `${year}-${month}-${day}`) {
    return { mistake: "noSuchDay" };
  }
  const [h, m, s] = [Number(hour ?? 0), Number(minute ?? 0), Number(second ?? 0)];
  const shift = offsetMinutes(offset);
  if (h > 23 || m > 59 || s > 59 || shift === null) return { mistake: "noSuchTime" };
  const seconds = h * 3600 + (m - shift) * 60 + s;
  return { milliseconds: BigInt(midnight + seconds * 1000 + Number(fraction.padEnd(3, "0"))) };
}

function parseMilliseconds(digits: string): ParsedDate {
  if (digits.replace("-", "").length < FEWEST_DIGITS) return { mistake: "form" };
  const milliseconds = BigInt(digits);
  return milliseconds < MILLISECONDS_LEAST || milliseconds > MILLISECONDS_MOST
    ? { mistake: "outOfRange" }
    : { milliseconds };
}

function offsetMinutes(offset: string | undefined): number | null {
  if (!offset || offset.toUpperCase() === "Z") return 0;
  const digits = offset.slice(1).replace(":", "");
  const hours = Number(digits.slice(0, 2));
  const minutes = Number(digits.slice(2));
  if (hours > 23 || minutes > 59) return null;
  return (offset.startsWith("-") ? -1 : 1) * (hours * 60 + minutes);
}

/** The exact text of a date: ISO 8601 in UTC with milliseconds, or digits outside the years 1 to 9999. */
export function dateText(milliseconds: bigint): string {
  return milliseconds >= YEAR_ONE && milliseconds < YEAR_TEN_THOUSAND
    ? new Date(Number(milliseconds)).toISOString()
    : milliseconds.toString();
}

/** The zone that a date is written in: that of this machine, or none. */
export type Zone = "utc" | "local";

/** A date's exact text as it is written in a zone; the same text where no calendar shows it. */
export function inZone(text: string, zone: Zone): string {
  const parsed = parseDate(text);
  if ("mistake" in parsed) return text;
  const utc = dateText(parsed.milliseconds);
  const date = new Date(Number(parsed.milliseconds));
  if (zone === "utc" || !/^\d{4}-/.test(utc)) return utc;
  const minutes = offsetOf(date);
  const wall = dateText(parsed.milliseconds + BigInt(minutes) * 60_000n);
  return /^\d{4}-/.test(wall) ? wall.replace("Z", offsetText(minutes)) : utc;
}

/** A date that is typed by the clock of this machine, with its offset; one that has an offset keeps it. */
export function typedInZone(text: string, zone: Zone): string {
  const parts = ISO.exec(text.trim());
  if (!parts || zone === "utc") return text;
  const [whole, year, month, day, hour, minute, second, , offset] = parts;
  if (offset) return text;
  const wall = new Date(0);
  wall.setFullYear(Number(year), Number(month) - 1, Number(day));
  wall.setHours(Number(hour ?? 0), Number(minute ?? 0), Number(second ?? 0));
  return `${whole}${hour === undefined ? "T00:00" : ""}${offsetText(offsetOf(wall))}`;
}

/** Whole minutes: long ago clocks went by the sun, and no offset is written with seconds. */
function offsetOf(date: Date): number {
  return -Math.round(date.getTimezoneOffset());
}

function offsetText(minutes: number): string {
  const two = (number: number) => String(number).padStart(2, "0");
  const size = Math.abs(minutes);
  return `${minutes < 0 ? "-" : "+"}${two(Math.floor(size / 60))}:${two(size % 60)}`;
}

/** A date for a narrow cell: a space for the `T`, and no milliseconds where they are zero. */
export function shortDate(text: string): string {
  return text.replace(/^(\d{4}-\d{2}-\d{2})T(\d{2}:\d{2}:\d{2})(?:\.000)?/, "$1 $2");
}

/** The same moment by the clock of this machine, or null for a date that no calendar shows. */
export function localDate(text: string, locale?: string): string | null {
  const parsed = parseDate(text);
  if ("mistake" in parsed || !/^\d{4}-/.test(text)) return null;
  return new Intl.DateTimeFormat(locale, {
    dateStyle: "medium",
    timeStyle: "long",
  }).format(new Date(Number(parsed.milliseconds)));
}
