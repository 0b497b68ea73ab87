import { beforeEach, describe, expect, it } from "vitest";

import { BackendError, type ErrorCode } from "$lib/backend";
import type { Source } from "./source";
import { view } from "./testing";
import { TextDraft } from "./text.svelte";

const document = view([], { id: "id1", etag: "etag" });
const stored = '{\n  "_id": 1,\n  "2": 9007199254740993,\n  "1": 1.10\n}';

let fails: ErrorCode | null;
let damaged: boolean;
let etagNow: string;
let inserted: boolean;
let lookUpFails: ErrorCode | null;
let sent: { operation: string; text: string; etag?: string }[];
let source: Source;

beforeEach(() => {
  fails = null;
  damaged = false;
  etagNow = "read";
  inserted = false;
  lookUpFails = null;
  sent = [];
  const write = async (operation: string, request: { text: string; etag?: string }) => {
    sent.push({ operation, ...request });
    if (fails) throw BackendError.of(fails, fails, { document: operation === "insert" ? "new" : null });
    return { document, changed: true };
  };
  const backend = {
    getText: async () => ({ text: stored, etag: "read", damaged }),
    getDocument: async ({ id }: { id: string }) => {
      if (lookUpFails) throw BackendError.of(lookUpFails, lookUpFails);
      if (id === "new" && !inserted) throw BackendError.of("NotFound", "No such document.");
      return { ...document, id, etag: etagNow };
    },
    insert: (request: { text: string }) => write("insert", request),
    replace: (request: { text: string; etag: string }) => write("replace", request),
  };
  source = { backend, connection: "c", namespace: { database: "d", collection: "c" } } as unknown as Source;
});

async function begin(is: "clone" | "text"): Promise<TextDraft> {
  const draft = new TextDraft(source, { is, document });
  await draft.load();
  return draft;
}

describe("a document as text", () => {
  it("is cloned without its _id, and otherwise to the letter", async () => {
    const draft = await begin("clone");
    await draft.save();
    expect(sent).toMatchObject([
      { operation: "insert", text: '{\n  "2": 9007199254740993,\n  "1": 1.10\n}' },
    ]);
  });

  it("is replaced only if it is still what was read", async () => {
    const draft = await begin("text");
    draft.text = "{}";
    expect(await draft.save()).toBe(document);
    expect(sent).toMatchObject([{ operation: "replace", text: "{}", etag: "read" }]);
  });

  it("is not edited where a text would lose bytes", async () => {
    damaged = true;
    const draft = await begin("text");
    expect(draft).toMatchObject({ damaged: true, ready: false, changed: false });
  });

  it("asks before it is lost only once something was typed", async () => {
    const draft = await begin("text");
    expect(draft.changed).toBe(false);
    draft.text += " ";
    expect(draft.changed).toBe(true);
  });

  it("keeps what was typed when it is refused", async () => {
    const draft = await begin("text");
    draft.text = "{ wrong";
    fails = "InvalidInput";
    expect(await draft.save()).toBeNull();
    expect(draft).toMatchObject({ text: "{ wrong", saving: false, error: { code: "InvalidInput" } });
  });

  it("is known not to be saved when the document is as it was", async () => {
    const draft = await begin("text");
    fails = "OutcomeUnknown";
    await draft.save();
    await draft.check();
    expect(draft).toMatchObject({ settled: "notApplied", error: null });
  });

  it("is known to be inserted when the new document is found", async () => {
    const draft = await begin("clone");
    fails = "OutcomeUnknown";
    await draft.save();
    inserted = true;
    expect(await draft.check()).toMatchObject({ id: "new" });
    expect(draft).toMatchObject({ settled: null, error: null });
  });

  it("can be inserted again when the new document is not found", async () => {
    const draft = await begin("clone");
    fails = "OutcomeUnknown";
    await draft.save();
    expect(await draft.check()).toBeNull();
    expect(draft).toMatchObject({ settled: "notApplied", error: null, ready: true });
  });

  it("stays of unknown outcome while it cannot be looked up", async () => {
    const draft = await begin("clone");
    fails = "OutcomeUnknown";
    await draft.save();
    lookUpFails = "Unreachable";
    expect(await draft.check()).toBeNull();
    expect(draft.settled).toBeNull();
    expect(draft.error?.code).toBe("OutcomeUnknown");
    lookUpFails = null;
    await draft.check();
    expect(draft.settled).toBe("notApplied");
  });

  it("is not said to be saved when the document has changed by whomever", async () => {
    const draft = await begin("text");
    fails = "OutcomeUnknown";
    await draft.save();
    etagNow = "new";
    await draft.check();
    expect(draft.settled).toBe("different");
  });
});
