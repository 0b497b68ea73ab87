import { beforeEach, describe, expect, it } from "vitest";

import type { DocumentView } from "$lib/backend";
import type { Convert } from "./conversion";
import { DocumentsState } from "./documents.svelte";
import { Collection, nameAt, rename, sourceOf, taken } from "./fake-collection";
import { emptyQuery } from "./query";
import type { Remark } from "./remark";
import { leaf, path, typed, view } from "./testing";
import { valueFilter } from "./valuefilter";

/** Of a name, no other value is made. */
const nothing: Convert = async () => ({ value: null, loss: { kind: "impossible", why: "unreadable" } });

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

describe("a read-only connection", () => {
  it("opens no editor, and says why", async () => {
    const readOnly = new DocumentsState(sourceOf(collection, true), (remark) => remarks.push(remark));
    await readOnly.run(emptyQuery());
    await readOnly.editing.edit(nameAt, "inspector");
    expect(readOnly.editing.editor("id1")).toBeNull();
    expect(remarks).toEqual([{ is: "readOnly", reason: "connection" }]);
  });
});

describe("the list", () => {
  it("asks for blank fields as for none", () => {
    const first = { filter: null, sort: null, projection: null, from: { kind: "first" } };
    expect(collection.asked[0]).toMatchObject(first);
  });

  it("appends the page that follows, and then knows how many there are", async () => {
    expect(state.list.rows).toHaveLength(2);
    await state.list.more("after");
    expect(state.list.rows.map(({ id }) => id)).toEqual(["id1", "id2", "id3"]);
    expect(state.list.total).toEqual({ is: "known", count: 3, exact: true });
    await state.list.more("after");
    expect(collection.asked).toHaveLength(2);
  });

  it("takes what a limit or a skip left over for no total", async () => {
    collection.pageSize = 3;
    for (const part of [{ limit: "3" }, { skip: "1" }]) {
      await state.run({ ...emptyQuery(), filter: "{}", ...part });
      expect([state.list.shown.ends, state.list.isAll]).toEqual([true, false]);
      expect(state.list.total).toEqual({ is: "unknown" });
    }
  });

  it("counts what was asked for: under the same collation, by the same member", async () => {
    await state.run({
      ...emptyQuery(),
      filter: "{}",
      collation: '{"locale": "en"}',
      readPreference: "nearest",
    });
    await state.list.countExactly();
    const asked = { filter: "{}", collation: '{"locale": "en"}', readPreference: "nearest", mode: "exact" };
    expect(collection.counted.at(-1)).toMatchObject(asked);
  });

  it("keeps its rows when the next question cannot be understood", async () => {
    expect(await state.run({ ...emptyQuery(), filter: "bad" })).toBe(false);
    expect(state.list.rows).toHaveLength(2);
    expect(state.list.error?.code).toBe("InvalidInput");
    expect(state.list.asked.filter).toBe("");
  });

  it("shows rows as they come, and knows no more of them when the rest fails", async () => {
    expect(await state.run({ ...emptyQuery(), filter: "half" })).toBe(false);
    expect(state.list.rows.map(({ id }) => id)).toEqual(["id1"]);
    expect([state.list.error?.code, state.list.asked.filter]).toEqual(["Timeout", "half"]);
    expect(state.list.page).toBeNull();
    await state.list.more("after");
    expect(collection.asked).toHaveLength(2);
  });

  it("is empty when nothing matches", async () => {
    collection.documents = [];
    expect(await state.run({ ...emptyQuery(), filter: "{}" })).toBe(true);
    expect(state.list.rows).toEqual([]);
    expect(state.list.shown.ends).toBe(true);
  });

  it("drops the answer to an older question", async () => {
    collection.pageSize = 1;
    const older = state.list.run({ ...emptyQuery(), filter: "old" });
    const newer = state.list.run({ ...emptyQuery(), filter: "new" });
    expect(await older).toBe(false);
    expect(await newer).toBe(true);
    expect(state.list.asked.filter).toBe("new");
  });

  it("counts with a filter only when asked to", async () => {
    await state.run({ ...emptyQuery(), filter: "{}" });
    expect(state.list.total).toEqual({ is: "unknown" });
    await state.list.countExactly();
    expect(state.list.total).toEqual({ is: "known", count: 3, exact: true });
  });
});

