import { announce } from "$lib/announce.svelte";
import {
  type Connection,
  type ConnectRequest,
  type LabStartRequest,
  type LabStatus,
  type Namespace,
  toBackendError,
} from "$lib/backend";
import { desktop } from "$lib/backend/transport";
import { t } from "$lib/messages";
import {
  access,
  catalog,
  connections,
  frame,
  labs,
  replicas,
  scenarios,
  rest,
  settings,
  tabs,
  toasts,
} from "$lib/state";
import { keyOf, keyOfUri, type Place, placeOf } from "$lib/place";
import { isLab } from "$lib/replica";
import type { Tab } from "$lib/state/tabs.svelte";

/** Where the lab keeps its sample data. */
const SAMPLE: Namespace = { database: "mydatabase", collection: "items" };

/** How long to wait before a listener that serves nothing yet is asked again. */
const AGAIN_MS = 500;

/** Reads what is open, then opens what the window was started for. Only the way to the first documents is waited for. */
export async function start(): Promise<void> {
  if (access.needed) return;
  const first = Promise.all([settings.loadApp(), connections.load()]);
  try {
    const [app] = await first;
    if (desktop === null) await servedConnection(app.lab);
    else if (connections.open.length > 0) followTab();
    else if (app.target) await connect({ target: { kind: "startup" }, name: null, environment: null });
    else if (app.lab) void openLab();
  } catch (thrown) {
    frame.startError = toBackendError(thrown);
  } finally {
    frame.ready = true;
    void Promise.allSettled([settings.load(), labs.load(), connections.loadRecent(), rest.load()]);
  }
}

/** A listener opens its connection by itself, and may still be at it. */
async function servedConnection(sample: boolean): Promise<void> {
  while (connections.open.length === 0) {
    frame.ready = true;
    await new Promise((later) => setTimeout(later, AGAIN_MS));
    await connections.load();
  }
  const [connection] = connections.open;
  if (sample && tabs.all.length === 0 && connection !== undefined) openDocuments(connection, SAMPLE);
  else followTab();
  if (sample) await labs.load();
}

/** Opens a connection and shows what was open there the last time. Throws a `BackendError`. */
export async function connect(request: ConnectRequest): Promise<Connection> {
  const connection = await connections.connect(request);
  announce(t.connection.connected(connection.name));
  frame.startError = null;
  showConnection(connection);
  return connection;
}

/** Closes a connection; one with half-typed values in its tabs only after it was asked. Unsaved changes are kept. */
export async function disconnect(connection: Connection): Promise<void> {
  if (tabs.unfinishedAt(keyOf(connection)) > 0) frame.disconnecting = connection;
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

/**
 * Starts a lab if it does not run, the usual one where none is named, connects to it where that can be done, and opens
 * its sample data. Null when it failed: then `labs.error` says why.
 */
export async function openLab(request: LabStartRequest = {}): Promise<LabStatus | null> {
  const status = await labs.start(request);
  if (status?.uri == null) return null;
  const called = { name: status.setName, environment: "local" } as const;
  try {
    if (desktop !== null) {
      const connection =
        connections.byKey(keyOfUri(status.uri, called)) ??
        (await connect({ target: { kind: "lab", uri: status.uri }, ...called }));
      followLab(connection);
      labs.dismiss();
      if (status.plan.initiated) openDocuments(connection, SAMPLE);
      else openHealth(connection);
    }
    announce(t.lab.started);
    return status;
  } catch (thrown) {
    labs.error = toBackendError(thrown);
    return null;
  }
}

/** Stops a lab, removes its data, and closes the connections that lead to it. */
export async function removeLab(lab: LabStatus): Promise<void> {
  const leading = connections.open.filter(({ id, hosts }) => isLab(hosts, replicas.snapshot(id), lab));
  if (!(await labs.remove(lab.setName))) return;
  scenarios.forget(lab.setName);
  if (desktop === null) return;
  for (const connection of leading) await disconnect(connection);
}

/** The lab takes other ports when its own are taken: its tabs of the last time go with it. */
function followLab(connection: Connection): void {
  const wasLab = ({ key, name }: Place) =>
    name === connection.name && /^(root@)?127\.0\.0\.1:/.test(key) && connections.byKey(key) === null;
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
  const key = keyOf(connection);
  if (tabs.active?.place.key === key) return;
  tabs.activeId = tabs.all.find(({ place }) => place.key === key)?.id ?? null;
}

export function showTab(tab: Tab): void {
  tabs.activeId = tab.id;
  followTab();
}

export function stepTab(by: number): void {
  tabs.step(by);
  followTab();
}

/** Closes a tab; one with a half-typed value only after it was asked. Unsaved changes are kept. */
export function closeTab(tab: Tab): void {
  if (tab.unfinished > 0) frame.closing = tab;
  else closeNow(tab);
}

export function closeNow(tab: Tab): void {
  frame.closing = null;
  tabs.close(tab.id);
  followTab();
}

/** Sidebar and pulse show the connection of the tab in front. */
function followTab(): void {
  const connection = tabs.active === null ? null : connections.byKey(tabs.active.place.key);
  if (connection !== null) connections.currentId = connection.id;
}
