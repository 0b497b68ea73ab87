import { type BackendError, type DocumentEdit, toBackendError } from "$lib/backend";
import type { DocumentsState } from "./documents.svelte";
import type { Path } from "./path";
import { addressOf } from "./source";

/** A document that is edited as text, or one value of it. What differs becomes changes of its draft. */
export class EditedText {
  text = $state("");
  /** The text is there to be edited. */
  ready = $state(false);
  /** It holds bytes that a text could not give back: it is not edited as one. */
  damaged = $state(false);
  loadError = $state.raw<BackendError | null>(null);
  /** What is wrong with the text. */
  error = $state.raw<BackendError | null>(null);
  applying = $state(false);

  readonly #documents: DocumentsState;
  readonly #id: string;
  readonly #path: Path;
  #original = "";
  #etag = "";

  /** An empty path is the whole document. */
  constructor(documents: DocumentsState, id: string, path: Path) {
    this.#documents = documents;
    this.#id = id;
    this.#path = path;
  }

  /** Closing would lose what was typed. */
  get changed(): boolean {
    return this.ready && this.text !== this.#original;
  }

  /** Fetches the text as the draft has it, in the syntax that the person has chosen to read documents in. */
  async load(): Promise<void> {
    this.loadError = null;
    const { source, drafts, layout } = this.#documents;
    try {
      const { text, damaged, etag } = await source.backend.getText({
        ...addressOf(source),
        id: this.#id,
        path: [...this.#path],
        format: layout.syntax,
        draft: drafts.get(this.#id) !== null,
      });
      this.#original = this.text = text;
      this.#etag = etag;
      this.damaged = damaged;
      this.ready = !damaged;
    } catch (thrown) {
      this.loadError = toBackendError(thrown);
    }
  }

  /** Makes what differs changes of the draft. Says whether it could be read; where not, `error` says why. */
  async apply(): Promise<boolean> {
    const { text } = this;
    const edit: DocumentEdit =
      this.#path.length === 0
        ? { kind: "text", text, syntax: this.#documents.layout.syntax }
        : { kind: "set", path: [...this.#path], value: { kind: "text", text } };
    this.applying = true;
    this.error = await this.#documents.drafts.tryEdit(this.#id, this.#etag, [edit]);
    this.applying = false;
    return this.error === null;
  }
}
