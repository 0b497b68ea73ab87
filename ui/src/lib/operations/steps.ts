import type { OperationProgress } from "$lib/backend";

/** The steps with one more, or with a later word on one of them, in their order. */
export function heard(
  steps: readonly OperationProgress[],
  step: OperationProgress,
): readonly OperationProgress[] {
  return [...steps.filter((other) => other.step !== step.step), step].sort(
    (one, other) => one.step - other.step,
  );
}

/** The step that goes on, or was the last. */
export function latest(steps: readonly OperationProgress[]): OperationProgress | null {
  return steps.at(-1) ?? null;
}
