/** The query as it is typed, and where a mistake in it is. */
import type { ReadPreferenceMode } from "$lib/backend";
import { offsetOf, type Place } from "$lib/text-place";

/** What is asked for, as it was typed: blank parts are not asked for. */
export interface Query {
  filter: string;
  sort: string;
  projection: string;
  collation: string;
  /** An index by its keys or by its name. */
  hint: string;
  limit: string;
  skip: string;
  maxTimeMs: string;
  readPreference: ReadPreferenceMode | "";
}

/** A part of the query with a field of its own. */
export type QueryPart = keyof Query;

/** The parts that stand behind "Options". */
export const OPTION_PARTS = [
  "collation",
  "hint",
  "limit",
  "skip",
  "maxTimeMs",
  "readPreference",
] as const satisfies readonly QueryPart[];

/** The parts in the order of their fields. */
export const QUERY_PARTS: readonly QueryPart[] = ["filter", "sort", "projection", ...OPTION_PARTS];

const READ_PREFERENCES: readonly string[] = [
  "primary",
  "primaryPreferred",
  "secondary",
  "secondaryPreferred",
  "nearest",
] satisfies readonly ReadPreferenceMode[];

/** A query that asks for everything. */
export function emptyQuery(): Query {
  return {
    filter: "",
    sort: "",
    projection: "",
    collation: "",
    hint: "",
    limit: "",
    skip: "",
    maxTimeMs: "",
    readPreference: "",
  };
}

/** A query from something that was kept: what is missing in it or wrong is blank. */
export function queryFrom(kept: unknown): Query {
  const query = emptyQuery();
  if (typeof kept !== "object" || kept === null) return query;
  for (const part of QUERY_PARTS) {
    const text: unknown = (kept as Record<string, unknown>)[part];
    if (typeof text === "string" && (part !== "readPreference" || READ_PREFERENCES.includes(text)))
      query[part] = text as Query[typeof part] & "";
  }
  return query;
}

/** Whether two queries ask for the same in the same words. */
export function sameQuery(one: Query, other: Query): boolean {
  return QUERY_PARTS.every((part) => one[part].trim() === other[part].trim());
}

/** The parts of a query that ask for something. */
export function partsOf(query: Query): QueryPart[] {
  return QUERY_PARTS.filter((part) => query[part].trim() !== "");
}

/** The numbers of a query, and the values that each may have. */
export const NUMBER_RANGES = {
  limit: { least: 1, most: 2_147_483_647 },
  skip: { least: 0, most: 100_000 },
  maxTimeMs: { least: 1, most: 600_000 },
} as const satisfies Partial<Record<QueryPart, { least: number; most: number }>>;

/** A part of the query that is a number. */
export type NumberPart = keyof typeof NUMBER_RANGES;

/** Whether a number's text is blank, or a number within its range. */
export function isNumberFor(part: NumberPart, text: string): boolean {
  const { least, most } = NUMBER_RANGES[part];
  const digits = text.trim();
  return digits === "" || (/^\d{1,10}$/.test(digits) && Number(digits) >= least && Number(digits) <= most);
}

/** The first number of a query that is none, or null. */
export function wrongNumber(query: Query): NumberPart | null {
  const parts = Object.keys(NUMBER_RANGES) as NumberPart[];
  return parts.find((part) => !isNumberFor(part, query[part])) ?? null;
}

/** The query as a request has it. */
export interface Asked {
  filter: string | null;
  sort: string | null;
  projection: string | null;
  collation: string | null;
  hint: string | null;
  limit: number | null;
  skip: number | null;
  maxTimeMs: number | null;
  readPreference: ReadPreferenceMode | null;
}

/** The query as it is sent; a number that is none is left out. */
export function askedOf(query: Query): Asked {
  const text = (part: QueryPart) => (query[part].trim() === "" ? null : query[part]);
  const number = (part: NumberPart) =>
    query[part].trim() === "" || !isNumberFor(part, query[part]) ? null : Number(query[part]);
  return {
    filter: text("filter"),
    sort: text("sort"),
    projection: text("projection"),
    collation: text("collation"),
    hint: text("hint"),
    limit: number("limit"),
    skip: number("skip"),
    maxTimeMs: number("maxTimeMs"),
    readPreference: query.readPreference === "" ? null : query.readPreference,
  };
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
