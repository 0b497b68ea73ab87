import { describe, expect, it } from "vitest";

import { limitOf } from "./undo-limit";

describe("a limit for Undo", () => {
  it.each([
    ["512", 512],
    [" 1 ", 1],
    ["1048576", 1_048_576],
  ])("is a whole number of MiB: %s", (text, limit) => expect(limitOf(text)).toBe(limit));

  it.each(["0", "1048577", "12345678", "-1", "1.5", "1e3", "1,000", "", "all"])("is not: %s", (text) =>
    expect(limitOf(text)).toBeNull(),
  );
});
