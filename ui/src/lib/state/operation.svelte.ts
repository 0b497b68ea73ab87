import { announce } from "$lib/announce.svelte";
import {
  type Backend,
  BackendError,
  type OperationPlan,
  type OperationProgress,
  type OperationReport,
  type RehearsalReport,
  type SetOperation,
  toBackendError,
} from "$lib/backend";
import { t } from "$lib/messages";
import { brokenOff } from "$lib/operations/broken";
import { type Draft, operationOf } from "$lib/operations/draft";
import { heard } from "$lib/operations/steps";

export type OperationBackend = Pick<
  Backend,
  "planOperation" | "runOperation" | "rehearseOperation" | "cancelQuery"
>;

let names = 0;

/** Something that goes on in steps, on the set or on a local set made like it. */
export interface Going {
  steps: readonly OperationProgress[];
  /** What the local set is made with at present, as a command. */
  making: string | null;
  /** Under this name it can be stopped. */
  query: string;
  stopping: boolean;
}

/** One operation on a replica set, from the wish to the report. */
export class Operation {
  draft = $state<Draft>() as Draft;
  plan = $state.raw<OperationPlan | null>(null);
  planning = $state(false);
  planError = $state.raw<BackendError | null>(null);
  /** Why the document to edit could not be read. */
  documentError = $state.raw<BackendError | null>(null);

  measure = $state(false);

  running = $state.raw<Going | null>(null);
  report = $state.raw<OperationReport | null>(null);
  /** Why it was not begun. */
  failure = $state.raw<BackendError | null>(null);

  rehearsing = $state.raw<Going | null>(null);
  rehearsal = $state.raw<RehearsalReport | null>(null);
  rehearsalError = $state.raw<BackendError | null>(null);
  /** What came of the rehearsal was looked at. */
  rehearsalRead = $state(true);

  readonly #backend: OperationBackend;
  readonly #begun: string;
  /** What the plan was made of. */
  #seen = $state<string | null>(null);
  #looks = 0;
  /** What is typed to confirm, and what was asked for then. */
  #confirmed = $state.raw<{ text: string; asked: string | null }>({ text: "", asked: null });

  constructor(
    backend: OperationBackend,
    readonly connection: string,
    /** What it is called until there is a plan. */
    readonly name: string,
    draft: Draft,
  ) {
    this.#backend = backend;
    this.#begun = JSON.stringify(draft);
    this.draft = draft;
  }

