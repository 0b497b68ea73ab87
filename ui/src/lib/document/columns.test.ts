import { describe, expect, it } from "vitest";

import { cellsOf, ColumnCounts } from "./columns";
import { leaf, view } from "./testing";

function columns(...documents: ReturnType<typeof view>[]) {
  const counts = new ColumnCounts();
  counts.add(documents);
  return counts.columns;
}

describe("columns", () => {
  it("stand in order of first appearance, integer-like names included", () => {
    const found = columns(
      view([leaf("_id", "int", "1"), leaf("z", "int", "1"), leaf("10", "int", "1")]),
      view([leaf("_id", "int", "2"), leaf("2", "int", "1"), leaf("a", "int", "1")]),
    );
    expect(found.map(({ name }) => name)).toEqual(["_id", "z", "10", "2", "a"]);
  });

  it("keep their places when a later page has more", () => {
    const counts = new ColumnCounts();
    counts.add([view([leaf("b", "int", "1")])]);
    counts.add([view([leaf("a", "int", "1"), leaf("b", "int", "1")])]);
    expect(counts.columns.map(({ name }) => name)).toEqual(["b", "a"]);
  });

  it("keep their places when their documents change", () => {
    const counts = new ColumnCounts();
    counts.add([view([leaf("a", "int", "1"), leaf("b", "int", "1")])]);
    counts.recount([view([leaf("b", "long", "1")])]);
    expect(counts.columns).toMatchObject([
      { name: "a", kinds: [] },
      { name: "b", kind: "long" },
    ]);
  });

  it("are named after the most common type, whatever is null", () => {
    const [column] = columns(
      view([leaf("note", "null", "")]),
      view([leaf("note", "null", "")]),
      view([leaf("note", "string", "x")]),
    );
    expect(column?.kind).toBe("string");
    expect(column?.kinds).toEqual([
      ["null", 2],
      ["string", 1],
    ]);
  });

  it("are mixed when no type has nearly all", () => {
    const values = Array.from({ length: 5 }, (_, at) => view([leaf("a", at < 3 ? "int" : "long", "1")]));
    expect(columns(...values)[0]?.kind).toBe("mixed");
  });

  it("of nothing but nulls are null", () => {
    expect(columns(view([leaf("a", "null", "")]))[0]?.kind).toBe("null");
  });

  it("forget documents that are taken away, and keep their places and types", () => {
    const counts = new ColumnCounts();
    const [first, second] = [view([leaf("a", "int", "1")]), view([leaf("b", "long", "2")])];
    counts.add([first, second]);
    counts.remove([first]);
    expect(counts.columns).toEqual([
      { name: "a", kind: "int", kinds: [] },
      { name: "b", kind: "long", kinds: [["long", 1]] },
    ]);
  });

  it("count a repeated name once for its document", () => {
    expect(columns(view([leaf("a", "int", "1"), leaf("a", "string", "x")]))[0]?.kinds).toEqual([["int", 1]]);
  });
});

describe("the cells of a document", () => {
  it("show the first value of a repeated name and say how many follow", () => {
    const cells = cellsOf([leaf("a", "int", "1"), leaf("b", "int", "2"), leaf("a", "int", "3")]);
    expect(cells.get("a")).toMatchObject({ node: { text: "1" }, repeats: 1 });
    expect(cells.get("b")?.repeats).toBe(0);
    expect(cells.get("missing")).toBeUndefined();
  });

  it("may be called like a property that every object has", () => {
    expect(cellsOf([]).get("constructor")).toBeUndefined();
    expect(cellsOf([leaf("__proto__", "int", "1")]).get("__proto__")?.node.text).toBe("1");
  });
});
