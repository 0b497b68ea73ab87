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
import { type ConfigWish, type Draft, operationOf } from "$lib/operations/draft";
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

  /** What is typed to confirm. */
  typed = $state("");
  measure = $state(false);

  running = $state.raw<Going | null>(null);
  report = $state.raw<OperationReport | null>(null);
  /** Why it was not begun. */
  failure = $state.raw<BackendError | null>(null);

  rehearsing = $state.raw<Going | null>(null);
  rehearsal = $state.raw<RehearsalReport | null>(null);
  rehearsalError = $state.raw<BackendError | null>(null);

  readonly #backend: OperationBackend;
  readonly #begun: string;
  /** What the plan was made of. */
  #seen = $state<string | null>(null);
  #looks = 0;

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

  /** Finds out what would be done. The latest answer wins. */
  async look(): Promise<void> {
    const asked = (this.#looks += 1);
    if (!("value" in this.read)) {
      this.planning = false;
      return;
    }
    const operation = this.read.value;
    this.planning = true;
    this.planError = null;
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

  /** Carries out what was planned. */
  async run(): Promise<void> {
    if (!this.ready || !this.plan || !("value" in this.read)) return;
    const { basis, confirm } = this.plan;
    this.failure = null;
    const query = this.#begin((going) => (this.running = going));
    try {
      this.report = await this.#backend.runOperation(
        {
          connection: this.connection,
          operation: this.read.value,
          basis,
          confirm: confirm === null ? null : this.typed,
          measure: this.measure,
          query,
        },
        (step) => (this.running = this.#heard(this.running, step)),
      );
      announce(`${this.plan.title}: ${t.operations.report.outcomes[this.report.outcome]}`);
    } catch (thrown) {
      this.failure = toBackendError(thrown);
      announce(this.failure.title);
    } finally {
      this.running = null;
    }
  }

  /** Does it on a local set made like this one. */
  async rehearse(): Promise<void> {
    if (this.isGoing || !("value" in this.read)) return;
    const operation: SetOperation = this.read.value;
    this.rehearsal = this.rehearsalError = null;
    const query = this.#begin((going) => (this.rehearsing = going));
    try {
      this.rehearsal = await this.#backend.rehearseOperation(
        { connection: this.connection, operation, label: this.plan?.title ?? this.name, query },
        (step) => {
          if (step.kind === "operation") this.rehearsing = this.#heard(this.rehearsing, step.step);
          else if (this.rehearsing) this.rehearsing = { ...this.rehearsing, making: step.step.command };
        },
      );
      const { outcome } = this.rehearsal.report;
      announce(`${t.operations.report.onLab}: ${t.operations.report.outcomes[outcome]}`);
    } catch (thrown) {
      this.rehearsalError = toBackendError(thrown);
    } finally {
      this.rehearsing = null;
    }
  }

  /** Lets no further step begin; the one that goes on ends first. */
  async stop(): Promise<void> {
    const going = this.running ?? this.rehearsing;
    if (going === null) return;
    this.#stopping(true);
    try {
      await this.#backend.cancelQuery({ connection: this.connection, query: going.query });
    } catch {
      // It ends by itself, or is asked again.
      this.#stopping(false);
    }
  }

  /** Reads the document that the form stands for, to be edited as text. */
  async readDocument(): Promise<void> {
    const { draft } = this;
    if (!("config" in draft) || (draft.config.text !== null && draft.config.text !== draft.config.read))
      return;
    try {
      const text = await this.#document(draft.config);
      if (text === null) throw BackendError.of("Unsupported", t.operations.wish.documentFailed);
      Object.assign(draft.config, { text, read: text });
    } catch (thrown) {
      this.planError = toBackendError(thrown);
    }
  }

  /** The present configuration: what a plan without wishes ends with. */
  async #document({ read }: ConfigWish): Promise<string | null> {
    if (read !== "") return read;
    const operation: SetOperation = { kind: "reconfigure", edits: [] };
    return (await this.#backend.planOperation({ connection: this.connection, operation })).wished;
  }

  #begin(take: (going: Going) => void): string {
    names += 1;
    const query = `operation ${names} ${Date.now()}`;
    take({ steps: [], making: null, query, stopping: false });
    return query;
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

  #stopping(stopping: boolean): void {
    if (this.running) this.running = { ...this.running, stopping };
    else if (this.rehearsing) this.rehearsing = { ...this.rehearsing, stopping };
  }
}
