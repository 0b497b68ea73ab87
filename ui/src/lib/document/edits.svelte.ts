import { SvelteMap } from "svelte/reactivity";

import {
  type BackendError,
  type DocumentView,
  type FieldEdit,
  toBackendError,
  type Written,
} from "$lib/backend";
import { type Draft, rebase, settle, type Settled, withEdit, withoutEdit } from "./draft";
import { graft } from "./fieldtree";
import { nodeAt, type Path, refindPath } from "./path";
import { addressOf, type Source } from "./source";

/** How far the latest save of a document is, while there is something to say about it. */
export type SaveState =
  | { is: "saving"; since: number }
  /** Nothing was written. */
  | { is: "failed"; error: BackendError }
  /** Nothing was written, because the document has changed; `now` is null where it is gone. */
  | { is: "conflict"; now: DocumentView | null }
  /** It may have been written; `sent` is what. */
  | { is: "unknown"; error: BackendError; sent: Draft; checking: boolean; checkError: BackendError | null }
  /** It was looked up after an unknown outcome, and was not plainly applied. */
  | { is: "checked"; settled: Exclude<Settled, "applied">; now: DocumentView | null }
  /** Edits that could not be taken along to the document as it stands now. */
  | { is: "lost"; edits: readonly FieldEdit[] };

/** What is told of edits and saves to whoever shows the documents. */
export interface EditsListener {
  /** The document stands so now. */
  stands(view: DocumentView): void;
  /** The edits were written, or already stood there. */
  saved(view: DocumentView, changed: boolean): void;
  /** The edits were not written, or nobody knows; they are kept. */
  unsaved(id: string, outcome: UnsavedOutcome): void;
}

const UNCHANGED: Draft = [];

/** What became of a save that was not applied. */
export type UnsavedOutcome = "failed" | "conflict" | "unknown";

/** The unsaved changes of every document, and what became of saving them. */
export class Edits {
  readonly #source: Source;
  readonly #listener: EditsListener;
  readonly #drafts = new SvelteMap<string, Draft>();
  readonly #states = new SvelteMap<string, SaveState>();

  constructor(source: Source, listener: EditsListener) {
    this.#source = source;
    this.#listener = listener;
  }

  /** How many values are changed in all. */
  get count(): number {
    return [...this.#drafts.values()].reduce((sum, draft) => sum + draft.length, 0);
  }

  /** The documents with unsaved changes. */
  get ids(): string[] {
    return [...this.#drafts.keys()];
  }

  draft(id: string | null): Draft {
    return (id !== null && this.#drafts.get(id)) || UNCHANGED;
  }

  state(id: string | null): SaveState | null {
    return (id !== null && this.#states.get(id)) || null;
  }

  change(id: string, edit: FieldEdit): void {
    this.#setDraft(id, withEdit(this.draft(id), edit));
  }

  takeBack(id: string, path: Path): void {
    this.#setDraft(id, withoutEdit(this.draft(id), path));
  }

  discard(id: string): void {
    const state = this.state(id);
    const now = state && "now" in state ? state.now : null;
    this.#drafts.delete(id);
    this.#states.delete(id);
    if (now) this.#listener.stands(now);
  }

  /** Ends what is said of the latest save. */
  dismiss(id: string): void {
    this.#states.delete(id);
  }

  /** Sends the changes of one document, saved as one. */
  async save(id: string): Promise<void> {
    const sent = this.draft(id);
    const { is } = this.state(id) ?? {};
    // While an outcome is unknown, saving again could undo what somebody else made of it: it is checked first.
    if (sent.length === 0 || is === "saving" || is === "unknown") return;
    this.#states.set(id, { is: "saving", since: Date.now() });
    try {
      const edits = sent.map((edit) => ({ ...edit, path: [...edit.path] }));
      const written = await this.#source.backend.update({ ...addressOf(this.#source), id, edits });
      this.#applied(id, sent, written);
    } catch (thrown) {
      const state = await this.#notApplied(id, sent, toBackendError(thrown));
      this.#states.set(id, state);
      this.#listener.unsaved(id, state.is);
    }
  }

  /** Reads the document to tell whether a write of unknown outcome was applied. */
  async check(id: string): Promise<void> {
    const state = this.state(id);
    if (state?.is !== "unknown" || state.checking) return;
    this.#states.set(id, { ...state, checking: true, checkError: null });
    try {
      const now = await this.#read(id);
      const settled = now ? settle(state.sent, now.fields) : "different";
      if (now && settled === "applied")
        this.#applied(id, state.sent, { document: now, changed: true, entry: null });
      else if (settled !== "applied") this.#states.set(id, { is: "checked", settled, now });
    } catch (thrown) {
      this.#states.set(id, { ...state, checking: false, checkError: toBackendError(thrown) });
    }
  }

  /** Takes the document as it stands now, and the same wishes on top of it. */
  keepMine(id: string, now: DocumentView): void {
    const { draft, lost } = rebase(this.draft(id), now.fields);
    this.#setDraft(id, draft);
    if (lost.length > 0) this.#states.set(id, { is: "lost", edits: lost });
    else this.#states.delete(id);
    this.#listener.stands(now);
  }

  #applied(id: string, sent: Draft, { document, changed }: Written): void {
    // What was changed while the save was under way stays, measured against what stands there now.
    const later = this.draft(id).filter((edit) => !sent.includes(edit));
    this.#setDraft(id, rebase(later, document.fields).draft);
    this.#states.delete(id);
    this.#listener.saved(document, changed);
  }

  async #notApplied(
    id: string,
    sent: Draft,
    error: BackendError,
  ): Promise<Extract<SaveState, { is: UnsavedOutcome }>> {
    if (error.code === "OutcomeUnknown")
      return { is: "unknown", error, sent, checking: false, checkError: null };
    if (error.code !== "Conflict" && error.code !== "NotFound") return { is: "failed", error };
    try {
      return { is: "conflict", now: await this.#read(id) };
    } catch {
      // What stands there now cannot be told; that nothing was written can.
      return { is: "failed", error };
    }
  }

  /** The document as it stands now, with the texts that were changed in full, or null where it is gone. */
  async #read(id: string): Promise<DocumentView | null> {
    const address = { ...addressOf(this.#source), id };
    try {
      let view = await this.#source.backend.getDocument(address);
      for (const edit of this.draft(id)) {
        const path = refindPath(view.fields, edit.path);
        if (!path || !nodeAt(view.fields, path)?.cut) continue;
        const { node } = await this.#source.backend.expand({ ...address, path: [...path], from: 0 });
        view = { ...view, fields: graft(view.fields, path, 0, node) };
      }
      return view;
    } catch (thrown) {
      const error = toBackendError(thrown);
      if (error.code === "NotFound") return null;
      throw error;
    }
  }

  #setDraft(id: string, draft: Draft): void {
    if (draft.length > 0) this.#drafts.set(id, draft);
    else this.#drafts.delete(id);
  }
}
