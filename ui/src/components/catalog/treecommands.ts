import type { Connection } from "$lib/backend";
import { t } from "$lib/messages";
import type { Command } from "$lib/state/commands.svelte";
import type { TreeRow } from "$lib/tree";

import { canRename, createIn, dropRow, renameRow } from "./rowmenu";

/** What can be done with the collection in front, or else with the row of the tree on which the keyboard is. */
export function treeCommands(connection: () => Connection, row: () => TreeRow | null): Command[] {
  const words = t.catalog;
  const isWritable = () => !connection().readOnly;
  const own = (kind: "collection" | "database") => () => {
    const at = row();
    return (
      isWritable() &&
      at !== null &&
      at.kind !== "note" &&
      !at.system &&
      (kind === "database" || at.kind === kind)
    );
  };
  const database = (at: TreeRow | null) => at?.database ?? null;
  return [
    {
      id: "create-collection",
      title: words.newCollection,
      group: "tree",
      available: own("database"),
      run: () => createIn(connection(), database(row())),
    },
    {
      id: "create-database",
      title: words.newDatabase,
      group: "tree",
      available: isWritable,
      run: () => createIn(connection(), null),
    },
    {
      id: "rename-collection",
      title: words.renameCollection,
      group: "tree",
      available: () => {
        const at = row();
        return at !== null && canRename(connection(), at);
      },
      run: () => {
        const at = row();
        if (at !== null) renameRow(connection(), at);
      },
    },
    {
      id: "drop-collection",
      title: words.drop("collection"),
      group: "tree",
      available: own("collection"),
      run: () => {
        const at = row();
        if (at !== null) dropRow(connection(), at);
      },
    },
    {
      id: "drop-database",
      title: words.dropDatabase,
      group: "tree",
      available: own("database"),
      run: () => {
        const at = row();
        if (at !== null && at.kind !== "note")
          dropRow(connection(), {
            kind: "database",
            database: at.database,
            expanded: false,
            system: at.system,
            position: 1,
            siblings: 1,
          });
      },
    },
  ];
}
