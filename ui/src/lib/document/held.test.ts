import { describe, expect, it } from "vitest";

import type { DocumentView, PageEnd } from "$lib/backend";
import {
  begun,
  brokenOff,
  changed,
  cursorOf,
  ended,
  grown,
  type Held,
  isEdge,
  NOTHING_HELD,
  rowsOf,
  type Side,
  trimmed,
  withFirst,
  without,
} from "./held";
import { leaf, pageEnd, view } from "./testing";

function documents(...ids: string[]): DocumentView[] {
  return ids.map((id) => view([leaf("_id", "string", id)], { id }));
}

function ids(held: Held): (string | null)[] {
  return rowsOf(held).map(({ id }) => id);
}

/** Reads a page at an end, its documents as the server gives them. */
function read(held: Held, side: Side, given: string[], end: Partial<PageEnd> = {}): Held {
  return ended(grown(begun(held, side), side, documents(...given)), side, pageEnd(end));
}

/** Where each row is, by its id. */
function places(held: Held): Record<string, number> {
  return Object.fromEntries(rowsOf(held).map(({ id }, index) => [id, held.first + index]));
}

describe("what is held", () => {
  it("is put in order though a page that is read backward gives its last document first", () => {
    let held = read(NOTHING_HELD, "before", ["6", "5"], { before: "x" });
    held = begun(held, "before");
    held = grown(held, "before", documents("4"));
    held = grown(held, "before", documents("3", "2"));
    expect(ids(held)).toEqual(["2", "3", "4", "5", "6"]);
  });

  it("leaves every row its place when others come before it", () => {
    const held = read(NOTHING_HELD, "after", ["5", "6"], { before: "b", after: "a" });
    const longer = read(read(held, "before", ["4", "3"]), "after", ["7"]);
    expect(places(held)).toEqual({ 5: 0, 6: 1 });
    expect(places(longer)).toEqual({ 3: -2, 4: -1, 5: 0, 6: 1, 7: 2 });
  });

  it("tells by its outermost pages what is beyond", () => {
    const held = read(read(NOTHING_HELD, "after", ["1"], { after: "a" }), "after", ["2"], { before: "b" });
    expect([isEdge(held, "before"), isEdge(held, "after")]).toEqual([true, true]);
    expect(cursorOf(read(held, "after", ["3"], { after: "more" }), "after")).toBe("more");
    // While a page is read nobody knows.
    const reading = begun(held, "after");
    expect([isEdge(reading, "after"), cursorOf(reading, "after")]).toEqual([false, null]);
    expect([isEdge(NOTHING_HELD, "before"), isEdge(NOTHING_HELD, "after")]).toEqual([false, false]);
  });

  it("can have a page that turns out to be empty", () => {
    const held = read(NOTHING_HELD, "after", ["5"], { before: "b", after: "a" });
    const begins = read(held, "before", [], { after: "a" });
    expect(ids(begins)).toEqual(["5"]);
    expect(isEdge(begins, "before")).toBe(true);
  });
});

describe("a page that broke off", () => {
  it("is asked for again by the cursor that led to it", () => {
    const held = read(NOTHING_HELD, "after", ["1"], { after: "a" });
    const broken = brokenOff(grown(begun(held, "after"), "after", documents("2")), "after");
    expect([ids(broken), cursorOf(broken, "after")]).toEqual([["1", "2"], "a"]);
  });

  it("leaves no row behind that could not be told from one that comes again", () => {
    const nameless = view([], { id: null });
    const held = read(NOTHING_HELD, "before", ["5"], { before: "b" });
    const broken = brokenOff(grown(begun(held, "before"), "before", [nameless, nameless]), "before");
    expect(ids(broken)).toEqual(["5"]);
    expect(broken.first).toBe(held.first);
  });
});

describe("far pages", () => {
  function three(cursors: Partial<PageEnd>): Held {
    let held = read(NOTHING_HELD, "after", ["1", "2"], { after: "a" });
    held = read(held, "after", ["3", "4"], { after: "a", ...cursors });
    return read(held, "after", ["5", "6"], { after: "a", ...cursors });
  }

  it("are taken away beyond the bound, and all others keep their places", () => {
    const { held, gone } = trimmed(three({ before: "b" }), "before", 3);
    expect([ids(held), gone.map(({ id }) => id)]).toEqual([
      ["5", "6"],
      ["1", "2", "3", "4"],
    ]);
    expect(places(held)).toEqual({ 5: 4, 6: 5 });
    expect(cursorOf(held, "before")).toBe("b");
  });

  it("are taken away behind as well", () => {
    const { held } = trimmed(three({ before: "b" }), "after", 4);
    expect([ids(held), held.first, cursorOf(held, "after")]).toEqual([["1", "2", "3", "4"], 0, "a"]);
  });

  it("stay where nothing would lead back to them, or where they are few", () => {
    expect(ids(trimmed(three({}), "before", 2).held)).toHaveLength(6);
    expect(ids(trimmed(three({ before: "b" }), "before", 6).held)).toHaveLength(6);
    expect(ids(trimmed(read(NOTHING_HELD, "after", ["1", "2"]), "before", 1).held)).toHaveLength(2);
  });
});

describe("what a person does to a document", () => {
  const held = read(read(NOTHING_HELD, "after", ["1", "2"], { after: "a" }), "after", ["3"], { before: "b" });

  it("shows a new one before the others, which keep their places", () => {
    const more = withFirst(held, documents("new")[0] as DocumentView);
    expect(places(more)).toEqual({ new: -1, 1: 0, 2: 1, 3: 2 });
    expect(ids(withFirst(NOTHING_HELD, documents("new")[0] as DocumentView))).toEqual(["new"]);
  });

  it("takes one away from its page", () => {
    expect(ids(without(held, "2"))).toEqual(["1", "3"]);
    expect(isEdge(without(held, "2"), "after")).toBe(true);
  });

  it("changes one where it is", () => {
    const now = view([leaf("n", "int", "7")], { id: "3" });
    expect(rowsOf(changed(held, (row) => (row.id === "3" ? now : row)))[2]).toBe(now);
  });
});
