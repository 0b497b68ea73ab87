import { announce } from "$lib/announce.svelte";
import { type Connection, type ConnectRequest, type Namespace, toBackendError } from "$lib/backend";
import { t } from "$lib/messages";
import { catalog, connections, frame, lab, settings, tabs, toasts } from "$lib/state";
import type { Place } from "$lib/stored-tabs";
import type { Tab } from "$lib/state/tabs.svelte";

/** Where the lab keeps its sample data. */
const SAMPLE: Namespace = { database: "mydatabase", collection: "items" };

const placeOf = ({ uri, name }: Connection) => ({ uri, name });

/** Reads what is open, then opens what the window was started for. */
export async function start(): Promise<void> {
  try {
    await Promise.all([settings.load(), connections.load(), lab.load()]);
    if (connections.open.length === 0) {
      if (settings.app?.target === true)
        await connect({ target: { kind: "startup" }, name: null, environment: null });
      else if (settings.app?.lab === true) void openLab();
    } else followTab();
  } catch (thrown) {
    frame.startError = toBackendError(thrown);
  } finally {
    frame.ready = true;
  }
}

/** Opens a connection and shows what was open there the last time. Throws a `BackendError`. */
export async function connect(request: ConnectRequest): Promise<Connection> {
  const connection = await connections.connect(request);
  announce(t.connection.connected(connection.name));
  frame.startError = null;
  showConnection(connection);
  return connection;
}

/** Closes a connection; one with unsaved changes in its tabs only after it was asked. */
export async function disconnect(connection: Connection): Promise<void> {
  if (tabs.unsavedAt(connection.uri) > 0) frame.disconnecting = connection;
  else await disconnectNow(connection);
}

export async function disconnectNow(connection: Connection): Promise<void> {
  frame.disconnecting = null;
  try {
    await connections.disconnect(connection.id);
    catalog.drop(connection.id);
    announce(t.connection.disconnected(connection.name));
  } catch (thrown) {
    toasts.show("error", toBackendError(thrown).message);
  }
}

/** Starts the lab if it does not run, connects to it, and opens its sample data. Failures stand in `lab.error`. */
export async function openLab(): Promise<void> {
  const status = await lab.start();
  if (status?.uri == null) return;
  try {
    const connection =
      connections.byUri(status.uri) ??
      (await connect({ target: { kind: "uri", uri: status.uri }, name: t.lab.name, environment: "local" }));
    followLab(connection);
    lab.dismiss();
    openDocuments(connection, SAMPLE);
    announce(t.lab.started);
  } catch (thrown) {
    lab.error = toBackendError(thrown);
  }
}

/** The lab takes other ports when its own are taken: its tabs of the last time go with it. */
function followLab(connection: Connection): void {
  const wasLab = ({ uri, name }: Place) =>
    name === t.lab.name && uri.startsWith("mongodb://127.0.0.1:") && connections.byUri(uri) === null;
  tabs.move(wasLab, placeOf(connection));
}

export function openDocuments(connection: Connection, namespace: Namespace): void {
  connections.currentId = connection.id;
  catalog.expand(connection.id, namespace.database);
  tabs.openDocuments(placeOf(connection), namespace);
}

export function openHealth(connection: Connection): void {
  connections.currentId = connection.id;
  tabs.openHealth(placeOf(connection));
}

/**
 * Brings a connection to the front, with a tab of it.
 *
 * Without one, none: documents of another connection under this one's name would be taken for its own.
 */
export function showConnection(connection: Connection): void {
  connections.currentId = connection.id;
  if (tabs.active?.place.uri === connection.uri) return;
  tabs.activeId = tabs.all.find(({ place }) => place.uri === connection.uri)?.id ?? null;
}

export function showTab(tab: Tab): void {
  tabs.activeId = tab.id;
  followTab();
}

export function stepTab(by: number): void {
  tabs.step(by);
  followTab();
}

/** Closes a tab; one with unsaved changes only after it was asked. */
export function closeTab(tab: Tab): void {
  if (tab.unsaved > 0) frame.closing = tab;
  else closeNow(tab);
}

export function closeNow(tab: Tab): void {
  frame.closing = null;
  tabs.close(tab.id);
  followTab();
}

/** Sidebar and pulse show the connection of the tab in front. */
function followTab(): void {
  const connection = tabs.active === null ? null : connections.byUri(tabs.active.place.uri);
  if (connection !== null) connections.currentId = connection.id;
}
