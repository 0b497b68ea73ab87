import type { Kind, Loss, NoValue, Part as LeftPart, TypedValue } from "$lib/backend/bindings";
import type { BinaryForm, NamedSubtype } from "$lib/document/binary";
import type { DateMistake, Zone } from "$lib/document/date";
import type { ReadOnlyReason } from "$lib/document/kind";
import type { RegexFlag } from "$lib/document/parts";
import type { Mistake, Part } from "$lib/document/value";
import { count } from "./count";

export const kinds: Record<Kind, string> = {
  double: "Double",
  string: "String",
  object: "Object",
  array: "Array",
  binData: "Binary",
  undefined: "Undefined",
  objectId: "ObjectId",
  bool: "Boolean",
  date: "Date",
  null: "Null",
  regex: "Regex",
  dbPointer: "DBPointer",
  javascript: "JavaScript",
  symbol: "Symbol",
  javascriptWithScope: "JavaScript with scope",
  int: "Int32",
  timestamp: "Timestamp",
  long: "Int64",
  decimal: "Decimal128",
  minKey: "MinKey",
  maxKey: "MaxKey",
};

const dateMistakes: Record<DateMistake, string> = {
  form: "Write a date as 2024-02-04 or 2024-02-04T07:16:09Z. Without an offset it is UTC.",
  noSuchDay: "There is no such day.",
  noSuchTime: "There is no such time. Hours go to 23, minutes and seconds to 59.",
  tooPrecise: "A date keeps milliseconds: at most three digits after the seconds.",
  outOfRange: "A date must fit 64 bits of milliseconds; a written year is 0001 to 9999.",
};

const readOnly: Record<ReadOnlyReason, string> = {
  connection: "This connection is read-only: connect without it to change documents.",
  id: "_id cannot be changed: the server keeps it for the life of a document. Clone the document to get another.",
  damaged: "Holds bytes that are not UTF-8. Shown as well as possible, never changed.",
  container: "Open it and change the values inside, or edit the document as text.",
  tooLong: "Too long to edit here. Edit the document as text.",
  projected:
    "A projection may move the elements of an array, so it is not known which one this is. Edit it in the inspector.",
};

function mistake(wrong: Mistake): string {
  switch (wrong.is) {
    case "notWhole":
      return "Digits only, with a minus sign if need be.";
    case "notANumber":
      return "Not a number. Write 94.5, 6.02e23, NaN or Infinity.";
    case "outOfRange":
      return `Must be from ${wrong.least} to ${wrong.most}.`;
    case "tooLarge":
      return "Outside the range of this type.";
    case "tooManyDigits":
      return `Holds at most ${wrong.most} digits.`;
    case "notObjectId":
      return wrong.length === 24
        ? "An ObjectId has only the digits 0-9 and a-f."
        : `An ObjectId has 24 hex digits; these are ${wrong.length}.`;
    case "notBool":
      return "Either true or false.";
    case "notText":
      return "Holds half of a character, which UTF-8 cannot store.";
    case "date":
      return dateMistakes[wrong.mistake];
    case "notBase64":
      return "Not base64: A-Z, a-z, 0-9, + and /, with = at the end.";
    case "notHex":
      return "Hex digits in pairs: 0-9 and a-f.";
    case "notUuid":
      return "A UUID has 32 hex digits, as in 00112233-4455-6677-8899-aabbccddeeff.";
    case "hasNul":
      return "A pattern cannot hold the character U+0000.";
    case "notScope":
      return 'The scope is a document as Extended JSON, such as {"limit": 5}.';
    case "converting":
      return "One moment…";
  }
}

const left: Record<LeftPart, string> = {
  creationTime: "Only the time at which it was made is left.",
  seconds: "Only its seconds are left: the counter is lost.",
  data: "Only its bytes are left: the subtype is lost.",
  source: "Only its source is left: the scope is lost.",
  id: "Only its id is left: the namespace is lost.",
  truth: "Only that it is not zero is left.",
};

function noValue(why: NoValue, from: TypedValue, to: Kind): string {
  switch (why) {
    case "unrelated":
      return `Nothing of this ${kinds[from.kind]} is kept: no ${kinds[to]} can be made of it.`;
    case "unreadable":
      return `${quoted(from.text)} does not read as ${kinds[to]}.`;
    case "notFinite":
      return `${quoted(from.text)} is nothing that ${kinds[to]} holds.`;
    case "outOfRange":
      return `${quoted(from.text)} is outside the range of ${kinds[to]}.`;
  }
}

