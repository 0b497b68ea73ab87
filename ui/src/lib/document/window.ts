/** Which rows and columns of a large table are worth drawing. */

/** A run of items: from `first` up to, not including, `end`. */
export interface Run {
  first: number;
  end: number;
}

/** What a list of rows of one height shows. */
export interface RowView {
  /** Pixels scrolled away above. */
  scrollTop: number;
  /** Pixels visible. */
  height: number;
  /** Pixels of a row. */
  rowHeight: number;
  /** Rows in all. */
  count: number;
  /** Rows drawn beyond each edge, so that a short scroll shows no gap. */
  overscan: number;
}

/** How many rows are drawn wherever there are as many: scrolling makes none and takes none away. */
export function rowsDrawn({ height, rowHeight, overscan }: Omit<RowView, "scrollTop" | "count">): number {
  return Math.ceil(height / rowHeight) + 1 + 2 * overscan;
}

/** The rows to draw. */
export function rowRun(view: RowView): Run {
  const { scrollTop, rowHeight, count, overscan } = view;
  const drawn = rowsDrawn(view);
  const first = clamp(Math.floor(scrollTop / rowHeight) - overscan, 0, Math.max(0, count - drawn));
  return { first, end: Math.min(count, first + drawn) };
}

/** The element among so many that shows a row: one that goes out of sight is taken for another that comes into it. */
export function slotOf(row: number, slots: number): number {
  return ((row % slots) + slots) % slots;
}

/** The rows of a run in the order of the elements that show them, from element `turn` on. `origin` counts them from elsewhere. */
export function inSlots({ first, end }: Run, slots: number, turn: number, origin = 0): number[] {
  const rows: number[] = [];
  for (let offset = 0; offset < slots; offset += 1) {
    const row = first + slotOf(turn + offset - first - origin, slots);
    if (row < end) rows.push(row);
  }
  return rows;
}

/** Where each column begins, in pixels, and at last where the last one ends. */
export function columnStarts(widths: readonly number[]): number[] {
  const starts = [0];
  for (const width of widths) starts.push((starts.at(-1) ?? 0) + width);
  return starts;
}

/** The columns that a viewport of `width` pixels touches, scrolled by `scrollLeft`. */
export function columnRun(starts: readonly number[], scrollLeft: number, width: number): Run {
  const count = starts.length - 1;
  const firstAfter = starts.findIndex((start) => start > scrollLeft);
  const first = firstAfter < 0 ? count : firstAfter - 1;
  const beyond = starts.findIndex((start, at) => at > first && start >= scrollLeft + width);
  return { first: clamp(first, 0, count), end: beyond < 0 ? count : clamp(beyond, 0, count) };
}

/** The scroll position nearest to `scroll` at which the item from `start` to `end` is wholly visible. */
export function scrollToShow(scroll: number, viewport: number, start: number, end: number): number {
  if (start < scroll || end - start > viewport) return start;
  return end > scroll + viewport ? end - viewport : scroll;
}

/** `value`, kept between `least` and `most`. */
export function clamp(value: number, least: number, most: number): number {
  return Math.max(least, Math.min(most, value));
}
