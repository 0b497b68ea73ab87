import { SvelteMap } from "svelte/reactivity";

import {
  type BackendError,
  type Comparison,
  type DocumentEdit,
  type DocumentView,
  type Draft,
  type FailedRule,
  type MergeSide,
  toBackendError,
  type Written,
} from "$lib/backend";
import { countOf } from "./changes";
import { stillFailing } from "./rules";
import { addressOf, type Source } from "./source";

/** How far the latest save of a document is, while there is something to say about it. */
export type SaveState =
  | { is: "saving"; since: number }
  /** Nothing was written. The rules that the document fails, less those whose field was edited since. */
  | { is: "failed"; error: BackendError; rules: readonly FailedRule[] }
  /** Nothing was written, because the document has changed, or is gone. */
  | { is: "conflict"; comparison: Comparison }
  /** It may have been written. None where that was long ago, before the program was started again. */
  | { is: "unknown"; error: BackendError | null; checking: boolean; checkError: BackendError | null }
  /** It was looked up after an unknown outcome, and was not applied. */
  | { is: "notApplied" };

/** What became of a save that was not applied. */
export type UnsavedOutcome = "failed" | "conflict" | "unknown";

/** What is told of drafts to whoever shows the documents. */
export interface DraftsListener {
  /** The document is to become this. */
  edited(view: DocumentView): void;
  /** It has no unsaved changes any more; what stands there now, where that is known. */
  settled(id: string, now: DocumentView | null): void;
  /** The changes were written, or already stood there. */
  saved(written: Written): void;
  /** The changes were not written, or nobody knows; they are kept. */
  unsaved(id: string, outcome: UnsavedOutcome): void;
  /** An edit could not be taken. */
  refused(id: string, error: BackendError): void;
}

/** The unsaved changes of every document of a collection: kept by the core, shown here. */
export class Drafts {
  readonly #source: Source;
  readonly #listener: DraftsListener;
  readonly #drafts = new SvelteMap<string, Draft>();
  readonly #states = new SvelteMap<string, SaveState>();
  /** How many edits of each document the core has not answered yet. */
  readonly #asked = new SvelteMap<string, number>();
  /** What is under way for each document: one thing after the other. */
  readonly #turns = new Map<string, Promise<unknown>>();

  constructor(source: Source, listener: DraftsListener) {
    this.#source = source;
    this.#listener = listener;
  }

  /** How many fields are changed in all. */
  get count(): number {
    return [...this.#drafts.values()].reduce((sum, draft) => sum + countOf(draft), 0);
  }

  /** The documents with unsaved changes. */
  get ids(): string[] {
    return [...this.#drafts.keys()];
  }

  get(id: string | null): Draft | null {
    return (id !== null && this.#drafts.get(id)) || null;
  }

  /** Whether there is a draft, or will be as soon as the core has answered: whoever saves at once must not be early. */
  has(id: string): boolean {
    return this.#drafts.has(id) || (this.#asked.get(id) ?? 0) > 0;
  }

  state(id: string | null): SaveState | null {
    return (id !== null && this.#states.get(id)) || null;
  }

  /** Reads what was left unsaved before, by this window or by another. */
  async load(): Promise<void> {
    const { connection, namespace } = addressOf(this.#source);
    for (const draft of await this.#source.backend.drafts({ connection, namespace })) {
      this.#set(draft.id, draft);
      if (draft.unsettled && !this.state(draft.id))
        this.#states.set(draft.id, { is: "unknown", error: null, checking: false, checkError: null });
    }
  }

  /**
   * Edits a document. The paths are those of its draft, and without one of the document whose hash is `etag`. Says whether it
   * was taken; where not, that is told, and nothing is changed.
   */
  async edit(id: string, etag: string, edits: DocumentEdit[]): Promise<boolean> {
    const error = await this.tryEdit(id, etag, edits);
    if (error) this.#listener.refused(id, error);
    return error === null;
  }

  /** The same; where it was not taken, the caller is given the reason and tells it. */
  tryEdit(id: string, etag: string, edits: DocumentEdit[]): Promise<BackendError | null> {
    this.#asked.set(id, (this.#asked.get(id) ?? 0) + 1);
    return this.#inTurn(id, async () => {
      try {
        const before = this.get(id)?.document;
        const known = before?.etag ?? etag;
        const { draft } = await this.#source.backend.editDocument({
          ...this.#address(id),
          etag: known,
          edits,
        });
        this.#set(id, draft);
        this.#mended(id, before, draft?.document);
        if (draft) this.#listener.edited(draft.document);
        else this.#listener.settled(id, null);
        return null;
      } catch (thrown) {
        return toBackendError(thrown);
      } finally {
        this.#asked.set(id, (this.#asked.get(id) ?? 1) - 1);
      }
    });
  }

  /** What is said of the latest save ends with an edit, but for rules that fail at fields that are as they were. */
  #mended(id: string, before: DocumentView | undefined, after: DocumentView | undefined): void {
    const state = this.state(id);
    if (state === null || state.is === "unknown") return;
    const rules =
      state.is === "failed" && before && after ? stillFailing(state.rules, before.fields, after.fields) : [];
    if (state.is === "failed" && rules.length > 0) this.#states.set(id, { ...state, rules });
    else this.#states.delete(id);
  }

