/**
 * Texts of values that are made of parts, taken apart for their editors and put together again.
 *
 * Whatever is typed into a part is given back by the next reading, mistakes included: the text is all that is kept.
 */

/** A timestamp: seconds since 1970, and a counter. */
export interface TimestampParts {
  seconds: string;
  counter: string;
}

export function timestampParts(text: string): TimestampParts {
  const [seconds = "", ...counter] = text.split(":");
  return { seconds, counter: counter.join(":") };
}

export function timestampText({ seconds, counter }: TimestampParts): string {
  return `${seconds}:${counter}`;
}

/** A regular expression. */
export interface RegexParts {
  pattern: string;
  flags: string;
}

/** A pattern may hold slashes, flags may not: the last slash ends the pattern. */
export function regexParts(text: string): RegexParts {
  const end = text.lastIndexOf("/");
  return text.startsWith("/") && end > 0
    ? { pattern: text.slice(1, end), flags: text.slice(end + 1) }
    : { pattern: text, flags: "" };
}

export function regexText({ pattern, flags }: RegexParts): string {
  return `/${pattern}/${flags}`;
}

/** The flags that the server knows, in the order in which BSON wants them. */
export const REGEX_FLAGS = ["i", "l", "m", "s", "u", "x"] as const;

/** One of the flags that the server knows. */
export type RegexFlag = (typeof REGEX_FLAGS)[number];

/** The flags with one more, or without it; those that the server does not know stay. */
export function withFlag(flags: string, flag: RegexFlag, on: boolean): string {
  const others = [...flags].filter((each) => each !== flag);
  return [...others, ...(on ? [flag] : [])].sort().join("");
}

/** JavaScript and the variables that it begins with. */
export interface CodeParts {
  source: string;
  /** A document as Extended JSON. */
  scope: string;
}

const CODE = /^Code\(("[^"\\]*(?:\\[^][^"\\]*)*")\s*,\s?([^]*)\)$/;

/** A text that is no call is a source without variables. */
export function codeParts(text: string): CodeParts {
  const [, literal, scope = "{}"] = CODE.exec(text) ?? [];
  return { source: literal === undefined ? text : readString(literal), scope };
}

/** A string between double quotes that may be no JSON after all. */
function readString(literal: string): string {
  try {
    return JSON.parse(literal) as string;
  } catch {
    return literal.slice(1, -1);
  }
}

export function codeText({ source, scope }: CodeParts): string {
  return `Code(${JSON.stringify(source)}, ${scope})`;
}

/** A reference to a document, as drivers wrote it long ago. */
export interface PointerParts {
  namespace: string;
  id: string;
}

/** A namespace may hold spaces, an id may not. */
export function pointerParts(text: string): PointerParts {
  const end = text.lastIndexOf(" ");
  return end < 0 ? { namespace: text, id: "" } : { namespace: text.slice(0, end), id: text.slice(end + 1) };
}

export function pointerText({ namespace, id }: PointerParts): string {
  return `${namespace} ${id}`;
}
