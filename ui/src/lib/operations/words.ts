import { CircleCheck, CircleHelp, CircleX, type IconNode, TriangleAlert } from "lucide";

import type { CheckVerdict, MemberLoss, OperationCheck, OperationOutcome, PlannedStep } from "$lib/backend";
import { t } from "$lib/messages";
import type { Operation } from "$lib/state/operation.svelte";

import { latest } from "./steps";

interface Mark {
  icon: IconNode;
  tone: "primary" | "warn" | "down";
}

export const verdictMarks: Record<CheckVerdict, Mark> = {
  refused: { icon: CircleX, tone: "down" },
  warning: { icon: TriangleAlert, tone: "warn" },
  fine: { icon: CircleCheck, tone: "primary" },
};

export const outcomeMarks: Record<OperationOutcome, Mark> = {
  applied: { icon: CircleCheck, tone: "primary" },
  partly: { icon: TriangleAlert, tone: "warn" },
  notApplied: { icon: CircleX, tone: "down" },
  unknown: { icon: CircleHelp, tone: "warn" },
};

const ORDER: readonly CheckVerdict[] = ["refused", "warning", "fine"];

/** What refuses first, then what warns. */
export function inOrder(checks: readonly OperationCheck[]): OperationCheck[] {
  return [...checks].sort((one, other) => ORDER.indexOf(one.verdict) - ORDER.indexOf(other.verdict));
}

/** How far a margin goes from before to after a step. */
export interface MarginWords {
  what: string;
  before: string;
  after: string;
  same: boolean;
  /** After it, less may be lost than before, or nothing. */
  tone: "good" | "warn" | "down";
}

/** Both margins before and after a step; none where it leaves the configuration as it is. */
export function marginsOf({ before, after }: PlannedStep): MarginWords[] {
  if (before === null || after === null) return [];
  const words = t.operations.plan;
  const row = (what: string, from: number, to: number, say: (margin: number) => string): MarginWords => ({
    what,
    before: say(from),
    after: say(to),
    same: from === to,
    tone: to < 0 ? "down" : to === 0 || to < from ? "warn" : "good",
  });
  return [
    row(words.elect, before.electionMargin, after.electionMargin, words.electLose),
    row(words.write, before.writeMargin, after.writeMargin, words.writeLose),
  ];
}

/** Whose loss alone stops writes, in sentences. */
export function lossWords(losses: readonly MemberLoss[]): string[] {
  const words = t.operations.plan;
  const hosts = (stops: MemberLoss["stops"]) =>
    losses.filter((loss) => loss.stops === stops).map(({ host }) => host);
  const [writes, majority] = [hosts("writes"), hosts("majorityWrites")];
  const said = [
    ...(writes.length > 0 ? [words.lossWrites(writes)] : []),
    ...(majority.length > 0 ? [words.lossMajority(majority)] : []),
  ];
  return said.length > 0 ? said : [words.lossNone];
}

/** How far an operation is, or what came of it, in a few words: also of its rehearsal. */
export function farWords(operation: FarOperation): string {
  const words = t.operations;
  const { running, rehearsing, report, failure, rehearsal, rehearsalError } = operation;
  const rehearsed = (came: string) => `${words.stripRehearsal}: ${came}`;
  if (report) return words.report.outcomes[report.outcome];
  const going = running ?? rehearsing;
  if (going) {
    const step = latest(going.steps);
    const far = step === null ? words.goesOn : words.stripStep(step.step + 1, step.steps, step.title);
    return rehearsing ? `${words.stripRehearsal}, ${far}` : far;
  }
  if (failure) return failure.title;
  if (rehearsal) return rehearsed(words.report.outcomes[rehearsal.report.outcome]);
  return rehearsed(rehearsalError?.title ?? words.goesOn);
}

type FarOperation = Pick<
  Operation,
  "running" | "rehearsing" | "report" | "failure" | "rehearsal" | "rehearsalError"
>;
