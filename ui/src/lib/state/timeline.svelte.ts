import { type Backend, type BackendError, type TimelineEntry, toBackendError } from "$lib/backend";

/** How many entries are asked for at once. */
const PAGE = 20;

/** What has happened to one connection's set, as far as it was asked for. */
export class Timeline {
  entries = $state.raw<readonly TimelineEntry[]>([]);
  /** There are older ones. */
  more = $state(false);
  error = $state.raw<BackendError | null>(null);

  readonly #backend: Backend;
  readonly #connection: string;

  constructor(backend: Backend, connection: string) {
    this.#backend = backend;
    this.#connection = connection;
  }

  /** Asks again for what is shown: entries are completed as more is known of them. */
  async refresh(): Promise<void> {
    await this.#ask(Math.max(PAGE, this.entries.length), null);
  }

  /** Asks for the next page of older ones. */
  async older(): Promise<void> {
    await this.#ask(PAGE, this.entries.at(-1)?.id ?? null);
  }

  async #ask(limit: number, before: string | null): Promise<void> {
    try {
      const told = await this.#backend.replicaTimeline({ connection: this.#connection, limit, before });
      this.entries = before === null ? told.entries : [...this.entries, ...told.entries];
      this.more = told.more;
      this.error = null;
    } catch (thrown) {
      this.error = toBackendError(thrown);
    }
  }
}
