import type { MenuItem } from "$components/shared/MenuList.svelte";
import { openDocuments } from "$lib/actions";
import type { Connection } from "$lib/backend";
import { t } from "$lib/messages";
import { frame } from "$lib/state";
import type { TreeRow } from "$lib/tree";

const words = t.catalog;

/** Whether a row of the tree may be renamed or dropped at all. */
function isOurs(connection: Connection, row: TreeRow): boolean {
  return !connection.readOnly && row.kind !== "note" && !row.system && !isSystemCollection(row);
}

function isSystemCollection(row: TreeRow): boolean {
  return row.kind === "collection" && row.collection.startsWith("system.");
}

/** Whether the server renames it: a view and a time series are not. */
export function canRename(connection: Connection, row: TreeRow): boolean {
  return isOurs(connection, row) && row.kind === "collection" && row.holds === "collection";
}

export function renameRow(connection: Connection, row: TreeRow): void {
  if (row.kind !== "collection" || !canRename(connection, row)) return;
  const { database, collection } = row;
  frame.catalogAsk = { is: "rename", connection, namespace: { database, collection } };
}

export function dropRow(connection: Connection, row: TreeRow): void {
  if (!isOurs(connection, row)) return;
  const collection = row.kind === "collection" ? { name: row.collection, kind: row.holds } : null;
  frame.catalogAsk = { is: "drop", connection, database: row.database, collection };
}

export function createIn(connection: Connection, database: string | null): void {
  if (!connection.readOnly) frame.catalogAsk = { is: "create", connection, database };
}

/** What can be done with a row of the tree. */
export function rowMenu(connection: Connection, row: TreeRow): MenuItem[] {
  if (row.kind === "note") return [];
  const inOwn = row.system || connection.readOnly;
  const open: MenuItem[] =
    row.kind === "collection"
      ? [{ id: "open", label: words.open, keys: "Enter", run: () => openDocuments(connection, row) }]
      : [];
  const rename: MenuItem[] =
    row.kind === "collection"
      ? [
          {
            id: "rename",
            label: words.rename,
            keys: "F2",
            disabled: !canRename(connection, row),
            run: () => renameRow(connection, row),
          },
        ]
      : [];
  return [
    ...open,
    ...rename,
    {
      id: "create",
      label: words.newCollection,
      begins: row.kind === "collection",
      disabled: inOwn,
      run: () => createIn(connection, row.database),
    },
    {
      id: "create-database",
      label: words.newDatabase,
      disabled: connection.readOnly,
      run: () => createIn(connection, null),
    },
    {
      id: "drop",
      label: row.kind === "collection" ? words.drop(row.holds) : words.dropDatabase,
      keys: "Delete",
      danger: true,
      begins: true,
      disabled: !isOurs(connection, row),
      run: () => dropRow(connection, row),
    },
  ];
}
