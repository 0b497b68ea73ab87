import { describe, expect, it } from "vitest";

import { columnRun, columnStarts, inSlots, rowRun, rowsDrawn, scrollToShow, slotOf } from "./window";

const view = { height: 260, rowHeight: 26, overscan: 5 };

describe("rows worth drawing", () => {
  it("are those in sight and a few more", () => {
    expect(rowRun({ ...view, scrollTop: 2600, count: 2000 })).toEqual({ first: 95, end: 116 });
  });

  it("are as many wherever the list is scrolled to", () => {
    const counts = [0, 1, 130, 2599, 2600, 51_999].map((scrollTop) => {
      const { first, end } = rowRun({ ...view, scrollTop, count: 2000 });
      return end - first;
    });
    expect(new Set(counts)).toEqual(new Set([rowsDrawn(view)]));
  });

  it("end where the list ends", () => {
    expect(rowRun({ ...view, scrollTop: 0, count: 3 })).toEqual({ first: 0, end: 3 });
    expect(rowRun({ ...view, scrollTop: 2600, count: 3 })).toEqual({ first: 0, end: 3 });
    expect(rowRun({ ...view, scrollTop: 0, count: 0 })).toEqual({ first: 0, end: 0 });
  });
});

describe("the elements that show rows", () => {
  const shown = (first: number, turn: number, origin = 0) =>
    inSlots({ first, end: first + 4 }, 4, turn, origin);

  it("are told apart, and each is taken for another row when its own has gone out of sight", () => {
    expect([10, 11, 12, 13, 14].map((row) => slotOf(row, 4))).toEqual([2, 3, 0, 1, 2]);
    expect([-1, -4].map((row) => slotOf(row, 4))).toEqual([3, 0]);
  });

  it("stay in their order while the rows move through them", () => {
    expect(shown(0, 0)).toEqual([0, 1, 2, 3]);
    expect(shown(1, 0)).toEqual([4, 1, 2, 3]);
    expect(shown(6, 0)).toEqual([8, 9, 6, 7]);
    for (const rows of [shown(1, 0), shown(6, 0)])
      expect(rows.map((row) => slotOf(row, 4))).toEqual([0, 1, 2, 3]);
  });

  it("come in the order of the rows when that of the first one comes first", () => {
    expect(shown(6, slotOf(6, 4))).toEqual([6, 7, 8, 9]);
  });

  it("keep their rows when others come before those", () => {
    expect(shown(7, 0, -1).map((row) => row - 1)).toEqual(shown(6, 0));
  });

  it("are no more than there are rows", () => {
    expect(inSlots({ first: 0, end: 2 }, 4, 3)).toEqual([0, 1]);
    expect(inSlots({ first: 0, end: 0 }, 4, 0)).toEqual([]);
  });
});

describe("columns worth drawing", () => {
  const starts = columnStarts([100, 50, 200, 80]);

  it("are those that the viewport touches", () => {
    expect(starts).toEqual([0, 100, 150, 350, 430]);
    expect(columnRun(starts, 0, 120)).toEqual({ first: 0, end: 2 });
    expect(columnRun(starts, 100, 50)).toEqual({ first: 1, end: 2 });
    expect(columnRun(starts, 160, 1000)).toEqual({ first: 2, end: 4 });
    expect(columnRun(starts, 900, 100)).toEqual({ first: 4, end: 4 });
    expect(columnRun([0], 0, 100)).toEqual({ first: 0, end: 0 });
  });
});

describe("scrolling to an item", () => {
  it("moves no more than needed", () => {
    expect(scrollToShow(100, 260, 120, 146)).toBe(100);
    expect(scrollToShow(100, 260, 78, 104)).toBe(78);
    expect(scrollToShow(100, 260, 350, 376)).toBe(116);
  });

  it("shows the beginning of what is larger than the viewport", () => {
    expect(scrollToShow(0, 100, 50, 250)).toBe(50);
  });
});
