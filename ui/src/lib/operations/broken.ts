import type { BackendError, OperationReport, OperationProgress } from "$lib/backend";
import { t } from "$lib/messages";

/** What can be told of a run that broke off: what was heard until then. Of a step that went on nothing more is known. */
export function brokenOff(steps: readonly OperationProgress[], error: BackendError): OperationReport {
  return {
    outcome: "unknown",
    message: t.operations.report.brokeOff,
    steps: steps.map((step) => (goesOn(step) ? { ...step, state: "unknown" } : step)),
    error: error.body,
    config: null,
    measurement: null,
  };
}

function goesOn({ state }: OperationProgress): boolean {
  return state === "sending" || state === "waiting";
}
