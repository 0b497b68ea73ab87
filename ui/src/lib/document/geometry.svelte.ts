import type { Column } from "./columns";
import type { DocumentsState } from "./documents.svelte";
import { rowPlaces } from "./places";
import { clamp, columnRun, columnStarts, type Run } from "./window";
import { FOOT, Viewport } from "./viewport.svelte";

/** Pixels of a row, as the token `--row` has it, and of the table's head. */
export const ROW = 26;
export const HEAD = 28;
/** The width of the editor over a cell, with a little space beside it. */
const EDITOR_WIDTH = 328;

/** A column in sight, as far as the rows depend on it. */
export interface ColumnInSight extends Pick<Column, "name" | "kind"> {
  /** Its position among all. */
  at: number;
  width: number;
}

/** Where the columns of the table stand, and which part of it is in sight. */
export class TableGeometry {
  readonly viewport: Viewport;
  /** Where each column begins, and at last where the last one ends. */
  readonly starts: readonly number[] = $derived.by(() =>
    columnStarts(this.documents.columns.map((column) => this.widthOf(column))),
  );
  /** The columns to draw. */
  readonly columns: Run = $derived.by(() => columnRun(this.starts, this.viewport.left, this.viewport.width));
  /**
   * What the rows need to know of those. It is the same object as long as none of that is different: every page that comes
   * changes the counts of kinds in the columns, and no row has to be drawn again for them.
   */
  readonly columnsInSight: readonly ColumnInSight[] = $derived.by(() => {
    const { first, end } = this.columns;
    const inSight = this.documents.columns.slice(first, end).map(({ name, kind }, offset) => {
      const at = first + offset;
      return { name, kind, at, width: (this.starts[at + 1] ?? 0) - (this.starts[at] ?? 0) };
    });
    if (!areAlike(inSight, this.#lastInSight)) this.#lastInSight = inSight;
    return this.#lastInSight;
  });
  #lastInSight: readonly ColumnInSight[] = [];

  constructor(
    private readonly documents: DocumentsState,
    private readonly widthOf: (column: Column) => number,
  ) {
    const { list } = documents;
    this.viewport = new Viewport({
      rowHeight: ROW,
      headHeight: HEAD,
      footHeight: FOOT,
      count: () => list.rows.length,
      origin: () => list.shown.first,
      places: rowPlaces(() => list.shown.first),
      landing: () => list.shown.landing,
    });
  }

  /** Scrolls as far as needed to show the cell that the keyboard is on. */
  reveal(): void {
    const { row, column } = this.documents.selection;
    this.viewport.reveal(row);
    this.viewport.revealAcross(this.starts[column] ?? 0, this.starts[column + 1] ?? 0);
  }

  /** Where an editor over a column begins; null where there is no such column. At the column, but within sight. */
  editorLeft(name: string): number | null {
    const start = this.starts[this.documents.columns.findIndex((column) => column.name === name)];
    const { left, width } = this.viewport;
    return start === undefined ? null : clamp(start, left, Math.max(left, left + width - EDITOR_WIDTH));
  }
}

function areAlike(some: readonly ColumnInSight[], others: readonly ColumnInSight[]): boolean {
  return (
    some.length === others.length &&
    some.every(({ name, kind, at, width }, index) => {
      const other = others[index];
      return other?.name === name && other.kind === kind && other.at === at && other.width === width;
    })
  );
}
