/** A text that holds the letters asked for, in order. */
export interface Match {
  /** Higher is better. */
  score: number;
  /** Positions in the text of the letters that matched. */
  at: readonly number[];
}

const START = 16;
const WORD_START = 10;
const NEXT = 12;
const GAP = 1;

/**
 * Finds the letters of a query in a text, in order, not necessarily side by side.
 *
 * Letters at the start of a word and letters side by side count most; shorter texts win a tie. Null
 * where a letter is missing. Blanks in the query mean nothing.
 */
export function fuzzy(query: string, text: string): Match | null {
  const wanted = query.toLowerCase().replaceAll(/\s+/g, "");
  if (wanted === "") return { score: 0, at: [] };
  const lower = text.toLowerCase();
  let best: Match | null = null;
  for (
    let start = lower.indexOf(wanted[0] ?? "");
    start !== -1;
    start = lower.indexOf(wanted[0] ?? "", start + 1)
  ) {
    const match = from(start, wanted, lower, text);
    if (match === null) break;
    if (best === null || match.score > best.score) best = match;
  }
  return best;
}

function from(start: number, wanted: string, lower: string, text: string): Match | null {
  const at: number[] = [];
  let score = -text.length / 100;
  let position = start;
  for (const letter of wanted) {
    const next = lower.indexOf(letter, position);
    if (next === -1) return null;
    const before = at.at(-1);
    if (next === 0) score += START;
    else if (startsWord(text, next)) score += WORD_START;
    if (before !== undefined) score += next === before + 1 ? NEXT : -GAP * Math.min(next - before, 10);
    at.push(next);
    position = next + 1;
  }
  return { score, at };
}

function startsWord(text: string, index: number): boolean {
  const before = text[index - 1] ?? " ";
  return /[^\p{L}\p{N}]/u.test(before) || (/\p{Ll}/u.test(before) && /\p{Lu}/u.test(text[index] ?? ""));
}

/** The best matches among items, best first; without a query the first ones as they stand. */
export function rank<T>(
  query: string,
  items: readonly T[],
  text: (item: T) => string,
  limit: number,
): Ranked<T>[] {
  if (query.trim() === "") return items.slice(0, limit).map((item) => ({ item, at: [] }));
  return items
    .flatMap((item) => {
      const match = fuzzy(query, text(item));
      return match === null ? [] : [{ item, at: match.at, score: match.score }];
    })
    .sort((a, b) => b.score - a.score)
    .slice(0, limit);
}

export interface Ranked<T> {
  item: T;
  at: readonly number[];
}

/** Cuts a text into pieces that matched and pieces that did not. */
export function pieces(text: string, at: readonly number[]): { text: string; hit: boolean }[] {
  const hits = new Set(at);
  const found: { text: string; hit: boolean }[] = [];
  for (let index = 0; index < text.length; index += 1) {
    const hit = hits.has(index);
    const last = found.at(-1);
    if (last?.hit === hit) last.text += text[index];
    else found.push({ text: text[index] ?? "", hit });
  }
  return found;
}
