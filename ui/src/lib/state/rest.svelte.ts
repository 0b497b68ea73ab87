import type { DesktopOperations, RestStatus } from "$lib/backend";

/** The listener of this program. In a browser there is none to speak of: the page came from it. */
export class Rest {
  status = $state.raw<RestStatus | null>(null);
  /** It is being switched. */
  busy = $state(false);

  readonly #desktop: DesktopOperations | null;

  constructor(desktop: DesktopOperations | null) {
    this.#desktop = desktop;
  }

  /** `host:port`, while it listens. */
  get address(): string | null {
    return this.status?.url?.replace("http://", "") ?? null;
  }

  async load(): Promise<void> {
    if (this.#desktop !== null) this.status = await this.#desktop.restStatus();
  }

  /** Listens as the settings say, or no longer. Throws a `BackendError`. */
  async listen(on: boolean): Promise<void> {
    await this.#switch(on ? "restStart" : "restStop");
  }

  async #switch(how: "restStart" | "restStop"): Promise<void> {
    if (this.#desktop === null || this.busy) return;
    this.busy = true;
    try {
      this.status = await this.#desktop[how]();
    } finally {
      this.busy = false;
    }
  }

  serves(connection: string): boolean {
    return this.status?.served.includes(connection) ?? false;
  }

  /** Lets the listener reach a connection, or no longer. Throws a `BackendError`. */
  async serve(connection: string, served: boolean): Promise<void> {
    if (this.#desktop !== null) this.status = await this.#desktop.restServe({ connection, served });
  }
}
