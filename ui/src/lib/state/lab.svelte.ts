import { SvelteMap } from "svelte/reactivity";

import { announce } from "$lib/announce.svelte";
import {
  type Backend,
  type BackendError,
  type LabLink,
  type LabMember,
  type LabStartRequest,
  type LabStatus,
  type LabStep,
  toBackendError,
} from "$lib/backend";
import type { MemberAction } from "$lib/lab/member";
import { withStep } from "$lib/lab/steps";
import { t } from "$lib/messages";

/** Something that was done to a lab. */
export interface Done {
  id: number;
  lab: string;
  /** What it was, in words. */
  what: string;
  /** Its commands; none where it failed. */
  steps: readonly LabStep[];
  failed: boolean;
}

/** So many changes are remembered, of all labs together. */
const REMEMBERED = 50;

/** The local replica sets, and what is done to them. */
export class Labs {
  /** The usual one first. */
  all = $state.raw<readonly LabStatus[]>([]);
  /** The steps of the latest start, by their number. */
  steps = $state.raw<readonly LabStep[]>([]);
  starting = $state(false);
  /** Which lab the latest start was of. */
  subject = $state(t.lab.name);
  /** Why the latest start failed. */
  error = $state.raw<BackendError | null>(null);
  /** Why the latest change failed. */
  changeError = $state.raw<BackendError | null>(null);
  /** What was done, the latest first. */
  done = $state.raw<readonly Done[]>([]);

  readonly #backend: Backend;
  readonly #pending = new SvelteMap<string, MemberAction | "change" | "scenario">();
  #changes = 0;

  constructor(backend: Backend) {
    this.#backend = backend;
  }

  byName(name: string): LabStatus | null {
    return this.all.find(({ setName }) => setName === name) ?? null;
  }

  /** What is being done to a member. */
  pending(lab: string, member: number): MemberAction | null {
    const action = this.#pending.get(`${lab} ${member}`);
    return action === undefined || action === "change" || action === "scenario" ? null : action;
  }

  /** Whether the links or the whole of a lab are being changed. */
  changing(lab: string): boolean {
    return this.#pending.has(lab);
  }

  /** Whether a scenario runs on a lab. */
  playing(lab: string): boolean {
    return this.#pending.get(lab) === "scenario";
  }

  /** Keeps a lab for a scenario while it runs. Nothing is run where something goes on with the lab already. */
  async hold(lab: string, run: () => Promise<void>): Promise<void> {
    if (this.#pending.has(lab)) return;
    this.#pending.set(lab, "scenario");
    try {
      await run();
    } finally {
      this.#pending.delete(lab);
    }
  }

  async load(): Promise<void> {
    const before = this.#changes;
    const all = await this.#backend.labs();
    // What a change answered meanwhile is newer.
    if (before === this.#changes) this.all = all;
  }

  /** Starts a set, or finds it running. Null when it failed: then `error` says why. */
  async start(request: LabStartRequest = {}): Promise<LabStatus | null> {
    if (this.starting) return null;
    this.starting = true;
    this.subject = request.plan?.name ?? request.lab ?? t.lab.name;
    this.error = null;
    this.steps = [];
    try {
      const status = await this.#backend.labStart(request, (step) => {
        this.steps = withStep(this.steps, step);
      });
      this.#take(status);
      return status;
    } catch (thrown) {
      this.error = toBackendError(thrown);
      return null;
    } finally {
      this.starting = false;
    }
  }

  /** Puts the steps and the failure of the latest start away. */
  dismiss(): void {
    this.steps = [];
    this.error = null;
  }

  /** Does something to a member. */
  async act(lab: string, { id: member, host }: LabMember, action: MemberAction): Promise<void> {
    await this.#change(lab, `${lab} ${member}`, action, t.lab.actions[action].of(host), () => {
      const request = { lab, member };
      if (action === "start") return this.#backend.labStartMember(request);
      if (action === "stop") return this.#backend.labStopMember(request);
      return this.#backend.labFault({ ...request, fault: action });
    });
  }

  async setLinks(lab: string, links: LabLink[], what: string): Promise<void> {
    await this.#change(lab, lab, "change", what, () => this.#backend.labSetLinks({ lab, links }));
  }

  async heal(lab: string): Promise<void> {
    await this.#change(lab, lab, "change", t.lab.heal, () => this.#backend.labHeal({ lab }));
  }

  async stop(lab: string): Promise<void> {
    await this.#change(lab, lab, "change", t.lab.stopSet(lab), () => this.#backend.labStop({ lab }));
  }

  /** Stops a lab and removes its data. Whether it is gone: else `changeError` says why. */
  async remove(lab: string): Promise<boolean> {
    return this.#change(lab, lab, "change", t.lab.removeSet(lab), async () => {
      await this.#backend.labRemove({ lab });
      this.#changes += 1;
      this.all = await this.#backend.labs();
      this.done = this.done.filter((done) => done.lab !== lab);
      return null;
    });
  }

  async #change(
    lab: string,
    key: string,
    action: MemberAction | "change",
    what: string,
    run: () => Promise<LabStatus | null>,
  ): Promise<boolean> {
    if (this.#pending.has(key)) return false;
    this.#pending.set(key, action);
    this.changeError = null;
    try {
      const status = await run();
      if (status !== null) {
        this.#take(status);
        this.#note({ lab, what, steps: status.steps, failed: false });
      }
      announce(t.lab.isDone(what));
      return true;
    } catch (thrown) {
      this.changeError = toBackendError(thrown);
      this.#note({ lab, what, steps: [], failed: true });
      return false;
    } finally {
      this.#pending.delete(key);
    }
  }

  #note(done: Omit<Done, "id">): void {
    this.done = [{ ...done, id: (this.done[0]?.id ?? 0) + 1 }, ...this.done].slice(0, REMEMBERED);
  }

  #take(status: LabStatus): void {
    this.#changes += 1;
    const known = this.byName(status.setName) !== null;
    this.all = known
      ? this.all.map((lab) => (lab.setName === status.setName ? status : lab))
      : [...this.all, status];
  }
}
