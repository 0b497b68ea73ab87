import { describe, expect, it } from "vitest";

import { offsetOf, placeIn } from "./place";

describe("the place of a mistake", () => {
  it("is read from the core's sentence", () => {
    expect(placeIn("Expected a value at line 2, column 14.")).toEqual({ line: 2, column: 14 });
    expect(placeIn("Line 1, column 3: unknown operator")).toEqual({ line: 1, column: 3 });
    expect(placeIn("No such collection")).toBeNull();
  });

  it("is found in the text, counting characters", () => {
    const text = '{\n  "🦫": x\n}';
    const offset = offsetOf(text, { line: 2, column: 8 });
    expect(text.slice(offset, offset + 1)).toBe("x");
  });

  it("never lies outside the text", () => {
    expect(offsetOf("ab\ncd", { line: 1, column: 99 })).toBe(2);
    expect(offsetOf("ab\ncd", { line: 9, column: 1 })).toBe(5);
  });
});
