import { beforeEach, describe, expect, it } from "vitest";

import { DocumentsState } from "./documents.svelte";
import { Collection, nameAt, rename, sourceOf, taken } from "./fake-collection";
import { emptyQuery } from "./query";
import type { Remark } from "./remark";

let collection: Collection;
let state: DocumentsState;
let remarks: Remark[];

beforeEach(async () => {
  collection = new Collection();
  remarks = [];
  state = new DocumentsState(sourceOf(collection), (remark) => remarks.push(remark));
  await state.run({ ...emptyQuery(), sort: " " });
  await state.inspected.reload();
});

describe("a save", () => {
  beforeEach(() => rename(state, "spare"));

  it("that is applied updates row and inspector and says so", async () => {
    await state.drafts.save("id1");
    expect(collection.name("id1")).toBe("spare");
    expect(state.drafts.count).toBe(0);
    expect(state.drafts.state("id1")).toBeNull();
    expect(state.list.rows[0]?.fields[1]?.text).toBe("spare");
    expect(state.document?.fields[1]?.text).toBe("spare");
    expect(remarks).toMatchObject([{ is: "saved", changed: true }]);
  });

  it("that is refused keeps the changes", async () => {
    collection.next = { code: "NotPrimary", applied: false };
    await state.drafts.save("id1");
    expect(state.drafts.state("id1")).toMatchObject({ is: "failed", error: { code: "NotPrimary" } });
    expect(state.drafts.count).toBe(1);
    await state.drafts.save("id1");
    expect(collection.name("id1")).toBe("spare");
  });

  it("that the rules refuse tells them until their field is edited, or the notice is put away", async () => {
    const failing = (path: string) => ({
      path: [path],
      rule: "minLength",
      asks: null,
      reason: null,
      description: null,
    });
    const refused = {
      code: "ValidationFailed" as const,
      applied: false,
      rules: [failing("name"), failing("other")],
    };
    collection.next = refused;
    await state.drafts.save("id1");
    expect(state.drafts.rules("id1").map(({ path }) => path)).toEqual([["name"], ["other"]]);
    await rename(state, "longer");
    expect(state.drafts.rules("id1").map(({ path }) => path)).toEqual([["other"]]);
    state.drafts.dismiss("id1");
    expect([state.drafts.state("id1"), state.drafts.rules("id1")]).toEqual([null, []]);

    collection.next = { ...refused, rules: [failing("name")] };
    await state.drafts.save("id1");
    await rename(state, "longest");
    expect(state.drafts.state("id1")).toBeNull();
  });

  it("that meets somebody else's change shows all three, and saves what is chosen", async () => {
    collection.set("id1", "theirs");
    await state.drafts.save("id1");
    const rows = [
      { read: { text: "name1" }, now: { text: "theirs" }, mine: { text: "spare" }, conflict: true },
    ];
    expect(state.drafts.state("id1")).toMatchObject({ is: "conflict", comparison: { rows } });
    expect(collection.name("id1")).toBe("theirs");
    await state.drafts.merge("id1", ["mine"]);
    expect(collection.name("id1")).toBe("spare");
    expect(state.drafts.count).toBe(0);
  });

  it("that meets somebody else's change can leave theirs, which sends nothing", async () => {
    collection.set("id1", "theirs");
    await state.drafts.save("id1");
    await state.drafts.merge("id1", ["now"]);
    expect([state.drafts.count, state.drafts.state("id1"), state.document?.fields[1]?.text]).toEqual([
      0,
      null,
      "theirs",
    ]);
  });

  it("whose choice comes too late is compared anew", async () => {
    collection.set("id1", "theirs");
    await state.drafts.save("id1");
    collection.set("id1", "newer");
    await state.drafts.merge("id1", ["mine"]);
    expect(collection.name("id1")).toBe("newer");
    const comparison = { now: { etag: "newer" } };
    expect(state.drafts.state("id1")).toMatchObject({ is: "conflict", comparison });
  });

  it("that meets somebody else's change can be given up for it", async () => {
    collection.set("id1", "theirs");
    await state.drafts.save("id1");
    await state.drafts.discard("id1");
    await taken();
    expect(state.drafts.count).toBe(0);
    expect(state.document?.fields[1]?.text).toBe("theirs");
  });

  it("of a document that is gone says so, loses no change, and can insert it again", async () => {
    collection.documents = [];
    await state.drafts.save("id1");
    expect(state.drafts.state("id1")).toMatchObject({ is: "conflict", comparison: { now: null } });
    expect(state.drafts.count).toBe(1);
    await state.drafts.save("id1", true);
    expect(collection.name("id1")).toBe("spare");
  });

  it("that fails is told though another document is in front by then", async () => {
    collection.next = { code: "Timeout", applied: false };
    const saving = state.drafts.save("id1");
    state.select(1);
    await saving;
    expect(remarks).toEqual([{ is: "unsaved", title: "spare", outcome: "failed" }]);
  });

  it("leaves what was changed while it was under way", async () => {
    const saving = state.drafts.save("id1");
    await rename(state, "later");
    await saving;
    await taken();
    expect(collection.name("id1")).toBe("spare");
    expect(state.drafts.get("id1")?.changes).toMatchObject([
      { before: { text: "spare" }, after: { text: "later" } },
    ]);
  });
});

