/** About where among all documents the held ones are. */
import type { Held } from "./held";

/** A row of which it is known which share of all documents comes before it. */
interface Known {
  index: number;
  share: number;
}

/**
 * About which share of all documents comes before a row, from 0 to 1; null where nothing tells.
 *
 * Pages say it of their first rows, and the ends of the result are known. Between two of these rows are evenly far apart;
 * beyond the last of them they are counted, where it is known how many there are in all.
 */
export function shareBefore(held: Held, index: number, total: number | null): number | null {
  const known = knownShares(held);
  const [before, after] = [
    known.findLast((one) => one.index <= index),
    known.find((one) => one.index > index),
  ];
  const away = (from: number) => (total ? (index - from) / total : 0);
  if (before && after) {
    const way = (index - before.index) / (after.index - before.index);
    return before.share + way * (after.share - before.share);
  }
  const nearest = before ?? after;
  return nearest ? Math.max(0, Math.min(1, nearest.share + away(nearest.index))) : null;
}

/** Whether a part of the result can be gone to by its share: in an exact order, without a filter. */
export function isPlaced({ pages }: Held): boolean {
  return pages.some(({ end }) => end !== null && end.share !== null && end.paging === "keyset");
}

function knownShares({ pages }: Held): Known[] {
  const known: Known[] = [];
  let index = 0;
  for (const { rows, end } of pages) {
    if (end?.share != null) known.push({ index, share: end.share });
    index += rows.length;
  }
  if (pages.at(-1)?.end?.after === null) known.push({ index, share: 1 });
  return known;
}

/** Where the thumb of a bar is, in shares of the bar's length. */
export interface Thumb {
  /** From 0 where the first rows are in sight to 1 where the last ones are. */
  position: number;
  /** The share of all documents that is in sight. */
  size: number;
}

/** The thumb for the rows in sight, by the shares that come before the first of them and before the one behind the last. */
export function thumbOf(before: number, beyond: number): Thumb {
  const size = Math.max(0, Math.min(1, beyond - before));
  return { position: size >= 1 ? 0 : Math.max(0, Math.min(1, before / (1 - size))), size };
}
