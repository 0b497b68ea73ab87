import { describe, expect, it } from "vitest";

import { memberSpan, withoutMember } from "./jsontext";

function member(text: string, name: string): string | null {
  const span = memberSpan(text, name);
  return span && text.slice(span.start, span.end);
}

describe("a top-level member", () => {
  it("is found with its value, whatever the value is", () => {
    const text =
      '{ "a": 1, "s": "}, \\"_id\\": 2", "o": {"_id": [1, "]"]}, "_id": {"$oid": "6b"}, "z": null }';
    expect(member(text, "a")).toBe('"a": 1');
    expect(member(text, "s")).toBe('"s": "}, \\"_id\\": 2"');
    expect(member(text, "_id")).toBe('"_id": {"$oid": "6b"}');
    expect(member(text, "z")).toBe('"z": null');
    expect(member(text, "missing")).toBeNull();
  });

  it("is found by a name with escapes", () => {
    expect(member('{"\\u005fid": 1}', "_id")).toBe('"\\u005fid": 1');
  });

  it("is not sought in a text that is no object", () => {
    expect(member("[1]", "_id")).toBeNull();
    expect(member("", "_id")).toBeNull();
    expect(member('{"_id"', "_id")).toBeNull();
    expect(member('{"_id": "open', "_id")).toBeNull();
  });

  it("is found behind 10,000 levels without running out of stack", () => {
    const deep = "[".repeat(10_000) + "]".repeat(10_000);
    expect(member(`{"deep": ${deep}, "_id": 7}`, "_id")).toBe('"_id": 7');
  });
});

describe("a text without a member", () => {
  it("loses one comma with it, at the beginning, in the middle and at the end", () => {
    expect(withoutMember('{"_id": 1, "a": 2}', "_id")).toBe('{"a": 2}');
    expect(withoutMember('{"a": 2, "_id": 1, "b": 3}', "_id")).toBe('{"a": 2, "b": 3}');
    expect(withoutMember('{"a": 2, "_id": 1}', "_id")).toBe('{"a": 2}');
    expect(withoutMember('{"_id": 1}', "_id")).toBe("{}");
  });

  it("keeps every other character: order, digits, repeated names, indentation", () => {
    const text =
      '{\n  "_id": {\n    "$oid": "6b"\n  },\n  "10": 1.10,\n  "2": 9007199254740993,\n  "2": 0\n}';
    expect(withoutMember(text, "_id")).toBe('{\n  "10": 1.10,\n  "2": 9007199254740993,\n  "2": 0\n}');
  });

  it("loses the first of two, and nothing where there is none", () => {
    expect(withoutMember('{"_id": 1, "_id": 2}', "_id")).toBe('{"_id": 2}');
    expect(withoutMember('{"a": 1}', "_id")).toBe('{"a": 1}');
  });
});
