import type { Backend, OperationPlan, OperationProgress, OperationReport } from "$lib/backend";
import type { Draft } from "$lib/operations/draft";

import { fakeBackend } from "./fake-backend";
import { Operation } from "./operation.svelte";

/** What tests of operations are made of: a plan that may be run. */
export const plan = (over: Partial<OperationPlan> = {}): OperationPlan => ({
  title: "Step the primary down",
  allowed: true,
  checks: [],
  steps: [],
  consequences: [],
  confirm: null,
  basis: { version: 3, term: 1 },
  wished: null,
  byHand: [],
  ...over,
});
export const report = (over: Partial<OperationReport> = {}): OperationReport => ({
  outcome: "applied",
  message: "",
  steps: [],
  error: null,
  config: null,
  measurement: null,
  ...over,
});
export const stepDown = (): Draft => ({ kind: "stepDown", seconds: "60", catchUp: "10", force: false });
export const progress = (step: number): OperationProgress => ({
  step,
  steps: 2,
  title: "Step down",
  state: "waiting",
  message: "",
  elapsedMs: 1,
});

export const operation = (backend: Partial<Backend>, draft: Draft = stepDown()) =>
  new Operation(fakeBackend(backend), "a", "Step down", draft);

/** One that was planned. */
export async function planned(
  backend: Partial<Backend>,
  over: Partial<OperationPlan> = {},
): Promise<Operation> {
  const made = operation({ planOperation: () => Promise.resolve(plan(over)), ...backend });
  await made.look();
  return made;
}
