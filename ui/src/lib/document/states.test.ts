import { beforeEach, describe, expect, it } from "vitest";

import {
  BackendError,
  type CountRequest,
  type DocumentView,
  type ErrorCode,
  type FilterByValueRequest,
  type FindRequest,
  type PageEnd,
  type RowBatch,
} from "$lib/backend";
import { DocumentsState } from "./documents.svelte";
import type { Remark } from "./remark";
import type { DocumentOperations, Source } from "./source";
import { emptyQuery } from "./query";
import { leaf, path, typed, view } from "./testing";
import { valueFilter } from "./valuefilter";

function failure(code: ErrorCode): BackendError {
  return BackendError.of(code, code);
}

/** A collection in memory that fails as told. It checks before-values as the core does. */
class Collection {
  documents: DocumentView[] = [1, 2, 3].map((number) => this.#document(`id${number}`, `name${number}`));
  asked: FindRequest[] = [];
  readonly counted: CountRequest[] = [];
  /** What the next write ends in, and whether it is applied all the same. */
  next: { code: ErrorCode; applied: boolean } | null = null;
  pageSize = 2;
  /** Where reading cannot begin. */
  refuses: string | null = null;
  /** What somebody does between two batches. */
  meanwhile: () => void = () => undefined;

  #document(id: string, name: string): DocumentView {
    return view([leaf("_id", "string", id), leaf("name", "string", name)], { id, etag: name });
  }

