import { describe, expect, it } from "vitest";

import { offsetOf } from "./text-place";

describe("the place of a mistake", () => {
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
