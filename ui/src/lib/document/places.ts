/** Where documents stand among the lines that are scrolled. The place of a document stays its own, whatever comes before it. */
import { anchorOf, blockAt } from "./jsonlines";
import { clamp } from "./window";

export interface Places {
  /** The place of what is to stay where it is, of the `page` lines that are in sight from line `top` on. */
  anchorAt(top: number, page: number): number;
  /** The line that a place begins on. */
  lineOf(place: number): number;
  /** The row that a line belongs to, with the part of it that comes before the line. */
  rowAt(line: number): number;
}

/** Rows of one line each. `first` is the place of the first. */
export function rowPlaces(first: () => number): Places {
  return {
    anchorAt: (top) => top + first(),
    lineOf: (place) => place - first(),
    rowAt: (line) => line,
  };
}

/** What is told of documents of many lines each. */
export interface Blocks {
  /** The line that each begins on, and at last where the list ends. */
  starts: () => readonly number[];
  /** The place of the first. */
  first: () => number;
}

/** Documents that only a person opens and closes: what stands at the top stays there. */
export function treePlaces({ starts, first }: Blocks): Places {
  return { ...blockPlaces({ starts, first }), anchorAt: (top) => blockAt(starts(), top) + first() };
}

/** Documents that may get more lines at any time: what begins in sight stays there. */
export function textPlaces({ starts, first }: Blocks): Places {
  return {
    ...blockPlaces({ starts, first }),
    anchorAt: (top, page) => anchorOf(starts(), Math.floor(top), page) + first(),
  };
}

function blockPlaces({ starts, first }: Blocks): Omit<Places, "anchorAt"> {
  return {
    lineOf: (place) => starts()[clamp(place - first(), 0, starts().length - 1)] ?? 0,
    rowAt: (line) => {
      const row = blockAt(starts(), line);
      const [start = 0, end = start] = [starts()[row], starts()[row + 1]];
      return end > start ? row + clamp((line - start) / (end - start), 0, 1) : row;
    },
  };
}
