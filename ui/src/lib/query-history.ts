/** Queries used before and kept ones of each collection, in the window's own storage. */
import type { Namespace } from "$lib/backend/bindings";
import { emptyQuery, partsOf, type Query, queryFrom, sameQuery } from "$lib/document/query";

/** A query that is kept until it is taken away. */
export interface Favourite {
  query: Query;
  /** What a person calls it, or "". */
  name: string;
}

/** The queries of one collection. */
export interface KeptQueries {
  /** The latest first, each once. */
  history: readonly Query[];
  favourites: readonly Favourite[];
}

/** Which collection: the place of its connection, and its namespace. */
export interface Owner {
  place: string;
  namespace: Namespace;
}

const KEY = "trivet.queries.1";
const HISTORY = 50;
const FAVOURITES = 100;
const OWNERS = 200;
/** A longer text is not worth the room: pasted lists of ids. */
const LONGEST = 20_000;

type Storage = Pick<globalThis.Storage, "getItem" | "setItem">;

/** The queries of a collection. What cannot be read is left out. */
export function readQueries(storage: Storage, owner: Owner): KeptQueries {
  const kept = all(storage)[keyOf(owner)];
  if (!isRecord(kept)) return { history: [], favourites: [] };
  return {
    history: list(kept["history"]).map(queryFrom).filter(asksSomething),
    favourites: list(kept["favourites"])
      .filter(isRecord)
      .map(({ query, name }) => ({ query: queryFrom(query), name: typeof name === "string" ? name : "" }))
      .filter(({ query }) => asksSomething(query)),
  };
}

/** Keeps the queries of a collection, as many as there is room for. Says whether the storage took them. */
export function writeQueries(storage: Storage, owner: Owner, { history, favourites }: KeptQueries): boolean {
  try {
    const others = Object.entries(all(storage)).filter(([key]) => key !== keyOf(owner));
    const own = {
      history: history.slice(0, HISTORY).map(shortened),
      favourites: favourites
        .slice(0, FAVOURITES)
        .map(({ query, name }) => ({ query: shortened(query), name })),
    };
    // The collection used last is the last: the first is forgotten when there are too many.
    const entries = [...others.slice(1 - OWNERS), [keyOf(owner), own] as const];
    storage.setItem(KEY, JSON.stringify(Object.fromEntries(entries)));
    return true;
  } catch {
    return false;
  }
}

/** The history with a query at its head. */
export function remembered(history: readonly Query[], query: Query): readonly Query[] {
  const length = partsOf(query).reduce((sum, part) => sum + query[part].length, 0);
  if (!asksSomething(query) || length > LONGEST) return history;
  return [{ ...query }, ...history.filter((other) => !sameQuery(other, query))].slice(0, HISTORY);
}

function asksSomething(query: Query): boolean {
  return !sameQuery(query, emptyQuery());
}

/** Only the parts that ask for something. */
function shortened(query: Query): Partial<Query> {
  return Object.fromEntries(partsOf(query).map((part) => [part, query[part]]));
}

function keyOf({ place, namespace: { database, collection } }: Owner): string {
  return JSON.stringify([place, database, collection]);
}

function all(storage: Storage): Record<string, unknown> {
  try {
    const read: unknown = JSON.parse(storage.getItem(KEY) ?? "{}");
    return isRecord(read) ? read : {};
  } catch {
    return {};
  }
}

function list(value: unknown): unknown[] {
  return Array.isArray(value) ? value : [];
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null;
}
