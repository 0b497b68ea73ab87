/** How many documents match a query. */
import { Asking } from "./asking.svelte";
import { askedOf, type Query } from "./query";
import { addressOf, type Source } from "./source";

/** How many documents match. */
export type Total =
  { is: "unknown" } | { is: "counting" } | { is: "failed" } | { is: "known"; count: number; exact: boolean };

/** Counts beside the pages: nobody waits for it. */
export class Counter {
  total = $state.raw<Total>({ is: "unknown" });

  readonly #source: Source;
  readonly #asking: Asking;

  constructor(source: Source) {
    this.#source = source;
    this.#asking = new Asking(source);
  }

  /** When counting began, where it is under way. */
  get since(): number | null {
    return this.#asking.since;
  }

  /** The collection's own figure costs nothing, where there is no filter. With one, counting waits until somebody asks. */
  atFirst(query: Query): void {
    if (query.filter.trim() === "") void this.#count(query, "estimated");
  }

  /** Counts every document that matches. */
  async exactly(query: Query): Promise<void> {
    await this.#count(query, "exact");
  }

  /** Takes a number that was seen. */
  know(count: number): void {
    this.forget();
    this.total = { is: "known", count, exact: true };
  }

  /** Takes note of documents that were added or removed here. */
  add(difference: number): void {
    if (this.total.is === "known") this.total = { ...this.total, count: this.total.count + difference };
  }

  /** Nobody waits for a number any more. */
  forget(): void {
    this.#asking.drop();
    this.total = { is: "unknown" };
  }

  cancel(): void {
    this.#asking.cancel();
  }

  async #count(query: Query, mode: "estimated" | "exact"): Promise<void> {
    const { filter, collation, hint, maxTimeMs, readPreference } = askedOf(query);
    const before = this.total;
    const counting: Total = (this.total = { is: "counting" });
    const answer = await this.#asking.ask((name) =>
      this.#source.backend.count({
        ...addressOf(this.#source),
        filter,
        collation,
        hint: mode === "exact" ? hint : null,
        mode,
        limit: null,
        maxTimeMs,
        readPreference,
        query: name,
      }),
    );
    if (this.total !== counting) return;
    // A figure in a line of figures is not worth an error of its own; counting can be asked for again.
    if (answer.is === "failed") this.total = { is: "failed" };
    else if (answer.is === "cancelled") this.total = before;
    else this.total = { is: "known", count: answer.value.count, exact: answer.value.exact };
  }
}
