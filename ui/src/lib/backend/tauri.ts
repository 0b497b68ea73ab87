import { Channel } from "@tauri-apps/api/core";

import { type Backend, methods, type Unsubscribe } from "./backend";
import {
  commands,
  events,
  type FailoverProgress,
  type LabStep,
  type ManyProgress,
  type OperationProgress,
  type RehearsalStep,
  type RowBatch,
  type ScenarioStep,
  type UndoProgress,
} from "./bindings";
import { toBackendError } from "./error";

type Answer<T> = Promise<{ status: "ok"; data: T } | { status: "error"; error: unknown }>;

async function call<T>(answer: Answer<T>): Promise<T> {
  const settled = await answer.catch((thrown: unknown) => ({ status: "error" as const, error: thrown }));
  if (settled.status === "ok") return settled.data;
  throw toBackendError(settled.error);
}

/** Listening begins a moment later than asked; the end may come before that, and must still count. */
function subscribe(listening: Promise<Unsubscribe>): Unsubscribe {
  return () => void listening.then((stop) => stop());
}

/** The backend behind the desktop shell's commands and events. */
export const tauri: Backend = {
  ...methods((name, request) => call((commands[name] as (request: unknown) => Answer<unknown>)(request))),

  find: async (request, rows) => {
    let came = 0;
    let more: () => void = () => undefined;
    const channel = new Channel<RowBatch>((batch) => {
      came += batch.documents.length;
      rows(batch);
      more();
    });
    const end = await call(commands.find(request, channel));
    // A command's answer may overtake what went through its channel.
    while (came < end.count) await new Promise<void>((resolve) => (more = resolve));
    return end;
  },
  labScenario: (request, step) => call(commands.labScenario(request, new Channel<ScenarioStep>(step))),
  labStart: (request, step) => call(commands.labStart(request, new Channel<LabStep>(step))),
  undo: (request, progress) => call(commands.undo(request, new Channel<UndoProgress>(progress))),
  watchReplica: (request, { changed, failed }) => {
    const stop = subscribe(
      events.replicaChanged.listen(({ payload }) => {
        if (payload.connection === request.connection) changed(payload);
      }),
    );
    call(commands.watchReplica(request)).catch(failed);
    return () => {
      stop();
      // The connection may be closed already: then there is nothing left to end.
      call(commands.unwatchReplica(request)).catch(() => undefined);
    };
  },
  measureFailover: (request, progress) =>
    call(commands.measureFailover(request, new Channel<FailoverProgress>(progress))),
  rehearseOperation: (request, step) =>
    call(commands.rehearseOperation(request, new Channel<RehearsalStep>(step))),
  runOperation: (request, step) => call(commands.runOperation(request, new Channel<OperationProgress>(step))),
  writeMany: (request, progress) => call(commands.writeMany(request, new Channel<ManyProgress>(progress))),

  desktop: {
    clipboardOffer: () => call(commands.clipboardOffer()),
    clipboardText: () => call(commands.clipboardText()),
    connect: (request) => call(commands.connect(request)),
    disconnect: (request) => call(commands.disconnect(request)),
    discoverLocal: () => call(commands.discoverLocal()),
    forgetRecent: (request) => call(commands.forgetRecent(request)),
    recentConnections: () => call(commands.recentConnections()),
    restServe: (request) => call(commands.restServe(request)),
    restStart: () => call(commands.restStart()),
    restStatus: () => call(commands.restStatus()),
    restStop: () => call(commands.restStop()),
    saveIncident: (request) => call(commands.saveIncident(request)),
    saveMeasurement: (request) => call(commands.saveMeasurement(request)),
    saveSettings: (request) => call(commands.saveSettings(request)),
    settings: () => call(commands.settings()),
  },
};
