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

/** The share of its values that the most common type must have for its name to stand over a column. */
const MOST = 0.9;

/** Counts, page by page, which fields there are and of which types. */
export class ColumnCounts {
  readonly #counts = new Map<string, Map<Kind, number>>();

  /** Adds the fields of more documents. A name that repeats within a document counts once, by its first value. */
  add(documents: readonly DocumentView[]): void {
    this.#count(documents, 1);
  }

  /** Takes back what documents have added. Columns keep their places: the documents may be read again. */
  remove(documents: readonly DocumentView[]): void {
    this.#count(documents, -1);
  }

  #count(documents: readonly DocumentView[], by: 1 | -1): void {
    for (const { fields } of documents) {
      const seen = new Set<string>();
      for (const { name, kind } of fields) {
        if (seen.has(name)) continue;
        seen.add(name);
        const kinds = this.#counts.get(name) ?? new Map<Kind, number>();
        kinds.set(kind, (kinds.get(kind) ?? 0) + by);
        this.#counts.set(name, kinds);
      }
    }
  }

  /** Counts anew. Columns keep their places: a field that a document lost may come back with the next page. */
  recount(documents: readonly DocumentView[]): void {
    for (const kinds of this.#counts.values()) kinds.clear();
    this.add(documents);
  }

  get columns(): Column[] {
    return [...this.#counts].map(([name, kinds]) => {
      const sorted = [...kinds].sort(([, one], [, other]) => other - one);
      const left = sorted.filter(([, count]) => count > 0);
      // What no document has any more keeps the type that it had.
      return { name, kind: typeOver(left.length > 0 ? left : sorted), kinds: left };
    });
  }
}

function typeOver(kinds: readonly (readonly [Kind, number])[]): Kind | "mixed" {
  // A null says that the value is missing, not what it would be.
  const told = kinds.filter(([kind]) => kind !== "null" && kind !== "undefined");
  const [first] = told;
  if (!first) return kinds[0]?.[0] ?? "mixed";
  const total = told.reduce((sum, [, count]) => sum + count, 0);
  return first[1] >= total * MOST ? first[0] : "mixed";
}

/** What a document has in a column: its first field of that name, where it stands, and how many more there are. */
export interface Cell {
  node: Node;
  index: number;
  repeats: number;
}

/** What a document has in each column it has anything in. */
export function cellsOf(fields: readonly Node[]): Map<string, Cell> {
  const cells = new Map<string, Cell>();
  fields.forEach((node, index) => {
    const known = cells.get(node.name);
    if (known) known.repeats += 1;
    else cells.set(node.name, { node, index, repeats: 0 });
  });
  return cells;
}
