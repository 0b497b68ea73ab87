import type { Namespace } from "$lib/backend/bindings";

import { parentIndex, type TreeRow, typeAhead } from "./tree";

/** What the keyboard does to a tree. */
export interface TreeActions {
  rows: () => readonly TreeRow[];
  pageSize: () => number;
  reveal: (index: number) => void;
  expand: (database: string) => void;
  collapse: (database: string) => void;
  open: (namespace: Namespace) => void;
  /** Shows what can be done with a row. */
  menu: (index: number) => void;
  rename: (row: TreeRow) => void;
  drop: (row: TreeRow) => void;
}

/** Letters typed within this time belong together. */
const TYPING_MS = 700;

/** Which row of a tree the keyboard is on, and where its keys lead (the tree pattern of the ARIA practices). */
export class TreeKeys {
  #active = $state(0);
  #typed = "";
  #typedAt = 0;
  readonly #actions: TreeActions;

  constructor(actions: TreeActions) {
    this.#actions = actions;
  }

  /** The row the keyboard is on; never beyond the end. */
  get active(): number {
    return Math.min(this.#active, this.#actions.rows().length - 1);
  }

  goTo(index: number): void {
    const { rows, reveal } = this.#actions;
    this.#active = Math.max(0, Math.min(index, rows().length - 1));
    reveal(this.#active);
  }

  /** Does what a click or Enter does: opens a collection, opens or shuts a database. */
  activate(index: number): void {
    const { rows, expand, collapse, open } = this.#actions;
    this.#active = index;
    const row = rows()[index];
    if (row?.kind === "collection") open({ database: row.database, collection: row.collection });
    else if (row?.kind === "database") (row.expanded ? collapse : expand)(row.database);
  }

  readonly press = (event: KeyboardEvent): void => {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const isMenu = event.shiftKey && event.key === "F10";
    const go = this.#moves[isMenu ? "ContextMenu" : event.key];
    if (go !== undefined) {
      // A name that was begun ends where another key is pressed.
      this.#typed = "";
      go();
    } else if (!this.#type(event.key, event.timeStamp)) return;
    event.preventDefault();
  };

  readonly #moves: Record<string, () => void> = {
    ArrowDown: () => this.goTo(this.active + 1),
    ArrowUp: () => this.goTo(this.active - 1),
    PageDown: () => this.goTo(this.active + this.#actions.pageSize()),
    PageUp: () => this.goTo(this.active - this.#actions.pageSize()),
    Home: () => this.goTo(0),
    End: () => this.goTo(this.#actions.rows().length - 1),
    ArrowRight: () => this.#inward(),
    ArrowLeft: () => this.#outward(),
    Enter: () => this.activate(this.active),
    " ": () => this.activate(this.active),
    ContextMenu: () => this.#actions.menu(this.active),
    F2: () => this.#on(this.#actions.rename),
    Delete: () => this.#on(this.#actions.drop),
  };

  #on(action: (row: TreeRow) => void): void {
    const row = this.#actions.rows()[this.active];
    if (row !== undefined) action(row);
  }

  #inward(): void {
    const row = this.#actions.rows()[this.active];
    if (row?.kind !== "database") return;
    if (row.expanded) this.goTo(this.active + 1);
    else this.#actions.expand(row.database);
  }

  #outward(): void {
    const rows = this.#actions.rows();
    const row = rows[this.active];
    if (row?.kind === "database" && row.expanded) this.#actions.collapse(row.database);
    else if (row !== undefined && row.kind !== "database") this.goTo(parentIndex(rows, this.active));
  }

  #type(key: string, at: number): boolean {
    if (key.length !== 1) return false;
    const goesOn = at - this.#typedAt < TYPING_MS && this.#typed !== key;
    this.#typed = goesOn ? this.#typed + key : key;
    this.#typedAt = at;
    const index = typeAhead(this.#actions.rows(), this.active, this.#typed);
    if (index !== -1) this.goTo(index);
    return true;
  }
}
