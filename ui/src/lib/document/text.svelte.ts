import { type BackendError, type DocumentView, toBackendError, type Written } from "$lib/backend";
import { withoutMember } from "./jsontext";
import { addressOf, type Source } from "./source";

/** What a text is written for: a new document, or a copy of one. */
export type TextPurpose = { is: "add" } | { is: "clone"; document: DocumentView };

const BLANK = "{\n  \n}";

/** A new document being written as text. */
export class TextDraft {
  text = $state("");
  /** The text is there to be edited. */
  ready = $state(false);
  /** The document holds bytes that are not UTF-8, which a text could not give back: it is not edited as one. */
  damaged = $state(false);
  loadError = $state.raw<BackendError | null>(null);
  saving = $state(false);
  error = $state.raw<BackendError | null>(null);
  /** Looking up a write of unknown outcome has shown that it was not applied. */
  notApplied = $state(false);
  /** Why the write of unknown outcome could not be looked up. */
  checkError = $state.raw<BackendError | null>(null);

  readonly #source: Source;
  readonly #purpose: TextPurpose;
  #original = "";

  constructor(source: Source, purpose: TextPurpose) {
    this.#source = source;
    this.#purpose = purpose;
  }

  /** Closing would lose what was typed. */
  get changed(): boolean {
    return this.ready && this.text !== this.#original;
  }

  /** Fetches the text to begin with. */
  async load(): Promise<void> {
    this.loadError = null;
    try {
      this.#original = this.text = await this.#begin();
      this.ready = !this.damaged;
    } catch (thrown) {
      this.loadError = toBackendError(thrown);
    }
  }

  /** Inserts it. What was written, or null: then `error` says why, and the text is kept. */
  async save(): Promise<Written | null> {
    this.saving = true;
    this.error = this.checkError = null;
    this.notApplied = false;
    try {
      const { text } = this;
      return await this.#source.backend.insert({ ...addressOf(this.#source), text });
    } catch (thrown) {
      this.error = toBackendError(thrown);
      return null;
    } finally {
      this.saving = false;
    }
  }

  /** After a write of unknown outcome: looks whether it was applied. Gives the document that it has left, else null: then `notApplied` or `checkError` tells. */
  async check(): Promise<DocumentView | null> {
    const id = this.error?.body.document ?? null;
    if (id === null) return null;
    this.saving = true;
    this.checkError = null;
    try {
      const now = await this.#source.backend.getDocument({ ...addressOf(this.#source), id });
      this.error = null;
      return now;
    } catch (thrown) {
      const error = toBackendError(thrown);
      if (error.code === "NotFound") {
        this.notApplied = true;
        this.error = null;
      } else this.checkError = error;
    } finally {
      this.saving = false;
    }
    return null;
  }

  async #begin(): Promise<string> {
    if (this.#purpose.is === "add") return BLANK;
    const { id } = this.#purpose.document;
    if (id === null) return BLANK;
    const address = addressOf(this.#source);
    const { text, damaged } = await this.#source.backend.getText({ ...address, id, format: "relaxed" });
    this.damaged = damaged;
    return withoutMember(text, "_id");
  }
}
