import {
  type Backend,
  type BackendError,
  type Comparison,
  type Draft,
  type EntryId,
  type MergeSide,
  toBackendError,
} from "$lib/backend";

type Operations = Pick<
  Backend,
  "undoAsDraft" | "compareDraft" | "mergeDraft" | "saveDraft" | "checkDraft" | "discardDraft"
>;

/** Which document of which write. */
export interface WrittenDocument {
  connection: string;
  entry: EntryId;
  position: number;
}

/**
 * A write that is taken back field by field, because somebody has changed its document since: as unsaved changes, which are
 * put upon the document as it stands now.
 */
export class UndoMerge {
  comparison = $state.raw<Comparison | null>(null);
  busy = $state(false);
  error = $state.raw<BackendError | null>(null);
  /** Why what became of it could not be looked up. */
  checkError = $state.raw<BackendError | null>(null);

  readonly #backend: Operations;
  readonly #document: WrittenDocument;
  /** The changes, while there are any. */
  #draft: Draft | null = null;

  constructor(backend: Operations, document: WrittenDocument) {
    this.#backend = backend;
    this.#document = document;
  }

  /** It was sent, and nobody knows what became of it: it is checked before anything else. */
  get unknown(): boolean {
    return this.error?.code === "OutcomeUnknown";
  }

  /** Makes the changes, and compares them with what stands there. */
  async begin(): Promise<void> {
    await this.#attempt(async () => {
      const { draft } = await this.#backend.undoAsDraft(this.#document);
      await this.#compare(draft);
      return false;
    });
  }

  /** Saves what was chosen for each row. Says whether that is done. */
  save(choices: MergeSide[]): Promise<boolean> {
    const nowEtag = this.comparison?.now?.etag ?? "";
    return this.#write(async (draft) => {
      const merged = await this.#backend.mergeDraft({ ...this.#addressOf(draft), nowEtag, choices });
      this.#draft = merged.draft;
      // Where all stays as it is there now, nothing is sent.
      if (merged.draft) await this.#send(merged.draft, false);
    });
  }

  /** Inserts the document as it was before the write, because somebody has deleted it since. Says whether that is done. */
  insertAgain(): Promise<boolean> {
    return this.#write((draft) => this.#send(draft, true));
  }

  /** Looks up what became of a save of unknown outcome. Says whether it was applied. */
  check(): Promise<boolean> {
    return this.#with(async (draft) => {
      const found = await this.#backend.checkDraft(this.#addressOf(draft));
      await this.#compare(found.draft);
      return found.settled === "applied";
    });
  }

  /** Takes the changes away again. While it is not known whether they were applied, they stay to be checked. */
  async giveUp(): Promise<void> {
    if (!this.#draft || this.unknown) return;
    // Left behind, they are unsaved changes of the document like any other.
    await this.#backend.discardDraft(this.#addressOf(this.#draft)).catch(() => undefined);
    this.#draft = null;
  }

  #addressOf({ namespace, id }: Draft) {
    return { connection: this.#document.connection, namespace, id };
  }

  async #compare(draft: Draft | null): Promise<void> {
    this.#draft = draft;
    this.comparison = draft && (await this.#backend.compareDraft(this.#addressOf(draft)));
  }

  async #send(draft: Draft, insertAgain: boolean): Promise<void> {
    await this.#backend.saveDraft({ ...this.#addressOf(draft), etag: draft.document.etag, insertAgain });
    this.#draft = null;
  }

  /** What was not applied is compared anew: the changes stand upon the latest document by then. */
  async #write(work: (draft: Draft) => Promise<void>): Promise<boolean> {
    const done = await this.#with(async (draft) => {
      await work(draft);
      return true;
    });
    const { error } = this;
    if (error && !this.unknown) {
      await this.#attempt(async () => {
        await this.#compare(this.#draft);
        return false;
      });
      this.error = error;
    }
    return done;
  }

  #with(work: (draft: Draft) => Promise<boolean>): Promise<boolean> {
    const draft = this.#draft;
    return draft ? this.#attempt(() => work(draft)) : Promise.resolve(false);
  }

  async #attempt(work: () => Promise<boolean>): Promise<boolean> {
    this.busy = true;
    const before = this.unknown ? this.error : null;
    this.error = this.checkError = null;
    try {
      return await work();
    } catch (thrown) {
      this.error = before ?? toBackendError(thrown);
      // That it could not be looked up does not settle it.
      if (before) this.checkError = toBackendError(thrown);
      return false;
    } finally {
      this.busy = false;
    }
  }
}
