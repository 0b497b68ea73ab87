import { SvelteMap, SvelteSet } from "svelte/reactivity";

import {
  type Backend,
  type BackendError,
  type Collection,
  type Database,
  toBackendError,
} from "$lib/backend";

/** A list that is asked for when somebody wants to see it. */
export type Lazy<T> =
  { state: "loading" } | { state: "ready"; items: readonly T[] } | { state: "failed"; error: BackendError };

const key = (...parts: string[]) => parts.join("\u0000");

/** How many figures are asked for at a time: the rest wait, so that the names come first. */
const COUNTS_AT_ONCE = 4;

/** Databases, collections and figures of every connection, each read when it is first looked at. */
export class Catalog {
  readonly #backend: Backend;
  readonly #databases = new SvelteMap<string, Lazy<Database>>();
  readonly #collections = new SvelteMap<string, Lazy<Collection>>();
  readonly #counts = new SvelteMap<string, number | null>();
  readonly #expanded = new SvelteSet<string>();
  /** Read by no template, so not reactive. */
  readonly #asked = new Set<string>();
  #queue: (() => Promise<void>)[] = [];
  #running = 0;

  constructor(backend: Backend) {
    this.#backend = backend;
  }

  databases(connection: string): Lazy<Database> | null {
    return this.#databases.get(connection) ?? null;
  }

  collections(connection: string, database: string): Lazy<Collection> | null {
    return this.#collections.get(key(connection, database)) ?? null;
  }

  /** The estimated number of documents; undefined until it is known, null where it cannot be. */
  count(connection: string, database: string, collection: string): number | null | undefined {
    return this.#counts.get(key(connection, database, collection));
  }

  isExpanded(connection: string, database: string): boolean {
    return this.#expanded.has(key(connection, database));
  }

  async loadDatabases(connection: string): Promise<void> {
    if (!this.#databases.has(connection)) this.#databases.set(connection, { state: "loading" });
    this.#databases.set(connection, await settle(this.#backend.databases({ connection })));
  }

  async loadCollections(connection: string, database: string): Promise<void> {
    const id = key(connection, database);
    if (!this.#collections.has(id)) this.#collections.set(id, { state: "loading" });
    this.#collections.set(id, await settle(this.#backend.collections({ connection, database })));
  }

  expand(connection: string, database: string): void {
    this.#expanded.add(key(connection, database));
    if (this.collections(connection, database)?.state !== "ready")
      void this.loadCollections(connection, database);
  }

  collapse(connection: string, database: string): void {
    this.#expanded.delete(key(connection, database));
  }

  collapseAll(connection: string): void {
    for (const id of [...this.#expanded]) if (id.startsWith(key(connection, ""))) this.#expanded.delete(id);
  }

  /** Asks for a collection's figure unless that was done before. */
  wantCount(connection: string, database: string, collection: string): void {
    const id = key(connection, database, collection);
    if (this.#asked.has(id)) return;
    this.#asked.add(id);
    this.#queue.push(() => this.#readCount(id, connection, database, collection));
    this.#work();
  }

  /** Reads a collection's figure again, as after an insert or a delete. */
  refreshCount(connection: string, database: string, collection: string): void {
    this.#asked.delete(key(connection, database, collection));
    this.wantCount(connection, database, collection);
  }

  /** Reads everything that is shown of a connection again. */
  async refresh(connection: string): Promise<void> {
    for (const id of [...this.#asked]) if (id.startsWith(key(connection, ""))) this.#asked.delete(id);
    await this.loadDatabases(connection);
    const names = [...this.#collections.keys()]
      .filter((id) => id.startsWith(key(connection, "")))
      .map((id) => id.slice(connection.length + 1));
    await Promise.all(names.map((database) => this.loadCollections(connection, database)));
  }

  /** Reads the databases of a connection again, and the collections of these. */
  async reload(connection: string, ...databases: readonly string[]): Promise<void> {
    await this.loadDatabases(connection);
    const listed = this.databases(connection);
    const isThere = (name: string) =>
      listed?.state !== "ready" || listed.items.some((database) => database.name === name);
    for (const name of databases.filter((name) => !isThere(name))) {
      this.#collections.delete(key(connection, name));
      this.collapse(connection, name);
    }
    await Promise.all(databases.filter(isThere).map((name) => this.loadCollections(connection, name)));
  }

  /** Forgets the figure of a collection, or those of a whole database. */
  forgetCounts(connection: string, database: string, collection: string | null): void {
    const id = key(connection, database, collection ?? "");
    const isOne = (other: string) => (collection === null ? other.startsWith(id) : other === id);
    for (const other of [...this.#asked]) if (isOne(other)) this.#asked.delete(other);
    for (const other of [...this.#counts.keys()]) if (isOne(other)) this.#counts.delete(other);
  }

  /** Forgets a connection that was closed. */
  drop(connection: string): void {
    const mine = (id: string) => id === connection || id.startsWith(key(connection, ""));
    for (const map of [this.#databases, this.#collections, this.#counts])
      for (const id of [...map.keys()]) if (mine(id)) map.delete(id);
    for (const set of [this.#expanded, this.#asked]) for (const id of [...set]) if (mine(id)) set.delete(id);
  }

  /** Every collection known so far, for the palette. */
  known(connection: string): { database: string; collection: Collection }[] {
    const found: { database: string; collection: Collection }[] = [];
    for (const [id, list] of this.#collections) {
      if (list.state !== "ready" || !id.startsWith(key(connection, ""))) continue;
      const database = id.slice(connection.length + 1);
      for (const collection of list.items) found.push({ database, collection });
    }
    return found;
  }

  async #readCount(id: string, connection: string, database: string, collection: string): Promise<void> {
    try {
      const answer = await this.#backend.count({
        connection,
        namespace: { database, collection },
        filter: null,
        mode: "estimated",
        limit: null,
      });
      this.#counts.set(id, answer.count);
    } catch {
      // A figure beside a name is not worth an error; opening the collection tells what is wrong.
      this.#counts.set(id, null);
    }
  }

  #work(): void {
    while (this.#running < COUNTS_AT_ONCE) {
      // The latest asked is what is on the screen now.
      const next = this.#queue.pop();
      if (next === undefined) return;
      this.#running += 1;
      void next().finally(() => {
        this.#running -= 1;
        this.#work();
      });
    }
  }
}

async function settle<T>(asked: Promise<T[]>): Promise<Lazy<T>> {
  try {
    return { state: "ready", items: await asked };
  } catch (thrown) {
    return { state: "failed", error: toBackendError(thrown) };
  }
}
