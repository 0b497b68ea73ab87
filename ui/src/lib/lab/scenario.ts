import type { BackendError } from "$lib/backend";
import type { LabScenario, LabStatus, ScenarioStep } from "$lib/backend/bindings";
import { formatCount, formatElapsed } from "$lib/format";
import { t } from "$lib/messages";

/** All of them, what is met most often first. */
export const scenarios = Object.keys(t.lab.scenario.list) as LabScenario[];

/** So many members have to be electable: one that goes, and a majority that elects another. */
const FEWEST_ELECTABLE = 3;

/** A scenario that was begun, with all that is known of it. */
export interface Run {
  /** Those that have begun, in order. */
  steps: readonly ScenarioStep[];
  outcome: keyof typeof t.lab.scenario.outcomes;
  /** Why it failed: what could not be done, not what Health did not say. */
  error: BackendError | null;
}

/** Why a set cannot have a scenario; null where it can. The core has the same rules, and the last word. */
export function whyNot(
  { state, attached, plan, members, linksByCaller }: LabStatus,
  scenario: LabScenario,
): string | null {
  const words = t.lab.scenario.whyNot;
  if (attached) return t.lab.attached;
  if (state !== "running") return words.stopped;
  // As the set is now: members may have been added since it was made, or nobody has initiated it.
  const electable = members.filter((member) => member.electable);
  if (electable.length < FEWEST_ELECTABLE) return words.members(formatCount(electable.length));
  switch (scenario) {
    case "memberFallsBehind":
    case "tooStale":
      return plan.faults ? null : words.faults;
    case "primaryCutOff":
    case "oneWayLink":
      if (!plan.links) return words.links;
      return linksByCaller ? null : words.linksByCaller;
    default:
      return null;
  }
}

/** What there is to say of a step's expectation. */
export function stepOutcome({ afterMs, ok }: ScenarioStep, run: Run): keyof typeof t.lab.scenario.steps {
  if (afterMs === null) return run.outcome === "going" ? "going" : "broken";
  return ok ? "met" : "missed";
}

/** When Health said it, and until when it could. */
export function stepTime({ afterMs, withinMs, ok }: ScenarioStep): string {
  const words = t.lab.scenario;
  const limit = words.limit(formatCount(withinMs / 1000));
  if (afterMs === null) return limit;
  return (ok ? words.after : words.givenUp)(formatElapsed(afterMs)) + limit;
}
