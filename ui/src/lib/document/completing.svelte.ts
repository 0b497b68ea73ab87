import { accept, type Completion } from "./complete";

/** The list of what could be written, as it opens and closes while somebody types. */
export class Completing {
  /** What is listed; null where the list is closed. */
  shown = $state.raw<Completion | null>(null);
  /** The position of the suggestion that the keyboard is on; null until one is chosen with the arrows. */
  chosen = $state<number | null>(null);

  readonly #complete: (text: string, cursor: number) => Completion | null;

  constructor(complete: (text: string, cursor: number) => Completion | null) {
    this.#complete = complete;
  }

  /** Somebody typed: the list follows, and opens where it helps. */
  follow(text: string, cursor: number): void {
    const found = this.#complete(text, cursor);
    this.#show(found?.offered ? found : null);
  }

  /** Somebody asks for the list. */
  ask(text: string, cursor: number): void {
    this.#show(this.#complete(text, cursor));
  }

  close(): void {
    this.#show(null);
  }

  /** Goes so many suggestions down, around the ends. */
  move(by: number): void {
    const count = this.shown?.suggestions.length ?? 0;
    if (count === 0) return;
    const from = this.chosen ?? (by > 0 ? -1 : count);
    this.chosen = (from + by + count) % count;
  }

  /** The text with a suggestion in it, the chosen one unless another is named. Null where there is none: nothing changes. */
  accept(text: string, at: number | null = this.chosen): { text: string; cursor: number } | null {
    const suggestion = at === null ? undefined : this.shown?.suggestions[at];
    if (!this.shown || !suggestion) return null;
    const accepted = accept(text, this.shown, suggestion);
    this.close();
    return accepted;
  }

  #show(completion: Completion | null): void {
    this.shown = completion;
    this.chosen = null;
  }
}
