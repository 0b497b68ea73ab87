import { type Query, sameQuery } from "$lib/document/query";
import type { Owner } from "$lib/per-collection";
import { type Favourite, readQueries, remembered, writeQueries } from "$lib/query-history";

/** The queries of one collection that were used before or are kept, shared with other windows on the same storage. */
export class Queries {
  history = $state.raw<readonly Query[]>([]);
  favourites = $state.raw<readonly Favourite[]>([]);

  readonly #storage: Storage;
  readonly #owner: Owner;
  #kept = true;

  constructor(storage: Storage, owner: Owner) {
    this.#storage = storage;
    this.#owner = owner;
    this.refresh();
  }

  /** Reads what another window may have kept since. */
  refresh(): void {
    ({ history: this.history, favourites: this.favourites } = readQueries(this.#storage, this.#owner));
  }

  /** Puts a query that was answered at the head of the history. */
  remember(query: Query): void {
    this.#change(() => (this.history = remembered(this.history, query)));
  }

  isFavourite(query: Query): boolean {
    return this.favourites.some((kept) => sameQuery(kept.query, query));
  }

  /** Keeps a query, or no longer. */
  toggleFavourite(query: Query): void {
    this.#change(() => {
      const others = this.favourites.filter((kept) => !sameQuery(kept.query, query));
      const isNew = others.length === this.favourites.length;
      this.favourites = isNew ? [{ query: { ...query }, name: "" }, ...others] : others;
    });
  }

  rename(query: Query, name: string): void {
    this.#change(() => {
      this.favourites = this.favourites.map((kept) =>
        sameQuery(kept.query, query) ? { ...kept, name: name.trim() } : kept,
      );
    });
  }

  /** Takes a query out of the history. */
  forget(query: Query): void {
    this.#change(() => (this.history = this.history.filter((other) => !sameQuery(other, query))));
  }

  /** Empties the history; favourites stay. */
  clear(): void {
    this.#change(() => (this.history = []));
  }

  #change(change: () => void): void {
    // What a full storage did not take is only here.
    if (this.#kept) this.refresh();
    change();
    this.#kept = writeQueries(this.#storage, this.#owner, {
      history: this.history,
      favourites: this.favourites,
    });
  }
}
