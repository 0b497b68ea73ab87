/** What a cell of the table shows. */
import type { Draft, Node } from "$lib/backend";
import type { Cell } from "./columns";
import { cellOf } from "./display";
import type { ColumnInSight } from "./geometry.svelte";
import { fitsIn } from "./width";

export interface ShownCell {
  /** The value as it is, or as unsaved changes have made it; null where the document has none. */
  node: Node | null;
  /** What is seen of the value, where the column is wide enough for it and nothing has to be said beside it; else null. */
  text: string | null;
  edited: boolean;
  /** How many more fields of the same name the document has. */
  repeats: number;
}

/** What a document shows in a column. */
export function shownIn(
  cell: Cell | undefined,
  column: Omit<ColumnInSight, "at">,
  draft: Draft | null,
): ShownCell {
  const edited = draft !== null && isChanged(draft, column.name);
  const node = edited ? drafted(draft, cell, column.name) : (cell?.node ?? null);
  const repeats = cell?.repeats ?? 0;
  if (!node) return { node, text: null, edited, repeats };
  const { text, more } = cellOf(node);
  const isUsual = (node.kind === column.kind || node.kind === "null") && repeats === 0;
  const isAll = isUsual && !more && !node.damaged && fitsIn(text, column.width);
  return { node, text: isAll ? text : null, edited, repeats };
}

/** Whether something was changed in a top-level field of this name, or the field itself. */
function isChanged({ changes }: Draft, name: string): boolean {
  return changes.some(
    ({ beforePath: [before], afterPath: [after] }) => before?.name === name || after?.name === name,
  );
}

/** The field as it is to become: of several with this name, the one that the cell shows. */
function drafted({ document }: Draft, cell: Cell | undefined, name: string): Node | null {
  const named = document.fields.filter((node) => node.name === name);
  const at = document.fields[cell?.index ?? -1];
  return (at?.name === name ? at : named[0]) ?? null;
}
