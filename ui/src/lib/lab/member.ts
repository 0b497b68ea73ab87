import type { LabFault, LabMember, LabStatus } from "$lib/backend/bindings";
import { t } from "$lib/messages";

/** What can be done to a member. */
export type MemberAction = "start" | "stop" | LabFault;

/** An action, and why it cannot be done now. */
export interface Possible {
  action: MemberAction;
  why: string | null;
}

/** Takes the member away from the set, for a while at least. */
const TAKES_AWAY: readonly MemberAction[] = ["stop", "kill", "freeze", "leaveBehind", "resync"];

export function takesAway(action: MemberAction): boolean {
  return TAKES_AWAY.includes(action);
}

/** What is offered first: what ends the member's trouble, else its stop. */
export function mainAction({ running, frozen }: LabMember): MemberAction {
  if (!running) return "start";
  return frozen ? "thaw" : "stop";
}

/** Everything that can be done to a member, with the reason where it cannot: of two opposites the one that fits. */
export function possibleActions(lab: LabStatus, member: LabMember): Possible[] {
  const { running, frozen, heldBack } = member;
  const arbiter = isArbiter(lab, member.id);
  const words = t.lab.whyNot;
  const alone = !lab.members.some(({ id, running: runs }) => id !== member.id && runs && !isArbiter(lab, id));
  const asleep = running ? null : words.notRunning;
  const data = arbiter ? words.arbiter : null;
  const faults = lab.plan.faults === true ? null : words.faults;
  const ice = frozen ? words.frozen : null;
  const actions: [MemberAction, string | null][] = [
    running ? ["stop", null] : ["start", null],
    ["kill", asleep],
    frozen ? ["thaw", null] : ["freeze", asleep],
    [heldBack ? "letGo" : "holdBack", data ?? faults ?? asleep ?? ice],
    ["leaveBehind", data ?? faults ?? asleep ?? (alone ? words.alone : null)],
    ["resync", data ?? (alone ? words.alone : null)],
  ];
  return actions.map(([action, why]) => ({ action, why: lab.attached ? t.lab.attached : why }));
}

function isArbiter(lab: LabStatus, id: number): boolean {
  return lab.plan.members?.[id]?.arbiter === true;
}
