import type { DocumentsState } from "$lib/document/documents.svelte";
import type { Viewport } from "$lib/document/viewport.svelte";

import { copyPlain } from "./copying";

/** What the tree does itself. */
export interface TreeActions {
  edit: () => void;
  /** Shows the inspector. */
  open: () => void;
}

/** Does what a key means in the tree of documents (the tree pattern of the ARIA practices); says whether it means anything. */
export function pressInTree(
  event: KeyboardEvent,
  documents: DocumentsState,
  viewport: Viewport,
  { edit, open }: TreeActions,
): boolean {
  const { tree } = documents;
  const line = tree.activeLine;
  if (!line || event.altKey) return false;
  const command = event.ctrlKey || event.metaKey;
  // Far, these go to the ends of the whole result.
  if (command && (event.key === "Home" || event.key === "End")) return false;
  const goals: Record<string, number> = {
    ArrowDown: tree.active + 1,
    ArrowUp: tree.active - 1,
    PageDown: tree.active + viewport.page,
    PageUp: tree.active - viewport.page,
    Home: 0,
    End: tree.lines.length - 1,
  };
  const goal = goals[event.key];
  if (goal !== undefined) tree.go(goal);
  else if (event.key === "ArrowRight") inward(documents);
  else if (event.key === "ArrowLeft") outward(documents);
  else if (event.key === " " || (event.key === "Enter" && line.is === "more")) void tree.toggle(line);
  else if (event.key === "Enter") {
    documents.select(line.row);
    open();
  } else if (event.key === "F2") edit();
  else if (event.key === "c" && command && !event.shiftKey) void copyPlain(documents);
  else return false;
  viewport.reveal(tree.active);
  return true;
}

/** Opens, then goes in; of a text that was cut, reads the rest. */
function inward({ tree }: DocumentsState): void {
  const line = tree.activeLine;
  if (!line) return;
  if (line.is !== "more" && line.open === true) tree.go(tree.active + 1);
  else void tree.toggle(line, true);
}

/** Closes, then goes out. */
function outward({ tree }: DocumentsState): void {
  const line = tree.activeLine;
  if (!line) return;
  if (line.is !== "more" && line.open === true) void tree.toggle(line, false);
  else tree.goToParent();
}
