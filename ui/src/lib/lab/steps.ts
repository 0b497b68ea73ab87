/** The steps with one more: in the place of the one with its number, or in order. */
export function withStep<Step extends { index: number }>(steps: readonly Step[], step: Step): Step[] {
  return [...steps.filter(({ index }) => index !== step.index), step].sort((a, b) => a.index - b.index);
}
