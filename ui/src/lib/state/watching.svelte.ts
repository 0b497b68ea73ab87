import { type Backend, type BackendError, type HealthSettings, toBackendError } from "$lib/backend";

/** What is watched of one connection's set, and from when on something is an alert. */
export class Watching {
  settings = $state.raw<HealthSettings | null>(null);
  error = $state.raw<BackendError | null>(null);
  busy = $state(false);

  readonly #backend: Backend;
  readonly #connection: string;

  constructor(backend: Backend, connection: string) {
    this.#backend = backend;
    this.#connection = connection;
  }

  async load(): Promise<void> {
    await this.#attempt(() => this.#backend.healthSettings({ connection: this.#connection }));
  }

  /** Says whether they were kept; where not, `error` says why. */
  async save(settings: HealthSettings): Promise<boolean> {
    this.busy = true;
    const kept = await this.#attempt(() =>
      this.#backend.setHealthSettings({ connection: this.#connection, settings }),
    );
    this.busy = false;
    return kept;
  }

  async #attempt(ask: () => Promise<HealthSettings>): Promise<boolean> {
    try {
      this.settings = await ask();
      this.error = null;
      return true;
    } catch (thrown) {
      this.error = toBackendError(thrown);
      return false;
    }
  }
}
