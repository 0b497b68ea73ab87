import { describe, expect, it } from "vitest";

import type { UndoReport } from "$lib/backend";
import { endOf, fullAbout, isWhole, shortAbout } from "./undoing";

const none: UndoReport = {
  entry: null,
  restored: 0,
  unchanged: 0,
  conflicts: 0,
  failed: 0,
  unknown: 0,
  left: 0,
  cancelled: false,
  documents: [],
};

describe("the end of an undo", () => {
  it.each([
    ["undone", { restored: 2, unchanged: 1 }],
    ["unchanged", { unchanged: 1 }],
    ["conflict", { restored: 9, conflicts: 1, failed: 1 }],
    ["notUndone", { restored: 9, failed: 1 }],
    ["notUndone", { restored: 9, left: 1, cancelled: true }],
    ["unknown", { restored: 9, conflicts: 1, unknown: 1 }],
  ] as const)("is the worst of its documents: %s", (end, report) => {
    expect(endOf({ ...none, ...report })).toBe(end);
    expect(isWhole(end)).toBe(end === "undone" || end === "unchanged");
  });
});

describe("what a write was about", () => {
  it("is short", () => {
    expect(shortAbout({ about: '{"$oid":"65f0c0ffee65f0c0ffee1234"}' })).toBe("…ffee1234");
    expect(shortAbout({ about: '"order-7"' })).toBe('"order-7"');
    expect(shortAbout({ about: '{"status":"open","total":{"$gt":100}}' })).toBe(
      '{"status":"open","total":{"…',
    );
  });

  it("is told in full where there is room", () => {
    expect(fullAbout({ about: '{"$oid":"65f0c0ffee65f0c0ffee1234"}' })).toBe("65f0c0ffee65f0c0ffee1234");
    expect(fullAbout({ about: '{"status":"open","total":{"$gt":100}}' })).toBe(
      '{"status":"open","total":{"$gt":100}}',
    );
  });
});
