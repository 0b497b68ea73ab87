import { describe, expect, it } from "vitest";

import { marked, ratePerSecond, secondsLeft } from "./pace";

describe("the pace of long work", () => {
  it("is that of the last seconds", () => {
    let marks = marked([], { at: 0, done: 0 });
    marks = marked(marks, { at: 1_000, done: 100 });
    expect(ratePerSecond(marks, 1_000)).toBe(100);
    marks = marked(marks, { at: 12_000, done: 100 });
    marks = marked(marks, { at: 13_000, done: 600 });
    expect(ratePerSecond(marks, 13_000)).toBe(500);
  });

  it("falls while nothing goes on", () => {
    const marks = [
      { at: 0, done: 0 },
      { at: 1_000, done: 1_000 },
    ];
    expect(ratePerSecond(marks, 4_000)).toBe(250);
  });

  it("is not told before anything is known of it", () => {
    expect(ratePerSecond([], 0)).toBeNull();
    expect(ratePerSecond([{ at: 0, done: 0 }], 100)).toBeNull();
    expect(secondsLeft(10, null)).toBeNull();
    expect(secondsLeft(10, 0)).toBeNull();
    expect(secondsLeft(10, 5)).toBe(2);
  });
});
