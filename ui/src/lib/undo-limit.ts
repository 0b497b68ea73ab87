import { formatCount } from "./format";

/** The most that may be kept of the writes of one connection, in MiB. */
const MOST = 1_048_576;

/** The limit that a text says, in MiB; null where it says none that can be. */
export function limitOf(text: string): number | null {
  const digits = text.trim();
  if (!/^\d{1,7}$/.test(digits)) return null;
  const limit = Number(digits);
  return limit >= 1 && limit <= MOST ? limit : null;
}

/** A limit in bytes as it is typed: in MiB. */
export function limitText(bytes: number): string {
  return formatCount(Math.round(bytes / 2 ** 20));
}
