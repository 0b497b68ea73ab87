import { describe, expect, it, vi } from "vitest";

import type { Backend } from "./backend";
import type {
  FindRequest,
  FindTextRequest,
  LabStep,
  ManyRequest,
  ReplicaChanged,
  RunOperationRequest,
  UndoRequest,
} from "./bindings";
import { BackendError } from "./error";
import { http } from "./http";
import { Token } from "./token";

function storage(): Storage {
  const items = new Map<string, string>();
  return {
    getItem: (name: string) => items.get(name) ?? null,
    setItem: (name: string, text: string) => void items.set(name, text),
    removeItem: (name: string) => void items.delete(name),
  } as unknown as Storage;
}

/** A backend whose listener answers so, one answer after the other, and what it was asked. */
function answering(...answers: (() => Response | Promise<Response>)[]) {
  const token = new Token(storage());
  token.text = "secret";
  const asked: { address: string; init: RequestInit }[] = [];
  const backend = http(token, (address, init) => {
    asked.push({ address: address as string, init: init ?? {} });
    const answer = answers.shift();
    return answer ? Promise.resolve().then(answer) : new Promise(() => undefined);
  });
  return { backend, token, asked };
}

/** A body that arrives a few bytes at a time, in the middle of letters too. */
function pieces(text: string, size = 7): Response {
  const bytes = new TextEncoder().encode(text);
  let at = 0;
  const pull = (out: ReadableStreamDefaultController<Uint8Array>) => {
    if (at >= bytes.length) return out.close();
    out.enqueue(bytes.slice(at, (at += size)));
  };
  return new Response(new ReadableStream({ pull }));
}

const json =
  (body: unknown, status = 200) =>
  () =>
    new Response(JSON.stringify(body), { status });
const problem = (over: object, status: number) =>
  json(
    { type: "about:blank", title: "t", status, detail: "d", retryable: false, requestId: "r", ...over },
    status,
  );
const find = { connection: "a/b", namespace: { database: "d", collection: "c" } } as FindTextRequest;

async function failureOf(answer: Promise<unknown>): Promise<BackendError> {
  const thrown: unknown = await answer.then(
    () => new Error("it succeeded"),
    (reason: unknown) => reason,
  );
  if (thrown instanceof BackendError) return thrown;
  throw thrown;
}

describe("an operation over HTTP", () => {
  it("is asked for by its name at its connection, with the same request and the token", async () => {
    const { backend, asked } = answering(json({ documents: [] }));
    expect(await backend.findText(find)).toEqual({ documents: [] });
    const [{ address, init } = { address: "", init: {} }] = asked;
    expect(address).toBe("/api/v1/connections/a%2Fb/operations/find_text");
    expect(init).toMatchObject({ method: "POST", body: JSON.stringify(find) });
    expect(init.headers).toEqual({ Authorization: "Bearer secret", "Content-Type": "application/json" });
  });

  it("goes to the only connection where it names none", async () => {
    const { backend, asked } = answering(json({}), json([]));
    await backend.labStatus({});
    await backend.deleteDocument({ ...find, id: "1", etag: null } as Parameters<
      typeof backend.deleteDocument
    >[0]);
    expect(asked.map(({ address }) => address)).toEqual([
      "/api/v1/connections/default/operations/lab_status",
      "/api/v1/connections/a%2Fb/operations/delete_document",
    ]);
  });

  it("fails as the core failed", async () => {
    const at = { field: "filter", line: 1, column: 3, expected: "a name" };
    const mongo = { code: 11000, codeName: "DuplicateKey", labels: ["RetryableWriteError"] };
    const { backend } = answering(
      problem({ code: "Conflict", detail: "It is there.", hint: "Look.", mongo, at }, 409),
    );
    const failed = await failureOf(backend.findText(find));
    expect(failed.body).toMatchObject({
      code: "Conflict",
      message: "It is there.",
      hint: "Look.",
      server: { code: 11000, name: "DuplicateKey", labels: ["RetryableWriteError"] },
      at,
    });
  });

  it("fails in words where no problem came, or nobody answered", async () => {
    const { backend } = answering(
      () => new Response("<html>", { status: 502 }),
      () => Promise.reject(new TypeError("Failed to fetch")),
    );
    expect((await failureOf(backend.findText(find))).message).toContain("502");
    const unreachable = await failureOf(backend.findText(find));
    expect([unreachable.code, unreachable.body.retryable]).toEqual(["Unreachable", true]);
  });

  it("forgets a token that is refused, and tells so", async () => {
    const { backend, token } = answering(problem({ code: "Unauthenticated" }, 401));
    const refused = vi.fn();
    token.onRefused(refused);
    expect((await failureOf(backend.findText(find))).code).toBe("Unauthenticated");
    expect(refused).toHaveBeenCalledOnce();
    expect(token.text).toBeNull();
  });
});