  readonly read: ReturnType<typeof operationOf> = $derived(operationOf(this.draft));
  /** What is asked for, as one text: a plan is asked for again whenever it is another. */
  readonly asked: string | null = $derived("value" in this.read ? JSON.stringify(this.read.value) : null);
  /** The plan is of what is asked now. */
  readonly fresh: boolean = $derived(this.plan !== null && this.asked !== null && this.#seen === this.asked);

  /** What is typed to confirm: it confirms what is asked for now, and nothing else. */
  get typed(): string {
    return this.#confirmed.asked === this.asked ? this.#confirmed.text : "";
  }

  set typed(text: string) {
    this.#confirmed = { text, asked: this.asked };
  }

  /** What is wished cannot be read. */
  get mistake(): string | null {
    return "mistake" in this.read ? this.read.mistake : null;
  }

  /** Somebody has typed something that would be lost. */
  get isTouched(): boolean {
    return JSON.stringify(this.draft) !== this.#begun;
  }

  /** It goes on, here or on a local set. */
  get isGoing(): boolean {
    return this.running !== null || this.rehearsing !== null;
  }

  /** It may be run. */
  get ready(): boolean {
    if (!this.fresh || this.planning || !this.plan?.allowed || this.isGoing || this.report) return false;
    return this.plan.confirm === null || this.typed === this.plan.confirm;
  }

  /** Finds out what would be done. The latest answer wins; what goes on or is over is not planned any more. */
  async look(): Promise<void> {
    if (this.isGoing || this.report !== null) return;
    const asked = (this.#looks += 1);
    // What was typed is not there again when the same is asked once more behind something else.
    if (this.#confirmed.asked !== this.asked) this.typed = "";
    // A look at the same again, as whenever something happens to the set, leaves the time to read why it was not begun.
    if (this.#seen !== this.asked) this.failure = null;
    this.planError = null;
    if (!("value" in this.read)) {
      this.planning = false;
      return;
    }
    const operation = this.read.value;
    this.planning = true;
    try {
      const plan = await this.#backend.planOperation({ connection: this.connection, operation });
      if (asked !== this.#looks) return;
      this.plan = plan;
      this.#seen = JSON.stringify(operation);
    } catch (thrown) {
      if (asked !== this.#looks) return;
      this.plan = null;
      this.planError = toBackendError(thrown);
    } finally {
      if (asked === this.#looks) this.planning = false;
    }
  }

  /** Forgets what came of it, and finds out what would be done now. What was wished stays. */
  async planAnew(): Promise<void> {
    this.failure = null;
    this.#forgetReport();
    await this.look();
  }

  /** Carries out what was planned. */
  async run(): Promise<void> {
    if (!this.ready || !this.plan || !("value" in this.read)) return;
    const { title, basis, confirm } = this.plan;
    const operation: SetOperation = this.read.value;
    const { typed, measure } = this;
    this.failure = null;
    const query = this.#begin((going) => (this.running = going));
    try {
      const report = await this.#backend.runOperation(
        {
          connection: this.connection,
          operation,
          basis,
          confirm: confirm === null ? null : typed,
          measure,
          query,
        },
        (step) => (this.running = this.#heard(this.running, step)),
      );
      this.#end(title, report);
    } catch (thrown) {
      const error = toBackendError(thrown);
      const steps = this.running?.steps ?? [];
      const sent = steps.some(({ state }) => state !== "notBegun");
      if (sent || error.code === "OutcomeUnknown") this.#end(title, brokenOff(steps, error));
      else {
        this.failure = error;
        announce(error.title);
      }
    } finally {
      this.running = null;
      this.typed = "";
    }
  }

  /** Does it on a local set made like this one. */
  async rehearse(): Promise<void> {
    if (this.isGoing || !("value" in this.read)) return;
    const operation: SetOperation = this.read.value;
    const { onLab, outcomes } = t.operations.report;
    this.rehearsal = this.rehearsalError = null;
    this.rehearsalRead = false;
    const query = this.#begin((going) => (this.rehearsing = going));
    try {
      this.rehearsal = await this.#backend.rehearseOperation(
        { connection: this.connection, operation, label: this.plan?.title ?? this.name, query },
        (step) => {
          if (step.kind === "operation") this.rehearsing = this.#heard(this.rehearsing, step.step);
          else if (this.rehearsing) this.rehearsing = { ...this.rehearsing, making: step.step.command };
        },
      );
      announce(`${onLab}: ${outcomes[this.rehearsal.report.outcome]}`);
    } catch (thrown) {
      this.rehearsalError = toBackendError(thrown);
      announce(`${onLab}: ${this.rehearsalError.title}`);
    } finally {
      this.rehearsing = null;
    }
  }

  /** Lets no further step begin; the one that goes on ends first. */
  async stop(): Promise<void> {
    const query = (this.running ?? this.rehearsing)?.query;
    if (query === undefined) return;
    this.#stopping(query, true);
    try {
      const { found } = await this.#backend.cancelQuery({ connection: this.connection, query });
      // Not known under its name yet, or not any more: it is asked again, or has ended.
      if (!found) this.#stopping(query, false);
    } catch {
      // It ends by itself, or is asked again.
      this.#stopping(query, false);
    }
  }

  /** Reads the present configuration, to be edited as text: once, or anew where what was read or typed is done with. */
  async readDocument(anew = false): Promise<void> {
    const { draft } = this;
    if (!("config" in draft) || (draft.config.text !== null && !anew)) return;
    this.planError = this.documentError = null;
    // What a plan without wishes ends with. Where a majority is lost, it is a survivor that tells.
    const operation: SetOperation =
      draft.kind === "reconfigure"
        ? { kind: "reconfigure", edits: [] }
        : { kind: "forceReconfigure", host: draft.host, edits: [] };
    try {
      const { wished } = await this.#backend.planOperation({ connection: this.connection, operation });
      if (this.isGoing) return;
      if (wished === null) throw BackendError.of("Unsupported", t.operations.wish.documentFailed);
      Object.assign(draft.config, { text: wished, read: wished });
    } catch (thrown) {
      this.documentError = toBackendError(thrown);
    }
  }

  /** It is put away, and what came of it was read. What was wished stays. */
  putAway(): void {
    this.typed = "";
    this.failure = null;
    if (this.isGoing) return;
    this.rehearsalRead = true;
    this.#forgetReport();
    // It is planned anew when it is opened again: the set is another one by then.
    this.#endLooks();
    this.plan = null;
  }

  /** A run may have changed what was planned for, and rehearsed. */
  #forgetReport(): void {
    if (this.report === null) return;
    this.plan = this.report = this.rehearsal = this.rehearsalError = null;
  }

  #begin(take: (going: Going) => void): string {
    this.#endLooks();
    names += 1;
    const query = `operation ${names} ${Date.now()}`;
    take({ steps: [], making: null, query, stopping: false });
    return query;
  }

  /** A plan that comes from now on is not looked at. */
  #endLooks(): void {
    this.#looks += 1;
    this.planning = false;
  }

  #end(title: string, report: OperationReport): void {
    this.report = report;
    announce(`${title}: ${t.operations.report.outcomes[report.outcome]}`);
  }

  #heard(going: Going | null, step: OperationProgress): Going | null {
    // What is told behind the answer tells nothing any more.
    if (going === null) return null;
    const before = going.steps.find((other) => other.step === step.step)?.state;
    const words = t.operations.run;
    if (before !== step.state)
      announce(words.stepOf(step.title, words.states[step.state]), `step ${going.query}`);
    return { ...going, steps: heard(going.steps, step) };
  }

  #stopping(query: string, stopping: boolean): void {
    if (this.running?.query === query) this.running = { ...this.running, stopping };
    else if (this.rehearsing?.query === query) this.rehearsing = { ...this.rehearsing, stopping };
  }
}
