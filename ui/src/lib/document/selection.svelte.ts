/** What is chosen in the table: documents, wherever their rows are by now. */
import type { Column } from "./columns";
import type { DocumentList } from "./list.svelte";
import type { Path } from "./path";
import { clamp } from "./window";

/** A row: by its place, and by its document where that has an `_id`. */
interface Chosen {
  place: number;
  id: string | null;
}

/** The cell that the keyboard is on, and the row whose document is in the inspector. */
export class Selection {
  /** The field of the inspector that the keyboard was on last; null where it was on a cell of the table. */
  field = $state.raw<Path | null>(null);
  /** By its name, and by its position where there is none of that name. */
  #column = $state.raw<{ name: string | null; at: number }>({ name: null, at: 0 });
  #active = $state.raw<Chosen>({ place: 0, id: null });
  #selected = $state.raw<Chosen | null>(null);
  readonly #list: DocumentList;
  readonly #columns: () => readonly Column[];
  readonly #activeIndex = $derived.by(() => this.#indexOf(this.#active));
  readonly #selectedIndex = $derived.by(() => this.#indexOf(this.#selected));

  constructor(list: DocumentList, columns: () => readonly Column[]) {
    this.#list = list;
    this.#columns = columns;
  }

  /** The column that the keyboard is on, wherever it is by now; where it was hidden, the one that has come to its place. */
  get column(): number {
    const columns = this.#columns();
    const { name, at } = this.#column;
    const found = name === null ? -1 : columns.findIndex((column) => column.name === name);
    return found >= 0 ? found : clamp(at, 0, Math.max(0, columns.length - 1));
  }

  set column(at: number) {
    this.#column = { name: this.#columns()[at]?.name ?? null, at };
  }

  /** Before columns are moved or hidden: the keyboard stays on the one that it is on. */
  holdColumn(): void {
    const at = this.column;
    this.column = at;
  }

  /** The row that the keyboard is on; where it was taken away, the one that is nearest. */
  get row(): number {
    const { rows, shown } = this.#list;
    return this.#activeIndex ?? clamp(this.#active.place - shown.first, 0, Math.max(0, rows.length - 1));
  }

  set row(index: number) {
    this.#active = this.#at(index);
  }

  /** The row whose document is in the inspector; null where it is not among the rows. */
  get selected(): number | null {
    return this.#selectedIndex;
  }

  set selected(index: number | null) {
    this.#selected = index === null ? null : this.#at(index);
  }

  #at(index: number): Chosen {
    return { place: index + this.#list.shown.first, id: this.#list.rows[index]?.id ?? null };
  }

  #indexOf(chosen: Chosen | null): number | null {
    if (!chosen) return null;
    const { rows, shown } = this.#list;
    const index = chosen.place - shown.first;
    const row = rows[index];
    if (row && row.id === chosen.id) return index;
    // Others were inserted or removed while its page was away.
    const moved = chosen.id === null ? -1 : rows.findIndex(({ id }) => id === chosen.id);
    return moved < 0 ? null : moved;
  }
}
