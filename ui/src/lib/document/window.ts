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

/** The rows to draw. */
export function rowRun({ scrollTop, height, rowHeight, count, overscan }: RowView): Run {
  const first = Math.floor(scrollTop / rowHeight) - overscan;
  const end = Math.ceil((scrollTop + height) / rowHeight) + overscan;
  return { first: clamp(first, 0, count), end: clamp(end, 0, count) };
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
