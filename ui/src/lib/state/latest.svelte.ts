import { SvelteMap } from "svelte/reactivity";

import type { Backend, HistoryEntry } from "$lib/backend";

/** What is known of the history of a connection without opening it. */
export interface Latest {
  /** The latest write; null where there is none. */
  entry: HistoryEntry | null;
  /** Before-images are kept. */
  kept: boolean;
  usedBytes: number;
  limitBytes: number;
}

/** The latest write of each connection: read when a connection comes to the front, and after every write of this window. */
export class LatestWrites {
  readonly #backend: Pick<Backend, "history">;
  readonly #known = new SvelteMap<string, Latest>();
  /** Those that are read; true where something was written since reading began. */
  readonly #reading = new Map<string, boolean>();

  constructor(backend: Pick<Backend, "history">) {
    this.#backend = backend;
  }

  of(connection: string): Latest | null {
    return this.#known.get(connection) ?? null;
  }

  /** Reads it anew; what is asked for meanwhile is read once more at the end. */
  async refresh(connection: string): Promise<void> {
    const isReading = this.#reading.has(connection);
    this.#reading.set(connection, isReading);
    if (isReading) return;
    do {
      this.#reading.set(connection, false);
      await this.#read(connection);
    } while (this.#reading.get(connection) === true);
    this.#reading.delete(connection);
  }

  async #read(connection: string): Promise<void> {
    try {
      const { entries, undo, usedBytes, limitBytes } = await this.#backend.history({ connection, limit: 1 });
      this.#known.set(connection, { entry: entries[0] ?? null, kept: undo, usedBytes, limitBytes });
    } catch {
      // The History dialog tells why, when it is opened.
      this.#known.delete(connection);
    }
  }
}
