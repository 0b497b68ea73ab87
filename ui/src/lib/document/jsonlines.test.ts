import { describe, expect, it } from "vitest";

import { anchorOf, beginningOf, blockAt, blockStarts, estimatedLines, tokensOf } from "./jsonlines";
import { array, leaf, object, view } from "./testing";

describe("the lines of documents", () => {
  const starts = blockStarts([3, 1, 5]);

  it("follow each other, with a blank one between two", () => {
    expect(starts).toEqual([0, 4, 6, 12]);
  });

  it("tell which document they are of", () => {
    expect([0, 3, 4, 5, 6, 11, 99].map((line) => blockAt(starts, line))).toEqual([0, 0, 1, 1, 2, 2, 2]);
    expect(blockAt([0], 0)).toBe(0);
  });

  it("tell the first document that begins in sight, else the one that fills it", () => {
    expect([0, 1, 2, 4, 5].map((top) => anchorOf(starts, top, 10))).toEqual([0, 1, 1, 1, 2]);
    expect([anchorOf(starts, 1, 2), anchorOf(starts, 9, 20)]).toEqual([0, 2]);
    expect(anchorOf([0], 0, 10)).toBe(0);
  });

  it("are as many as the text has, where the view is whole", () => {
    const text = ["{", '  "a": 1,', '  "b": [', "    {", '      "c": 1', "    }", "  ],", '  "e": {}', "}"];
    const document = view([
      leaf("a", "int", "1"),
      array("b", [object("", [leaf("c", "int", "1")])]),
      object("e", []),
    ]);
    expect(estimatedLines(document)).toBe(text.length);
  });

  it("count what a view has left out as one each", () => {
    expect(estimatedLines(view([array("a", [leaf("", "int", "1")], 40)]))).toBe(44);
  });
});

describe("the beginning of a document that is not read", () => {
  it("has its first fields on a line each, and says that more follow", () => {
    const fields = Array.from({ length: 13 }, (_, at) => leaf(`f${at}`, "int", "1"));
    const lines = beginningOf(view([leaf("t", "string", "begin", { cut: true }), ...fields]));
    expect(lines.slice(0, 3)).toEqual(["{", '  "t": "begin…', '  "f0": 1']);
    expect(lines.slice(-2)).toEqual(["  …", "}"]);
    expect(beginningOf(view([array("a", [], 3)]))).toEqual(["{", '  "a": [ 3 ]', "}"]);
  });
});

describe("the parts of a line", () => {
  const parts = (line: string) =>
    tokensOf(line)
      .filter(({ is }) => is !== "plain")
      .map(({ text, is }) => `${is} ${text}`);

  it("give the line back, whatever it holds", () => {
    for (const line of ['  "a\\"b": "c: {\\u2028}",', "  é: -1.5e+300,", "}]", "", '"', '  $x: "\\\\", 💥'])
      expect(
        tokensOf(line)
          .map(({ text }) => text)
          .join(""),
      ).toBe(line);
  });

  it("are names and values in Extended JSON, coloured by what they are", () => {
    expect(parts('  "a: b": "c: d",')).toEqual(['name "a: b"', 'string "c: d"']);
    expect(parts('  "n": -1.5,')).toEqual(['name "n"', "number -1.5"]);
    expect(parts('  "b": true, "z": null')).toEqual(['name "b"', "bool true", 'name "z"', "null null"]);
    expect(parts('  "d": {"$date": {"$numberLong": "-5"}}').at(-1)).toBe('number "-5"');
    expect(parts('  "_id": {"$oid": "ab"},').at(-1)).toBe('id "ab"');
    expect(parts('  "x": {"$binary": {"base64": "AA==", "subType": "04"}}').at(-1)).toBe('id "04"');
  });

  it("are constructors and values in mongosh", () => {
    expect(parts('  _id: ObjectId("ab"),')).toEqual(["name _id", "id ObjectId", 'id "ab"']);
    expect(parts('  d: NumberDecimal("1.50"),').at(-1)).toBe('number "1.50"');
    expect(parts("  d: new Date(-5),").at(-1)).toBe("date -5");
    expect(parts("  n: -Infinity, x: NaN").at(-1)).toBe("number NaN");
    expect(parts('  t: "ObjectId(1)"')).toEqual(["name t", 'string "ObjectId(1)"']);
  });
});
