import { SvelteSet } from "svelte/reactivity";

import { type BackendError, type DocumentView, type Draft, toBackendError } from "$lib/backend";
import { removedOf } from "./changes";
import { graft, linesOf, type TreeLine } from "./fieldtree";
import { type Path, pathKey } from "./path";
import { addressOf, type Source } from "./source";

/** The document in the inspector: first as its row has it, then whole. */
export class Inspected {
  view = $state.raw<DocumentView | null>(null);
  /** The view is the whole document and not only its row: its positions can be trusted. */
  whole = $state(false);
  loading = $state(false);
  error = $state.raw<BackendError | null>(null);
  /** How many top-level fields were not read yet; null where that is not known. */
  #missing = $state<number | null>(0);
  /** Which objects and arrays are open: kept from document to document, as neighbours are alike. */
  readonly #open = new SvelteSet<string>();
  readonly #source: Source;
  readonly #draftOf: (id: string) => Draft | null;
  /** What was read of the document beyond its view. */
  #brought: { path: Path; from: number }[] = [];
  #reading: Promise<void> | null = null;

  /** Documents with a draft are shown as `draftOf` has them. */
  constructor(source: Source, draftOf: (id: string) => Draft | null = () => null) {
    this.#source = source;
    this.#draftOf = draftOf;
  }

  get id(): string | null {
    return this.view?.id ?? null;
  }

  /** The unsaved changes that the view shows. */
  get draft(): Draft | null {
    return this.id === null ? null : this.#draftOf(this.id);
  }

  get lines(): TreeLine[] {
    if (!this.view) return [];
    return linesOf(this.view.fields, this.#missing, this.#open, removedOf(this.draft));
  }

  /** Shows a row at once and reads the whole of its document. Resolves when the latest document asked for is there. */
  async show(row: DocumentView): Promise<void> {
    if (row.id !== null && row.id === this.id && (this.whole || this.#reading))
      return this.#reading ?? undefined;
    this.#brought = [];
    this.view = row;
    this.whole = false;
    this.error = null;
    this.#missing = row.cut ? null : 0;
    if (row.id !== null) await this.reload();
  }

  /** Takes a document that was read or written elsewhere, if it is this one. */
  take(view: DocumentView): void {
    if (view.id === null || view.id !== this.id) return;
    const again = view.etag === this.view?.etag ? [] : this.#brought;
    this.view = view;
    this.whole = true;
    this.error = null;
    this.#missing = view.cut ? null : 0;
    if (again.length > 0) void this.#bringAgain(again);
  }

  /** Reads again what was shown beyond the view, as far as it is still there. */
  async #bringAgain(brought: readonly { path: Path; from: number }[]): Promise<void> {
    this.#brought = [];
    try {
      for (const { path, from } of brought) await this.expand(path, from);
    } catch {
      // It can be asked for anew.
    }
  }

  clear(): void {
    this.view = null;
    this.error = null;
    this.whole = false;
  }

  /** Reads the document again. While one is being read, the next to be read is the latest asked for. */
  reload(): Promise<void> {
    this.whole = false;
    this.error = null;
    this.#reading ??= this.#readUntilShown();
    return this.#reading;
  }

  async #readUntilShown(): Promise<void> {
    this.loading = true;
    // Begins after `reload` has noted that it goes on, and ends in one step with noting that it does not.
    await Promise.resolve();
    for (let id = this.id; id !== null && !this.whole && !this.error; id = this.id) {
      try {
        const drafted = this.#draftOf(id)?.document;
        this.take(drafted ?? (await this.#source.backend.getDocument({ ...addressOf(this.#source), id })));
      } catch (thrown) {
        if (id === this.id) this.error = toBackendError(thrown);
      }
    }
    this.loading = false;
    this.#reading = null;
  }

  isOpen(path: Path): boolean {
    return this.#open.has(pathKey(path));
  }

  /** Opens or closes an object or an array. */
  toggle(path: Path, open = !this.isOpen(path)): void {
    if (open) this.#open.add(pathKey(path));
    else this.#open.delete(pathKey(path));
  }

  /** Opens everything on the way to a value. */
  openTo(path: Path): void {
    for (let length = 1; length < path.length; length += 1) this.toggle(path.slice(0, length), true);
  }

  /** Reads what the view left out at `path`: the elements from `from` on, or the rest of a text. Throws a `BackendError`. */
  async expand(path: Path, from: number): Promise<void> {
    const shown = this.view;
    if (!shown?.id) return;
    const { node, etag } = await this.#source.backend.expand({
      ...addressOf(this.#source),
      id: shown.id,
      path: [...path],
      from,
      draft: this.draft !== null,
    });
    if (this.view?.id !== shown.id) return;
    // Somebody else has changed the document: positions may have shifted, so it is read again instead.
    if (etag !== this.view.etag) return this.reload();
    this.#brought.push({ path, from });
    if (path.length > 0) {
      this.view = { ...this.view, fields: graft(this.view.fields, path, from, node) };
    } else if (this.view.fields.length === from) {
      const fields = [...this.view.fields, ...node.children];
      this.#missing = Math.max(0, node.size - fields.length);
      this.view = { ...this.view, fields, cut: this.#missing > 0 };
    }
  }
}
