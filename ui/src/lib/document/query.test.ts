import { describe, expect, it } from "vitest";

import {
  askedOf,
  emptyQuery,
  excerptAt,
  isNumberFor,
  nextSort,
  queryFrom,
  sameQuery,
  sortOf,
  wrongNumber,
} from "./query";

const blank = emptyQuery();

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

describe("a query", () => {
  it("is sent without what is blank, and with numbers as numbers", () => {
    const typed = {
      ...blank,
      filter: " {} ",
      sort: " ",
      limit: " 20 ",
      skip: "0",
      readPreference: "nearest",
    } as const;
    expect(askedOf(typed)).toEqual({
      filter: " {} ",
      sort: null,
      projection: null,
      collation: null,
      hint: null,
      limit: 20,
      skip: 0,
      maxTimeMs: null,
      readPreference: "nearest",
    });
  });

  it("is made whole from what was kept of it", () => {
    expect(queryFrom({ filter: "{}", limit: 3, readPreference: "whoever", more: "x" })).toEqual({
      ...blank,
      filter: "{}",
    });
    expect(queryFrom(null)).toEqual(blank);
  });

  it("has numbers within their ranges", () => {
    for (const text of ["", " 1 ", "600000"]) expect(isNumberFor("maxTimeMs", text)).toBe(true);
    for (const text of ["0", "600001", "1.5", "-1", "1e3", "ten"])
      expect(isNumberFor("maxTimeMs", text)).toBe(false);
    expect(isNumberFor("skip", "0")).toBe(true);
    expect(isNumberFor("limit", "0")).toBe(false);
    expect(wrongNumber({ ...blank, limit: "5", skip: "x" })).toBe("skip");
    expect(wrongNumber({ ...blank, limit: "5" })).toBeNull();
  });
});
