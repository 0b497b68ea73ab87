import type { DocumentsState } from "$lib/document/documents.svelte";
import { blockAt } from "$lib/document/jsonlines";
import type { Viewport } from "$lib/document/viewport.svelte";
import { clamp } from "$lib/document/window";

import { copyAs } from "./copying";

/** What the view does itself. */
export interface LineActions {
  /** Shows the inspector. */
  open: () => void;
  /** Shows the document that the keyboard is on. */
  reveal: () => void;
}

/** Does what a key means among documents as text: it goes from one to the next. Says whether it means anything. */
export function pressInLines(
  event: KeyboardEvent,
  documents: DocumentsState,
  viewport: Viewport,
  { open, reveal }: LineActions,
): boolean {
  const command = event.ctrlKey || event.metaKey;
  // Far, Home and End go to the ends of the whole result.
  if (event.altKey || (command && (event.key === "Home" || event.key === "End"))) return false;
  const { selection, list } = documents;
  const last = list.rows.length - 1;
  const goals: Record<string, number> = {
    ArrowDown: selection.row + 1,
    ArrowUp: selection.row - 1,
    Home: 0,
    End: last,
  };
  const goal = goals[event.key];
  if (goal !== undefined) {
    documents.select(clamp(goal, 0, last));
    reveal();
  } else if (event.key === "PageDown" || event.key === "PageUp") {
    turnPage(documents, viewport, event.key === "PageDown" ? 1 : -1);
  } else if (event.key === "Enter" || event.key === " ") {
    documents.select(selection.row);
    open();
  } else if (event.key === "c" && command && !event.shiftKey) {
    // What is selected by the pointer is copied by the system itself.
    if (getSelection()?.isCollapsed === false) return false;
    void copyAs(documents, "document", documents.layout.syntax);
  } else return false;
  return true;
}

/** Scrolls by a page, within a long document too; the keyboard goes to the document at the top. */
function turnPage(documents: DocumentsState, viewport: Viewport, by: -1 | 1): void {
  const { rowHeight } = viewport.scrolled;
  const before = viewport.top;
  viewport.scrollTo(viewport.top + by * viewport.page * rowHeight);
  const { starts } = documents.texts;
  const atEnd = viewport.top === before;
  const edge = atEnd && by > 0 ? (starts.at(-1) ?? 0) : Math.ceil(viewport.top / rowHeight);
  documents.select(blockAt(starts, edge));
}