describe("a save of unknown outcome", () => {
  async function saveUnknown(applied: boolean): Promise<void> {
    await rename(state, "spare");
    collection.next = { code: "OutcomeUnknown", applied };
    await state.drafts.save("id1");
    expect(state.drafts.state("id1")?.is).toBe("unknown");
    expect(state.drafts.count).toBe(1);
  }

  it("is not sent again before it is checked", async () => {
    await saveUnknown(false);
    await state.drafts.save("id1");
    expect(collection.name("id1")).toBe("name1");
  });

  it("is found to be applied", async () => {
    await saveUnknown(true);
    await state.drafts.check("id1");
    expect(state.drafts.count).toBe(0);
    expect(state.drafts.state("id1")).toBeNull();
    expect(remarks).toMatchObject([{ is: "saved" }]);
  });

  it("is found not to be applied, and can be saved again", async () => {
    await saveUnknown(false);
    await state.drafts.check("id1");
    expect(state.drafts.state("id1")).toEqual({ is: "notApplied" });
    await state.drafts.save("id1");
    expect(collection.name("id1")).toBe("spare");
  });

  it("is found to be overtaken by somebody else", async () => {
    await saveUnknown(true);
    collection.set("id1", "theirs");
    await state.drafts.check("id1");
    expect(state.drafts.state("id1")).toMatchObject({
      is: "conflict",
      comparison: { now: { etag: "theirs" } },
    });
    expect(state.drafts.count).toBe(1);
  });

  it("is still unknown when the program is started again", async () => {
    await saveUnknown(false);
    const again = new DocumentsState(sourceOf(collection), (remark) => remarks.push(remark));
    await again.drafts.load();
    expect([again.drafts.count, again.drafts.state("id1")?.is]).toEqual([1, "unknown"]);
    await again.drafts.check("id1");
    expect(again.drafts.state("id1")).toEqual({ is: "notApplied" });
  });
});

describe("an edit that is not taken", () => {
  it("says why, and leaves what was typed in its editor", async () => {
    await state.editing.edit(nameAt, "inspector");
    const editor = state.editing.editor("id1");
    if (editor) editor.text = "typed";
    collection.set("id1", "theirs");
    state.editing.keep("id1");
    await taken();
    expect(remarks).toMatchObject([{ is: "failed", error: { code: "Conflict" } }]);
    expect(state.editing.editor("id1")).toBe(editor);
    expect(state.drafts.count).toBe(0);
  });
});

describe("a save at once after an edit", () => {
  it("saves it, though the core had not answered yet", async () => {
    await state.editing.edit(nameAt, "inspector");
    const editor = state.editing.editor("id1");
    if (editor) editor.text = "quick";
    state.editing.keep("id1");
    expect(state.drafts.has("id1")).toBe(true);
    await state.editing.save("id1");
    expect(collection.name("id1")).toBe("quick");
    expect(state.drafts.has("id1")).toBe(false);
  });
});
