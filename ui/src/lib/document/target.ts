/** What the keyboard is on among documents: what can be copied, and filtered by. */
import type { DocumentView, Node } from "$lib/backend";
import type { DocumentsState } from "./documents.svelte";
import type { Path } from "./path";

/** A value of a document, or the document itself where the path is empty. */
export interface Target {
  document: DocumentView;
  path: Path;
  /** Positions are those of the stored document: no projection has left anything out. */
  stored: boolean;
}

/** What the keyboard is on, in the inspector or among the rows of the view in front; null where there is nothing. */
export function targetOf(documents: DocumentsState): Target | null {
  const { list, inspected, selection } = documents;
  const whole = !list.isProjected;
  if (selection.field) {
    const { view, whole: isRead } = inspected;
    return view && { document: view, path: selection.field, stored: isRead || whole };
  }
  const row = list.rows[selection.row];
  return row ? { document: row, path: activeIn(documents, row.fields), stored: whole } : null;
}

/** The way to the value of the active row that the keyboard is on. */
function activeIn({ layout, tree, columns, selection }: DocumentsState, fields: readonly Node[]): Path {
  if (layout.view === "tree") return tree.activePath;
  if (layout.view === "json") return [];
  const name = columns[selection.column]?.name;
  const index = fields.findIndex((node) => node.name === name);
  return name === undefined || index < 0 ? [] : [{ index, name }];
}
