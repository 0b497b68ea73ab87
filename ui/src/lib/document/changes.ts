/** Where a draft's changes stand in the document as it is to become. */
import type { DocumentChange, Draft, Node } from "$lib/backend";
import { type Path, pathKey, refindPath, stepsToArray } from "./path";

/** A change, and its position among those of its draft, by which it is taken back. */
export interface Marked {
  change: DocumentChange;
  at: number;
}

/** The changes by the keys of the lines that they are on; null on lines that something was changed inside of. */
export type Marks = ReadonlyMap<string, Marked | null>;

const NONE: Marks = new Map();

/** How many fields a draft changes. */
export function countOf(draft: Draft | null): number {
  return draft ? draft.changes.length + draft.moreChanges : 0;
}

/** The marks of a document that is shown as its draft makes it. */
export function marksOf(draft: Draft | null): Marks {
  if (!draft) return NONE;
  const marks = new Map<string, Marked | null>();
  draft.changes.forEach((change, at) => {
    for (let length = 1; length < change.afterPath.length; length += 1) {
      const outer = pathKey(change.afterPath.slice(0, length));
      if (!marks.has(outer)) marks.set(outer, null);
    }
    // What is gone has no line of its own here.
    if (change.what !== "removed") marks.set(pathKey(change.afterPath), { change, at });
  });
  return marks;
}

/**
 * The marks of a row that a projection made of the document: its fields stand at other positions, and elements of arrays may
 * have moved, so that only the array is marked.
 */
export function marksInRow(fields: readonly Node[], draft: Draft | null): Marks {
  if (!draft) return NONE;
  const marks = new Map<string, Marked | null>();
  draft.changes.forEach((change) => {
    const path = refindPath(fields, change.beforePath);
    if (!path) return;
    const known = stepsToArray(fields, path);
    for (let length = 1; length <= known; length += 1) marks.set(pathKey(path.slice(0, length)), null);
  });
  return marks;
}

/** What was taken away from an object or an array, where it stood. */
export interface Removed extends Marked {
  node: Node;
  path: Path;
  /** Before which of those that are left. */
  index: number;
}

/** What was taken away, by the key of the object or array that it was in. */
export function removedOf(draft: Draft | null): ReadonlyMap<string, readonly Removed[]> {
  const removed = new Map<string, Removed[]>();
  draft?.changes.forEach((change, at) => {
    const { what, before, afterPath } = change;
    const last = afterPath.at(-1);
    if (what !== "removed" || !before || !last) return;
    const parent = pathKey(afterPath.slice(0, -1));
    const known = removed.get(parent) ?? [];
    removed.set(parent, [...known, { change, at, node: before, path: afterPath, index: last.index }]);
  });
  return removed;
}
