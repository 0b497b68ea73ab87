import type { Owner, Storage } from "$lib/per-collection";
import { type Arrangement, moved, resized, toggled, UNARRANGED } from "./arrange";
import type { Column } from "./columns";
import type { Syntax } from "./exacttext";
import { type Layout, PLAIN, readLayout, type View, writeLayout } from "./layout";

/** How one collection is looked at. Without a storage it is not remembered. */
export class CollectionLayout {
  #layout = $state.raw<Layout>(PLAIN);
  readonly #kept: { storage: Storage; owner: Owner } | null;

  constructor(kept: { storage: Storage; owner: Owner } | null = null) {
    this.#kept = kept;
    if (kept) this.#layout = readLayout(kept.storage, kept.owner);
  }

  get view(): View {
    return this.#layout.view;
  }

  set view(view: View) {
    this.#change({ view });
  }

  /** The syntax of the view as text. */
  get syntax(): Syntax {
    return this.#layout.syntax;
  }

  set syntax(syntax: Syntax) {
    this.#change({ syntax });
  }

  get columns(): Arrangement {
    return this.#layout.columns;
  }

  /** Puts a column to where another stands. */
  move(columns: readonly Column[], name: string, other: string): void {
    this.#change({ columns: moved(columns, this.columns, name, other) });
  }

  /** Hides a column, or shows it again. */
  toggle(columns: readonly Column[], name: string): void {
    this.#change({ columns: toggled(columns, this.columns, name) });
  }

  /** Gives a column a width, which is remembered from the next {@link keep} on. */
  resize(name: string, width: number): void {
    this.#layout = { ...this.#layout, columns: resized(this.columns, name, width) };
  }

  showAll(): void {
    this.#change({ columns: { ...this.columns, hidden: [] } });
  }

  /** Takes back everything that was chosen about columns. */
  reset(): void {
    this.#change({ columns: UNARRANGED });
  }

  /** Remembers what was chosen. */
  keep(): void {
    if (this.#kept) writeLayout(this.#kept.storage, this.#kept.owner, this.#layout);
  }

  #change(change: Partial<Layout>): void {
    this.#layout = { ...this.#layout, ...change };
    this.keep();
  }
}
