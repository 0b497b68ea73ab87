/** Queries used before and kept ones of each collection, in the window's own storage. */
import { emptyQuery, partsOf, type Query, queryFrom, sameQuery } from "$lib/document/query";
import { isRecord, keptList, type Owner, readKept, type Storage, writeKept } from "$lib/per-collection";

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

const KEY = "trivet.queries.1";
const HISTORY = 50;
const FAVOURITES = 100;
/** A longer text is not worth the room: pasted lists of ids. */
const LONGEST = 20_000;

/** The queries of a collection. What cannot be read is left out. */
export function readQueries(storage: Storage, owner: Owner): KeptQueries {
  const kept = readKept(storage, KEY, owner);
  return {
    history: keptList(kept["history"]).map(queryFrom).filter(asksSomething),
    favourites: keptList(kept["favourites"])
      .filter(isRecord)
      .map(({ query, name }) => ({ query: queryFrom(query), name: typeof name === "string" ? name : "" }))
      .filter(({ query }) => asksSomething(query)),
  };
}

/** Keeps the queries of a collection, as many as there is room for. Says whether the storage took them. */
export function writeQueries(storage: Storage, owner: Owner, { history, favourites }: KeptQueries): boolean {
  return writeKept(storage, KEY, owner, {
    history: history.slice(0, HISTORY).map(shortened),
    favourites: favourites.slice(0, FAVOURITES).map(({ query, name }) => ({ query: shortened(query), name })),
  });
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
