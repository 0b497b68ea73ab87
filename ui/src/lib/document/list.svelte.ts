import {
  type BackendError,
  type DocumentView,
  type PageEnd,
  type PageFrom,
  toBackendError,
} from "$lib/backend";
import { type Column, ColumnCounts } from "./columns";
import { askedOf, emptyQuery, type Query } from "./query";
import { notAmong, projectedAs } from "./rows";
import { addressOf, type Source } from "./source";

/** Documents asked for at a time. */
const PAGE = 50;

/** How many documents match. */
export type Total =
  { is: "unknown" } | { is: "counting" } | { is: "failed" } | { is: "known"; count: number; exact: boolean };

/** The documents read so far, page after page, and the columns they make. */
export class DocumentList {
  rows = $state.raw<readonly DocumentView[]>([]);
  columns = $state.raw<readonly Column[]>([]);
  /** What the rows are the answer to. */
  asked = $state.raw<Query>(emptyQuery());
  /** The latest page, for how it was found and how long it took; null while it is not known where the rows end. */
  page = $state.raw<PageEnd | null>(null);
  loading = $state(false);
  loadingMore = $state(false);
  /** Why the latest question was not answered; the rows are still those of the one before. */
  error = $state.raw<BackendError | null>(null);
  moreError = $state.raw<BackendError | null>(null);
  total = $state.raw<Total>({ is: "unknown" });

  readonly #source: Source;
  #counts = new ColumnCounts();
  /** Counts the questions, so that the answer to an older one is dropped. */
  #turn = 0;

  constructor(source: Source) {
    this.#source = source;
  }

  /** Nothing follows the rows. */
  get isWhole(): boolean {
    return this.page !== null && this.page.after === null;
  }

  /** The rows are all that match: nothing follows them, and the query neither passed over any nor stopped early. */
  get isAll(): boolean {
    const { limit, skip } = askedOf(this.asked);
    return this.isWhole && limit === null && (skip ?? 0) === 0;
  }

  /**
   * Asks anew from the beginning. The rows come as the server gives them; `shown` is called when the first are there, or when it
   * is known that there are none. Says whether this question was answered.
   */
  async run(query: Query, shown: () => void = () => undefined): Promise<boolean> {
    const turn = (this.#turn += 1);
    this.loading = true;
    this.loadingMore = false;
    let begun = false;
    const begin = (documents: readonly DocumentView[]) => {
      if (begun) return this.#take(documents);
      begun = true;
      this.asked = { ...query };
      this.error = this.moreError = null;
      this.#counts = new ColumnCounts();
      this.rows = [];
      this.#take(documents);
      shown();
    };
    try {
      const page = await this.#find(query, { kind: "first" }, (documents) => {
        if (turn !== this.#turn) return;
        begin(documents);
      });
      if (turn !== this.#turn) return false;
      begin([]);
      this.#end(page);
      this.#countAtFirst();
      return true;
    } catch (thrown) {
      if (turn !== this.#turn) return false;
      this.error = toBackendError(thrown);
      // The page of the question before does not belong to what has come of this one.
      if (begun) this.page = null;
      return false;
    } finally {
      if (turn === this.#turn) this.loading = false;
    }
  }

  /** Reads the page that follows, unless that is under way or there is none. */
  async more(): Promise<void> {
    const cursor = this.page?.after;
    if (!cursor || this.loading || this.loadingMore) return;
    const turn = this.#turn;
    this.loadingMore = true;
    this.moreError = null;
    try {
      const page = await this.#find(this.asked, { kind: "after", cursor }, (documents) => {
        if (turn === this.#turn) this.#take(documents);
      });
      if (turn === this.#turn) this.#end(page);
    } catch (thrown) {
      if (turn === this.#turn) this.moreError = toBackendError(thrown);
    } finally {
      if (turn === this.#turn) this.loadingMore = false;
    }
  }

  /** Counts every document that matches. */
  async countExactly(): Promise<void> {
    await this.#count("exact");
  }

  /** Shows a document as it stands now, in the fields that its row has. */
  update(view: DocumentView): void {
    const projected = this.asked.projection.trim() !== "";
    this.#change((row) => {
      if (row.id !== view.id) return row;
      return projected ? projectedAs(row, view) : view;
    });
  }

  /** Takes a document out of the rows that is not there any more. */
  remove(id: string): void {
    this.rows = this.rows.filter((row) => row.id !== id);
    this.#addToTotal(-1);
  }

  /** Shows a new document before the others, wherever the order would put it. */
  add(view: DocumentView): void {
    this.rows = [view, ...this.rows];
    this.#counts.add([view]);
    this.columns = this.#counts.columns;
    this.#addToTotal(1);
  }

  #change(change: (row: DocumentView) => DocumentView): void {
    this.rows = this.rows.map(change);
    this.#counts.recount(this.rows);
    this.columns = this.#counts.columns;
  }

  #take(documents: readonly DocumentView[]): void {
    const fresh = notAmong(this.rows, documents);
    this.#counts.add(fresh);
    this.columns = this.#counts.columns;
    this.rows = [...this.rows, ...fresh];
  }

  #end(page: PageEnd): void {
    this.page = page;
    if (this.isAll) this.total = { is: "known", count: this.rows.length, exact: true };
  }

  #find(query: Query, from: PageFrom, rows: (documents: readonly DocumentView[]) => void): Promise<PageEnd> {
    const request = { ...addressOf(this.#source), ...askedOf(query), pageSize: PAGE, from };
    return this.#source.backend.find(request, ({ documents }) => rows(documents));
  }

  /** Without a filter the collection's own figure costs nothing. With one, counting waits until somebody asks. */
  #countAtFirst(): void {
    if (this.isAll) return;
    if (this.asked.filter.trim() === "") void this.#count("estimated");
    else this.total = { is: "unknown" };
  }

  async #count(mode: "estimated" | "exact"): Promise<void> {
    const turn = this.#turn;
    const { filter, collation, hint, maxTimeMs, readPreference } = askedOf(this.asked);
    this.total = { is: "counting" };
    try {
      const { count, exact } = await this.#source.backend.count({
        ...addressOf(this.#source),
        filter,
        collation,
        hint: mode === "exact" ? hint : null,
        mode,
        limit: null,
        maxTimeMs,
        readPreference,
      });
      if (turn === this.#turn) this.total = { is: "known", count, exact };
    } catch {
      // A figure in a line of figures is not worth an error of its own; counting can be asked for again.
      if (turn === this.#turn) this.total = { is: "failed" };
    }
  }

  #addToTotal(difference: number): void {
    if (this.total.is === "known") this.total = { ...this.total, count: this.total.count + difference };
  }
}
