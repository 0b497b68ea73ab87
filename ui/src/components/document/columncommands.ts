import { hideColumn, moveColumn, widenColumn } from "$lib/document/columnactions";
import type { Column } from "$lib/document/columns";
import type { DocumentsState } from "$lib/document/documents.svelte";
import { t } from "$lib/messages";
import type { Command } from "$lib/state/commands.svelte";

import { columnWidth } from "./headings";

/** The commands of the table's columns. */
export function columnCommands(documents: DocumentsState): Command[] {
  const words = t.document.columns;
  const free = () => documents.dialog === null && documents.list.rows.length > 0;
  const active = () => documents.columns[documents.selection.column];
  const onColumn = (id: string, title: string, run: (column: Column) => void): Command => ({
    id: `documents.column.${id}`,
    group: "documents",
    title,
    available: () => free() && documents.layout.view === "table" && active() !== undefined,
    run: () => {
      const column = active();
      if (column) run(column);
    },
  });
  const widen = (column: Column, by: -1 | 1) =>
    widenColumn(documents, column.name, columnWidth(documents, column), by);
  return [
    {
      id: "documents.columns",
      group: "documents",
      title: words.choose,
      available: free,
      run: () => (documents.dialog = { is: "columns" }),
    },
    onColumn("hide", words.hideThis, ({ name }) => void hideColumn(documents, name)),
    onColumn("left", words.moveLeft, ({ name }) => void moveColumn(documents, name, -1)),
    onColumn("right", words.moveRight, ({ name }) => void moveColumn(documents, name, 1)),
    onColumn("narrower", words.narrower, (column) => widen(column, -1)),
    onColumn("wider", words.wider, (column) => widen(column, 1)),
  ];
}
