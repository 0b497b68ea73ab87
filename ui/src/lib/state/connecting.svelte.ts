import type { BackendError, Connection, ConnectRequest } from "$lib/backend";
import { toBackendError } from "$lib/backend";

/** One attempt to connect at a time: which it is, and why the last one failed. */
export class Connecting {
  /** What is being connected to, by a key of the caller's own; null when nothing is. */
  busy = $state<string | null>(null);
  /** Which one failed. */
  failed = $state<string | null>(null);
  error = $state.raw<BackendError | null>(null);

  readonly #connect: (request: ConnectRequest) => Promise<Connection>;

  constructor(connect: (request: ConnectRequest) => Promise<Connection>) {
    this.#connect = connect;
  }

  errorOf(key: string): BackendError | null {
    return this.failed === key ? this.error : null;
  }

  /** Connects, or keeps why not. Says which. */
  async run(
    key: string,
    request: () => ConnectRequest | Promise<ConnectRequest>,
  ): Promise<Connection | null> {
    if (this.busy !== null) return null;
    this.busy = key;
    this.failed = null;
    this.error = null;
    try {
      return await this.#connect(await request());
    } catch (thrown) {
      this.failed = key;
      this.error = toBackendError(thrown);
      return null;
    } finally {
      this.busy = null;
    }
  }
}