describe("the inspector", () => {
  it("shows the first document at once", () => {
    expect(state.document?.id).toBe("id1");
    expect(state.inspected.whole).toBe(true);
  });

  it("ends at the document chosen last, however quickly others were passed", async () => {
    state.select(1);
    state.select(0);
    state.select(1);
    await state.inspected.show(state.list.rows[1] as DocumentView);
    expect(state.inspected.id).toBe("id2");
    expect(state.inspected.whole).toBe(true);
  });

  it("keeps its document, read anew, when the same is asked again", async () => {
    state.select(1);
    collection.set("id2", "theirs");
    await state.run(emptyQuery());
    await state.inspected.reload();
    expect(state.selection.selected).toBe(1);
    expect(state.document?.fields[1]?.text).toBe("theirs");
  });

  it("keeps its document of a view, whose id is another when one has come before it", async () => {
    collection.pageSize = 3;
    const of = (...ids: string[]) => ids.map((id) => view([], { id }));
    collection.documents = of("x.0.a", "x.1.b");
    await state.run(emptyQuery());
    state.select(1);
    await state.inspected.reload();
    collection.documents = of("new.0.n", "x.1.a", "x.2.b");
    await state.run(emptyQuery());
    await state.inspected.reload();
    expect([state.selection.selected, state.inspected.id]).toEqual([2, "x.2.b"]);
  });

  it("keeps what is chosen while other rows come", async () => {
    collection.pageSize = 3;
    state.select(0);
    collection.meanwhile = () => state.list.rows.length === 2 && state.select(1);
    await state.run(emptyQuery());
    expect([state.selection.selected, state.inspected.id]).toEqual([1, "id2"]);
  });

  it("tells that a document is gone", async () => {
    collection.documents = [];
    await state.inspected.reload();
    expect(state.inspected.error?.code).toBe("NotFound");
  });
});

describe("going elsewhere", () => {
  it("chooses the document at the end, also where it is held already", async () => {
    collection.pageSize = 3;
    await state.run(emptyQuery());
    expect(await state.go({ kind: "last" })).toBe(true);
    expect([state.selection.selected, state.selection.row, state.document?.id]).toEqual([2, 2, "id3"]);
    await state.go({ kind: "first" });
    expect([state.selection.selected, state.document?.id]).toEqual([0, "id1"]);
    expect(collection.asked).toHaveLength(2);
  });

  it("to an end that is not held asks for it", async () => {
    await state.go({ kind: "last" });
    expect(collection.asked.at(-1)?.from).toEqual({ kind: "last" });
  });

  it("anywhere chooses the document that is landed on, and keeps what was typed in the one before", async () => {
    state.select(1);
    await state.inspected.show(state.list.rows[1] as DocumentView);
    await state.editing.edit(nameAt, "inspector");
    const editor = state.editing.editor("id2");
    if (editor) editor.text = "typed";
    await state.go({ kind: "at", share: 0 });
    expect([state.selection.selected, state.selection.row, state.document?.id]).toEqual([0, 0, "id1"]);
    expect(state.drafts.get("id2")?.document.fields[1]?.text).toBe("typed");
    collection.documents = [];
    await state.go({ kind: "at", share: 0 });
    expect([state.selection.selected, state.document]).toEqual([null, null]);
  });

  it("says why it cannot be done, and leaves everything as it is", async () => {
    collection.refuses = "last";
    expect(await state.go({ kind: "last" })).toBe(false);
    expect(remarks).toMatchObject([{ is: "failed", error: { code: "Unsupported" } }]);
    expect([state.selection.selected, state.list.rows.length]).toEqual([0, 2]);
  });
});

