/** The columns of the table: the fields of the loaded documents, in order of first appearance. */
import type { DocumentView, Kind, Node } from "$lib/backend";

/** A column of the table. */
export interface Column {
  name: string;
  /** The type that its values have, or "mixed". */
  kind: Kind | "mixed";
  /** How many of the loaded documents have a value of each type here, most common first. */
  kinds: readonly (readonly [Kind, number])[];
}

/** How often each field was seen with each type: filled page by page with {@link countFields}. */
export type FieldCounts = Map<string, Map<Kind, number>>;

/** The share of its values that the most common type must have for its name to stand over a column. */
const MOST = 0.9;

/** Adds the fields of more documents to `counts`. A name that repeats within a document counts once, by its first value. */
export function countFields(counts: FieldCounts, documents: readonly DocumentView[]): void {
  for (const { fields } of documents) {
    const seen = new Set<string>();
    for (const { name, kind } of fields) {
      if (seen.has(name)) continue;
      seen.add(name);
      const kinds = counts.get(name) ?? new Map<Kind, number>();
      kinds.set(kind, (kinds.get(kind) ?? 0) + 1);
      counts.set(name, kinds);
    }
  }
}

/** The columns for these counts. */
export function columnsOf(counts: FieldCounts): Column[] {
  return [...counts].map(([name, kinds]) => {
    const sorted = [...kinds].sort(([, one], [, other]) => other - one);
    return { name, kind: typeOver(sorted), kinds: sorted };
  });
}

function typeOver(kinds: readonly (readonly [Kind, number])[]): Kind | "mixed" {
  // A null says that the value is missing, not what it would be.
  const told = kinds.filter(([kind]) => kind !== "null" && kind !== "undefined");
  const [first] = told;
  if (!first) return kinds[0]?.[0] ?? "mixed";
  const total = told.reduce((sum, [, count]) => sum + count, 0);
  return first[1] >= total * MOST ? first[0] : "mixed";
}

/** What a document has in a column: its first field of that name, and how many more there are. */
export interface Cell {
  node: Node;
  repeats: number;
}

/** What a document has in each column it has anything in. */
export function cellsOf(fields: readonly Node[]): Map<string, Cell> {
  const cells = new Map<string, Cell>();
  for (const node of fields) {
    const known = cells.get(node.name);
    if (known) known.repeats += 1;
    else cells.set(node.name, { node, repeats: 0 });
  }
  return cells;
}
