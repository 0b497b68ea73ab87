import { describe, expect, it } from "vitest";

import { nodeAt, onlyIndexOf, pathKey, pathText, refindPath, samePath, withNodeAt } from "./path";
import { array, leaf, object, path } from "./testing";

const fields = [
  leaf("_id", "int", "1"),
  object("dims", [leaf("w", "int", "2"), leaf("h", "int", "3")]),
  array("tags", [leaf("", "string", "a"), leaf("", "string", "b")]),
];

describe("a path", () => {
  it("leads to a nested value", () => {
    expect(nodeAt(fields, path([2, "tags"], [1, "1"]))?.text).toBe("b");
    expect(nodeAt(fields, path([2, "dims"], [0, "w"]))).toBeNull();
    expect(nodeAt(fields, path([9, "x"]))).toBeNull();
    expect(nodeAt(fields, [])).toBeNull();
  });

  it("has a key that no other path has", () => {
    const keys = [
      path([0, "a.b"]),
      path([0, "a"], [0, "b"]),
      path([1, "a.b"]),
      path([0, 'a","b']),
      path([0, "a"], [1, "b"]),
    ].map(pathKey);
    expect(new Set(keys).size).toBe(keys.length);
  });

  it("is the same only with the same positions and names", () => {
    expect(samePath(path([0, "a"]), path([0, "a"]))).toBe(true);
    expect(samePath(path([0, "a"]), path([1, "a"]))).toBe(false);
    expect(samePath(path([0, "a"]), path([0, "a"], [0, "b"]))).toBe(false);
  });

  it("is written with dots", () => {
    expect(pathText(path([2, "tags"], [1, "1"]))).toBe("tags.1");
  });
});

describe("finding a path again", () => {
  it("follows the only field of that name", () => {
    expect(refindPath(fields, path([0, "dims"], [7, "h"]))).toEqual(path([1, "dims"], [1, "h"]));
  });

  it("stays where the name still stands, though it repeats", () => {
    const twins = [leaf("a", "int", "1"), leaf("a", "int", "2")];
    expect(refindPath(twins, path([1, "a"]))).toEqual(path([1, "a"]));
    expect(refindPath(twins, path([2, "a"]))).toBeNull();
    expect(onlyIndexOf(twins, "a")).toBeNull();
  });

  it("finds nothing where the field is gone", () => {
    expect(refindPath(fields, path([0, "_id"], [0, "x"]))).toBeNull();
  });
});

describe("changing a node", () => {
  it("changes it alone, and leaves the given fields as they were", () => {
    const changed = withNodeAt(fields, path([1, "dims"], [0, "w"]), (node) => ({ ...node, text: "9" }));
    expect(nodeAt(changed, path([1, "dims"], [0, "w"]))?.text).toBe("9");
    expect(nodeAt(fields, path([1, "dims"], [0, "w"]))?.text).toBe("2");
    expect(changed[2]).toBe(fields[2]);
  });

  it("changes nothing where nothing stands", () => {
    expect(withNodeAt(fields, path([1, "other"]), () => leaf("x", "int", "0"))).toEqual(fields);
  });
});
