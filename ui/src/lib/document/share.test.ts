import { describe, expect, it } from "vitest";

import type { PageEnd } from "$lib/backend";
import type { Held } from "./held";
import { isPlaced, shareBefore, thumbOf } from "./share";
import { pageEnd, view } from "./testing";

/** Pages of ten rows each. */
function pages(...ends: Partial<PageEnd>[]): Held {
  const rows = Array.from({ length: 10 }, () => view([]));
  return {
    first: 0,
    pages: ends.map((end) => ({ rows, end: pageEnd({ after: "a", before: "b", ...end }) })),
  };
}

describe("the share before a row", () => {
  it("is what its page has told", () => {
    expect(shareBefore(pages({ share: 0.4 }), 0, null)).toBe(0.4);
  });

  it("lies between what two pages have told", () => {
    expect(shareBefore(pages({ share: 0.4 }, { share: 0.5 }), 5, null)).toBeCloseTo(0.45);
    expect(shareBefore(pages({ share: 0.4 }, {}, { share: 0.6 }), 10, null)).toBeCloseTo(0.5);
  });

  it("is counted on from there, where it is known how many there are", () => {
    expect(shareBefore(pages({ share: 0.4 }), 5, 100)).toBeCloseTo(0.45);
    expect(shareBefore(pages({}, { share: 0.4 }), 5, 100)).toBeCloseTo(0.35);
    expect(shareBefore(pages({ share: 0.4 }), 5, null)).toBe(0.4);
  });

  it("ends with the whole", () => {
    const held = pages({ share: 0.9, after: null });
    expect(shareBefore(held, 10, null)).toBe(1);
    expect(shareBefore(held, 5, 1000)).toBeCloseTo(0.95);
  });

  it("is not known of what nobody told about", () => {
    expect(shareBefore(pages({}), 3, 100)).toBeNull();
    expect(shareBefore({ first: 0, pages: [] }, 0, 100)).toBeNull();
  });
});

describe("a result", () => {
  it("can be gone to anywhere in an exact order alone", () => {
    expect(isPlaced(pages({ share: 0 }))).toBe(true);
    expect(isPlaced(pages({ share: 0, paging: "cursor" }))).toBe(false);
    expect(isPlaced(pages({}))).toBe(false);
  });
});

describe("the thumb of the bar", () => {
  it("goes from one end to the other", () => {
    expect(thumbOf(0, 0.1)).toEqual({ position: 0, size: 0.1 });
    expect(thumbOf(0.9, 1)).toMatchObject({ position: 1 });
    expect(thumbOf(0.45, 0.55).position).toBeCloseTo(0.5);
  });

  it("fills it where everything is in sight", () => {
    expect(thumbOf(0, 1)).toEqual({ position: 0, size: 1 });
  });
});
