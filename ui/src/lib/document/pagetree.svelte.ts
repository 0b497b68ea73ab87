import { SvelteMap } from "svelte/reactivity";

import { type DocumentView, toBackendError } from "$lib/backend";
import type { DocumentsState } from "./documents.svelte";
import type { Path } from "./path";
import { indexOf, pageTree, type PageLine, type PageTree, parentOf, ROOT } from "./pagetree";
import { readRest } from "./rest";
import { clamp } from "./window";

/** The tree of the documents in a list: what is open in it, and the line that the keyboard is on. */
export class DocumentTree {
  /** The documents, those with unsaved changes as these make them: where no projection has left anything out. */
  readonly rows: readonly DocumentView[] = $derived.by(() => {
    const { list, drafts } = this.documents;
    if (list.isProjected || drafts.ids.length === 0) return list.rows;
    return list.rows.map((row) => drafts.get(row.id)?.document ?? row);
  });
  readonly page: PageTree = $derived.by(() =>
    pageTree(this.rows, (document) => this.#open.get(this.#keyOf(document)) ?? null),
  );
  /** The position of the line that the keyboard is on. */
  readonly active: number = $derived.by(() =>
    Math.max(0, indexOf(this.page, this.documents.selection.row, this.#key)),
  );
  /** Of each document, the keys of what is open in it; nothing of one that is closed. */
  readonly #open = new SvelteMap<string, ReadonlySet<string>>();
  /** The line in the active row that the keyboard is on, by its key. */
  #key = $state(ROOT);
  /** Names for documents that have none. */
  readonly #nameless = new WeakMap<DocumentView, string>();
  #named = 0;

  constructor(readonly documents: DocumentsState) {}

  /** The line that each document begins on, and at last where the tree ends. */
  readonly starts: readonly number[] = $derived.by(() => [...this.page.starts, this.page.lines.length]);

  get lines(): readonly PageLine[] {
    return this.page.lines;
  }

  get activeLine(): PageLine | undefined {
    return this.lines[this.active];
  }

  /** The value that the keyboard is on; empty for a document. */
  get activePath(): Path {
    const line = this.activeLine;
    return line?.is === "field" ? line.path : [];
  }

  /** Goes to a line; its document is then in the inspector. */
  go(index: number): void {
    const line = this.lines[clamp(index, 0, this.lines.length - 1)];
    if (!line) return;
    this.#key = line.key;
    if (line.row !== this.documents.selection.selected) this.documents.select(line.row);
    else this.documents.selection.row = line.row;
  }

  goToParent(): void {
    this.go(parentOf(this.page, this.active));
  }

  /** Opens or closes a line. What the view has left out inside of it is read; of a text that was cut, the rest. */
  async toggle(line: PageLine, open?: boolean): Promise<void> {
    if (line.is === "document") return this.#set(line, ROOT, open ?? !line.open);
    if (line.is === "more") return this.#read(line, line.from);
    const { node } = line;
    if (line.open === null) return node.cut ? this.#read(line, 0) : undefined;
    const opens = open ?? !line.open;
    this.#set(line, line.key, opens);
    // Too deep for the view: what is inside was not read yet.
    if (opens && node.children.length === 0) await this.#read(line, 0);
  }

  #set(line: PageLine, key: string, open: boolean): void {
    const document = this.documents.list.rows[line.row];
    if (!document) return;
    const name = this.#keyOf(document);
    const keys = new Set(this.#open.get(name));
    if (key === ROOT && !open) this.#open.delete(name);
    else {
      if (open && key !== ROOT) keys.add(key);
      else keys.delete(key);
      this.#open.set(name, keys);
    }
  }

  async #read(line: Exclude<PageLine, { is: "document" }>, from: number): Promise<void> {
    const { source, list, drafts } = this.documents;
    const row = list.rows[line.row];
    if (!row) return;
    if (drafts.get(row.id)) return this.documents.remark({ is: "noRest", reason: "draft" });
    try {
      const reason = await readRest(source, list, row, line.path, from);
      if (reason) this.documents.remark({ is: "noRest", reason });
    } catch (thrown) {
      this.documents.remark({ is: "failed", error: toBackendError(thrown) });
    }
  }

  #keyOf(document: DocumentView): string {
    if (document.id !== null) return document.id;
    let name = this.#nameless.get(document);
    if (name === undefined) {
      name = `#${(this.#named += 1)}`;
      this.#nameless.set(document, name);
    }
    return name;
  }
}
