/**
 * Texts typed by a person, read as a value of a chosen type.
 *
 * The rules are those of the core's `value::typed`, so that a mistake shows while it is typed; the core has the last word. Digits
 * stay text throughout: a JavaScript number would round an int64 and a decimal.
 */
import type { TypedValue } from "$lib/backend";
import { binaryParts, bytesOf, canonicalBinary } from "./binary";
import { type DateMistake, dateText, parseDate } from "./date";
import type { SingleKind } from "./kind";
import {
  codeParts,
  codeText,
  pointerParts,
  pointerText,
  regexParts,
  regexText,
  timestampParts,
} from "./parts";

/** What is wrong with a typed text. */
export type Mistake =
  | { is: "notWhole" }
  | { is: "notANumber" }
  | { is: "outOfRange"; least: string; most: string }
  | { is: "tooLarge" }
  | { is: "tooManyDigits"; most: number }
  | { is: "notObjectId"; length: number }
  | { is: "notBool" }
  | { is: "notText" }
  | { is: "date"; mistake: DateMistake }
  | { is: "notBase64" }
  | { is: "notHex" }
  | { is: "notUuid" }
  | { is: "hasNul" }
  | { is: "notScope" }
  /** The value in the chosen type is not there yet. */
  | { is: "converting" };

/** The part of a value that a mistake is in. */
export type Part =
  "seconds" | "counter" | "subtype" | "data" | "pattern" | "source" | "scope" | "namespace" | "id";

/** The value, or what is wrong with its text. */
export type Parsed = { value: TypedValue } | { mistake: Mistake; part?: Part };

