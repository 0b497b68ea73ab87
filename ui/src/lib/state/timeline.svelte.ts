import { type Backend, type BackendError, type TimelineEntry, toBackendError } from "$lib/backend";

/** How many entries are asked for at once. */
const PAGE = 20;
/** More are not answered at once. */
const MOST = 1000;

/** What has happened to one connection's set, as far as it was asked for. */
export class Timeline {
  entries = $state.raw<readonly TimelineEntry[]>([]);
  /** There are older ones, and they can be asked for. */
  more = $state(false);
  error = $state.raw<BackendError | null>(null);

  readonly #backend: Backend;
  readonly #connection: string;
  /** One question at a time: an answer that is overtaken would cut off what is shown, or show it twice. */
  #asked: Promise<void> | null = null;
  #again: Promise<void> | null = null;
  #wanted = PAGE;

  constructor(backend: Backend, connection: string) {
    this.#backend = backend;
    this.#connection = connection;
  }

  /** Asks again for what is shown: entries are completed as more is known of them. */
  refresh(): Promise<void> {
    if (this.#asked === null) return (this.#asked = this.#ask().finally(() => (this.#asked = null)));
    // Whoever comes meanwhile shares the next question.
    return (this.#again ??= this.#asked.then(() => {
      this.#again = null;
      return this.refresh();
    }));
  }

  /** Shows a page of older ones too. */
  older(): Promise<void> {
    this.#wanted = Math.min(this.#wanted + PAGE, MOST);
    return this.refresh();
  }

  async #ask(): Promise<void> {
    try {
      const limit = this.#wanted;
      const told = await this.#backend.replicaTimeline({ connection: this.#connection, limit, before: null });
      this.entries = told.entries;
      this.more = told.more && limit < MOST;
      this.error = null;
    } catch (thrown) {
      this.error = toBackendError(thrown);
    }
  }
}