describe("editing", () => {
  it("collects changes without sending them", async () => {
    await rename(state, "spare");
    expect(state.drafts.count).toBe(1);
    expect(collection.name("id1")).toBe("name1");
  });

  it("opens again on what was typed, and forgets a change that is changed back", async () => {
    await rename(state, "spare");
    await state.editing.edit(nameAt, "inspector");
    expect(state.editing.editor("id1")?.start).toEqual(typed("string", "spare"));
    await rename(state, "name1");
    expect(state.drafts.count).toBe(0);
  });

  it("counts what is typed in an open editor as unsaved, once", async () => {
    await state.editing.edit(nameAt, "inspector");
    expect(state.editing.unsaved).toBe(0);
    const editor = state.editing.editor("id1");
    if (editor) editor.text = "typed";
    expect(state.editing.unsaved).toBe(1);
    expect(state.editing.keep("id1")).toBe(true);
    await taken();
    expect(state.editing.unsaved).toBe(1);
  });

  it("keeps the draft when another document is chosen", async () => {
    await rename(state, "spare");
    state.select(1);
    expect(state.drafts.get("id2")).toBeNull();
    expect(state.drafts.ids).toEqual(["id1"]);
  });

  it("keeps a finished value when another document is chosen, and leaves an unfinished one open", async () => {
    await state.editing.edit(nameAt, "cell");
    const editor = state.editing.editor("id1");
    await editor?.setKind("int", nothing);
    state.select(1);
    expect(state.editing.editor("id1")).toBe(editor);
    expect(state.drafts.count).toBe(0);

    state.select(0);
    if (editor) editor.text = "7";
    state.select(1);
    await taken();
    expect(state.editing.editor("id1")).toBeNull();
    expect(state.drafts.get("id1")?.document.fields[1]).toMatchObject({ kind: "int", text: "7" });
  });

  it("of another value keeps what was typed in the one before", async () => {
    await state.editing.edit(nameAt, "cell");
    const editor = state.editing.editor("id1");
    if (editor) editor.text = "typed";
    await state.editing.edit(nameAt, "inspector");
    expect(state.editing.editor("id1")).toMatchObject({ place: "inspector", start: { text: "typed" } });
  });

  it("of an unfinished value goes on where the same is edited next, and is never left for another", async () => {
    await state.editing.edit(nameAt, "cell");
    const editor = state.editing.editor("id1");
    await editor?.setKind("int", nothing);
    await state.editing.edit(nameAt, "inspector");
    expect([state.editing.editor("id1"), editor?.place]).toEqual([editor, "inspector"]);
    collection.documents = [
      view([leaf("_id", "string", "id1"), leaf("name", "string", "a"), leaf("b", "int", "1")], { id: "id1" }),
    ];
    await state.inspected.reload();
    await state.editing.edit(path([2, "b"]), "inspector");
    expect([state.editing.editor("id1"), remarks]).toEqual([editor, [{ is: "unfinished" }]]);
  });

  it("in a cell ends with the table: what is a value is kept, the rest goes on in the inspector", async () => {
    await state.editing.edit(nameAt, "cell");
    const editor = state.editing.editor("id1");
    await editor?.setKind("int", nothing);
    expect(state.showAs("tree")).toBe(true);
    expect([state.editing.editor("id1"), editor?.place]).toEqual([editor, "inspector"]);

    if (editor) [editor.text, editor.place] = ["7", "cell"];
    expect(state.showAs("json")).toBe(false);
    await taken();
    expect(state.editing.editor("id1")).toBeNull();
    expect(state.drafts.get("id1")?.document.fields[1]).toMatchObject({ kind: "int", text: "7" });
  });

  it("leads back to a changed document whose row another query has taken away", async () => {
    await rename(state, "spare");
    collection.documents = collection.documents.slice(1);
    await state.run({ ...emptyQuery(), filter: "{}" });
    expect(state.document?.id).toBe("id2");
    state.selectId("id1");
    expect(state.document?.id).toBe("id1");
    expect(state.drafts.get("id1")?.changes).toHaveLength(1);
  });

  it("of an unfinished value saves nothing and stays open", async () => {
    await state.editing.edit(nameAt, "inspector");
    const editor = state.editing.editor("id1");
    await editor?.setKind("int", nothing);
    await state.editing.save("id1");
    expect(remarks).toEqual([{ is: "unfinished" }]);
    expect(state.editing.editor("id1")).toBe(editor);

    if (editor) editor.text = "7";
    await state.editing.save("id1");
    expect(collection.name("id1")).toBe("7");
  });

  it("offers a choice where true or false is asked for", async () => {
    await state.editing.edit(nameAt, "inspector");
    await state.editing.editor("id1")?.setKind("bool", nothing);
    expect(state.editing.editor("id1")?.parsed).toEqual({ value: typed("bool", "false") });
  });

  it("says why _id cannot be changed", async () => {
    await state.editing.edit(path([0, "_id"]), "inspector");
    expect(remarks).toEqual([{ is: "readOnly", reason: "id" }]);
    expect(state.editing.editor("id1")).toBeNull();
  });

  it("of a cell finds the field in the document itself", async () => {
    const row = state.select(1) ?? view([]);
    expect(await state.editing.editCell(row, "name")).toBe(true);
    expect(state.editing.editor("id2")).toMatchObject({ path: nameAt, place: "cell" });
    expect(await state.editing.editCell(row, "missing")).toBe(false);
  });
});

describe("a deleted document", () => {
  it("leaves the rows with its draft, and its neighbour is chosen", async () => {
    await rename(state, "spare");
    state.removed("id1");
    await taken();
    expect(state.list.rows.map(({ id }) => id)).toEqual(["id2"]);
    expect(state.drafts.count).toBe(0);
    expect(state.document?.id).toBe("id2");
  });
});

describe("a filter by a value", () => {
  it("is made of the cell, or of the field in the inspector that the keyboard was on", async () => {
    state.selection.row = 1;
    state.selection.column = 1;
    expect(await valueFilter(state)).toBe("name string name2");
    state.selection.field = path([0, "_id"]);
    expect(await valueFilter(state)).toBe("_id string id1");
  });

  it("says why there is none", async () => {
    state.selection.field = path([7, "gone"]);
    expect(await valueFilter(state)).toBeNull();
    expect(remarks).toEqual([{ is: "noFilter", reason: null }]);
  });
});
