import type { Backend, BackendError, Connection, ConnectRequest, RecentConnection } from "$lib/backend";
import { toBackendError } from "$lib/backend";

/** The open connections, the one in front, and those used before. */
export class Connections {
  open = $state.raw<readonly Connection[]>([]);
  recent = $state.raw<readonly RecentConnection[]>([]);
  /** The id of the connection that sidebar and pulse show. */
  currentId = $state<string | null>(null);
  /** Why the recent connections could not be read. */
  recentError = $state.raw<BackendError | null>(null);

  readonly #backend: Backend;

  constructor(backend: Backend) {
    this.#backend = backend;
  }

  get current(): Connection | null {
    return this.byId(this.currentId) ?? this.open[0] ?? null;
  }

  byId(id: string | null): Connection | null {
    return this.open.find((connection) => connection.id === id) ?? null;
  }

  /** The open connection to these servers, by its connection string without password. */
  byUri(uri: string): Connection | null {
    return this.open.find((connection) => connection.uri === uri) ?? null;
  }

  /** Reads what is open already (after a reload of the window) and what was used before. */
  async load(): Promise<void> {
    this.open = await this.#backend.connections();
    await this.loadRecent();
  }

  async loadRecent(): Promise<void> {
    try {
      this.recent = await this.#backend.recentConnections();
      this.recentError = null;
    } catch (thrown) {
      this.recentError = toBackendError(thrown);
    }
  }

  /** Opens a connection and brings it to the front. Throws a `BackendError`. */
  async connect(request: ConnectRequest): Promise<Connection> {
    const connection = await this.#backend.connect(request);
    this.open = [...this.open.filter((other) => other.id !== connection.id), connection];
    this.currentId = connection.id;
    void this.loadRecent();
    return connection;
  }

  async disconnect(id: string): Promise<void> {
    await this.#backend.disconnect({ connection: id });
    this.open = this.open.filter((connection) => connection.id !== id);
    if (this.currentId === id) this.currentId = this.open[0]?.id ?? null;
  }

  async forget(id: string): Promise<void> {
    await this.#backend.forgetRecent({ id });
    await this.loadRecent();
  }
}
