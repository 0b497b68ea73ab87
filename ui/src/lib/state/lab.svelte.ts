import { SvelteMap } from "svelte/reactivity";

import { type Backend, type BackendError, type LabStatus, type LabStep, toBackendError } from "$lib/backend";

/** What is being done to a member. */
export type MemberAction = "starting" | "stopping";

/** The local replica set. */
export class Lab {
  status = $state.raw<LabStatus | null>(null);
  /** The steps of the latest start, by their number. */
  steps = $state.raw<readonly LabStep[]>([]);
  starting = $state(false);
  /** Why the latest start failed. */
  error = $state.raw<BackendError | null>(null);
  /** Why the latest stop or start of a member failed. */
  memberError = $state.raw<BackendError | null>(null);

  readonly #backend: Backend;
  readonly #pending = new SvelteMap<number, MemberAction>();

  constructor(backend: Backend) {
    this.#backend = backend;
  }

  pending(member: number): MemberAction | null {
    return this.#pending.get(member) ?? null;
  }

  async load(): Promise<void> {
    this.status = await this.#backend.labStatus({});
  }

  /** Starts the set, or finds it running. Null when it failed: then `error` says why. */
  async start(): Promise<LabStatus | null> {
    if (this.starting) return null;
    this.starting = true;
    this.error = null;
    this.steps = [];
    try {
      this.status = await this.#backend.labStart({}, (step) => {
        this.steps = [...this.steps.filter(({ index }) => index !== step.index), step].sort(
          (a, b) => a.index - b.index,
        );
      });
      return this.status;
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

  async startMember(member: number): Promise<void> {
    await this.#act(member, "starting", () => this.#backend.labStartMember({ member }));
  }

  async stopMember(member: number): Promise<void> {
    await this.#act(member, "stopping", () => this.#backend.labStopMember({ member }));
  }

  async #act(member: number, action: MemberAction, run: () => Promise<LabStatus>): Promise<void> {
    if (this.#pending.has(member)) return;
    this.#pending.set(member, action);
    this.memberError = null;
    try {
      this.status = await run();
    } catch (thrown) {
      this.memberError = toBackendError(thrown);
    } finally {
      this.#pending.delete(member);
    }
  }
}
