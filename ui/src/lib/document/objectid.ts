/** ObjectIds: four bytes of seconds since 1970, five that are random, three that count. */

const HEX = /^[0-9a-f]{24}$/i;
const RANDOM_BYTES = 8;

/** When an id was made, or null where the text is none. */
export function createdAt(id: string): Date | null {
  return HEX.test(id) ? new Date(parseInt(id.slice(0, 8), 16) * 1000) : null;
}

/** A new id. */
export function newObjectId(
  now = Date.now(),
  random = crypto.getRandomValues(new Uint8Array(RANDOM_BYTES)),
): string {
  const seconds = (Math.floor(now / 1000) >>> 0).toString(16).padStart(8, "0");
  return seconds + Array.from(random, (byte) => byte.toString(16).padStart(2, "0")).join("");
}
