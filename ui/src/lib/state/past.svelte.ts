import { type Backend, type BackendError, toBackendError } from "$lib/backend";
import { type Trend, trendOf } from "$lib/replica/trend";

/** What was recorded of one connection's set over hours, as far as it was asked for. */
export class Past {
  trend = $state.raw<Trend | null>(null);
  error = $state.raw<BackendError | null>(null);

  readonly #backend: Backend;
  readonly #connection: string;

  constructor(backend: Backend, connection: string) {
    this.#backend = backend;
    this.#connection = connection;
  }

  /** Asks for the last `seconds`; what could not be read stays as it was, and is asked for again. */
  async load(seconds: number): Promise<void> {
    try {
      const { replicaHistory } = this.#backend;
      this.trend = trendOf(await replicaHistory({ connection: this.#connection, seconds }));
      this.error = null;
    } catch (thrown) {
      this.error = toBackendError(thrown);
    }
  }
}
