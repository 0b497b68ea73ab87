/** The query as it is typed, and where a mistake in it is. */
import { offsetOf, type Place } from "./place";

/** What is asked for, as it was typed. */
export interface Query {
  filter: string;
  sort: string;
  projection: string;
}

/** A part of the query with a field of its own. */
export type QueryPart = keyof Query;

/** The parts in the order of their fields. */
export const QUERY_PARTS: readonly QueryPart[] = ["filter", "sort", "projection"];

/** Whether two queries ask for the same in the same words. */
export function sameQuery(one: Query, other: Query): boolean {
  return QUERY_PARTS.every((part) => one[part].trim() === other[part].trim());
}

/** A mistake with a little of the text around it. */
export interface Excerpt {
  before: string;
  at: string;
  after: string;
}

/** Characters shown on each side of a mistake. */
const AROUND = 16;

/** The surroundings of a place in a text. */
export function excerptAt(text: string, place: Place): Excerpt {
  const offset = offsetOf(text, place);
  const end = text.indexOf("\n", offset);
  const rest = text.slice(offset, end < 0 ? text.length : end);
  const [at = ""] = rest;
  const start = text.lastIndexOf("\n", offset - 1) + 1;
  const before = text.slice(Math.max(start, offset - AROUND), offset);
  const after = rest.slice(at.length, at.length + AROUND);
  return {
    before: offset - start > AROUND ? `…${before}` : before,
    at,
    after: rest.length > at.length + AROUND ? `${after}…` : after,
  };
}

/** The sort that a click on a column's heading asks for next: ascending, descending, then none. */
export function nextSort(sort: string, name: string): string {
  const [ascending, descending] = [sortText(name, 1), sortText(name, -1)];
  if (sort.trim() === ascending) return descending;
  return sort.trim() === descending ? "" : ascending;
}

/** How a column is sorted by a sort that {@link nextSort} wrote. */
export function sortOf(sort: string, name: string): "ascending" | "descending" | null {
  if (sort.trim() === sortText(name, 1)) return "ascending";
  return sort.trim() === sortText(name, -1) ? "descending" : null;
}

function sortText(name: string, direction: 1 | -1): string {
  return `{ ${JSON.stringify(name)}: ${direction} }`;
}
