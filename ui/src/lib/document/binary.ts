/** Binaries as text: `BinData(0, "base64")` and `HexData(0, "hex digits")` as in mongosh, and UUIDs as they are. */

/** How the bytes are written. */
export type BinaryForm = "base64" | "hex" | "uuid";

/** A binary taken apart for its editor. */
export interface BinaryParts {
  /** 0 to 255, as typed. */
  subtype: string;
  form: BinaryForm;
  data: string;
}

/** The subtype of a UUID. */
export const SUBTYPE_UUID = "4";

/** Subtypes that have a name, by number. */
export const SUBTYPES = ["0", "1", "2", "3", "4", "5", "6", "7", "8", "9", "128"] as const;

/** A subtype that has a name. */
export type NamedSubtype = (typeof SUBTYPES)[number];

const CALL = /^\s*(BinData|HexData)\s*\(\s*([^,]*?)\s*,\s*"([^]*)"\s*\)\s*$/;
const UUID_CALL = /^\s*UUID\s*\(\s*"([^]*)"\s*\)\s*$/;
const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i;
const BASE64 = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
/** Arguments that a function takes at once. */
const CHUNK = 8_192;

/** A text that is no call is a UUID, or the beginning of one. */
export function binaryParts(text: string): BinaryParts {
  const call = CALL.exec(text);
  if (call) {
    const [, name, subtype = "", data = ""] = call;
    return { subtype, form: name === "HexData" ? "hex" : "base64", data };
  }
  return { subtype: SUBTYPE_UUID, form: "uuid", data: UUID_CALL.exec(text)?.[1] ?? text };
}

export function binaryText({ subtype, form, data }: BinaryParts): string {
  if (form === "uuid") return data;
  return `${form === "hex" ? "HexData" : "BinData"}(${subtype}, "${data}")`;
}

/** The bytes that are written, or null where it is none of this form. Spaces and line ends do not count. */
export function bytesOf({ form, data }: Pick<BinaryParts, "form" | "data">): Uint8Array | null {
  const text = data.replace(/\s+/g, "");
  if (form === "base64") return fromBase64(text);
  if (form === "hex") return fromHex(text);
  return UUID.test(text) || /^[0-9a-f]{32}$/i.test(text) ? fromHex(text.replaceAll("-", "")) : null;
}

function fromHex(text: string): Uint8Array | null {
  if (text.length % 2 !== 0 || !/^[0-9a-f]*$/i.test(text)) return null;
  return Uint8Array.from({ length: text.length / 2 }, (_, at) =>
    parseInt(text.slice(2 * at, 2 * at + 2), 16),
  );
}

/** With `=` at the end or without; the bits that no byte takes must be zero. */
function fromBase64(text: string): Uint8Array | null {
  const digits = text.replace(/=+$/, "");
  const padding = text.length - digits.length;
  const rest = digits.length % 4;
  if (!/^[A-Za-z0-9+/]*$/.test(digits) || rest === 1) return null;
  if (padding > 0 && padding !== (4 - rest) % 4) return null;
  const spare = rest === 2 ? 16 : rest === 3 ? 4 : 1;
  if (BASE64.indexOf(digits.at(-1) ?? "A") % spare !== 0) return null;
  return Uint8Array.from(atob(digits), (byte) => byte.charCodeAt(0));
}

function toBase64(bytes: Uint8Array): string {
  let binary = "";
  for (let at = 0; at < bytes.length; at += CHUNK)
    binary += String.fromCharCode(...bytes.subarray(at, at + CHUNK));
  return btoa(binary);
}

function toHex(bytes: Uint8Array): string {
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
}

function toUuid(bytes: Uint8Array): string {
  return toHex(bytes).replace(/^(.{8})(.{4})(.{4})(.{4})/, "$1-$2-$3-$4-");
}

/** The text of a binary as the core writes it. */
export function canonicalBinary(subtype: string, bytes: Uint8Array): string {
  const isUuid = subtype === SUBTYPE_UUID && bytes.length === 16;
  return isUuid ? toUuid(bytes) : `BinData(${subtype}, "${toBase64(bytes)}")`;
}

/** The same bytes in another form; what is typed stays where it is no bytes, or not those of a UUID. */
export function inForm(parts: BinaryParts, form: BinaryForm): BinaryParts {
  const bytes = bytesOf(parts);
  if (!bytes || (form === "uuid" && bytes.length !== 16)) return parts;
  const write = { base64: toBase64, hex: toHex, uuid: toUuid }[form];
  return { ...parts, form, data: write(bytes) };
}

/** The same bytes as another subtype. Only the subtype of UUIDs is written as one. */
export function asSubtype(parts: BinaryParts, subtype: string): BinaryParts {
  const written = parts.form === "uuid" ? inForm(parts, "hex") : parts;
  const next = { ...written, subtype };
  return subtype === SUBTYPE_UUID ? inForm(next, "uuid") : next;
}
