import { beforeEach, describe, expect, it } from "vitest";

import { BackendError, type ErrorCode } from "$lib/backend";
import type { Source } from "./source";
import { view } from "./testing";
import { TextDraft } from "./text.svelte";

const document = view([], { id: "id1", etag: "etag" });
const stored = '{\n  "_id": 1,\n  "2": 9007199254740993,\n  "1": 1.10\n}';

let fails: ErrorCode | null;
let damaged: boolean;
let inserted: boolean;
let lookUpFails: ErrorCode | null;
let sent: { operation: string; text: string }[];
let source: Source;

beforeEach(() => {
  fails = null;
  damaged = false;
  inserted = false;
  lookUpFails = null;
  sent = [];
  const write = async (operation: string, request: { text: string }) => {
    sent.push({ operation, ...request });
    if (fails) throw BackendError.of(fails, fails, { document: "new" });
    return { document, changed: true };
  };
  const backend = {
    getText: async () => ({ text: stored, etag: "read", damaged }),
    getDocument: async ({ id }: { id: string }) => {
      if (lookUpFails) throw BackendError.of(lookUpFails, lookUpFails);
      if (id === "new" && !inserted) throw BackendError.of("NotFound", "No such document.");
      return { ...document, id };
    },
    insert: (request: { text: string }) => write("insert", request),
  };
  source = { backend, connection: "c", namespace: { database: "d", collection: "c" } } as unknown as Source;
});

async function begin(is: "clone"): Promise<TextDraft> {
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

  it("is not edited where a text would lose bytes", async () => {
    damaged = true;
    const draft = await begin("clone");
    expect(draft).toMatchObject({ damaged: true, ready: false, changed: false });
  });

  it("asks before it is lost only once something was typed", async () => {
    const draft = await begin("clone");
    expect(draft.changed).toBe(false);
    draft.text += " ";
    expect(draft.changed).toBe(true);
  });

  it("keeps what was typed when it is refused", async () => {
    const draft = await begin("clone");
    draft.text = "{ wrong";
    fails = "InvalidInput";
    expect(await draft.save()).toBeNull();
    expect(draft).toMatchObject({ text: "{ wrong", saving: false, error: { code: "InvalidInput" } });
  });

  it("is known to be inserted when the new document is found", async () => {
    const draft = await begin("clone");
    fails = "OutcomeUnknown";
    await draft.save();
    inserted = true;
    expect(await draft.check()).toMatchObject({ id: "new" });
    expect(draft).toMatchObject({ notApplied: false, error: null });
  });

  it("can be inserted again when the new document is not found", async () => {
    const draft = await begin("clone");
    fails = "OutcomeUnknown";
    await draft.save();
    expect(await draft.check()).toBeNull();
    expect(draft).toMatchObject({ notApplied: true, error: null, ready: true });
  });

  it("stays of unknown outcome while it cannot be looked up", async () => {
    const draft = await begin("clone");
    fails = "OutcomeUnknown";
    await draft.save();
    lookUpFails = "Unreachable";
    expect(await draft.check()).toBeNull();
    expect(draft.notApplied).toBe(false);
    expect(draft.error?.code).toBe("OutcomeUnknown");
    lookUpFails = null;
    await draft.check();
    expect(draft.notApplied).toBe(true);
  });
});
