import { beforeEach, describe, expect, it } from "vitest";

import {
  BackendError,
  type DocumentView,
  type ExpandRequest,
  type FindRequest,
  type Node,
  type RowBatch,
} from "$lib/backend";
import { DocumentsState } from "./documents.svelte";
import type { Remark } from "./remark";
import { emptyQuery } from "./query";
import type { DocumentOperations } from "./source";
import { array, leaf, path, view } from "./testing";

const tags = array("tags", [leaf("", "string", "a")], 3);
const long = leaf("note", "string", "begin", { size: 9, cut: true });

let documents: DocumentView[];
/** What stands in the document now. */
let stored: DocumentView;
let expanded: ExpandRequest[];
let brought: Node;
let state: DocumentsState;
let remarks: Remark[];

const operations = {
  find: async (_: FindRequest, rows: (batch: RowBatch) => void) => {
    rows({ documents });
    return { count: documents.length, before: null, after: null, paging: "keyset", elapsedMs: 1 };
  },
  getDocument: async ({ id }: { id: string }) => {
    if (id !== stored.id) throw BackendError.of("NotFound", "gone");
    return stored;
  },
  expand: async (request: ExpandRequest) => {
    expanded.push(request);
    return { node: brought, etag: stored.etag };
  },
} as unknown as DocumentOperations;

beforeEach(async () => {
  documents = [view([leaf("_id", "int", "1"), tags, long], { id: "1" }), view([tags], { id: null })];
  [stored] = documents as [DocumentView];
  [expanded, remarks] = [[], []];
  const namespace = { database: "d", collection: "c" };
  const source = { backend: operations, connection: "c", namespace, readOnly: false };
  state = new DocumentsState(source, (remark) => remarks.push(remark));
  state.layout.view = "tree";
  await state.run(emptyQuery());
});

const words = () => state.tree.lines.map((line) => (line.is === "document" ? `${line.row}` : line.key));
const lineOf = (at: number) => {
  const line = state.tree.lines[at];
  if (!line) throw new Error(`there is no line ${at}`);
  return line;
};

async function open(...at: number[]): Promise<void> {
  for (const index of at) await state.tree.toggle(lineOf(index));
}

describe("the tree of a page", () => {
  it("opens and closes what the keyboard is on, and keeps its place by name", async () => {
    await open(0, 2);
    state.tree.go(3);
    expect(state.tree.activePath.map(({ name }) => name)).toEqual(["tags", "0"]);
    expect(state.target?.path).toHaveLength(2);
    state.tree.goToParent();
    await open(2);
    expect(words()).toHaveLength(5);
    expect(state.tree.active).toBe(2);
    state.tree.goToParent();
    await open(0);
    expect([state.tree.active, state.target?.path]).toEqual([0, []]);
  });

  it("puts the document of a line into the inspector", async () => {
    await open(0, 4);
    expect(state.document?.id).toBe("1");
    state.tree.go(5);
    expect(state.selection.selected).toBe(1);
    expect(state.document?.id).toBeNull();
  });

  it("is where another query put it", async () => {
    await open(0);
    state.tree.go(2);
    documents = [view([leaf("other", "int", "1")], { id: "9" })];
    await state.run(emptyQuery());
    expect([state.tree.active, state.target?.path]).toEqual([0, []]);
  });
});

describe("what was cut", () => {
  it("is read when it is asked for, and follows what was there", async () => {
    await open(0, 2);
    brought = { ...tags, children: [leaf("1", "string", "b"), leaf("2", "string", "c")], cut: false };
    await open(4);
    expect(expanded).toMatchObject([{ id: "1", path: [{ index: 1, name: "tags" }], from: 1 }]);
    expect(state.list.rows[0]?.fields[1]?.children.map(({ text }) => text)).toEqual(["a", "b", "c"]);
  });

  it("of a text comes whole", async () => {
    brought = leaf("note", "string", "beginning");
    await open(0, 3);
    expect(state.list.rows[0]?.fields[2]?.text).toBe("beginning");
  });

  it("is not taken from a document that somebody has changed: that is read again", async () => {
    stored = view([leaf("_id", "int", "1"), leaf("note", "string", "theirs")], { id: "1", etag: "new" });
    brought = leaf("note", "string", "wrong");
    await open(0, 3);
    expect(state.list.rows[0]).toBe(stored);
  });

  it("cannot be read without an _id, and says so", async () => {
    await open(1, 2, 4);
    expect(expanded).toEqual([]);
    expect(remarks).toEqual([{ is: "noRest", reason: "noId" }]);
  });

  it("of a projected row is read where it stands in the document, and only if it is the same", async () => {
    documents = [view([tags, long], { id: "1", etag: "projected" })];
    await state.run({ ...emptyQuery(), projection: "{}" });
    brought = leaf("note", "string", "beginning");
    await open(0, 2);
    expect(expanded[0]?.path).toEqual([{ index: 2, name: "note" }]);
    expect(state.list.rows[0]?.fields[1]?.text).toBe("beginning");

    documents = [view([{ ...long, size: 7 }], { id: "1", etag: "projected" })];
    await state.run({ ...emptyQuery(), projection: "{}" });
    await open(1);
    expect(remarks).toEqual([{ is: "noRest", reason: "computed" }]);
  });
});

describe("a value of the tree", () => {
  it("is edited in the inspector, which opens down to it", async () => {
    await state.editing.editField(state.select(0) ?? view([]), [
      { index: 1, name: "tags" },
      { index: 0, name: "0" },
    ]);
    expect(state.editing.editor("1")?.name).toBe("0");
    expect(state.inspected.isOpen([{ index: 1, name: "tags" }])).toBe(true);
  });

  it("is not edited where a projection may have moved it in its array", async () => {
    const row = view([array("tags", [leaf("", "string", "c")])], { id: "1", etag: "projected" });
    await state.editing.editField(row, path([0, "tags"], [0, "0"]), true);
    expect(state.editing.editor("1")).toBeNull();
    expect(remarks).toEqual([{ is: "readOnly", reason: "projected" }]);
  });
});
