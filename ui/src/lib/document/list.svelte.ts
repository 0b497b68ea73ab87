import type { BackendError, DocumentView, PageEnd } from "$lib/backend";
import type { Answer } from "./asking.svelte";
import type { Column } from "./columns";
import { Counter, type Total } from "./counter.svelte";
import type { Side } from "./held";
import { askedOf, emptyQuery, type Query } from "./query";
import { type Destination, PageReader, type Stop } from "./reader.svelte";
import { shareBefore } from "./share";
import { ShownDocuments } from "./shown.svelte";
import type { Source } from "./source";

/** The answer to a query: its documents, read from where somebody wants to see them, and their number. */
export class DocumentList {
  readonly shown = new ShownDocuments();
  /** What the rows are the answer to. */
  asked = $state.raw<Query>(emptyQuery());
  /** Why the latest question was not answered; the rows are still those of the one before. */
  error = $state.raw<BackendError | null>(null);

  readonly #reader: PageReader;
  readonly #counter: Counter;
  /** The query that is under way, until its first page has come. */
  #begun = $state.raw<Query | null>(null);

  constructor(source: Source) {
    this.#reader = new PageReader(source, this.shown);
    this.#counter = new Counter(source);
  }

  get rows(): readonly DocumentView[] {
    return this.shown.rows;
  }

  get columns(): readonly Column[] {
    return this.shown.columns;
  }

  /** The latest page, for how it was found and how long it took; null where the rows broke off. */
  get page(): PageEnd | null {
    return this.#reader.page;
  }

  /** All rows are to be replaced. */
  get loading(): boolean {
    return this.#reader.loading;
  }

  /** The end at which a page is read. */
  get reading(): Side | null {
    return this.#reader.reading;
  }

  /** Why reading at an end does not go on by itself; null where it does. */
  stopAt(side: Side): Stop | null {
    return this.#reader.stopAt(side);
  }

  /** The latest question was ended by a person. */
  get cancelled(): { onServer: boolean } | null {
    return this.#reader.cancelled;
  }

  /** When the question that is under way was asked: for documents, or for their number. */
  get since(): number | null {
    return this.#reader.since ?? this.#counter.since;
  }

  /** What is under way asks for a number, not for documents. */
  get isCounting(): boolean {
    return this.#reader.since === null && this.#counter.since !== null;
  }

  get total(): Total {
    return this.#counter.total;
  }

  /** What somebody wants to see: the query that is under way, else that of the rows. */
  get wanted(): Query {
    return this.#begun ?? this.asked;
  }

  /** The rows are not the documents as they are stored. */
  get isProjected(): boolean {
    return this.asked.projection.trim() !== "";
  }

  /** Nothing comes before the rows, and nothing follows them. */
  get isWhole(): boolean {
    return this.shown.begins && this.shown.ends;
  }

  /** The rows are all that match: the query neither passed over any nor stopped early. */
  get isAll(): boolean {
    const { limit, skip } = askedOf(this.asked);
    return this.isWhole && limit === null && (skip ?? 0) === 0;
  }

  /** About which share of all documents comes before a row; null where nothing tells. */
  shareBefore(index: number): number | null {
    const { total } = this;
    return shareBefore(this.shown.held, index, total.is === "known" ? total.count : null);
  }

  /**
   * Asks anew from the beginning. The rows come as the server gives them; `shown` is called when the first are there, or when it
   * is known that there are none. Says whether this question was answered.
   */
  async run(query: Query, shown: () => void = () => undefined): Promise<boolean> {
    return (await this.#ask(query, { kind: "first" }, shown))?.is === "given";
  }

  /** Asks a query whose rows take the place of all. Null where another question was asked meanwhile. */
  async #ask(query: Query, to: Destination, shown: () => void): Promise<Answer<PageEnd> | null> {
    const begin = (side: Side) => {
      this.asked = { ...query };
      this.error = null;
      this.shown.clear(side);
    };
    this.#begun = query;
    const answer = await this.#reader.open(query, to, begin, shown);
    if (answer === null) return null;
    this.#begun = null;
    if (answer.is === "failed") this.error = answer.error;
    if (answer.is !== "given") return answer;
    this.#counter.forget();
    if (!this.#knowAll()) this.#counter.atFirst(query);
    return answer;
  }

  /** The row to go to, where its page is held already; null where it has to be read. */
  atHand({ kind }: Destination): number | null {
    if (this.loading || this.rows.length === 0) return null;
    if (kind === "first" && this.shown.begins) return 0;
    return kind === "last" && this.shown.ends ? this.rows.length - 1 : null;
  }

  /** Goes elsewhere in what is wanted. Null where another question was asked meanwhile. */
  async go(to: Destination, shown: () => void = () => undefined): Promise<Answer<PageEnd> | null> {
    if (this.#begun) return this.#ask(this.#begun, to, shown);
    const begin = (side: Side) => {
      this.error = null;
      this.shown.move(side);
    };
    const answer = await this.#reader.open(this.asked, to, begin, shown);
    // Else the rows of before are still there, and as good.
    if (answer?.is === "failed" && this.page === null) this.error = answer.error;
    if (answer?.is === "given") this.#knowAll();
    return answer;
  }

  /** Reads the page at an end, unless that is under way or there is none. */
  async more(side: Side): Promise<void> {
    if (await this.#reader.more(this.asked, side)) this.#knowAll();
  }

  /** Counts every document that matches. */
  async countExactly(): Promise<void> {
    await this.#counter.exactly(this.asked);
  }

  /** Ends the question that is under way, here and on the server. */
  cancel(): void {
    if (this.#reader.since === null) this.#counter.cancel();
    else this.#reader.cancel();
  }

  /** Ends what is said of a question that was cancelled. */
  dismiss(): void {
    this.#reader.dismiss();
  }

  /** Nobody looks at the documents any more. */
  close(): void {
    this.#begun = null;
    this.#reader.close();
    this.#counter.forget();
  }

  /** Shows a document as it stands now. */
  update(view: DocumentView): void {
    this.shown.update(view, this.isProjected);
  }

  /** Takes a document out of the rows that is not there any more. */
  remove(id: string): void {
    this.shown.remove(id);
    this.#counter.add(-1);
  }

  /** Shows a new document before the others, wherever the order would put it. */
  add(view: DocumentView): void {
    this.shown.add(view);
    this.#counter.add(1);
  }

  /** What is seen whole needs no counting. */
  #knowAll(): boolean {
    if (this.isAll) this.#counter.know(this.rows.length);
    return this.isAll;
  }
}
