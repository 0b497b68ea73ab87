/** How wide the columns of the table are. */
import type { DocumentView } from "$lib/backend";
import { cellOf } from "./display";
import { clamp } from "./window";

/** Pixels: the narrowest and the widest that a column is made unasked, and the least that it can be dragged to. */
const NARROW = 72;
const WIDE = 260;
export const LEAST_WIDTH = 48;
/** Pixels of a character in a cell and in a heading, and of the space around both. */
const CELL_CHARACTER = 7.25;
const HEADING_CHARACTER = 6.4;
const AROUND = 26;

/** Whether a text is wholly seen in a cell of this width. Of signs that other fonts draw it is not known. */
export function fitsIn(text: string, width: number): boolean {
  return text.length * CELL_CHARACTER + AROUND <= width && /^[ -~…]*$/.test(text);
}

/** A width in pixels that shows the heading and what most of these documents have in the column. */
export function widthFor(heading: string, name: string, documents: readonly DocumentView[]): number {
  let longest = heading.length * HEADING_CHARACTER;
  for (const { fields } of documents) {
    const node = fields.find((field) => field.name === name);
    if (node) longest = Math.max(longest, cellOf(node).text.length * CELL_CHARACTER);
  }
  return Math.round(clamp(longest + AROUND, NARROW, WIDE));
}
