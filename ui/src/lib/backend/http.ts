import { t } from "$lib/messages";

import { type Backend, methods, type ReplicaListener, type Streams } from "./backend";
import type {
  FailoverMeasurement,
  FailoverProgress,
  LabStatus,
  LabStep,
  ScenarioReport,
  ScenarioStep,
  ManyProgress,
  ManyReport,
  OperationProgress,
  OperationReport,
  PageEnd,
  RehearsalReport,
  RehearsalStep,
  ReplicaChanged,
  ReplicaRequest,
  RowBatch,
  UndoProgress,
  UndoReport,
} from "./bindings";
import { BackendError, toBackendError } from "./error";
import { lines } from "./lines";
import { problemOf } from "./problem";
import type { Token } from "./token";

/** Where there is one connection, this is its name. */
const DEFAULT = "default";
/** How long to wait before a stream that broke off is opened again. */
const AGAIN_MS = 1000;

/** One line of an operation that answers more than once. */
type Line<Item, Outcome> = { item: Item } | { outcome: Outcome } | { error: unknown };

/** The backend behind the listener that served this page: every operation by its name, with the same JSON. */
export function http(token: Token, ask: typeof fetch = fetch): Backend {
  async function post(name: string, request: unknown, signal: AbortSignal | null = null): Promise<Response> {
    const { connection = DEFAULT } = (request ?? {}) as { connection?: string };
    const operation = name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
    const address = `/api/v1/connections/${encodeURIComponent(connection)}/operations/${operation}`;
    const sent = token.text;
    const headers = { Authorization: `Bearer ${sent ?? ""}`, "Content-Type": "application/json" };
    const answer = await reach(
      ask(address, { method: "POST", headers, signal, body: JSON.stringify(request ?? {}) }),
    );
    if (answer.ok) return answer;
    if (answer.status === 401) token.refuse(sent);
    throw problemOf(await answer.json().catch(() => null), answer.status);
  }

  /** Hands each item on and resolves with the outcome. */
  async function stream<Item, Outcome>(
    name: Streams,
    request: unknown,
    take: (item: Item) => void,
    signal: AbortSignal | null = null,
  ): Promise<Outcome> {
    const { body } = await post(name, request, signal);
    for await (const line of read<Item, Outcome>(body, name)) {
      if ("item" in line) take(line.item);
      else if ("outcome" in line) return line.outcome;
      else throw toBackendError(line.error);
    }
    throw brokenOff(name);
  }

  async function watch(
    request: ReplicaRequest,
    listener: ReplicaListener,
    signal: AbortSignal,
  ): Promise<void> {
    while (!signal.aborted) {
      try {
        await stream<ReplicaChanged, null>("watchReplica", request, listener.changed, signal);
      } catch (thrown) {
        if (signal.aborted) return;
        listener.failed(toBackendError(thrown));
        if (token.text === null) return;
      }
      await new Promise((later) => setTimeout(later, AGAIN_MS));
    }
  }

  return {
    ...methods(async (name, request) => (await post(name, request)).json() as Promise<unknown>),
    find: (request, rows) => stream<RowBatch, PageEnd>("find", request, rows),
    labScenario: (request, step) => stream<ScenarioStep, ScenarioReport>("labScenario", request, step),
    labStart: (request, step) => stream<LabStep, LabStatus>("labStart", request, step),
    measureFailover: (request, progress) =>
      stream<FailoverProgress, FailoverMeasurement>("measureFailover", request, progress),
    rehearseOperation: (request, step) =>
      stream<RehearsalStep, RehearsalReport>("rehearseOperation", request, step),
    runOperation: (request, step) =>
      stream<OperationProgress, OperationReport>("runOperation", request, step),
    undo: (request, progress) => stream<UndoProgress, UndoReport>("undo", request, progress),
    watchReplica: (request, listener) => {
      const end = new AbortController();
      void watch(request, listener, end.signal);
      return () => end.abort();
    },
    writeMany: (request, progress) => stream<ManyProgress, ManyReport>("writeMany", request, progress),
    desktop: null,
  };
}

/** The lines of an answer. What a browser throws when it breaks off, also within a line, is made words. */
async function* read<Item, Outcome>(
  body: Response["body"],
  name: Streams,
): AsyncGenerator<Line<Item, Outcome>> {
  try {
    for await (const text of lines(body)) yield JSON.parse(text) as Line<Item, Outcome>;
  } catch {
    throw brokenOff(name);
  }
}

/** An answer that had begun and did not end. Of what changes things it is not known how far it came: it is not sent again. */
function brokenOff(name: Streams): BackendError {
  const { ended, brokeOff } = t.error.listener;
  const look: Partial<Record<Streams, string>> = t.error.listener.look;
  const hint = look[name];
  return hint === undefined
    ? BackendError.of("Unreachable", ended, { retryable: true })
    : BackendError.of("OutcomeUnknown", brokeOff, { hint });
}

/** Makes words of what a browser throws when nobody answers. */
async function reach(asked: Promise<Response>): Promise<Response> {
  return asked.catch((thrown: unknown) => {
    if (thrown instanceof DOMException && thrown.name === "AbortError") throw thrown;
    throw BackendError.of("Unreachable", "The listener does not answer.", {
      hint: "See whether trivet-server still runs.",
      retryable: true,
    });
  });
}
