import { describe, expect, it } from "vitest";

import { blockStarts } from "./jsonlines";
import { rowPlaces, textPlaces, treePlaces } from "./places";
import { Viewport } from "./viewport.svelte";

/** Documents of 3, 1 and 5 lines, each followed by a blank one. */
const blocks = { starts: () => blockStarts([3, 1, 5]), first: () => -2 };

describe("the place of a document", () => {
  it("counts the lines before it, of those that are held", () => {
    const { lineOf } = textPlaces(blocks);
    expect([-9, -2, -1, 0, 1, 9].map(lineOf)).toEqual([0, 0, 4, 6, 12, 12]);
    expect(rowPlaces(() => -2).lineOf(3)).toBe(5);
  });

  it("tells which part of which document is in sight", () => {
    const { rowAt } = treePlaces(blocks);
    expect([0, 1, 4, 5, 6, 9, 12, 99].map(rowAt)).toEqual([0, 0.25, 1, 1.5, 2, 2.5, 3, 3]);
    expect(textPlaces({ starts: () => [0], first: () => 0 }).rowAt(0)).toBe(0);
    expect(rowPlaces(() => -2).rowAt(2.5)).toBe(2.5);
  });

  it("is that of the document at the top of a tree, and of the first that begins in sight of texts", () => {
    expect(treePlaces(blocks).anchorAt(2.5, 10)).toBe(-2);
    expect(textPlaces(blocks).anchorAt(2.5, 10)).toBe(-1);
    expect(rowPlaces(() => -2).anchorAt(2.5, 10)).toBe(0.5);
  });
});

describe("documents of many lines", () => {
  let heights = [3, 1, 5];
  let first = 0;
  const starts = () => blockStarts(heights);
  const landing = { from: "first" } as const;
  const element = { scrollTop: 0, scrollLeft: 0, scrollHeight: 0, clientHeight: 40 };

  function viewed(places: Viewport["scrolled"]["places"]): Viewport {
    [heights, first] = [[3, 1, 5], 0];
    const count = () => starts().at(-1) ?? 0;
    const viewport = new Viewport({ rowHeight: 10, count, places, landing: () => landing });
    viewport.height = 40;
    viewport.attach(element as HTMLElement);
    viewport.settle();
    viewport.scrollTo(25);
    return viewport;
  }

  function put(before: number[], now: number[]): void {
    heights = [...before, ...now];
    first -= before.length;
  }

  it("stay in sight when others come before them", () => {
    const viewport = viewed(treePlaces({ starts, first: () => first }));
    put([2, 7], [3, 1, 5]);
    viewport.settle();
    expect([viewport.top, element.scrollTop]).toEqual([135, 135]);
    expect(viewport.inSight).toEqual({ first: 2.625, end: 4 + 0.5 / 6 });
  });

  it("stay in sight when the text that comes above has more lines than were kept for it", () => {
    const viewport = viewed(textPlaces({ starts, first: () => first }));
    put([], [8, 1, 5]);
    viewport.settle();
    expect([viewport.top, element.scrollTop]).toEqual([75, 75]);
  });
});
