import { describe, expect, it } from "vitest";

import { graft, linesOf } from "./fieldtree";
import { pathKey } from "./path";
import { array, leaf, object, path } from "./testing";

const tags = path([1, "tags"]);
const fields = [
  leaf("_id", "int", "1"),
  array("tags", [leaf("", "string", "a"), object("", [leaf("deep", "int", "1")])], 5),
  object("empty", []),
];

function names(open: readonly string[], more: number | null = 0): string[] {
  return linesOf(fields, more, new Set(open)).map((line) =>
    line.is === "more"
      ? `${"  ".repeat(line.depth)}+${line.count}`
      : `${"  ".repeat(line.depth)}${line.node.name}`,
  );
}

describe("the lines of a document", () => {
  it("are its fields, in order, while nothing is open", () => {
    expect(names([])).toEqual(["_id", "tags", "empty"]);
  });

  it("show what is open, level by level, and how much is missing", () => {
    expect(names([pathKey(tags)])).toEqual(["_id", "tags", "  0", "  1", "  +3", "empty"]);
    expect(names([pathKey(tags), pathKey([...tags, { index: 1, name: "1" }])])).toContain("    deep");
  });

  it("say that fields of the document itself are missing", () => {
    expect(names([], 7).at(-1)).toBe("+7");
    expect(names([], null).at(-1)).toBe("+null");
  });

  it("offer to open only what holds something", () => {
    const opens = linesOf(fields, 0, new Set()).map((line) => (line.is === "field" ? line.open : "more"));
    expect(opens).toEqual([null, false, null]);
  });
});

describe("what was missing", () => {
  it("follows what was there", () => {
    const brought = { ...array("tags", [leaf("", "string", "c")], 5), children: [leaf("2", "string", "c")] };
    const [, grafted] = graft(fields, tags, 2, brought);
    expect(grafted?.children.map(({ name }) => name)).toEqual(["0", "1", "2"]);
  });

  it("is not put where it does not belong", () => {
    const brought = array("tags", [leaf("", "string", "c")], 5);
    expect(graft(fields, tags, 4, brought)).toEqual(fields);
    expect(graft(fields, tags, 2, leaf("tags", "string", "now a text"))).toEqual(fields);
  });

  it("takes the place of a text that was cut", () => {
    const cut = [leaf("a", "string", "begin", { cut: true })];
    expect(graft(cut, path([0, "a"]), 0, leaf("a", "string", "beginning"))[0]?.text).toBe("beginning");
  });
});
