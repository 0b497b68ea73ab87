import type {
  LabStatus,
  Majority,
  Member,
  MemberState,
  ReplicaSnapshot,
  VerdictLevel,
} from "$lib/backend/bindings";
import { formatCount, formatDuration, formatMilliseconds, formatSeconds } from "$lib/format";
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

/** A clock that is further off is told. */
const CLOCK_SKEW_SECONDS = 1;

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
  // Spares are none of the hosts that the connection was opened with.
  if (hosts.split(",").every((host) => members.includes(host))) return true;
  return (
    snapshot !== null &&
    snapshot.members.length > 0 &&
    snapshot.members.every(({ host }) => members.includes(host))
  );
}

/** The lab that a connection leads to. */
export function labOf(
  hosts: string,
  snapshot: ReplicaSnapshot | null,
  labs: readonly LabStatus[],
): LabStatus | null {
  return labs.find((lab) => isLab(hosts, snapshot, lab)) ?? null;
}

/** What a snapshot tells of the configuration; what it does not know is left out. */
export function factsOf({
  setName,
  term,
  majority,
  configuration,
  election,
  servers,
}: ReplicaSnapshot): { name: string; value: string }[] {
  const words = t.replica;
  const count = (value: number | null | undefined) => (value == null ? null : formatCount(value));
  const facts: [string, string | null][] = [
    [words.setName, setName],
    [words.term, count(term)],
    [words.configurationVersion, count(configuration?.age.version)],
    [
      words.committed,
      configuration?.committed == null ? null : configuration.committed ? words.yes : words.no,
    ],
    [words.spread, configuration?.spreadSeconds == null ? null : formatDuration(configuration.spreadSeconds)],
    [words.votingMembers, count(majority?.voters)],
    [words.electionMajority, count(majority?.needed)],
    [words.writeMajority, count(majority?.writeMajority)],
    [words.electionTimeout, configuration && formatMilliseconds(configuration.electionTimeoutMs)],
    [words.heartbeatEvery, configuration && formatMilliseconds(configuration.heartbeatIntervalMs)],
    [words.chaining, configuration && (configuration.chainingAllowed ? words.allowed : words.notAllowed)],
    [
      words.lastElection,
      election && words.electionReason(election.reason, count(election.term) ?? t.common.none),
    ],
    [words.defaultWriteConcern, servers.writeConcern && `w: ${servers.writeConcern}`],
    [words.versions, servers.versions.length === 0 ? null : servers.versions.join(", ")],
    [words.featureCompatibility, servers.featureCompatibility],
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
  const skew = member.clockSkewSeconds;
  return [
    member.health === "down" ? null : heardOf(member),
    member.tooStale ? t.replica.tooStale : null,
    member.staleInHours === null ? null : t.replica.staleIn(formatDuration(member.staleInHours * 3600)),
    skew !== null && Math.abs(skew) > CLOCK_SKEW_SECONDS ? t.replica.clockOff(formatSeconds(skew)) : null,
    member.hidden === true ? t.replica.hidden : null,
    member.delaySeconds !== null && member.delaySeconds > 0
      ? t.replica.delayed(formatDuration(member.delaySeconds))
      : null,
    member.priority === 0 && !member.arbiter ? t.replica.cannotBePrimary : null,
    member.tags.length === 0
      ? null
      : t.replica.tags(member.tags.map(({ name, value }) => `${name}: ${value}`).join(", ")),
    member.address === null ? null : t.replica.dialledAt(member.address),
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