const DECIMAL_DIGITS = 34;
const DECIMAL_EXPONENT_LEAST = -6176;
const DECIMAL_EXPONENT_MOST = 6111;
const NUMBER = /^[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?$/;
const NOT_FINITE = /^(?:NaN|[+-]?Infinity)$/;
const NAN_PAYLOAD = /^NaN\(0x[0-9a-f]{16}\)$/;

const U32 = { least: 0n, most: 2n ** 32n - 1n };
const U8 = { least: 0n, most: 255n };

/** Reads `text` as a value of type `kind`. */
export function parseValue(kind: SingleKind, text: string): Parsed {
  switch (kind) {
    case "string":
    case "symbol":
    case "javascript":
      return isWellFormed(text) ? value(kind, text) : { mistake: { is: "notText" } };
    case "int":
      return parseWhole(kind, text, 31n);
    case "long":
      return parseWhole(kind, text, 63n);
    case "double":
      return parseDouble(text.trim());
    case "decimal":
      return parseDecimal(text.trim());
    case "bool":
      return /^(?:true|false)$/.test(text) ? value(kind, text) : { mistake: { is: "notBool" } };
    case "date": {
      const date = parseDate(text);
      return "mistake" in date
        ? { mistake: { is: "date", mistake: date.mistake } }
        : value(kind, dateText(date.milliseconds));
    }
    case "objectId": {
      const id = parseId(text);
      return "mistake" in id ? id : value(kind, id.hex);
    }
    case "binData":
      return parseBinary(text);
    case "regex":
      return parseRegex(text);
    case "timestamp":
      return parseTimestamp(text);
    case "javascriptWithScope":
      return parseCode(text);
    case "dbPointer":
      return parsePointer(text);
    case "null":
      return value(kind, "");
    case "undefined":
    case "minKey":
    case "maxKey":
      return value(kind, kind);
  }
}

function value(kind: SingleKind, text: string): Parsed {
  return { value: { kind, text } };
}

function parseWhole(kind: "int" | "long", text: string, bits: bigint): Parsed {
  const whole = parseBetween(text, { least: -(2n ** bits), most: 2n ** bits - 1n });
  return "mistake" in whole ? whole : value(kind, whole.digits);
}

interface Range {
  least: bigint;
  most: bigint;
}

/** A whole number of any length, less what is not needed. */
function parseBetween(text: string, { least, most }: Range): { digits: string } | { mistake: Mistake } {
  const digits = text.trim();
  const outside = { is: "outOfRange", least: least.toString(), most: most.toString() } as const;
  // Where there is no minus sign, the range says all.
  if (!/^[+-]?\d+$/.test(digits)) return { mistake: least < 0n ? { is: "notWhole" } : outside };
  const whole = BigInt(digits.replace("+", ""));
  return whole < least || whole > most ? { mistake: outside } : { digits: whole.toString() };
}

function parseDouble(text: string): Parsed {
  if (NOT_FINITE.test(text) || NAN_PAYLOAD.test(text)) return value("double", text);
  if (!NUMBER.test(text)) return { mistake: { is: "notANumber" } };
  // A double is what a JavaScript number is, so asking for its size loses nothing; the digits go on as text.
  return Number.isFinite(Number(text)) ? value("double", text) : { mistake: { is: "tooLarge" } };
}

function parseDecimal(text: string): Parsed {
  if (NOT_FINITE.test(text)) return value("decimal", text);
  if (!NUMBER.test(text)) return { mistake: { is: "notANumber" } };
  const [mantissa = "", exponentText = "0"] = text.replace(/^[+-]/, "").split(/[eE]/);
  const [whole = "", fraction = ""] = mantissa.split(".");
  const digits = (whole + fraction).replace(/^0+/, "");
  // Only more than sixteen digits of exponent lose anything here, and they are out of range either way.
  const exponent = Number(exponentText) - fraction.length;

  const significant = digits.replace(/0+$/, "");
  if (significant.length > DECIMAL_DIGITS) {
    return { mistake: { is: "tooManyDigits", most: DECIMAL_DIGITS } };
  }
  const zeros = digits.length - significant.length;
  // Zeros at the end may move between digits and exponent without changing the number.
  const highest = exponent + zeros;
  const lowest = highest - (DECIMAL_DIGITS - significant.length);
  const fits = significant === "" || (highest >= DECIMAL_EXPONENT_LEAST && lowest <= DECIMAL_EXPONENT_MOST);
  return fits ? value("decimal", text) : { mistake: { is: "tooLarge" } };
}

function parseId(text: string): { hex: string } | { mistake: Mistake } {
  const hex = text.trim().toLowerCase();
  return /^[0-9a-f]{24}$/.test(hex) ? { hex } : { mistake: { is: "notObjectId", length: hex.length } };
}

function parseBinary(text: string): Parsed {
  const parts = binaryParts(text);
  const subtype = parseBetween(parts.subtype, U8);
  if ("mistake" in subtype) return { ...subtype, part: "subtype" };
  const bytes = bytesOf(parts);
  const wrong = { base64: "notBase64", hex: "notHex", uuid: "notUuid" } as const;
  if (!bytes) return { mistake: { is: wrong[parts.form] }, part: "data" };
  return value("binData", canonicalBinary(subtype.digits, bytes));
}

function parseRegex(text: string): Parsed {
  const parts = regexParts(text);
  if (text.includes("\0")) return { mistake: { is: "hasNul" }, part: "pattern" };
  if (!isWellFormed(text)) return { mistake: { is: "notText" }, part: "pattern" };
  return value("regex", regexText(parts));
}

function parseTimestamp(text: string): Parsed {
  const parts = timestampParts(text);
  const seconds = parseBetween(parts.seconds, U32);
  if ("mistake" in seconds) return { ...seconds, part: "seconds" };
  const counter = parseBetween(parts.counter, U32);
  if ("mistake" in counter) return { ...counter, part: "counter" };
  return value("timestamp", `${seconds.digits}:${counter.digits}`);
}

function parseCode(text: string): Parsed {
  const parts = codeParts(text);
  if (!isWellFormed(parts.source)) return { mistake: { is: "notText" }, part: "source" };
  if (!isJsonObject(parts.scope)) return { mistake: { is: "notScope" }, part: "scope" };
  return value("javascriptWithScope", codeText(parts));
}

/** Only looked at: a scope goes on as text. What its objects stand for, the core tells. */
function isJsonObject(text: string): boolean {
  try {
    return text.trim().startsWith("{") && JSON.parse(text) !== null;
  } catch {
    return false;
  }
}

function parsePointer(text: string): Parsed {
  const { namespace, id: typed } = pointerParts(text);
  if (!isWellFormed(namespace)) return { mistake: { is: "notText" }, part: "namespace" };
  const id = parseId(typed);
  return "mistake" in id ? { ...id, part: "id" } : value("dbPointer", pointerText({ namespace, id: id.hex }));
}

/** Half of a pair of UTF-16 surrogates is no character, and UTF-8 cannot hold it. */
function isWellFormed(text: string): boolean {
  return !/[\uD800-\uDBFF](?![\uDC00-\uDFFF])|(?<![\uD800-\uDBFF])[\uDC00-\uDFFF]/.test(text);
}

/** Whether two values are the same to the database, however their texts are written. */
export function sameValue(one: TypedValue, other: TypedValue): boolean {
  if (one.kind !== other.kind) return false;
  if (one.text === other.text) return true;
  if (one.kind === "double" && NUMBER.test(one.text) && NUMBER.test(other.text)) {
    return Object.is(Number(one.text), Number(other.text));
  }
  return false;
}

/** What stands in the editor of a type before anything is typed: it need not be a value. */
export function blankText(kind: SingleKind): string {
  switch (kind) {
    case "bool":
      return "false";
    case "binData":
      return 'BinData(0, "")';
    case "regex":
      return "//";
    case "timestamp":
      return ":0";
    case "javascriptWithScope":
      return 'Code("", {})';
    case "dbPointer":
      return " ";
    default:
      return "";
  }
}

/** What a double is stored as where that is not the number that is typed, else null. */
export function roundedDouble(text: string): string | null {
  const stored = String(Number(text));
  return !NUMBER.test(text) || digitsOf(text) === digitsOf(stored) ? null : stored;
}

/** A number's digits and its power of ten. */
function digitsOf(text: string): string {
  const [mantissa = "", exponent = "0"] = text.replace(/^[+-]/, "").split(/[eE]/);
  const [whole = "", fraction = ""] = mantissa.split(".");
  const digits = (whole + fraction).replace(/^0+/, "");
  const significant = digits.replace(/0+$/, "");
  if (significant === "") return "0";
  return `${significant}e${Number(exponent) - fraction.length + digits.length - significant.length}`;
}