describe("an operation that answers more than once", () => {
  it("tells each item, wherever the pieces of its line end, and resolves with the outcome", async () => {
    const text =
      '{"item":{"index":0}}\n{"item":{"index":1}}\n\n{"item":{"index":2}}\n{"outcome":{"uri":"é€"}}';
    for (const size of [1, 7, 1000]) {
      const { backend } = answering(() => pieces(text, size));
      const steps: LabStep[] = [];
      expect(await backend.labStart({}, (step) => steps.push(step))).toEqual({ uri: "é€" });
      expect(steps.map(({ index }) => index)).toEqual([0, 1, 2]);
    }
  });

  it("hands on the documents of a page before the page has ended", async () => {
    let end: () => void = () => undefined;
    const body = new ReadableStream<Uint8Array>({
      start: (out) => {
        const send = (line: object) => out.enqueue(new TextEncoder().encode(`${JSON.stringify(line)}\n`));
        send({ item: { documents: [{ id: "1" }] } });
        end = () => {
          send({ outcome: { after: "x" } });
          out.close();
        };
      },
    });
    const { backend, asked } = answering(() => new Response(body));
    const rows = vi.fn();
    const page = backend.find({ ...(find as FindRequest), from: { kind: "last" } }, rows);
    await vi.waitFor(() => expect(rows).toHaveBeenCalledWith({ documents: [{ id: "1" }] }));
    end();
    expect(await page).toEqual({ after: "x" });
    expect(asked[0]?.address).toBe("/api/v1/connections/a%2Fb/operations/find");
    expect(JSON.parse(asked[0]?.init.body as string)).toMatchObject({ from: { kind: "last" } });
  });

  it("fails with the last line's error, or where the last line is missing", async () => {
    const error = { code: "Storage", message: "The disk is full.", retryable: false };
    const { backend } = answering(
      () => pieces(`{"item":{}}\n${JSON.stringify({ error })}\n`),
      () => pieces('{"item":{}}\n'),
    );
    expect((await failureOf(backend.labStart({}, () => undefined))).message).toBe("The disk is full.");
    expect((await failureOf(backend.labStart({}, () => undefined))).code).toBe("Unreachable");
  });

  /** A body that breaks after these lines, as when the connection is lost. */
  const breaking = (text: string) => () =>
    new Response(
      new ReadableStream<Uint8Array>({
        pull: (out) => {
          if (text === "") return out.error(new TypeError("network error"));
          out.enqueue(new TextEncoder().encode(text));
          text = "";
        },
      }),
    );

  it("fails as no answer where it only reads and breaks off, whatever the browser throws", async () => {
    const { backend } = answering(breaking('{"item":{}}\n'), () => pieces('{"item":{}}\n{"outco'));
    for (let asked = 0; asked < 2; asked += 1) {
      const failed = await failureOf(backend.labStart({}, () => undefined));
      expect([failed.code, failed.body.retryable]).toEqual(["Unreachable", true]);
      expect(failed.message).toBe("The listener ended before the operation did.");
    }
  });

  it("is not known to be done or not where it changes things and breaks off", async () => {
    const cut: (() => Response)[] = [
      () => pieces('{"item":{}}\n'),
      breaking('{"item":{}}\n'),
      () => pieces('{"item":{}}\n{"outco'),
    ];
    const asks = {
      Health: ({ runOperation }: Backend) => runOperation({} as RunOperationRequest, () => undefined),
      undone: ({ undo }: Backend) => undo({} as UndoRequest, () => undefined),
      history: ({ writeMany }: Backend) => writeMany({} as ManyRequest, () => undefined),
    };
    for (const [where, ask] of Object.entries(asks))
      for (const answer of cut) {
        const failed = await failureOf(ask(answering(answer).backend));
        expect([failed.code, failed.body.retryable]).toEqual(["OutcomeUnknown", false]);
        expect(failed.message).toContain("not known how far it came");
        expect(failed.next).toContain(where);
      }
  });

  it("fails as the core failed, also where it changes things", async () => {
    const error = { code: "Conflict", message: "It is another configuration.", retryable: false };
    const { backend } = answering(() => pieces(`${JSON.stringify({ error })}\n`));
    const failed = await failureOf(backend.runOperation({} as RunOperationRequest, () => undefined));
    expect(failed.code).toBe("Conflict");
  });

  it("is asked for again when it breaks off, until it is ended", async () => {
    vi.useFakeTimers();
    const { backend, asked } = answering(
      () => pieces('{"item":{"connection":"a"}}\n'),
      () => pieces('{"item":{"connection":"a"}}\n{"outcome":null}\n'),
    );
    const changed: ReplicaChanged[] = [];
    const failed = vi.fn();
    const stop = backend.watchReplica(
      { connection: "a" },
      { changed: (change) => changed.push(change), failed },
    );
    await vi.waitFor(() => expect(failed).toHaveBeenCalledOnce());
    await vi.advanceTimersByTimeAsync(2500);
    expect([changed.length, asked.length]).toEqual([2, 3]);
    const { signal } = asked[2]?.init ?? {};
    stop();
    expect(signal?.aborted).toBe(true);
    await vi.advanceTimersByTimeAsync(5000);
    expect([asked.length, failed.mock.calls.length]).toEqual([3, 1]);
    vi.useRealTimers();
  });
});

describe("the token", () => {
  it("is taken from behind the address, and does not stay there", () => {
    const token = new Token(storage());
    const replaceState = vi.fn();
    const location = { hash: "#token=abc", pathname: "/", search: "?x" } as Location;
    token.takeFrom(location, { replaceState } as unknown as History);
    expect(token.text).toBe("abc");
    expect(replaceState).toHaveBeenCalledWith(null, "", "/?x");
    token.takeFrom({ ...location, hash: "#other" }, { replaceState } as unknown as History);
    expect(token.text).toBe("abc");
  });
});
