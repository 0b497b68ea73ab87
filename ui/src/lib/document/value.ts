/**
 * Texts typed by a person, read as a value of a chosen type.
 *
 * The rules are those of the core's `value::typed`, so that a mistake shows while it is typed; the core has the last word. Digits
 * stay text throughout: a JavaScript number would round an int64 and a decimal.
 */
import type { TypedValue } from "$lib/backend";
import { type DateMistake, dateText, parseDate } from "./date";
import type { EditableKind } from "./kind";

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
  | { is: "date"; mistake: DateMistake };

/** The value, or what is wrong with its text. */
export type Parsed = { value: TypedValue } | { mistake: Mistake };

const DECIMAL_DIGITS = 34;
const DECIMAL_EXPONENT_LEAST = -6176;
const DECIMAL_EXPONENT_MOST = 6111;
const NUMBER = /^[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?$/;
const NOT_FINITE = /^(?:NaN|[+-]?Infinity)$/;
const NAN_PAYLOAD = /^NaN\(0x[0-9a-f]{16}\)$/;

/** Reads `text` as a value of type `kind`. */
export function parseValue(kind: EditableKind, text: string): Parsed {
  switch (kind) {
    case "string":
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
      const hex = text.trim().toLowerCase();
      return /^[0-9a-f]{24}$/.test(hex)
        ? value(kind, hex)
        : { mistake: { is: "notObjectId", length: hex.length } };
    }
    case "null":
      return value(kind, "");
  }
}

function value(kind: EditableKind, text: string): Parsed {
  return { value: { kind, text } };
}

function parseWhole(kind: "int" | "long", text: string, bits: bigint): Parsed {
  const digits = text.trim();
  if (!/^[+-]?\d+$/.test(digits)) return { mistake: { is: "notWhole" } };
  const whole = BigInt(digits.replace("+", ""));
  const [least, most] = [-(2n ** bits), 2n ** bits - 1n];
  return whole < least || whole > most
    ? { mistake: { is: "outOfRange", least: least.toString(), most: most.toString() } }
    : value(kind, whole.toString());
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
