/** Where in a typed text a mistake is. */

import type { TextPlace } from "$lib/backend";

/** A line and a column, both from 1; a column counts characters. */
export type Place = Pick<TextPlace, "line" | "column">;

/** The offset in UTF-16 units of a place in `text`, at most its length. */
export function offsetOf(text: string, { line, column }: Place): number {
  let start = 0;
  for (let passed = 1; passed < line; passed += 1) {
    const end = text.indexOf("\n", start);
    if (end < 0) return text.length;
    start = end + 1;
  }
  const lineEnd = text.indexOf("\n", start);
  const characters = [...text.slice(start, lineEnd < 0 ? text.length : lineEnd)];
  return start + characters.slice(0, column - 1).join("").length;
}
