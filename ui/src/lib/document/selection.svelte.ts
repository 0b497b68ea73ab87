/** What is chosen in the table: by places, which documents keep while others are put before them. */
import type { DocumentList } from "./list.svelte";
import type { Path } from "./path";
import { clamp } from "./window";

/** The cell that the keyboard is on, and the row whose document is in the inspector. */
export class Selection {
  column = $state(0);
  /** The field of the inspector that the keyboard was on last; null where it was on a cell of the table. */
  field = $state.raw<Path | null>(null);
  #row = $state(0);
  #selected = $state<number | null>(null);
  readonly #list: DocumentList;

  constructor(list: DocumentList) {
    this.#list = list;
  }

  /** The row that the keyboard is on; where it was taken away, the one that is nearest. */
  get row(): number {
    return clamp(this.#row - this.#list.shown.first, 0, Math.max(0, this.#list.rows.length - 1));
  }

  set row(index: number) {
    this.#row = index + this.#list.shown.first;
  }

  /** The row whose document is in the inspector; null where it is not among the rows. */
  get selected(): number | null {
    if (this.#selected === null) return null;
    const index = this.#selected - this.#list.shown.first;
    return index >= 0 && index < this.#list.rows.length ? index : null;
  }

  set selected(index: number | null) {
    this.#selected = index === null ? null : index + this.#list.shown.first;
  }
}
