import { describe, expect, it } from "vitest";

import type { Column } from "./columns";
import type { DocumentList } from "./list.svelte";
import { Selection } from "./selection.svelte";
import { view } from "./testing";

/** Rows with these ids, the first of them at a place. */
function rows(first: number, ...ids: (string | null)[]) {
  return { rows: ids.map((id) => view([], { id })), shown: { first } };
}

function choose(index: number, ...ids: (string | null)[]) {
  const list = rows(0, ...ids);
  const selection = new Selection(list as unknown as DocumentList, () => []);
  selection.row = index;
  selection.selected = index;
  const see = (next: ReturnType<typeof rows>) => {
    // What the list holds is read anew each time: nothing is derived outside of a component.
    Object.assign(list, next);
    return [selection.row, selection.selected];
  };
  return { selection, see };
}

describe("the column that the keyboard is on", () => {
  let names: string[];
  const columns = () => names.map((name) => ({ name })) as unknown as readonly Column[];
  const choose = (at: number) => {
    names = ["a", "b", "c"];
    const selection = new Selection(rows(0) as unknown as DocumentList, columns);
    selection.column = at;
    return selection;
  };

  it("follows its name when others are moved or hidden", () => {
    const selection = choose(1);
    names = ["b", "c"];
    expect(selection.column).toBe(0);
    names = ["c", "x", "b"];
    expect(selection.column).toBe(2);
  });

  it("is the one that comes to its place where it was hidden, and itself when it is back", () => {
    const selection = choose(2);
    names = ["a", "b"];
    expect(selection.column).toBe(1);
    names = ["c", "a", "b"];
    expect(selection.column).toBe(0);
    names = [];
    expect(selection.column).toBe(0);
  });

  it("has its name from before it was chosen, where columns are moved first", () => {
    const selection = new Selection(rows(0) as unknown as DocumentList, columns);
    names = ["a", "b"];
    selection.holdColumn();
    names = ["b", "a"];
    expect(selection.column).toBe(1);
  });
});

describe("what is chosen", () => {
  it("follows its document when others come before it", () => {
    const { see } = choose(1, "a", "b");
    expect(see(rows(-2, "y", "z", "a", "b"))).toEqual([3, 3]);
  });

  it("follows a document without an _id by its place", () => {
    const { see } = choose(1, null, null);
    expect(see(rows(-2, null, null, null, null))).toEqual([3, 3]);
  });

  it("is found again where others have moved it meanwhile", () => {
    const { see } = choose(1, "a", "b");
    expect(see(rows(0, "a", "new", "b"))).toEqual([2, 2]);
  });

  it("that was taken away leaves the keyboard on the row that is nearest", () => {
    const { see } = choose(0, "a", "b", "c", "d");
    expect(see(rows(2, "c", "d"))).toEqual([0, null]);
    expect(see(rows(0, "a", "b", "c", "d"))).toEqual([0, 0]);
  });

  it("is nothing where there are no rows", () => {
    const { see } = choose(3, "a", "b", "c", "d");
    expect(see(rows(0))).toEqual([0, null]);
  });
});
