/** Where a cursor stands in a query that is still being written. */

/** What is being written at the cursor, up to the cursor. */
export interface Token {
  /** Where it begins, its quote included. */
  from: number;
  /** Without its quote, escapes as they stand. */
  text: string;
  quote: '"' | "'" | null;
}

/** Where a cursor stands. */
export interface Situation {
  /** `root` is outside of everything; `nothing` is where no word of a query can be, as inside `ObjectId("…")`. */
  at: "root" | "key" | "value" | "nothing";
  /** The keys that lead here, the outermost first; at a value its own key is the last. */
  keys: readonly string[];
  /** The keys that the object around the cursor has already. */
  used: readonly string[];
  /** The cursor is directly in an array. */
  inArray: boolean;
  token: Token;
  /** Whether keys before the cursor are written in quotes; null where there is none yet. */
  quoted: boolean | null;
}

interface Container {
  bracket: "{" | "[" | "(";
  expects: "key" | "colon" | "value" | "end";
  key: string | null;
  used: string[];
}

const OPENERS: Record<string, Container["expects"]> = { "{": "key", "[": "value", "(": "end" };
const WORD = /[\p{L}\p{N}_$.+-]/u;

/** Reads a text up to the cursor, in mongosh syntax or as JSON, finished or not. Never fails: what it cannot read it passes over. */
export function situationAt(text: string, cursor: number): Situation {
  const before = text.slice(0, cursor);
  const open: Container[] = [];
  let quoted: boolean | null = null;
  let at = 0;

  /** Takes note of a word or a string that is finished. */
  const take = (word: string, inQuotes: boolean) => {
    const inner = open.at(-1);
    if (inner?.bracket === "{" && inner.expects === "key") {
      [inner.key, inner.expects] = [word, "colon"];
      inner.used.push(word);
      if (quoted !== false) quoted = inQuotes;
    } else if (inner?.expects === "value") inner.expects = "end";
  };

  const situation = (token: Token, inside = true): Situation => {
    const inner = open.at(-1);
    const where = (): Situation["at"] => {
      if (!inside) return "nothing";
      if (!inner) return before.slice(0, token.from).trim() === "" ? "root" : "nothing";
      return inner.expects === "key" || inner.expects === "value" ? inner.expects : "nothing";
    };
    const keys = open.flatMap(({ key }) => key ?? []);
    return {
      at: where(),
      keys,
      used: inner?.used ?? [],
      inArray: inner?.bracket === "[",
      token,
      quoted,
    };
  };

  while (at < before.length) {
    const sign = before[at] ?? "";
    const inner = open.at(-1);
    if (sign === '"' || sign === "'") {
      const end = endOfString(before, at);
      if (end === null) return situation({ from: at, text: before.slice(at + 1), quote: sign });
      take(unescaped(before.slice(at + 1, end - 1)), true);
      at = end;
    } else if (sign === "/" && inner?.expects === "value") {
      const end = endOfPattern(before, at);
      if (end === null) return situation({ from: at, text: "", quote: null }, false);
      inner.expects = "end";
      at = end;
    } else if (WORD.test(sign)) {
      let end = at + 1;
      while (end < before.length && WORD.test(before[end] ?? "")) end += 1;
      const word = before.slice(at, end);
      if (end === before.length) return situation({ from: at, text: word, quote: null });
      take(word, false);
      at = end;
    } else {
      punctuate(open, sign);
      at += 1;
    }
  }
  return situation({ from: cursor, text: "", quote: null });
}

function punctuate(open: Container[], sign: string): void {
  const inner = open.at(-1);
  const expects = OPENERS[sign];
  if (expects) open.push({ bracket: sign as Container["bracket"], expects, key: null, used: [] });
  else if (sign === ":" && inner?.expects === "colon") inner.expects = "value";
  else if (sign === "," && inner) {
    inner.expects = OPENERS[inner.bracket] ?? "end";
    inner.key = null;
  } else if ("}])".includes(sign)) {
    open.pop();
    const outer = open.at(-1);
    if (outer?.expects === "value") outer.expects = "end";
  }
}

/** Where a string that begins here has ended; null where it has not. */
function endOfString(text: string, start: number): number | null {
  for (let at = start + 1; at < text.length; at += 1) {
    if (text[at] === "\\") at += 1;
    else if (text[at] === text[start]) return at + 1;
  }
  return null;
}

/** The same of a regular expression; its flags are read as a word. */
function endOfPattern(text: string, start: number): number | null {
  let inClass = false;
  for (let at = start + 1; at < text.length; at += 1) {
    if (text[at] === "\\") at += 1;
    else if (text[at] === "[") inClass = true;
    else if (text[at] === "]") inClass = false;
    else if (text[at] === "/" && !inClass) return at + 1;
  }
  return null;
}

function unescaped(text: string): string {
  return text.replace(/\\(.)/g, "$1");
}
