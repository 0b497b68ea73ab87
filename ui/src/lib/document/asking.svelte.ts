/** A question to the server that can be ended while it is under way. */
import { type Backend, type BackendError, toBackendError } from "$lib/backend";

/** What came of a question. */
export type Answer<T> =
  | { is: "given"; value: T }
  | { is: "failed"; error: BackendError }
  /** A person has ended it; `onServer` where it was found and the server was asked to end it too. */
  | { is: "cancelled"; onServer: boolean };

/** Who can be asked to end a query. */
interface Server {
  backend: Pick<Backend, "cancelQuery">;
  connection: string;
}

interface Question {
  name: string;
  /** When it was asked, milliseconds since 1970. */
  since: number;
  over: boolean;
  /** Somebody has asked to end it. */
  unwanted: boolean;
  /** While it is looked for to be ended: whether it was found. */
  ending: Promise<boolean> | null;
}

/** How often a question that has not reached the server yet is looked for there, and the time between. */
const TRIES = 20;
const BETWEEN_MS = 250;

/** Asks one question at a time. */
export class Asking {
  #current = $state.raw<Question | null>(null);
  readonly #server: Server;

  constructor(server: Server) {
    this.#server = server;
  }

  /** When the question that is under way was asked; null while there is none. */
  get since(): number | null {
    return this.#current?.since ?? null;
  }

  /** Asks under a name of its own. A question that is still under way is ended: nobody waits for it any more. */
  async ask<T>(question: (name: string) => Promise<T>): Promise<Answer<T>> {
    this.drop();
    const asked: Question = {
      name: newName(),
      since: Date.now(),
      over: false,
      unwanted: false,
      ending: null,
    };
    this.#current = asked;
    try {
      return { is: "given", value: await question(asked.name) };
    } catch (thrown) {
      asked.over = true;
      const error = toBackendError(thrown);
      // Whoever else has ended it, that is a failure to the person who asked.
      if (error.code !== "Cancelled" || !asked.unwanted) return { is: "failed", error };
      return { is: "cancelled", onServer: (await asked.ending) ?? false };
    } finally {
      asked.over = true;
      if (this.#current === asked) this.#current = null;
    }
  }

  /** Ends the question that is under way, which answers `cancelled` then. */
  cancel(): void {
    const asked = this.#current;
    if (!asked) return;
    asked.unwanted = true;
    asked.ending ??= this.#end(asked);
  }

  /** Ends the question that is under way, as nobody waits for it any more. */
  drop(): void {
    this.cancel();
    this.#current = null;
  }

  async #end(asked: Question): Promise<boolean> {
    const { backend, connection } = this.#server;
    try {
      for (let tries = 0; tries < TRIES; tries += 1) {
        const { found } = await backend.cancelQuery({ connection, query: asked.name });
        if (found) return true;
        if (asked.over) return false;
        // It may be on its way still.
        await new Promise((later) => setTimeout(later, BETWEEN_MS));
        if (asked.over) return false;
      }
    } catch {
      // The question goes on, or has ended with its connection: either will be seen.
    }
    if (!asked.over) asked.ending = null;
    return false;
  }
}

let asked = 0;
const WINDOW = [...crypto.getRandomValues(new Uint8Array(8))].map((byte) => byte.toString(16)).join("");

/** No other question has this name, in this window or another. */
function newName(): string {
  asked += 1;
  return `${WINDOW}-${asked}`;
}