/** What a change of type loses. */
function loss(from: TypedValue, to: Kind, lost: Loss): string {
  switch (lost.kind) {
    case "exact":
      return "Nothing is lost.";
    case "rewritten":
      return `${quoted(lost.from)} becomes ${lost.to}: the same value, written otherwise.`;
    case "rounded":
      return `${quoted(lost.from)} becomes ${lost.to}, the nearest that ${kinds[to]} holds.`;
    case "truncated":
      return `${quoted(lost.from)} becomes ${lost.to}: ${lost.lost} is lost.`;
    case "milliseconds":
      return `${lost.lost} ms are lost: a timestamp holds whole seconds.`;
    case "offset":
      return `The offset ${lost.lost} is lost: a date is a moment, and shown in UTC.`;
    case "part":
      return left[lost.left];
    case "meaning":
      return `Every character is kept, but it is no longer ${kinds[from.kind]}.`;
    case "everything":
      return "The whole value is lost.";
    case "impossible":
      return noValue(lost.why, from, to);
  }
}

const SHOWN = 40;

/** Texts of people, which may hold spaces, stand in quotes. */
function quoted(text: string): string {
  const short = text.length > SHOWN ? `${text.slice(0, SHOWN)}…` : text;
  return /^[\w.+:-]+$/.test(short) ? short : `“${short}”`;
}

const parts: Record<Part, string> = {
  seconds: "Seconds",
  counter: "Counter",
  subtype: "Subtype",
  data: "Bytes",
  pattern: "Pattern",
  source: "Source",
  scope: "Scope, as Extended JSON",
  namespace: "Namespace",
  id: "ObjectId",
};

const subtypes: Record<NamedSubtype, string> = {
  "0": "0 · Generic",
  "1": "1 · Function",
  "2": "2 · Generic (old)",
  "3": "3 · UUID (old)",
  "4": "4 · UUID",
  "5": "5 · MD5",
  "6": "6 · Encrypted",
  "7": "7 · Compressed column",
  "8": "8 · Sensitive",
  "9": "9 · Vector",
  "128": "128 · User-defined",
};

const flags: Record<RegexFlag, string> = {
  i: "Ignore case",
  l: "Locale",
  m: "^ and $ at every line",
  s: ". takes line ends",
  u: "Unicode",
  x: "Spaces do not count",
};

const constants: Record<"null" | "undefined" | "minKey" | "maxKey", string> = {
  null: "null: no value",
  undefined: "undefined: an old type, which queries take for null",
  minKey: "MinKey: sorts before every other value",
  maxKey: "MaxKey: sorts after every other value",
};

export const edit = {
  edit: (name: string) => `Edit ${name}`,
  editValue: "Edit the value",
  typeOf: (name: string) => `Type of ${name}`,
  valueOf: (name: string) => `Value of ${name}`,
  stringKeys: "Enter keeps it, Shift+Enter starts a line, Esc goes back",
  keys: "Enter keeps it, Esc goes back",
  mistake,
  readOnly,
  deprecated: "Deprecated",
  isDeprecated: "MongoDB advises against this type.",
  loss,
  parts,
  subtypes,
  otherSubtype: "Another number",
  forms: { base64: "Base64", hex: "Hex", uuid: "UUID" } satisfies Record<BinaryForm, string>,
  formOf: (name: string) => `How the bytes of ${name} are written`,
  size: (bytes: number) => count(bytes, "byte", "bytes"),
  flags,
  flagsOf: (name: string) => `Flags of ${name}`,
  otherFlags: (flags: string) => `Kept, though the server does not know them: ${flags}`,
  zones: { utc: "UTC", local: "Local" } satisfies Record<Zone, string>,
  zoneOf: (name: string) => `Zone in which ${name} is written`,
  inUtc: (text: string) => `UTC ${text}`,
  inLocal: (text: string) => `Local ${text}`,
  noCalendar: "Outside the years 1 to 9999: milliseconds since 1970",
  now: "Now",
  newId: "New",
  createdAt: (date: string) => `Made ${date}`,
  storedAs: (number: string) => `A double holds ${number}`,
  constants,
};
