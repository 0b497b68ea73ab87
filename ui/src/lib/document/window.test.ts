import { describe, expect, it } from "vitest";

import { columnRun, columnStarts, rowRun, scrollToShow } from "./window";

const view = { height: 260, rowHeight: 26, overscan: 5 };

describe("rows worth drawing", () => {
  it("are those in sight and a few more", () => {
    expect(rowRun({ ...view, scrollTop: 2600, count: 2000 })).toEqual({ first: 95, end: 115 });
  });

  it("end where the list ends", () => {
    expect(rowRun({ ...view, scrollTop: 0, count: 3 })).toEqual({ first: 0, end: 3 });
    expect(rowRun({ ...view, scrollTop: 2600, count: 3 })).toEqual({ first: 3, end: 3 });
    expect(rowRun({ ...view, scrollTop: 0, count: 0 })).toEqual({ first: 0, end: 0 });
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
