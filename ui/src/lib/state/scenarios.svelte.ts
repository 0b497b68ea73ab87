import { SvelteMap } from "svelte/reactivity";

import { announce } from "$lib/announce.svelte";
import { type Backend, type LabScenario, type ScenarioStep, toBackendError } from "$lib/backend";
import { type Run, stepOutcome } from "$lib/lab/scenario";
import { withStep } from "$lib/lab/steps";
import { t } from "$lib/messages";

import type { Labs } from "./lab.svelte";

/** The scenarios that were run on local sets: what came of each stays until it is run again. */
export class Scenarios {
  readonly #backend: Backend;
  readonly #labs: Labs;
  readonly #runs = new SvelteMap<string, Run>();

  constructor(backend: Backend, labs: Labs) {
    this.#backend = backend;
    this.#labs = labs;
  }

  /** The latest run of a scenario on a lab. */
  latest(lab: string, scenario: LabScenario): Run | null {
    return this.#runs.get(`${lab} ${scenario}`) ?? null;
  }

  /** Whether any was run on a lab. */
  any(lab: string): boolean {
    return this.#keys(lab).length > 0;
  }

  /** Runs one, and tells what Health says of it. Does nothing while something else goes on with the lab. */
  async run(lab: string, connection: string, scenario: LabScenario): Promise<void> {
    const words = t.lab.scenario;
    await this.#labs.hold(lab, async () => {
      let run: Run = { steps: [], outcome: "going", error: null };
      const take = (change: Partial<Run>) => {
        run = { ...run, ...change };
        this.#runs.set(`${lab} ${scenario}`, run);
      };
      const hear = (step: ScenarioStep) => {
        // What is told on the way may come after the answer.
        if (run.outcome !== "going") return;
        take({ steps: withStep(run.steps, step) });
        if (step.afterMs === null) return;
        announce(words.outcomeOf(step.what, words.steps[stepOutcome(step, run)]));
        // Its commands have changed members and links.
        void this.#labs.load().catch(() => undefined);
      };
      take({});
      try {
        const report = await this.#backend.labScenario({ lab, connection, scenario }, hear);
        take({ steps: report.steps, outcome: report.ok ? "met" : "missed" });
      } catch (thrown) {
        take({ outcome: "failed", error: toBackendError(thrown) });
      }
      announce(words.outcomeOf(words.list[scenario].name, words.outcomes[run.outcome]));
    });
    await this.#labs.load().catch(() => undefined);
  }

  /** Forgets what was run on a lab that is gone. */
  forget(lab: string): void {
    for (const key of this.#keys(lab)) this.#runs.delete(key);
  }

  #keys(lab: string): string[] {
    return [...this.#runs.keys()].filter((key) => key.startsWith(`${lab} `));
  }
}
