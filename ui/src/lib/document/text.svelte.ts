import { type BackendError, type DocumentView, toBackendError } from "$lib/backend";
import { withoutMember } from "./jsontext";
import { addressOf, type Source } from "./source";

/** What a text is written for: a new document, a copy of one, or another version of one. */
export type TextPurpose =
  { is: "add" } | { is: "clone"; document: DocumentView } | { is: "text"; document: DocumentView };

/** What became of a text whose fate was not known. */
export type TextSettled = "notApplied" | "different";

const BLANK = "{\n  \n}";

/** A document being written as text. */
export class TextDraft {
  text = $state("");
  /** The text is there to be edited. */
  ready = $state(false);
  /** The document holds bytes that are not UTF-8, which a text could not give back: it is not edited as one. */
  damaged = $state(false);
  loadError = $state.raw<BackendError | null>(null);
  saving = $state(false);
  error = $state.raw<BackendError | null>(null);
  /** What looking up a write of unknown outcome has shown. */
  settled = $state<TextSettled | null>(null);
  /** Why the write of unknown outcome could not be looked up. */
  checkError = $state.raw<BackendError | null>(null);

  readonly #source: Source;
  readonly #purpose: TextPurpose;
  #original = "";
  #etag = "";

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

  /** Inserts or replaces. The document as it stands now, or null: then `error` says why, and the text is kept. */
  async save(): Promise<DocumentView | null> {
    this.saving = true;
    this.error = this.settled = this.checkError = null;
    try {
      return await this.#write();
    } catch (thrown) {
      this.error = toBackendError(thrown);
      return null;
    } finally {
      this.saving = false;
    }
  }

  /** After a write of unknown outcome: looks whether it was applied. Gives the document that an insert has left, else null: then `settled` or `checkError` tells. */
  async check(): Promise<DocumentView | null> {
    const id = this.#replaces ?? this.error?.body.document ?? null;
    if (id === null) return null;
    this.saving = true;
    this.checkError = null;
    try {
      const now = await this.#source.backend.getDocument({ ...addressOf(this.#source), id });
      this.error = null;
      if (this.#replaces === null) return now;
      this.settled = now.etag === this.#etag ? "notApplied" : "different";
    } catch (thrown) {
      const error = toBackendError(thrown);
      if (this.#replaces === null && error.code === "NotFound") {
        this.settled = "notApplied";
        this.error = null;
      } else this.checkError = error;
    } finally {
      this.saving = false;
    }
    return null;
  }

  /** The document that the text is to replace; null for a new one. */
  get #replaces(): string | null {
    return this.#purpose.is === "text" ? this.#purpose.document.id : null;
  }

  async #begin(): Promise<string> {
    if (this.#purpose.is === "add") return BLANK;
    const { id } = this.#purpose.document;
    if (id === null) return BLANK;
    const address = addressOf(this.#source);
    const { text, etag, damaged } = await this.#source.backend.getText({ ...address, id, format: "relaxed" });
    this.#etag = etag;
    this.damaged = damaged;
    return this.#purpose.is === "clone" ? withoutMember(text, "_id") : text;
  }

  async #write(): Promise<DocumentView> {
    const address = addressOf(this.#source);
    const { text } = this;
    const id = this.#replaces;
    const written =
      id === null
        ? await this.#source.backend.insert({ ...address, text })
        : await this.#source.backend.replace({ ...address, id, etag: this.#etag, text });
    return written.document;
  }
}
