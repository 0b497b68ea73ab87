/** Many documents changed, deleted or inserted at once: what is asked, what would come of it, how far it is, and what did. */
import {
  type Backend,
  type BackendError,
  type ManyAction,
  type ManyMeasure,
  type ManyPreview,
  type ManyProgress,
  type ManyReport,
  type Namespace,
  toBackendError,
  type UndoReport,
} from "$lib/backend";
import { t } from "$lib/messages";

import { marked, type Mark, ratePerSecond, secondsLeft } from "./pace";

type Operations = Pick<Backend, "previewMany" | "measureMany" | "writeMany" | "undo" | "cancelQuery">;

export type ManyPurpose = "change" | "delete" | "insert";

/** Where it happens. */
export interface ManyPlace {
  connection: string;
  namespace: Namespace;
}

let names = 0;

function newName(): string {
  names += 1;
  return `many ${names} ${Date.now()}`;
}

/** Every document is as it was to be. */
export function isComplete(report: ManyReport): boolean {
  return report.failed + report.unknown + report.left === 0;
}

/** One such write, from the question to the report. */
export class Many {
  filter = $state("");
  update = $state("");
  text = $state("");
  /** What is typed to confirm. */
  typed = $state("");
  /** What Undo could not keep is written all the same. */
  withoutUndo = $state(false);

  preview = $state.raw<ManyPreview | null>(null);
  measure = $state.raw<ManyMeasure | null>(null);
  looking = $state(false);
  /** Why it cannot be told what would come of it. */
  lookError = $state.raw<BackendError | null>(null);

  progress = $state.raw<ManyProgress | null>(null);
  cancelling = $state(false);
  report = $state.raw<ManyReport | null>(null);
  /** Why there is no report. */
  failure = $state.raw<BackendError | null>(null);
  undone = $state.raw<UndoReport | null>(null);
  undoing = $state(false);
  undoError = $state.raw<BackendError | null>(null);

  #marks = $state.raw<readonly Mark[]>([]);
  /** What was looked at: what is sent is what was seen. */
  #seen = $state<string | null>(null);
  #looks = 0;
  #given: string;
  /** What runs on the server now, by its name. */
  #query: string | null = null;
  readonly #backend: Operations;

  constructor(
    backend: Operations,
    readonly place: ManyPlace,
    readonly purpose: ManyPurpose,
    filter = "",
  ) {
    this.#backend = backend;
    this.filter = this.#given = filter;
  }

  /** Nothing of it was sent: what was typed can be taken up again. */
  get isOpen(): boolean {
    return !this.running && this.report === null;
  }

