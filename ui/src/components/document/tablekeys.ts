import { announce } from "$lib/announce.svelte";
import { moveColumn, widenColumn } from "$lib/document/columnactions";
import type { DocumentsState } from "$lib/document/documents.svelte";
import type { TableGeometry } from "$lib/document/geometry.svelte";
import { columnGesture, type ColumnGesture, moveTo } from "$lib/document/gridkeys";
import { t } from "$lib/messages";

import { copyPlain } from "./copying";

/** What the table does itself. */
export interface TableActions {
  edit: () => void;
  /** Shows the inspector. */
  open: () => void;
  /** Shows the cell that the keyboard is on. */
  reveal: () => void;
}

/** Does what a key means in the table; says whether it means anything. */
export function pressInTable(
  event: KeyboardEvent,
  documents: DocumentsState,
  geometry: TableGeometry,
  { edit, open, reveal }: TableActions,
): boolean {
  const gesture = columnGesture(event);
  if (gesture) {
    changeColumn(gesture, documents, geometry);
    reveal();
    return true;
  }
  const to = moveTo(
    event,
    { row: documents.selection.row, column: documents.selection.column },
    { rows: documents.list.rows.length, columns: documents.columns.length, page: geometry.viewport.page },
  );
  if (to) {
    documents.selection.column = to.column;
    if (to.row !== documents.selection.row) documents.select(to.row);
    reveal();
  } else if (event.key === "Enter" || event.key === "F2") edit();
  else if (event.key === " ") {
    documents.select(documents.selection.row);
    open();
  } else if (event.key === "c" && (event.ctrlKey || event.metaKey)) void copyPlain(documents);
  else return false;
  return true;
}

/** The cell under the pointer becomes the one that the keyboard is on. */
export function pointAt({ target }: PointerEvent, documents: DocumentsState): void {
  const cell = (target as HTMLElement).closest<HTMLElement>("[role=gridcell]");
  const row = (target as HTMLElement).closest<HTMLElement>("[role=row][data-row]");
  documents.selection.field = null;
  if (cell) documents.selection.column = Number(cell.dataset["column"]);
  if (row) documents.select(Number(row.dataset["row"]));
}

function changeColumn(gesture: ColumnGesture, documents: DocumentsState, geometry: TableGeometry): void {
  const at = documents.selection.column;
  const name = documents.columns[at]?.name;
  if (name === undefined) return;
  if (gesture.is === "widen") {
    const width = (geometry.starts[at + 1] ?? 0) - (geometry.starts[at] ?? 0);
    widenColumn(documents, name, width, gesture.by);
  } else if (moveColumn(documents, name, gesture.by)) {
    const { columns, selection } = documents;
    announce(t.document.columns.moved(name, selection.column + 1, columns.length), "columns");
  }
}
