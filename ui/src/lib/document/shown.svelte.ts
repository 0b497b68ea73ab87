/** The documents that are held, with the columns they make. */
import type { DocumentView, PageEnd, QueryPlan } from "$lib/backend";
import { type Column, ColumnCounts } from "./columns";
import * as run from "./held";
import { projectedAs } from "./rows";
import { isPlaced } from "./share";

/** How many of the rows that came first after all were replaced are in the sample. */
const SAMPLED = 50;

/** Holds documents page by page, and what a person makes of them. */
export class ShownDocuments {
  columns = $state.raw<readonly Column[]>([]);
  /** A few rows, which stay the same while others come and go: columns are made wide enough for them. */
  sample = $state.raw<readonly DocumentView[]>([]);
  /** The end from which the rows were read: another object each time that all are replaced. */
  landing = $state.raw<{ from: "first" | "last" }>({ from: "first" });

  /** Any part of the result can be gone to, and not all of it is on one page. */
  placed = $state(false);

  #held = $state.raw<run.Held>(run.NOTHING_HELD);
  readonly rows = $derived(run.rowsOf(this.#held));
  #counts = new ColumnCounts();
  /** So many rows more go into the sample. */
  #unsampled = 0;

  get held(): run.Held {
    return this.#held;
  }

  /** The place of the first row: a row keeps its own, whatever is put before it. */
  get first(): number {
    return this.#held.first;
  }

  /** Nothing comes before the rows. */
  get begins(): boolean {
    return run.isEdge(this.#held, "before");
  }

  /** Nothing follows the rows. */
  get ends(): boolean {
    return run.isEdge(this.#held, "after");
  }

  /** Documents may be missing among the rows, or come twice. */
  get shifted(): boolean {
    return run.isShifted(this.#held);
  }

  /** How the server finds the documents; null where it did not say. */
  get plan(): QueryPlan | null {
    return run.planOf(this.#held);
  }

  /** Makes way for another result, read from a side. */
  clear(side: run.Side): void {
    this.#counts = new ColumnCounts();
    this.sample = [];
    this.#replace(side);
  }

  /** Makes way for other rows of the same result: their columns keep their places and widths. */
  move(side: run.Side): void {
    this.#counts.remove(this.rows);
    this.sample = this.sample.slice(0, SAMPLED);
    this.#replace(side);
  }

  #replace(side: run.Side): void {
    this.landing = { from: side === "before" ? "last" : "first" };
    this.#unsampled = SAMPLED;
    this.#held = run.begun(run.NOTHING_HELD, side);
  }

  /** Begins a page at an end, for which far ones may make way at the other. */
  begin(side: run.Side): void {
    const most = this.rows.length > run.MOST_ROWS ? run.MOST_ROWS - run.SPARE_ROWS : run.MOST_ROWS;
    const { held, gone } = run.trimmed(this.#held, run.otherSide(side), most);
    this.#counts.remove(gone);
    this.#held = run.begun(held, side);
  }

  /** Takes documents into the page that was begun, as they come. */
  take(side: run.Side, documents: readonly DocumentView[]): void {
    const fresh = run.freshOf(this.#held, documents);
    this.#counts.add(fresh);
    this.columns = this.#counts.columns;
    this.#held = run.grown(this.#held, side, fresh);
    if (this.#unsampled === 0) return;
    this.sample = [...this.sample, ...fresh.slice(0, this.#unsampled)];
    this.#unsampled = Math.max(0, this.#unsampled - fresh.length);
  }

  end(side: run.Side, page: PageEnd): void {
    this.#held = run.ended(this.#held, side, page);
    this.#unsampled = 0;
    const isOnePage = this.#held.pages.length === 1 && this.begins && this.ends;
    this.placed = !isOnePage && isPlaced(this.#held);
  }

  breakOff(side: run.Side): void {
    this.#held = run.brokenOff(this.#held, side);
    this.#recount();
  }

  /** Shows a document as it stands now, in the fields that its row has. */
  update(view: DocumentView, projected: boolean): void {
    this.#held = run.changed(this.#held, (row) => {
      if (row.id !== view.id) return row;
      return projected ? projectedAs(row, view) : view;
    });
    this.#recount();
  }

  remove(id: string): void {
    this.#held = run.without(this.#held, id);
    this.#recount();
  }

  add(view: DocumentView): void {
    this.#held = run.withFirst(this.#held, view);
    this.#counts.add([view]);
    this.columns = this.#counts.columns;
  }

  #recount(): void {
    this.#counts.recount(this.rows);
    this.columns = this.#counts.columns;
  }
}
