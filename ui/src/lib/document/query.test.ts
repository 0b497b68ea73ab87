import { describe, expect, it } from "vitest";

import { excerptAt, nextSort, sameQuery, sortOf } from "./query";

const blank = { filter: "", sort: "", projection: "" };

describe("the place of a mistake", () => {
  it("is shown with what stands around it", () => {
    expect(excerptAt('{ "stock": { lt: 20 } }', { line: 1, column: 14 })).toEqual({
      before: '{ "stock": { ',
      at: "l",
      after: "t: 20 } }",
    });
  });

  it("shows one line, and a little of it", () => {
    const text = `{\n  "${"x".repeat(40)}": y,\n  "z": 1 }`;
    const excerpt = excerptAt(text, { line: 2, column: 47 });
    expect(excerpt).toEqual({ before: `…${"x".repeat(13)}": `, at: "y", after: "," });
  });

  it("may be the end of the text", () => {
    expect(excerptAt("{", { line: 1, column: 2 })).toEqual({ before: "{", at: "", after: "" });
  });
});

describe("sorting by a column", () => {
  it("goes up, then down, then back", () => {
    const up = nextSort("", 'a"b');
    expect(JSON.parse(up)).toEqual({ 'a"b': 1 });
    const down = nextSort(up, 'a"b');
    expect(JSON.parse(down)).toEqual({ 'a"b': -1 });
    expect(nextSort(down, 'a"b')).toBe("");
    expect(nextSort("{ other: 1 }", "a")).toBe('{ "a": 1 }');
  });

  it("is told from the sort in use", () => {
    expect(sortOf('{ "a": 1 }', "a")).toBe("ascending");
    expect(sortOf('{ "a": -1 }', "a")).toBe("descending");
    expect(sortOf('{ "a": 1, "b": 1 }', "a")).toBeNull();
  });
});

describe("two queries", () => {
  it("are the same whatever space is around them", () => {
    expect(sameQuery({ ...blank, sort: " {} " }, { ...blank, sort: "{}" })).toBe(true);
    expect(sameQuery({ ...blank, sort: "{}" }, blank)).toBe(false);
  });
});
