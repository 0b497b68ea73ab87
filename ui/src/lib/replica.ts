import type {
  LabStatus,
  Majority,
  Member,
  MemberState,
  ReplicaSnapshot,
  VerdictLevel,
} from "$lib/backend/bindings";
import { formatCount, formatDuration } from "$lib/format";
import { t } from "$lib/messages";

/** A form that tells a state without its colour. */
export type Shape = "triangle" | "circle" | "diamond" | "cross" | "square" | "ring";

/** The colour of a state: the name of a design token. */
export type Tone = "primary" | "secondary" | "arbiter" | "idle" | "warn" | "down";

export const stateMarks: Record<MemberState, { shape: Shape; tone: Tone }> = {
  primary: { shape: "triangle", tone: "primary" },
  secondary: { shape: "circle", tone: "secondary" },
  arbiter: { shape: "square", tone: "arbiter" },
  startup: { shape: "ring", tone: "idle" },
  startup2: { shape: "ring", tone: "warn" },
  recovering: { shape: "diamond", tone: "warn" },
  rollback: { shape: "diamond", tone: "down" },
  down: { shape: "cross", tone: "down" },
  unknown: { shape: "ring", tone: "idle" },
  removed: { shape: "cross", tone: "idle" },
};

export const levelMarks: Record<VerdictLevel, { shape: Shape; tone: Tone }> = {
  healthy: { shape: "triangle", tone: "primary" },
  degraded: { shape: "diamond", tone: "warn" },
  critical: { shape: "cross", tone: "down" },
  unknown: { shape: "ring", tone: "idle" },
};

/** After so many seconds without a new snapshot, what is shown is called stale. */
export const STALE_SECONDS = 5;

/** How many members answer, of those that are known. */
export function upCount(members: readonly Member[]): number {
  return members.filter((member) => member.health === "up").length;
}

/** The largest lag among the members, delay on purpose taken off; null where none is known. */
export function worstLagSeconds(members: readonly Member[]): number | null {
  const lags = members.flatMap(({ lagSeconds, delaySeconds }) =>
    lagSeconds === null ? [] : [Math.max(0, lagSeconds - (delaySeconds ?? 0))],
  );
  return lags.length === 0 ? null : Math.max(...lags);
}

/** How many members may still be lost before writes stop: the smaller of both margins, never below 0. */
export function lossesSurvived(majority: Majority): number {
  return Math.max(0, Math.min(majority.electionMargin, majority.writeMargin));
}

/** What the margins mean, a sentence for electing and one for acknowledging, and whether each is fine. */
export function majorityWords(majority: Majority): { election: Words; write: Words } {
  return {
    election: marginWords(majority.electionMargin, {
      more: t.replica.electionSurvives,
      last: t.replica.electionLast,
      none: t.replica.electionImpossible,
    }),
    write: marginWords(majority.writeMargin, {
      more: t.replica.writeSurvives,
      last: t.replica.writeLast,
      none: t.replica.writeImpossible,
    }),
  };
}

export interface Words {
  text: string;
  tone: "good" | "warn" | "down";
}

function marginWords(
  margin: number,
  words: { more: (count: number) => string; last: string; none: (missing: number) => string },
): Words {
  if (margin > 0) return { text: words.more(margin), tone: "good" };
  return margin === 0 ? { text: words.last, tone: "warn" } : { text: words.none(-margin), tone: "down" };
}

/** Whether stopping this member would leave fewer voters than a primary needs. */
export function breaksMajority(member: Member, majority: Majority | null): boolean {
  if (majority === null || member.health !== "up" || member.votes === 0) return false;
  return majority.electionMargin === 0 || (!member.arbiter && majority.writeMargin === 0);
}

/** Whether a connection leads to the lab: by its hosts, or because all its members are the lab's. */
export function isLab(hosts: string, snapshot: ReplicaSnapshot | null, lab: LabStatus | null): boolean {
  if (lab === null || lab.members.length === 0) return false;
  const members = lab.members.map(({ host }) => host);
  if (hosts === members.join(",")) return true;
  return (
    snapshot !== null &&
    snapshot.members.length > 0 &&
    snapshot.members.every(({ host }) => members.includes(host))
  );
}

/** What a snapshot tells of the configuration; what it does not know is left out. */
export function factsOf({
  setName,
  term,
  majority,
  members,
}: ReplicaSnapshot): { name: string; value: string }[] {
  const versions = [...new Set(members.flatMap(({ version }) => (version === null ? [] : [version])))].sort();
  const facts: [string, string | null][] = [
    [t.replica.setName, setName],
    [t.replica.term, term === null ? null : formatCount(term)],
    [t.replica.votingMembers, majority === null ? null : formatCount(majority.voters)],
    [t.replica.electionMajority, majority === null ? null : formatCount(majority.needed)],
    [t.replica.writeMajority, majority === null ? null : formatCount(majority.writeMajority)],
    [t.replica.versions, versions.length === 0 ? null : versions.join(", ")],
  ];
  return facts.flatMap(([name, value]) => (value === null ? [] : [{ name, value }]));
}

/** Why a member does not answer, and for how long; null for one that does. `age`: seconds since it was seen so. */
export function downWords(member: Member, age: number): string | null {
  if (member.health !== "down") return null;
  const why = member.unreachableReason ?? heardOf(member) ?? t.replica.doesNotAnswer;
  return member.downSeconds === null ? why : t.replica.downFor(why, formatDuration(member.downSeconds + age));
}

/** What else is to be said of a member: what others heard of it, and what is special about it. */
export function memberNotes(member: Member): string[] {
  return [
    member.health === "down" ? null : heardOf(member),
    member.hidden === true ? t.replica.hidden : null,
    member.delaySeconds !== null && member.delaySeconds > 0
      ? t.replica.delayed(formatDuration(member.delaySeconds))
      : null,
    member.priority === 0 && !member.arbiter ? t.replica.cannotBePrimary : null,
  ].filter((note) => note !== null);
}

function heardOf({ lastHeartbeatMessage }: Member): string | null {
  return lastHeartbeatMessage === "" ? null : lastHeartbeatMessage;
}

/** A host beside another: only the port where the machine is the same. */
export function hostBeside(host: string, other: string): string {
  const [machine, port] = splitHost(host);
  return machine === splitHost(other)[0] && port !== "" ? `:${port}` : host;
}

function splitHost(host: string): [machine: string, port: string] {
  const colon = host.lastIndexOf(":");
  return colon === -1 ? [host, ""] : [host.slice(0, colon), host.slice(colon + 1)];
}
