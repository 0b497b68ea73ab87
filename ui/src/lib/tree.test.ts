import { describe, expect, it } from "vitest";

import { flatten, parentIndex, rowName, type TreeDatabase, typeAhead } from "./tree";

const databases: TreeDatabase[] = [
  { name: "local", expanded: false, collections: null },
  {
    name: "shop",
    expanded: true,
    collections: [
      { name: "orders", kind: "collection" },
      { name: "items", kind: "view" },
    ],
  },
  { name: "archive", expanded: false, collections: null },
];

describe("the tree", () => {
  it("puts the server's own databases last and sorts by name", () => {
    expect(flatten(databases).map(rowName)).toEqual(["archive", "shop", "items", "orders", "local"]);
  });

  it("tells each row its place among its siblings", () => {
    const rows = flatten(databases);
    expect(rows[3]).toMatchObject({ collection: "orders", position: 2, siblings: 2 });
    expect(rows[4]).toMatchObject({ database: "local", position: 3, siblings: 3, system: true });
  });

  it.each([
    [null, "loading"],
    ["loading", "loading"],
    ["failed", "failed"],
    [[], "empty"],
  ] as const)("says what is with a database whose collections are %j", (collections, note) => {
    const rows = flatten([{ name: "shop", expanded: true, collections }]);
    expect(rows[1]).toEqual({ kind: "note", database: "shop", note });
  });

  it("flattens ten thousand collections at once", () => {
    const collections = Array.from({ length: 10_000 }, (_, index) => ({
      name: `c${index}`,
      kind: "collection" as const,
    }));
    const began = performance.now();
    expect(flatten([{ name: "big", expanded: true, collections }])).toHaveLength(10_001);
    expect(performance.now() - began).toBeLessThan(250);
  });

  it("finds the database of a collection", () => {
    expect(parentIndex(flatten(databases), 3)).toBe(1);
  });

  it("moves on when one letter is typed again, and around the end", () => {
    const rows = flatten([
      { name: "alpha", expanded: false, collections: null },
      { name: "beta", expanded: false, collections: null },
      { name: "apple", expanded: false, collections: null },
    ]);
    expect(rows.map(rowName)).toEqual(["alpha", "apple", "beta"]);
    expect(typeAhead(rows, 0, "a")).toBe(1);
    expect(typeAhead(rows, 1, "A")).toBe(0);
    expect(typeAhead(rows, 0, "al")).toBe(0);
    expect(typeAhead(rows, 0, "x")).toBe(-1);
  });
});
