import { describe, expect, it } from "vitest";

import { excerptAt, nextSort, partAtFault, sameQuery, sortOf } from "./query";

const blank = { filter: "", sort: "", projection: "" };

describe("a refused query", () => {
  it("is blamed on the only part that was filled in", () => {
    expect(partAtFault({ ...blank, sort: '{"$bad": 1}' })).toBe("sort");
  });

  it("is blamed on the first part that is no JSON", () => {
    expect(partAtFault({ ...blank, filter: '{"a": 1}', sort: "{ a: 1 }" })).toBe("sort");
  });

  it("is blamed on no part where that cannot be told", () => {
    expect(partAtFault({ ...blank, filter: '{"$bad": 1}', sort: '{"a": 1}' })).toBeNull();
    expect(partAtFault(blank)).toBeNull();
  });
});

describe("the place of a mistake", () => {
  it("is shown with what stands around it", () => {
    expect(excerptAt('{ "stock": { lt: 20 } }', "Expected a name, line 1, column 14.")).toEqual({
      before: '{ "stock": { ',
      at: "l",
      after: "t: 20 } }",
    });
  });

  it("shows one line, and a little of it", () => {
    const text = `{\n  "${"x".repeat(40)}": y,\n  "z": 1 }`;
    const excerpt = excerptAt(text, "at line 2, column 47");
    expect(excerpt).toEqual({ before: `…${"x".repeat(13)}": `, at: "y", after: "," });
  });

  it("may be the end of the text", () => {
    expect(excerptAt("{", "line 1, column 2")).toEqual({ before: "{", at: "", after: "" });
    expect(excerptAt("{", "no place")).toBeNull();
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