  /** The rules that a document fails, as its latest save has told. */
  rules(id: string | null): readonly FailedRule[] {
    const state = this.state(id);
    return state?.is === "failed" ? state.rules : [];
  }

  /** Resolves when nothing is under way for a document. */
  async idle(id: string): Promise<void> {
    await this.#turns.get(id);
  }

  discard(id: string): Promise<void> {
    return this.#inTurn(id, async () => {
      try {
        await this.#source.backend.discardDraft(this.#address(id));
        this.#set(id, null);
        this.#states.delete(id);
        this.#listener.settled(id, null);
      } catch (thrown) {
        this.#listener.refused(id, toBackendError(thrown));
      }
    });
  }

  /** Ends what is said of the latest save. */
  dismiss(id: string): void {
    this.#states.delete(id);
  }

  /** Sends the changes of one document, saved as one. `insertAgain` where somebody has deleted it. */
  save(id: string, insertAgain = false): Promise<void> {
    return this.#inTurn(id, async () => {
      const draft = this.get(id);
      // While an outcome is unknown, saving again could undo what somebody else made of it: it is checked first.
      if (!draft || this.state(id)?.is === "unknown") return;
      this.#states.set(id, { is: "saving", since: Date.now() });
      try {
        const { etag } = draft.document;
        this.#applied(id, await this.#source.backend.saveDraft({ ...this.#address(id), etag, insertAgain }));
      } catch (thrown) {
        const state = await this.#notApplied(id, toBackendError(thrown));
        this.#states.set(id, state);
        this.#listener.unsaved(id, state.is);
      }
    });
  }

  /** Looks up whether a save of unknown outcome was applied. */
  async check(id: string): Promise<void> {
    const state = this.state(id);
    if (state?.is !== "unknown" || state.checking) return;
    this.#states.set(id, { ...state, checking: true, checkError: null });
    try {
      const { settled, now, draft } = await this.#source.backend.checkDraft(this.#address(id));
      if (settled === "applied" && now)
        return this.#applied(id, { document: now, changed: true, entry: null });
      this.#set(id, draft);
      if (!draft) {
        this.#states.delete(id);
        this.#listener.settled(id, now);
      } else if (settled === "notApplied") this.#states.set(id, { is: "notApplied" });
      else this.#states.set(id, { is: "conflict", comparison: await this.#compare(id) });
    } catch (thrown) {
      this.#states.set(id, { ...state, checking: false, checkError: toBackendError(thrown) });
    }
  }

  /** Takes a side for each row of a conflict, puts that upon the document as it stands now, and saves it. */
  async merge(id: string, choices: MergeSide[]): Promise<void> {
    const state = this.state(id);
    const now = state?.is === "conflict" ? state.comparison.now : null;
    if (!now) return;
    const merged = await this.#inTurn(id, async () => {
      try {
        const { draft } = await this.#source.backend.mergeDraft({
          ...this.#address(id),
          nowEtag: now.etag,
          choices,
        });
        this.#set(id, draft);
        this.#states.delete(id);
        if (draft) this.#listener.edited(draft.document);
        else this.#listener.settled(id, now);
        return draft !== null;
      } catch (thrown) {
        const error = toBackendError(thrown);
        this.#states.set(id, await this.#notApplied(id, error));
        return false;
      }
    });
    if (merged) await this.save(id);
  }

  #applied(id: string, written: Written): void {
    this.#set(id, null);
    this.#states.delete(id);
    this.#listener.saved(written);
  }

  async #notApplied(id: string, error: BackendError): Promise<Extract<SaveState, { is: UnsavedOutcome }>> {
    if (error.code === "OutcomeUnknown") return { is: "unknown", error, checking: false, checkError: null };
    if (error.code !== "Conflict" && error.code !== "NotFound") return failed(error);
    try {
      const comparison = await this.#compare(id);
      const stands = comparison.now === null || comparison.rows.some(({ conflict }) => conflict);
      return stands ? { is: "conflict", comparison } : failed(error);
    } catch {
      // What stands there now cannot be told; that nothing was written can.
      return failed(error);
    }
  }

  #compare(id: string): Promise<Comparison> {
    return this.#source.backend.compareDraft(this.#address(id));
  }

  #address(id: string) {
    return { ...addressOf(this.#source), id };
  }

  #set(id: string, draft: Draft | null): void {
    if (draft) this.#drafts.set(id, draft);
    else this.#drafts.delete(id);
  }

  #inTurn<T>(id: string, act: () => Promise<T>): Promise<T> {
    const turn = (this.#turns.get(id) ?? Promise.resolve()).then(act);
    this.#turns.set(
      id,
      turn.catch(() => undefined),
    );
    return turn;
  }
}

function failed(error: BackendError): Extract<SaveState, { is: "failed" }> {
  return { is: "failed", error, rules: error.body.rules ?? [] };
}