  /** Takes the filter of what is shown, unless another was typed. */
  follow(filter: string): void {
    if (this.filter === this.#given) this.filter = filter;
    this.#given = filter;
  }

  get action(): ManyAction {
    const filter = this.filter.trim() || null;
    switch (this.purpose) {
      case "change":
        return { kind: "change", filter, form: "update", update: this.update };
      case "delete":
        return { kind: "delete", filter };
      case "insert":
        return { kind: "insert", text: this.text };
    }
  }

  /** What is asked now is what was looked at. */
  readonly fresh: boolean = $derived(this.#seen !== null && this.#seen === JSON.stringify(this.action));

  /** Every document of the collection is meant. */
  get isWhole(): boolean {
    return this.purpose !== "insert" && /^\s*(\{\s*\})?\s*$/.test(this.filter);
  }

  get running(): boolean {
    return this.progress !== null;
  }

  /** It may be begun. */
  get ready(): boolean {
    if (!this.fresh || !this.preview || !this.measure || this.running) return false;
    if (this.measure.documents === 0) return false;
    if (this.measure.undo.kind === "tooLarge" && !this.withoutUndo) return false;
    return this.preview.confirm === null || this.typed === this.preview.confirm;
  }

  /** Finds out what would come of it: a sample at once, then how many there are exactly. */
  async look(): Promise<void> {
    this.leave();
    const asked = (this.#looks += 1);
    const { action, place } = this;
    this.#seen = JSON.stringify(action);
    this.preview = this.measure = this.lookError = this.failure = null;
    this.looking = true;
    try {
      const preview = await this.#backend.previewMany({ ...place, action });
      if (asked !== this.#looks) return;
      this.preview = preview;
      const query = (this.#query = newName());
      const measure = await this.#backend.measureMany({ ...place, action, query });
      if (asked === this.#looks) this.measure = measure;
    } catch (thrown) {
      if (asked === this.#looks) this.lookError = toBackendError(thrown);
    } finally {
      if (asked === this.#looks) {
        this.looking = false;
        this.#query = null;
      }
    }
  }

  /** Nobody waits for the preview any more: a count of many documents is ended. */
  leave(): void {
    if (this.#query === null || this.running) return;
    this.#looks += 1;
    this.looking = false;
    this.#seen = this.preview = null;
    void this.#end(this.#query);
    this.#query = null;
  }

  async #end(query: string): Promise<void> {
    await this.#backend.cancelQuery({ connection: this.place.connection, query }).catch(() => undefined);
  }

  /** Writes what was looked at. Says whether anything was written, or may have been. */
  async run(): Promise<boolean> {
    if (!this.ready) return false;
    this.failure = null;
    this.#marks = [];
    this.progress = { matched: 0, counted: false, done: 0, failed: 0, waiting: false };
    const query = (this.#query = newName());
    try {
      const request = {
        ...this.place,
        action: this.action,
        wholeCollection: this.isWhole,
        confirm: this.preview?.confirm == null ? null : this.typed,
        withoutUndo: this.withoutUndo,
        query,
      };
      this.report = await this.#backend.writeMany(request, (far) => this.#heard(far));
      return this.report.changed + this.report.unknown > 0;
    } catch (thrown) {
      this.failure = toBackendError(thrown);
      return this.#isUnknown;
    } finally {
      this.progress = this.#query = null;
      this.cancelling = false;
    }
  }

  get #isUnknown(): boolean {
    return this.failure?.code === "OutcomeUnknown";
  }

  /** How a write without a report is headed: that nothing was written is said only where that is known. */
  get failureTitle(): string {
    return this.failure && this.#isUnknown ? this.failure.title : t.many.notWritten;
  }

  #heard(far: ManyProgress): void {
    // What comes behind the answer tells nothing any more.
    if (this.progress === null) return;
    this.progress = far;
    if (far.counted) this.#marks = marked(this.#marks, { at: Date.now(), done: far.done });
  }

  /** Documents a second; null while that is not known. */
  rate(now: number): number | null {
    return ratePerSecond(this.#marks, now);
  }

  /** How long it still takes; null while that is not known. */
  secondsLeft(now: number): number | null {
    const { progress } = this;
    return progress?.counted ? secondsLeft(progress.matched - progress.done, this.rate(now)) : null;
  }

  /** Lets no more begin. What is under way ends first. */
  async cancel(): Promise<void> {
    if (!this.running || this.#query === null) return;
    this.cancelling = true;
    try {
      await this.#backend.cancelQuery({ connection: this.place.connection, query: this.#query });
    } catch {
      // It ends by itself, or is asked again.
      this.cancelling = false;
    }
  }

  /** Takes back what was written. Says whether anything was. */
  async undo(): Promise<boolean> {
    const entry = this.report?.entry;
    if (entry == null || this.undoing) return false;
    this.undoing = true;
    this.undoError = null;
    try {
      this.undone = await this.#backend.undo({ connection: this.place.connection, entry }, () => undefined);
      return this.undone.entry !== null;
    } catch (thrown) {
      this.undoError = toBackendError(thrown);
      return false;
    } finally {
      this.undoing = false;
    }
  }
}
