/** Extended JSON as text: found and cut by position, never by way of JavaScript objects, which reorder names and round numbers. */

/** A part of a text: from `start` up to, not including, `end`. */
export interface Span {
  start: number;
  end: number;
}

/**
 * Where the first top-level member called `name` stands, from its quoted name to the end of its value; null where there is none.
 *
 * Expects what the core wrote: a well-formed object. Anything else gives null.
 */
export function memberSpan(text: string, name: string): Span | null {
  let at = skipSpace(text, 0);
  if (text[at] !== "{") return null;
  at = skipSpace(text, at + 1);
  while (text[at] === '"') {
    const start = at;
    const nameEnd = stringEnd(text, start);
    if (nameEnd === null) return null;
    const colon = skipSpace(text, nameEnd);
    if (text[colon] !== ":") return null;
    const end = valueEnd(text, skipSpace(text, colon + 1));
    if (end === null) return null;
    if (unquoted(text.slice(start, nameEnd)) === name) return { start, end };
    at = skipSpace(text, end);
    if (text[at] !== ",") return null;
    at = skipSpace(text, at + 1);
  }
  return null;
}

/** The text without the first top-level member called `name`, and without the comma that parted it from the others. */
export function withoutMember(text: string, name: string): string {
  const span = memberSpan(text, name);
  if (!span) return text;
  const next = skipSpace(text, span.end);
  if (text[next] === ",") {
    return text.slice(0, span.start) + text.slice(skipSpace(text, next + 1));
  }
  const comma = skipSpaceBack(text, span.start) - 1;
  const start = text[comma] === "," ? comma : span.start;
  return text.slice(0, start) + text.slice(span.end);
}

function skipSpace(text: string, from: number): number {
  let at = from;
  while (isSpace(text[at])) at += 1;
  return at;
}

function skipSpaceBack(text: string, from: number): number {
  let at = from;
  while (at > 0 && isSpace(text[at - 1])) at -= 1;
  return at;
}

function isSpace(character: string | undefined): boolean {
  return character === " " || character === "\n" || character === "\r" || character === "\t";
}

/** Where the string that begins at `start` ends, after its quotation mark. */
function stringEnd(text: string, start: number): number | null {
  for (let at = start + 1; at < text.length; at += 1) {
    if (text[at] === "\\") at += 1;
    else if (text[at] === '"') return at + 1;
  }
  return null;
}

/** Where the value that begins at `start` ends. Counts brackets instead of recursing: a document may be nested 180 levels deep. */
function valueEnd(text: string, start: number): number | null {
  let depth = 0;
  let at = start;
  while (at < text.length) {
    const character = text[at];
    if (character === '"') {
      const end = stringEnd(text, at);
      if (end === null) return null;
      at = end;
      if (depth === 0) return at;
      continue;
    }
    if (character === "{" || character === "[") depth += 1;
    else if (character === "}" || character === "]") {
      // The bracket of the object around a bare value such as `true`.
      if (depth === 0) return at;
      depth -= 1;
      if (depth === 0) return at + 1;
    } else if (depth === 0 && (character === "," || isSpace(character))) return at;
    at += 1;
  }
  return null;
}

/** A quoted name without its quotes and escapes. A string is all that is parsed here, so nothing can be reordered or rounded. */
function unquoted(quoted: string): string | null {
  try {
    return JSON.parse(quoted) as string;
  } catch {
    return null;
  }
}