  set(id: string, name: string): void {
    this.documents = this.documents.map((each) => (each.id === id ? this.#document(id, name) : each));
  }

  name(id: string): string | undefined {
    return this.documents.find((each) => each.id === id)?.fields[1]?.text;
  }

  #get(id: string): DocumentView {
    const found = this.documents.find((each) => each.id === id);
    if (!found) throw failure("NotFound");
    return found;
  }

  readonly operations = {
    find: async (request: FindRequest, rows: (batch: RowBatch) => void): Promise<PageEnd> => {
      this.asked.push(request);
      if (request.filter === "bad") throw failure("InvalidInput");
      if (request.from?.kind === this.refuses) throw failure("Unsupported");
      const from = request.from?.kind === "after" ? Number(request.from.cursor) : 0;
      const end = from + this.pageSize;
      for (const document of this.documents.slice(from, end)) {
        rows({ documents: [document] });
        await Promise.resolve();
        this.meanwhile();
        if (request.filter === "half") throw failure("Timeout");
      }
      const after = end < this.documents.length ? String(end) : null;
      return { count: end - from, before: null, after, paging: "keyset", elapsedMs: 1 } as PageEnd;
    },
    count: async (request: CountRequest) => {
      this.counted.push(request);
      return { count: this.documents.length, exact: request.mode === "exact", limited: false };
    },
    filterByValue: async ({ field, value }: FilterByValueRequest) => ({
      text: `${field} ${value.kind} ${value.text}`,
    }),
    getDocument: async ({ id }: { id: string }) => this.#get(id),
    update: async ({ id, edits }: Parameters<DocumentOperations["update"]>[0]) => {
      const outcome = this.next;
      this.next = null;
      const [edit] = edits;
      if (this.#get(id).fields[1]?.text !== edit?.before.text) throw failure("Conflict");
      if (!outcome || outcome.applied) this.set(id, edit?.after.text ?? "");
      if (outcome) throw failure(outcome.code);
      return { document: this.#get(id), changed: true };
    },
  } as unknown as DocumentOperations;
}

let collection: Collection;
let state: DocumentsState;
let remarks: Remark[];

beforeEach(async () => {
  collection = new Collection();
  remarks = [];
  state = new DocumentsState(sourceOf(false), (remark) => remarks.push(remark));
  await state.run({ ...emptyQuery(), sort: " " });
  await state.inspected.reload();
});

function sourceOf(readOnly: boolean): Source {
  const namespace = { database: "d", collection: "c" };
  return { backend: collection.operations, connection: "c", namespace, readOnly };
}

const nameAt = path([1, "name"]);

async function rename(after: string): Promise<void> {
  await state.editing.edit(nameAt, "inspector");
  const editor = state.editing.editor("id1");
  if (editor) editor.text = after;
  expect(state.editing.keep("id1")).toBe(true);
}

describe("a read-only connection", () => {
  it("opens no editor, and says why", async () => {
    const readOnly = new DocumentsState(sourceOf(true), (remark) => remarks.push(remark));
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
    expect(state.edits.draft("id2")).toMatchObject([{ after: typed("string", "typed") }]);
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
    await rename("spare");
    expect(state.edits.count).toBe(1);
    expect(collection.name("id1")).toBe("name1");
  });

  it("opens again on what was typed, and forgets a change that is changed back", async () => {
    await rename("spare");
    await state.editing.edit(nameAt, "inspector");
    expect(state.editing.editor("id1")?.start).toEqual(typed("string", "spare"));
    await rename("name1");
    expect(state.edits.count).toBe(0);
  });

  it("counts what is typed in an open editor as unsaved, once", async () => {
    await state.editing.edit(nameAt, "inspector");
    expect(state.editing.unsaved).toBe(0);
    const editor = state.editing.editor("id1");
    if (editor) editor.text = "typed";
    expect(state.editing.unsaved).toBe(1);
    expect(state.editing.keep("id1")).toBe(true);
    expect(state.editing.unsaved).toBe(1);
  });

  it("keeps the draft when another document is chosen", async () => {
    await rename("spare");
    state.select(1);
    expect(state.edits.draft("id2")).toEqual([]);
    expect(state.edits.ids).toEqual(["id1"]);
  });

  it("keeps a finished value when another document is chosen, and leaves an unfinished one open", async () => {
    await state.editing.edit(nameAt, "cell");
    const editor = state.editing.editor("id1");
    editor?.setKind("int");
    state.select(1);
    expect(state.editing.editor("id1")).toBe(editor);
    expect(state.edits.count).toBe(0);

    state.select(0);
    if (editor) editor.text = "7";
    state.select(1);
    expect(state.editing.editor("id1")).toBeNull();
    expect(state.edits.draft("id1")).toMatchObject([{ after: typed("int", "7") }]);
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
    editor?.setKind("int");
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
    editor?.setKind("int");
    expect(state.showAs("tree")).toBe(true);
    expect([state.editing.editor("id1"), editor?.place]).toEqual([editor, "inspector"]);

    if (editor) [editor.text, editor.place] = ["7", "cell"];
    expect(state.showAs("json")).toBe(false);
    expect(state.editing.editor("id1")).toBeNull();
    expect(state.edits.draft("id1")).toMatchObject([{ after: typed("int", "7") }]);
  });

  it("leads back to a changed document whose row another query has taken away", async () => {
    await rename("spare");
    collection.documents = collection.documents.slice(1);
    await state.run({ ...emptyQuery(), filter: "{}" });
    expect(state.document?.id).toBe("id2");
    state.selectId("id1");
    expect(state.document?.id).toBe("id1");
    expect(state.edits.draft("id1")).toHaveLength(1);
  });

  it("of an unfinished value saves nothing and stays open", async () => {
    await state.editing.edit(nameAt, "inspector");
    const editor = state.editing.editor("id1");
    editor?.setKind("int");
    await state.editing.save("id1");
    expect(remarks).toEqual([{ is: "unfinished" }]);
    expect(state.editing.editor("id1")).toBe(editor);

    if (editor) editor.text = "7";
    await state.editing.save("id1");
    expect(collection.name("id1")).toBe("7");
  });

  it("offers a choice where true or false is asked for", async () => {
    await state.editing.edit(nameAt, "inspector");
    state.editing.editor("id1")?.setKind("bool");
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

describe("a save", () => {
  beforeEach(() => rename("spare"));

  it("that is applied updates row and inspector and says so", async () => {
    await state.edits.save("id1");
    expect(collection.name("id1")).toBe("spare");
    expect(state.edits.count).toBe(0);
    expect(state.edits.state("id1")).toBeNull();
    expect(state.list.rows[0]?.fields[1]?.text).toBe("spare");
    expect(state.document?.fields[1]?.text).toBe("spare");
    expect(remarks).toMatchObject([{ is: "saved", changed: true }]);
  });

  it("that is refused keeps the changes", async () => {
    collection.next = { code: "NotPrimary", applied: false };
    await state.edits.save("id1");
    expect(state.edits.state("id1")).toMatchObject({ is: "failed", error: { code: "NotPrimary" } });
    expect(state.edits.count).toBe(1);
    await state.edits.save("id1");
    expect(collection.name("id1")).toBe("spare");
  });

  it("that meets somebody else's change shows it, and can go on top of it", async () => {
    collection.set("id1", "theirs");
    await state.edits.save("id1");
    const conflict = state.edits.state("id1");
    expect(conflict).toMatchObject({ is: "conflict", now: { etag: "theirs" } });
    expect(collection.name("id1")).toBe("theirs");

    if (conflict?.is === "conflict" && conflict.now) state.edits.keepMine("id1", conflict.now);
    expect(state.edits.draft("id1")[0]?.before.text).toBe("theirs");
    await state.edits.save("id1");
    expect(collection.name("id1")).toBe("spare");
  });

  it("that meets somebody else's change can be given up for it", async () => {
    collection.set("id1", "theirs");
    await state.edits.save("id1");
    state.edits.discard("id1");
    expect(state.edits.count).toBe(0);
    expect(state.document?.fields[1]?.text).toBe("theirs");
  });

  it("of a document that is gone says so and loses no change", async () => {
    collection.documents = [];
    await state.edits.save("id1");
    expect(state.edits.state("id1")).toEqual({ is: "conflict", now: null });
    expect(state.edits.count).toBe(1);
  });

  it("that fails is told though another document is in front by then", async () => {
    collection.next = { code: "Timeout", applied: false };
    const saving = state.edits.save("id1");
    state.select(1);
    await saving;
    expect(remarks).toEqual([{ is: "unsaved", title: "name1", outcome: "failed" }]);
  });

  it("leaves what was changed while it was under way", async () => {
    const saving = state.edits.save("id1");
    await rename("later");
    await saving;
    expect(collection.name("id1")).toBe("spare");
    expect(state.edits.draft("id1")).toMatchObject([{ before: { text: "spare" }, after: { text: "later" } }]);
  });
});

describe("a save of unknown outcome", () => {
  async function saveUnknown(applied: boolean): Promise<void> {
    await rename("spare");
    collection.next = { code: "OutcomeUnknown", applied };
    await state.edits.save("id1");
    expect(state.edits.state("id1")?.is).toBe("unknown");
    expect(state.edits.count).toBe(1);
  }

  it("is not sent again before it is checked", async () => {
    await saveUnknown(false);
    await state.edits.save("id1");
    expect(collection.name("id1")).toBe("name1");
  });

  it("is found to be applied", async () => {
    await saveUnknown(true);
    await state.edits.check("id1");
    expect(state.edits.count).toBe(0);
    expect(state.edits.state("id1")).toBeNull();
    expect(remarks).toMatchObject([{ is: "saved" }]);
  });

  it("is found not to be applied, and can be saved again", async () => {
    await saveUnknown(false);
    await state.edits.check("id1");
    expect(state.edits.state("id1")).toMatchObject({ is: "checked", settled: "notApplied" });
    await state.edits.save("id1");
    expect(collection.name("id1")).toBe("spare");
  });

  it("is found to be overtaken by somebody else", async () => {
    await saveUnknown(true);
    collection.set("id1", "theirs");
    await state.edits.check("id1");
    expect(state.edits.state("id1")).toMatchObject({ is: "checked", settled: "different" });
    expect(state.edits.count).toBe(1);
  });
});

describe("a deleted document", () => {
  it("leaves the rows with its draft, and its neighbour is chosen", async () => {
    await rename("spare");
    state.removed("id1");
    expect(state.list.rows.map(({ id }) => id)).toEqual(["id2"]);
    expect(state.edits.count).toBe(0);
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
