/** What a cell of the table shows. */
import type { FieldEdit, Node } from "$lib/backend";
import type { Cell } from "./columns";
import { cellOf } from "./display";
import type { Draft } from "./draft";
import type { DrawnColumn } from "./geometry.svelte";
import { familyOf, type KindFamily } from "./kind";
import { fitsIn } from "./width";

export interface ShownCell {
  /** The value as it is, or as an unsaved change has made it; null where the document has none. */
  node: Node | null;
  /** All that there is to show, where that is a text and is seen whole; null where it is not. */
  text: string | null;
  /** The family of the text. */
  family: KindFamily | null;
  /** Nothing of it may have to be cut off. */
  fits: boolean;
  edited: boolean;
  /** How many more fields of the same name the document has. */
  repeats: number;
}

const EMPTY: ShownCell = { node: null, text: null, family: null, fits: true, edited: false, repeats: 0 };

/** What a document shows in a column. */
export function shownIn(cell: Cell | undefined, column: Omit<DrawnColumn, "at">, draft: Draft): ShownCell {
  if (!cell) return EMPTY;
  const edit = editOf(cell, column.name, draft);
  const node = edit?.path.length === 1 ? { ...cell.node, ...edit.after, cut: false } : cell.node;
  const { text, more } = cellOf(node);
  const { repeats } = cell;
  const isUsual = (node.kind === column.kind || node.kind === "null") && repeats === 0;
  const fits = isUsual && !more && !node.damaged && fitsIn(text, column.width);
  return {
    node,
    text: fits ? text : null,
    family: fits ? familyOf(node.kind) : null,
    fits,
    edited: edit !== undefined,
    repeats,
  };
}

/** A change of this cell's value, or of something inside it. */
function editOf(cell: Cell, name: string, draft: Draft): FieldEdit | undefined {
  return draft.find(
    ({ path: [first] }) => first?.name === name && (cell.repeats === 0 || first.index === cell.index),
  );
}
