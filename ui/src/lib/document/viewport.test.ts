import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";

import { rowPlaces } from "./places";
import { Viewport } from "./viewport.svelte";

/** An element that scrolls, as far as a viewport looks at it. */
class Element {
  scrollLeft = 0;
  clientHeight = 230;
  #top = 0;

  constructor(readonly scrollHeightNow: () => number) {}

  get scrollHeight(): number {
    return this.scrollHeightNow();
  }

  get scrollTop(): number {
    return this.clientHeight > 0 ? this.#top : 0;
  }

  set scrollTop(top: number) {
    if (this.clientHeight > 0) this.#top = Math.max(0, Math.min(top, this.scrollHeight - 230));
  }
}

let rows: { count: number; first: number; landing: { from: "first" | "last" } };
let element: Element;
let viewport: Viewport;

beforeEach(() => {
  rows = { count: 50, first: 0, landing: { from: "first" } };
  viewport = new Viewport({
    rowHeight: 10,
    headHeight: 30,
    footHeight: 20,
    count: () => rows.count,
    origin: () => rows.first,
    places: rowPlaces(() => rows.first),
    landing: () => rows.landing,
  });
  viewport.height = 230;
  element = new Element(() => 30 + rows.count * 10 + 20);
  viewport.attach(element as unknown as HTMLElement);
  viewport.settle();
});

/** Puts rows at the ends, as when pages come. */
function put(before: number, after: number): void {
  rows.first -= before;
  rows.count += before + after;
  viewport.settle();
}

describe("the rows in sight", () => {
  it("stay drawn while the element is hidden and has no size", () => {
    const { rows: drawn } = viewport;
    viewport.height = 0;
    expect([viewport.height, viewport.rows]).toEqual([230, drawn]);
    viewport.height = 130;
    expect(viewport.rows.end).toBeLessThan(drawn.end);
  });

  it("are still known when the element is hidden, which is scrolled nowhere then", () => {
    viewport.scrollTo(200);
    element.clientHeight = 0;
    viewport.follow();
    expect(viewport.top).toBe(200);
    element.clientHeight = 230;
    viewport.follow();
    expect(viewport.top).toBe(200);
  });

  it("stay the same when others come before them", () => {
    viewport.scrollTo(55);
    put(50, 0);
    expect([viewport.top, element.scrollTop]).toEqual([555, 555]);
    expect(viewport.inSight).toEqual({ first: 55.5, end: 75.5 });
    put(0, 50);
    expect([viewport.top, element.scrollTop]).toEqual([555, 555]);
  });

  it("stay the same when far ones before them go", () => {
    put(0, 200);
    viewport.scrollTo(1500);
    put(-100, 0);
    expect([viewport.top, element.scrollTop]).toEqual([500, 500]);
  });

  it("are those that were read first, until somebody scrolls", () => {
    put(30, 0);
    expect([viewport.top, element.scrollTop]).toEqual([300, 300]);
  });

  it("are the last ones, however many come before them, where the end was gone to", () => {
    rows = { count: 10, first: -10, landing: { from: "last" } };
    viewport.settle();
    put(15, 0);
    expect([viewport.top, element.scrollTop]).toEqual([70, 70]);
    put(25, 0);
    expect([viewport.top, element.scrollTop]).toEqual([320, 320]);
  });

  it("are the first ones again when all are replaced", () => {
    viewport.scrollTo(200);
    rows = { count: 40, first: 0, landing: { from: "first" } };
    viewport.settle();
    expect([viewport.top, element.scrollTop]).toEqual([0, 0]);
  });

  it("are never beyond the last", () => {
    viewport.scrollTo(1000);
    rows.count = 3;
    expect(viewport.top).toBe(0);
    expect(viewport.rows).toEqual({ first: 0, end: 3 });
  });
});

describe("scrolling to a row", () => {
  it("goes no further than needed, and counts from the rows there are now", () => {
    put(50, 0);
    viewport.reveal(10);
    expect(viewport.top).toBe(100);
    viewport.reveal(35);
    expect(viewport.top).toBe(160);
    expect(viewport.page).toBe(20);
  });
});

describe("the elements that show rows", () => {
  beforeEach(() => void vi.useFakeTimers());
  afterEach(() => void vi.useRealTimers());

  const inOrder = () => viewport.drawn.every((row, at, all) => at === 0 || row === (all[at - 1] ?? 0) + 1);

  it("stay where they are while rows are scrolled through them, and are put in order when nothing moves", () => {
    put(0, 1000);
    const slots = viewport.drawn.map((row) => viewport.slot(row));
    viewport.scrollTo(1234);
    expect(viewport.drawn.map((row) => viewport.slot(row))).toEqual(slots);
    expect(inOrder()).toBe(false);
    viewport.tidy();
    vi.runAllTimers();
    expect(inOrder()).toBe(true);
  });

  it("are not moved while something goes on", () => {
    put(0, 1000);
    viewport.scrollTo(1234);
    viewport.tidy()?.();
    vi.runAllTimers();
    expect(inOrder()).toBe(false);
  });

  it("keep their rows when others come before those", () => {
    put(0, 1000);
    viewport.scrollTo(1234);
    const before = viewport.drawn.map((row) => row + rows.first);
    put(50, 0);
    expect(viewport.drawn.map((row) => row + rows.first)).toEqual(before);
  });
});
