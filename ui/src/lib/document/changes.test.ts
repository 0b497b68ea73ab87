import { describe, expect, it } from "vitest";

import { countOf, marksInRow, marksOf, removedOf } from "./changes";
import { linesOf } from "./fieldtree";
import { pathKey } from "./path";
import { array, changed, draft, leaf, object, path } from "./testing";

const [cm, mm] = [leaf("unit", "string", "cm"), leaf("unit", "string", "mm")];
const unit = path([1, "dims"], [0, "unit"]);

describe("the marks of unsaved changes", () => {
  it("are on their lines, and on those around them", () => {
    const change = changed(unit, cm, mm);
    const marks = marksOf(draft([leaf("_id", "int", "1"), object("dims", [mm])], [change]));
    expect(marks.get(pathKey(unit))).toEqual({ change, at: 0 });
    expect(marks.get(pathKey(path([1, "dims"])))).toBeNull();
    expect(marksOf(null).size).toBe(0);
  });

  it("in a projected row are found by name, and in an array are on the array alone", () => {
    // In the document the field stands one further: the projection has left one out.
    const fields = [object("dims", [cm])];
    expect([...marksInRow(fields, draft([], [changed(unit, cm, mm)])).keys()]).toEqual([
      pathKey(path([0, "dims"])),
      pathKey(path([0, "dims"], [0, "unit"])),
    ]);
    const tags = [array("tags", [leaf("", "string", "b")])];
    const inArray = changed(path([0, "tags"], [0, "0"]), leaf("0", "string", "a"), leaf("0", "string", "A"));
    expect([...marksInRow(tags, draft([], [inArray])).keys()]).toEqual([pathKey(path([0, "tags"]))]);
  });

  it("count those too that were not sent", () => {
    expect([countOf(null), countOf(draft([], [changed(unit, cm, mm)], { moreChanges: 4 }))]).toEqual([0, 5]);
  });
});

describe("what was taken away", () => {
  const id = leaf("_id", "int", "1");
  const gone = (index: number, name: string) => ({
    what: "removed" as const,
    beforePath: [{ index, name }],
    before: leaf(name, "int", "1"),
    afterPath: [{ index, name }],
    after: null,
  });

  it("is shown where it stood", () => {
    const fields = [id, leaf("b", "int", "1")];
    const removed = removedOf(draft(fields, [gone(1, "a"), gone(2, "c")]));
    const lines = linesOf(fields, 0, new Set(), removed);
    expect(lines.map((line) => [line.is, line.is === "more" ? "" : line.node.name])).toEqual([
      ["field", "_id"],
      ["removed", "a"],
      ["field", "b"],
      ["removed", "c"],
    ]);
    expect(lines.filter((line) => line.is === "removed").map(({ change }) => change)).toEqual([0, 1]);
  });
});
