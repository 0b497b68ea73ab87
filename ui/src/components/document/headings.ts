import type { Node } from "$lib/backend";
import type { Column } from "$lib/document/columns";
import type { DocumentsState } from "$lib/document/documents.svelte";
import { widthFor } from "$lib/document/width";
import { formatLocal } from "$lib/format";
import { t } from "$lib/messages";

export function kindName(kind: Column["kind"]): string {
  return kind === "mixed" ? t.document.table.mixed : t.document.kinds[kind];
}

/** The width of a column: the one chosen, or one that shows its heading and most of its values. */
export function columnWidth({ layout, list }: DocumentsState, { name, kind }: Column): number {
  const chosen = layout.columns.widths.get(name);
  return chosen ?? widthFor(`${name} ${kindName(kind)} `, name, list.shown.sample);
}

/** What is told of a cell under the pointer: its whole text, of a date the local time. */
export function hintOf(node: Node | null): string | undefined {
  return node?.kind === "date" ? formatLocal(node.text) : node?.text;
}
