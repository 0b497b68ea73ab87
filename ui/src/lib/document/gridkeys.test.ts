import { describe, expect, it } from "vitest";

import { columnGesture, moveTo } from "./gridkeys";

const size = { rows: 50, columns: 6, page: 10 };
const press = (key: string, ctrlKey = false) => ({ key, ctrlKey, metaKey: false, altKey: false });

describe("a key in the grid", () => {
  it.each([
    ["ArrowDown", false, { row: 21, column: 3 }],
    ["ArrowLeft", false, { row: 20, column: 2 }],
    ["PageDown", false, { row: 30, column: 3 }],
    ["Home", false, { row: 20, column: 0 }],
    ["End", false, { row: 20, column: 5 }],
    ["ArrowDown", true, { row: 49, column: 3 }],
  ] as const)("%s (with Ctrl: %s) leads to %o", (key, ctrl, to) => {
    expect(moveTo(press(key, ctrl), { row: 20, column: 3 }, size)).toEqual(to);
  });

  it("stays inside", () => {
    expect(moveTo(press("ArrowUp"), { row: 0, column: 0 }, size)).toEqual({ row: 0, column: 0 });
    expect(moveTo(press("PageDown"), { row: 49, column: 0 }, size)).toEqual({ row: 49, column: 0 });
    expect(moveTo(press("End"), { row: 0, column: 0 }, { rows: 0, columns: 0, page: 1 })).toEqual({
      row: 0,
      column: 0,
    });
  });

  it("that does not move leaves others their chance", () => {
    expect(moveTo(press("Enter"), { row: 0, column: 0 }, size)).toBeNull();
    // To the ends of the whole result, of which a grid may hold a part only.
    expect(moveTo(press("End", true), { row: 0, column: 0 }, size)).toBeNull();
    expect(moveTo({ ...press("ArrowUp"), altKey: true }, { row: 1, column: 0 }, size)).toBeNull();
  });
});

describe("Alt and a sideways arrow", () => {
  const press = (key: string, more: Partial<KeyboardEvent> = {}) =>
    columnGesture({ key, ctrlKey: false, metaKey: false, altKey: true, shiftKey: false, ...more });

  it("move the column, or with Shift change its width", () => {
    expect(press("ArrowLeft")).toEqual({ is: "move", by: -1 });
    expect(press("ArrowRight", { shiftKey: true })).toEqual({ is: "widen", by: 1 });
  });

  it("mean nothing else", () => {
    expect(press("ArrowUp")).toBeNull();
    expect(press("ArrowLeft", { altKey: false })).toBeNull();
    expect(press("ArrowLeft", { ctrlKey: true })).toBeNull();
  });
});
