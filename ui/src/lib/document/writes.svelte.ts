import {
  type Backend,
  type BackendError,
  type EntryId,
  type EntryKind,
  type HistoryEntry,
  type HistoryImage,
  toBackendError,
  type UndoProgress,
  type UndoReport,
} from "$lib/backend";

type Operations = Pick<Backend, "history" | "historyImages" | "undo" | "checkWrite">;

/** The writes of a connection, the latest first, and what is done with one of them. */
export class Writes {
  entries = $state.raw<readonly HistoryEntry[]>([]);
  /** There are older ones. */
  more = $state(false);
  /** Before-images are kept. */
  kept = $state(true);
  usedBytes = $state(0);
  limitBytes = $state(0);
  loaded = $state(false);
  error = $state.raw<BackendError | null>(null);
  text = $state("");
  kind = $state<EntryKind | null>(null);

  selected = $state.raw<HistoryEntry | null>(null);
  images = $state.raw<readonly HistoryImage[]>([]);
  moreImages = $state(false);
  progress = $state.raw<UndoProgress | null>(null);
  report = $state.raw<UndoReport | null>(null);
  checking = $state(false);
  /** What failed of what was done with the chosen write. */
  failure = $state.raw<BackendError | null>(null);

  readonly #backend: Operations;
  readonly #connection: string;
  #asked = 0;

  constructor(backend: Operations, connection: string) {
    this.#backend = backend;
    this.#connection = connection;
  }

  get busy(): boolean {
    return this.progress !== null || this.checking;
  }

  /** Opens the list at a write, however many came after it. */
  async openAt(entry: EntryId | null): Promise<void> {
    await this.load();
    if (entry === null) return;
    const found = () => this.entries.find(({ id }) => id === entry);
    while (!found() && this.more && !this.error) await this.older();
    await this.select(found() ?? null);
  }

  /** Reads the latest writes anew. The chosen one stays chosen while it is among them. */
  async load(): Promise<void> {
    const asked = (this.#asked += 1);
    this.error = null;
    try {
      const { text, kind } = this;
      const history = await this.#backend.history({ connection: this.#connection, text: text || null, kind });
      if (asked !== this.#asked) return;
      this.entries = history.entries;
      this.more = history.more;
      this.kept = history.undo;
      this.usedBytes = history.usedBytes;
      this.limitBytes = history.limitBytes;
      this.loaded = true;
      const again = history.entries.find(({ id }) => id === this.selected?.id) ?? history.entries[0] ?? null;
      await this.select(again);
    } catch (thrown) {
      if (asked === this.#asked) this.error = toBackendError(thrown);
    }
  }

  async older(): Promise<void> {
    const before = this.entries.at(-1)?.id ?? null;
    const { text, kind } = this;
    try {
      const request = { connection: this.#connection, text: text || null, kind, before };
      const { entries, more } = await this.#backend.history(request);
      this.entries = [...this.entries, ...entries];
      this.more = more;
    } catch (thrown) {
      this.error = toBackendError(thrown);
    }
  }

  /** Shows the documents of a write, before and after. */
  async select(entry: HistoryEntry | null): Promise<void> {
    if (entry?.id !== this.selected?.id) {
      this.images = [];
      this.report = this.failure = null;
    }
    this.selected = entry;
    this.moreImages = false;
    if (entry) await this.#read(0);
  }

  async moreDocuments(): Promise<void> {
    await this.#read((this.images.at(-1)?.position ?? -1) + 1);
  }

  async #read(from: number): Promise<void> {
    const entry = this.selected?.id;
    if (entry === undefined) return;
    try {
      const { images, more } = await this.#backend.historyImages({
        connection: this.#connection,
        entry,
        from,
      });
      if (entry !== this.selected?.id) return;
      this.images = from === 0 ? images : [...this.images, ...images];
      this.moreImages = more;
    } catch (thrown) {
      if (entry === this.selected?.id) this.failure = toBackendError(thrown);
    }
  }

  /** Takes the chosen write back, as far as nobody has changed its documents since. Says whether something was written. */
  async undo(): Promise<boolean> {
    const entry = this.selected;
    if (!entry || this.busy) return false;
    this.report = this.failure = null;
    this.progress = { done: 0, total: entry.documents.total };
    try {
      const request = { connection: this.#connection, entry: entry.id };
      this.report = await this.#backend.undo(request, (far) => (this.progress = far));
      return this.report.entry !== null;
    } catch (thrown) {
      this.failure = toBackendError(thrown);
      return false;
    } finally {
      this.progress = null;
      await this.#refresh();
    }
  }

  /** Finds out what became of the chosen write, whose outcome is not known. */
  async check(): Promise<void> {
    const entry = this.selected;
    if (!entry || this.busy) return;
    this.checking = true;
    this.failure = null;
    try {
      await this.#backend.checkWrite({ connection: this.#connection, entry: entry.id });
    } catch (thrown) {
      this.failure = toBackendError(thrown);
    } finally {
      this.checking = false;
      await this.#refresh();
    }
  }

  /** Reads the list anew, and keeps what was told of the chosen write. */
  async #refresh(): Promise<void> {
    const { report, failure } = this;
    await this.load();
    this.report = report;
    this.failure ??= failure;
  }
}
