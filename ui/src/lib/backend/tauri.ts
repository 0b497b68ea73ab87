import type { Backend, Unsubscribe } from "./backend";
import { commands, events } from "./bindings";
import { toBackendError } from "./error";

type Answer<T> = Promise<{ status: "ok"; data: T } | { status: "error"; error: unknown }>;

async function call<T>(answer: Answer<T>): Promise<T> {
  const settled = await answer.catch((thrown: unknown) => ({ status: "error" as const, error: thrown }));
  if (settled.status === "ok") return settled.data;
  throw toBackendError(settled.error);
}

async function done(answer: Answer<unknown>): Promise<void> {
  await call(answer);
}

/** Listening begins a moment later than asked; the end may come before that, and must still count. */
function subscribe(listening: Promise<Unsubscribe>): Unsubscribe {
  return () => void listening.then((stop) => stop());
}

/** The backend behind the desktop shell's commands and events. */
export const tauri: Backend = {
  appInfo: () => call(commands.appInfo()),

  discoverLocal: () => call(commands.discoverLocal()),
  clipboardOffer: () => call(commands.clipboardOffer()),
  clipboardText: () => call(commands.clipboardText()),
  connect: (request) => call(commands.connect(request)),
  disconnect: (request) => done(commands.disconnect(request)),
  connections: () => call(commands.connections()),
  recentConnections: () => call(commands.recentConnections()),
  forgetRecent: (request) => done(commands.forgetRecent(request)),

  databases: (request) => call(commands.databases(request)),
  collections: (request) => call(commands.collections(request)),

  find: (request) => call(commands.find(request)),
  getDocument: (request) => call(commands.getDocument(request)),
  getText: (request) => call(commands.getText(request)),
  expand: (request) => call(commands.expand(request)),
  insert: (request) => call(commands.insert(request)),
  update: (request) => call(commands.update(request)),
  replace: (request) => call(commands.replace(request)),
  deleteDocument: (request) => call(commands.deleteDocument(request)),
  count: (request) => call(commands.count(request)),

  replicaSnapshot: (request) => call(commands.replicaSnapshot(request)),
  watchReplica: (request) => done(commands.watchReplica(request)),
  unwatchReplica: (request) => done(commands.unwatchReplica(request)),
  onReplicaChanged: (listener) => subscribe(events.replicaChanged.listen((event) => listener(event.payload))),

  settings: () => call(commands.settings()),
  saveSettings: (settings) => done(commands.saveSettings(settings)),

  labStatus: () => call(commands.labStatus()),
  labStart: () => call(commands.labStart()),
  labStartMember: (request) => call(commands.labStartMember(request)),
  labStopMember: (request) => call(commands.labStopMember(request)),
  onLabProgress: (listener) => subscribe(events.labProgress.listen((event) => listener(event.payload.step))),
};
