import type { Collection, CollectionKind } from "$lib/backend/bindings";

/** One visible line of the tree of databases and collections. */
export type TreeRow =
  | {
      kind: "database";
      database: string;
      expanded: boolean;
      system: boolean;
      position: number;
      siblings: number;
    }
  | {
      kind: "collection";
      database: string;
      collection: string;
      holds: CollectionKind;
      system: boolean;
      position: number;
      siblings: number;
    }
  | { kind: "note"; database: string; note: "loading" | "failed" | "empty" };

/** A database, and what is known of its collections. */
export interface TreeDatabase {
  name: string;
  expanded: boolean;
  collections: readonly Collection[] | "loading" | "failed" | null;
}

const SYSTEM = new Set(["admin", "config", "local"]);

/** Whether the server keeps its own things there. */
export function isSystem(database: string): boolean {
  return SYSTEM.has(database);
}

/** The visible rows, in order: people's databases first, then the server's own. */
export function flatten(databases: readonly TreeDatabase[]): TreeRow[] {
  const ordered = [...databases].sort(
    (a, b) => Number(isSystem(a.name)) - Number(isSystem(b.name)) || (a.name < b.name ? -1 : 1),
  );
  return ordered.flatMap((database, index) => {
    const system = isSystem(database.name);
    const row: TreeRow = {
      kind: "database",
      database: database.name,
      expanded: database.expanded,
      system,
      position: index + 1,
      siblings: ordered.length,
    };
    return database.expanded ? [row, ...inside(database, system)] : [row];
  });
}

function inside({ name: database, collections }: TreeDatabase, system: boolean): TreeRow[] {
  if (collections === null || collections === "loading") return [{ kind: "note", database, note: "loading" }];
  if (collections === "failed") return [{ kind: "note", database, note: "failed" }];
  if (collections.length === 0) return [{ kind: "note", database, note: "empty" }];
  return [...collections]
    .sort((a, b) => (a.name < b.name ? -1 : 1))
    .map(({ name, kind: holds }, index) => ({
      kind: "collection",
      database,
      collection: name,
      holds,
      system,
      position: index + 1,
      siblings: collections.length,
    }));
}

/** What stays the same while rows come and go. */
export function rowKey(row: TreeRow): string {
  return row.kind === "collection" ? `c\0${row.database}\0${row.collection}` : `${row.kind}\0${row.database}`;
}

/** What is read and searched by its first letters. */
export function rowName(row: TreeRow): string {
  if (row.kind === "collection") return row.collection;
  return row.kind === "database" ? row.database : "";
}

/** The row of the database that a row belongs to. */
export function parentIndex(rows: readonly TreeRow[], index: number): number {
  const database = rows[index]?.database;
  return rows.findIndex((row) => row.kind === "database" && row.database === database);
}

/** The next row, from the one after `from` and around the end, whose name begins with what was typed. */
export function typeAhead(rows: readonly TreeRow[], from: number, typed: string): number {
  const wanted = typed.toLowerCase();
  // One letter typed again moves on; a longer beginning may already stand on the right row.
  const start = typed.length === 1 ? from + 1 : from;
  for (let step = 0; step < rows.length; step += 1) {
    const index = (Math.max(start, 0) + step) % rows.length;
    const row = rows[index];
    if (row !== undefined && rowName(row).toLowerCase().startsWith(wanted)) return index;
  }
  return -1;
}
