import { locale } from "$lib/messages";

const whole = new Intl.NumberFormat(locale, { maximumFractionDigits: 0 });
const short = new Intl.NumberFormat(locale, { notation: "compact", maximumFractionDigits: 1 });
const tenth = new Intl.NumberFormat(locale, { minimumFractionDigits: 1, maximumFractionDigits: 1 });
const byteWords = new Intl.NumberFormat(locale, { style: "unit", unit: "byte", unitDisplay: "long" });
const relative = new Intl.RelativeTimeFormat(locale, { numeric: "auto" });
const utc = new Intl.DateTimeFormat(locale, { dateStyle: "medium", timeStyle: "medium", timeZone: "UTC" });
const clock = new Intl.DateTimeFormat(locale, {
  hour: "2-digit",
  minute: "2-digit",
  second: "2-digit",
  hourCycle: "h23",
  timeZone: "UTC",
});
const day = new Intl.DateTimeFormat(locale, { month: "short", day: "numeric", timeZone: "UTC" });
const local = new Intl.DateTimeFormat(locale, { dateStyle: "medium", timeStyle: "long" });

function unit(value: number, name: string, fraction = 0): string {
  return new Intl.NumberFormat(locale, {
    style: "unit",
    unit: name,
    unitDisplay: "narrow",
    minimumFractionDigits: fraction,
    maximumFractionDigits: fraction,
  }).format(value);
}

/** A count in full: `200,000`. */
export function formatCount(count: number): string {
  return whole.format(count);
}

/** A count where there is little room: in full below a million, `1.2M` above. */
export function formatCountShort(count: number): string {
  return count < 1_000_000 ? whole.format(count) : short.format(count);
}

/** A share as whole percent: `43 %`. */
export function formatShare(share: number): string {
  return `${whole.format(share * 100)} %`;
}

/** Seconds to a tenth, as for a lag: `0.1 s`. */
export function formatSeconds(seconds: number): string {
  return `${tenth.format(seconds)} s`;
}

/** A span of hours to a tenth, in minutes where it is short: `31.4 h`, `12 m`. */
export function formatHours(hours: number): string {
  const seconds = hours * 3600;
  if (hours >= 1) return `${tenth.format(hours)} h`;
  return formatDuration(seconds < 60 ? seconds : Math.floor(seconds / 60) * 60);
}

/** A time of day in UTC, to the second: `21:09:30`. */
export function formatClock(seconds: number): string {
  return clock.format(seconds * 1000);
}

/** A moment in UTC, with its day where that is not today: `21:09:30`, `Nov 25, 21:09:30`. */
export function formatRecent(iso: string, now: number = Date.now()): string {
  const at = Date.parse(iso);
  if (Number.isNaN(at)) return iso;
  const time = clock.format(at);
  return day.format(at) === day.format(now) ? time : `${day.format(at)}, ${time}`;
}

/** A round trip: `0.2 ms` below ten milliseconds, `14 ms` above. */
export function formatMilliseconds(milliseconds: number): string {
  return `${milliseconds < 10 ? tenth.format(milliseconds) : whole.format(milliseconds)} ms`;
}

/** How long a step took: `38 ms`, `1.2 s`. */
export function formatElapsed(milliseconds: number): string {
  return milliseconds < 1000 ? `${whole.format(milliseconds)} ms` : formatSeconds(milliseconds / 1000);
}

/** A duration in its two largest units: `14 s`, `3 m 5 s`, `2 h 14 m`, `3 d 4 h`. */
export function formatDuration(seconds: number): string {
  const total = Math.max(0, Math.floor(seconds));
  const parts: [number, string][] = [
    [Math.floor(total / 86_400), "day"],
    [Math.floor(total / 3600) % 24, "hour"],
    [Math.floor(total / 60) % 60, "minute"],
    [total % 60, "second"],
  ];
  const first = parts.findIndex(([value]) => value > 0);
  if (first === -1) return spaced(unit(0, "second"));
  return parts
    .slice(first, first + 2)
    .filter(([value]) => value > 0)
    .map(([value, name]) => spaced(unit(value, name)))
    .join(" ");
}

/** A space between number and unit, which the narrow form leaves out in some languages. */
function spaced(text: string): string {
  return text.replace(/(\d)\s*(\p{L})/u, "$1 $2");
}

/** A size: `208 bytes`, `1.5 kB`, `3.2 MB`. */
export function formatBytes(bytes: number): string {
  if (bytes < 1000) return byteWords.format(bytes);
  const units = ["kilobyte", "megabyte", "gigabyte", "terabyte"];
  let value = bytes / 1000;
  let index = 0;
  while (value >= 1000 && index < units.length - 1) {
    value /= 1000;
    index += 1;
  }
  return spaced(unit(value, units[index] ?? "terabyte", 1));
}

/** A moment as a distance from now: `3 minutes ago`, `yesterday`. Empty for what is not a date. */
export function formatRelative(iso: string, now: number = Date.now()): string {
  const seconds = (Date.parse(iso) - now) / 1000;
  if (Number.isNaN(seconds)) return "";
  const steps: [number, Intl.RelativeTimeFormatUnit][] = [
    [60, "second"],
    [3600, "minute"],
    [86_400, "hour"],
    [2_592_000, "day"],
    [31_536_000, "month"],
    [Infinity, "year"],
  ];
  let size = 1;
  for (const [limit, name] of steps) {
    if (Math.abs(seconds) < limit) return relative.format(Math.trunc(seconds / size), name);
    size = limit;
  }
  return "";
}

/** A moment in UTC: `Feb 1, 2024, 7:10:09 AM`. Empty for what is not a date. */
export function formatUtc(iso: string): string {
  const time = Date.parse(iso);
  return Number.isNaN(time) ? "" : utc.format(time);
}

/** A moment on this machine's clock, with its zone. Empty for what is not a date. */
export function formatLocal(iso: string): string {
  const time = Date.parse(iso);
  return Number.isNaN(time) ? "" : local.format(time);
}
