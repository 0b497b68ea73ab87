import type {
  Backend,
  BackendError,
  Connection,
  ConnectRequest,
  DesktopOperations,
  RecentConnection,
} from "$lib/backend";
import { BackendError as Failure, toBackendError } from "$lib/backend";
import { t } from "$lib/messages";
import { keyOf } from "$lib/place";

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

  /** The open connection of a place: of several that are called alike, the one opened last. */
  byKey(key: string): Connection | null {
    return this.open.findLast((connection) => keyOf(connection) === key) ?? null;
  }

  /** Reads what is open already: after a reload of the window, or because the listener serves it. */
  async load(): Promise<void> {
    this.open = await this.#backend.connections();
  }

  async loadRecent(): Promise<void> {
    if (this.#backend.desktop === null) return;
    try {
      this.recent = await this.#backend.desktop.recentConnections();
      this.recentError = null;
    } catch (thrown) {
      this.recentError = toBackendError(thrown);
    }
  }

  /** Connections are opened and closed at the machine itself: in a browser nothing offers to. */
  get #desktop(): DesktopOperations {
    if (this.#backend.desktop === null) throw Failure.of("Unsupported", t.error.onlyInTheWindow);
    return this.#backend.desktop;
  }

  /** Opens a connection and brings it to the front. Throws a `BackendError`. */
  async connect(request: ConnectRequest): Promise<Connection> {
    const connection = await this.#desktop.connect(request);
    this.open = [...this.open.filter((other) => other.id !== connection.id), connection];
    this.currentId = connection.id;
    void this.loadRecent();
    return connection;
  }

  async disconnect(id: string): Promise<void> {
    await this.#desktop.disconnect({ connection: id });
    this.open = this.open.filter((connection) => connection.id !== id);
    if (this.currentId === id) this.currentId = this.open[0]?.id ?? null;
  }

  async forget(id: string): Promise<void> {
    await this.#desktop.forgetRecent({ id });
    await this.loadRecent();
  }
}
