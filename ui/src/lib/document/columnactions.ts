/** What can be done to a column of the table. */
import { neighbour } from "./arrange";
import type { DocumentsState } from "./documents.svelte";

/** Pixels by which the keyboard makes a column wider or narrower. */
const STEP = 16;

/** Moves a column past its neighbour; the keyboard stays on its own. Says whether there was one. */
export function moveColumn(documents: DocumentsState, name: string, by: -1 | 1): boolean {
  const other = neighbour(documents.columns, name, by);
  if (other === null) return false;
  documents.selection.holdColumn();
  documents.layout.move(documents.list.columns, name, other);
  return true;
}

/** Hides a column; where the keyboard was on it, it is then on the one that comes to its place. Says whether it could be hidden. */
export function hideColumn(documents: DocumentsState, name: string): boolean {
  const before = documents.columns.length;
  documents.selection.holdColumn();
  documents.layout.toggle(documents.list.columns, name);
  return documents.columns.length < before;
}

/** Makes a column that is so many pixels wide wider or narrower by a step. */
export function widenColumn(documents: DocumentsState, name: string, width: number, by: -1 | 1): void {
  documents.layout.resize(name, width + by * STEP);
  documents.layout.keep();
}
