import type { BackendError, DocumentView, PageEnd, PageFrom } from "$lib/backend";
import { type Answer, Asking } from "./asking.svelte";
import { cursorOf, otherSide, type Side } from "./held";
import { askedOf, type Query } from "./query";
import type { ShownDocuments } from "./shown.svelte";
import { addressOf, type Source } from "./source";

/** Documents asked for at a time. */
const PAGE = 50;

/** Where reading can begin. */
export type Destination = Exclude<PageFrom, { cursor: string }>;

/** Why reading at one end does not go on by itself; without an error a person has ended it. */
export interface Stop {
  error: BackendError | null;
}

const NO_STOPS: Record<Side, Stop | null> = { before: null, after: null };

/** Reads documents page by page, one page at a time. */
export class PageReader {
  /** The latest page, for how it was found and how long it took; null where the rows broke off. */
  page = $state.raw<PageEnd | null>(null);
  /** All rows are to be replaced. */
  loading = $state(false);
  /** The end at which a page is read. */
  reading = $state<Side | null>(null);
  #stops = $state.raw<Record<Side, Stop | null>>(NO_STOPS);
  /** The latest question was ended by a person. */
  cancelled = $state.raw<{ onServer: boolean } | null>(null);

  readonly #source: Source;
  readonly #shown: ShownDocuments;
  readonly #asking: Asking;
  /** Counts the questions, so that the answer to an older one is dropped. */
  #turn = 0;
  /** Of a first page that is read, documents are shown. */
  #begun = false;

  constructor(source: Source, shown: ShownDocuments) {
    this.#source = source;
    this.#shown = shown;
    this.#asking = new Asking(source);
  }

  /** Why reading at an end does not go on by itself; null where it does. */
  stopAt(side: Side): Stop | null {
    return this.#stops[side];
  }

  /** When the question that is under way was asked. */
  get since(): number | null {
    return this.#asking.since;
  }

  /**
   * Reads the first page of what is to be shown. The documents of before stay until the first come, for which `begin` makes
   * way; `begun` is told when those are there, or when it is known that there are none. Null where another question was asked
   * meanwhile.
   */
  async open(
    query: Query,
    to: Destination,
    begin: (side: Side) => void,
    begun: () => void,
  ): Promise<Answer<PageEnd> | null> {
    const turn = this.#giveUp();
    const side = to.kind === "last" ? "before" : "after";
    const take = (documents: readonly DocumentView[]) => {
      if (turn !== this.#turn) return;
      if (this.#begun) return this.#shown.take(side, documents);
      this.#begun = true;
      this.#stops = NO_STOPS;
      begin(side);
      this.#shown.take(side, documents);
      begun();
    };
    this.loading = true;
    const answer = await this.#find(query, to, take);
    if (turn !== this.#turn) return null;
    if (answer.is === "given") {
      take([]);
      this.#begun = this.loading = false;
      this.#end(side, answer.value);
    } else this.#giveUp();
    if (answer.is === "cancelled") this.cancelled = answer;
    return answer;
  }

  /** Reads the page at an end, unless that is under way or there is none. Says whether it was read. */
  async more(query: Query, side: Side): Promise<boolean> {
    const cursor = cursorOf(this.#shown.held, side);
    if (cursor === null || this.loading || this.reading) return false;
    const turn = this.#turn;
    this.reading = side;
    // What is said of the other end stays.
    if (!this.stopAt(otherSide(side))) this.cancelled = null;
    this.#stops = { ...this.#stops, [side]: null };
    this.#shown.begin(side);
    const answer = await this.#find(query, { kind: side, cursor }, (documents) => {
      if (turn === this.#turn) this.#shown.take(side, documents);
    });
    if (turn !== this.#turn) return false;
    if (answer.is === "given") {
      this.reading = null;
      this.#end(side, answer.value);
      return true;
    }
    this.#giveUp();
    this.#stops = { ...this.#stops, [side]: { error: answer.is === "failed" ? answer.error : null } };
    if (answer.is === "cancelled") this.cancelled = answer;
    return false;
  }

  /** Ends the question that is under way, here and on the server. */
  cancel(): void {
    this.#asking.cancel();
  }

  /** Ends what is said of a question that was cancelled. */
  dismiss(): void {
    this.cancelled = null;
  }

  /** Nobody looks at the documents any more. */
  close(): void {
    this.#giveUp();
    this.#asking.drop();
  }

  /** Leaves what is under way as far as it has come: nothing more comes of it. Gives the turn of what comes next. */
  #giveUp(): number {
    if (this.reading) this.#shown.breakOff(this.reading);
    // The page of the question before does not belong to what has come of this one.
    if (this.#begun) this.page = null;
    this.#begun = this.loading = false;
    this.reading = this.cancelled = null;
    return (this.#turn += 1);
  }

  #end(side: Side, page: PageEnd): void {
    this.#shown.end(side, page);
    this.page = page;
  }

  #find(
    query: Query,
    from: PageFrom,
    rows: (documents: readonly DocumentView[]) => void,
  ): Promise<Answer<PageEnd>> {
    const request = { ...addressOf(this.#source), ...askedOf(query), pageSize: PAGE, from };
    return this.#asking.ask((name) =>
      this.#source.backend.find({ ...request, query: name }, ({ documents }) => rows(documents)),
    );
  }
}
