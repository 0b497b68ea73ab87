/** What a cell of the table shows. */
import type { FieldEdit, Node } from "$lib/backend";
import type { Cell } from "./columns";
import { cellOf } from "./display";
import type { Draft } from "./draft";
import type { ColumnInSight } from "./geometry.svelte";
import { fitsIn } from "./width";

export interface ShownCell {
  /** The value as it is, or as an unsaved change has made it; null where the document has none. */
  node: Node | null;
  /** What is seen of the value, where the column is wide enough for it and nothing has to be said beside it; else null. */
  text: string | null;
  edited: boolean;
  /** How many more fields of the same name the document has. */
  repeats: number;
}

const EMPTY: ShownCell = { node: null, text: null, edited: false, repeats: 0 };

/** What a document shows in a column. */
export function shownIn(cell: Cell | undefined, column: Omit<ColumnInSight, "at">, draft: Draft): ShownCell {
  if (!cell) return EMPTY;
  const edit = editOf(cell, column.name, draft);
  const node = edit?.path.length === 1 ? { ...cell.node, ...edit.after, cut: false } : cell.node;
  const { text, more } = cellOf(node);
  const { repeats } = cell;
  const isUsual = (node.kind === column.kind || node.kind === "null") && repeats === 0;
  const isAll = isUsual && !more && !node.damaged && fitsIn(text, column.width);
  return { node, text: isAll ? text : null, edited: edit !== undefined, repeats };
}

/** A change of this cell's value, or of something inside it. */
function editOf(cell: Cell, name: string, draft: Draft): FieldEdit | undefined {
  return draft.find(
    ({ path: [first] }) => first?.name === name && (cell.repeats === 0 || first.index === cell.index),
  );
}
