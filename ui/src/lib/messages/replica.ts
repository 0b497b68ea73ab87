import type { MemberState, VerdictLevel } from "$lib/backend/bindings";

const states: Record<MemberState, string> = {
  startup: "Starting up",
  primary: "Primary",
  secondary: "Secondary",
  recovering: "Recovering",
  startup2: "Initial sync",
  unknown: "Unknown",
  arbiter: "Arbiter",
  down: "Down",
  rollback: "Rollback",
  removed: "Removed",
};

const levels: Record<VerdictLevel, string> = {
  healthy: "Healthy",
  degraded: "Degraded",
  critical: "Critical",
  unknown: "Not known",
};

const plural = (count: number, one: string, many: string) => (count === 1 ? one : many);

export const replica = {
  states,
  levels,
  health: "Health",
  healthOf: (name: string) => `${name} · health`,
  openHealth: "Open Health",

  pulse: "State of the replica set",
  primaryIs: "primary",
  up: (up: number, all: number) => `${up} of ${all} up`,
  lag: "lag",
  lagUnknown: "lag not known",
  survives: "survives",
  losses: (count: number) => plural(count, "loss", "losses"),
  writesStopped: "majority writes have stopped",
  writesConcern: "writes w: majority",
  writesConcernHint: "Trivet's own writes wait for a majority",
  writesPlain: "writes w: 1",
  noPrimary: "No primary",
  noPrimaryFor: (duration: string) => `No primary for ${duration}`,
  writesWait: "writes wait",
  askingMembers: "Asking the members…",
  standalone: "standalone",
  sharded: "sharded cluster",
  noSet: "no replica set",
  stale: (age: string) => `no news for ${age}`,
  newPrimary: (host: string) => `${host} is the new primary`,
  lostPrimary: "The set has no primary. Writes wait.",
  notConnected: "Not connected",

  members: "Members",
  member: "Member",
  state: "State",
  ping: "Ping",
  uptime: "Uptime",
  syncsFrom: "Syncs from",
  votesPriority: "Votes · priority",
  news: "Notes",
  version: "Version",
  control: "Lab",
  lagLabel: "Lag",
  notApplicable: "n/a",
  doesNotAnswer: "does not answer",
  downFor: (why: string, duration: string) => `${why}, ${duration}`,
  hidden: "hidden",
  delayed: (duration: string) => `delayed ${duration}`,
  cannotBePrimary: "cannot become primary",
  takenAt: (age: string) => `seen ${age} ago`,
  takenJustNow: "live",
  takenStale: (age: string) => `stale: last seen ${age} ago`,
  term: "Term",

  majority: "Majority",
  majorityVoters: (up: string, all: string) => `${up} of ${all} voters up`,
  majorityNeeded: (needed: string) => `${needed} needed to elect a primary`,
  majorityWrite: (needed: string) =>
    `${needed} data-bearing ${needed === "1" ? "voter" : "voters"} needed to acknowledge a majority write`,
  margin: (count: number) => `Margin ${count}.`,
  electionSurvives: (count: number) =>
    `${count} more ${plural(count, "voter", "voters")} may be lost before none can be elected.`,
  electionLast: "The next voter lost leaves the set without a primary.",
  electionImpossible: (missing: number) =>
    `No primary can be elected until ${missing} more ${plural(missing, "voter is", "voters are")} up.`,
  writeSurvives: (count: number) =>
    `${count} more data-bearing ${plural(count, "voter", "voters")} may be lost before majority writes stop.`,
  writeLast: "The next data-bearing voter lost stops majority writes.",
  writeImpossible: (missing: number) =>
    `Majority writes wait until ${missing} more data-bearing ${plural(missing, "voter is", "voters are")} up.`,

  limits: "What could not be seen",
  configuration: "Configuration",
  setName: "Set name",
  votingMembers: "Voting members",
  electionMajority: "Votes to elect",
  writeMajority: "Write majority",
  versions: "Server versions",
  waiting: "Asking the members. Each has a few seconds to answer.",
  standaloneTitle: "A single mongod, not a replica set",
  standaloneBody:
    "Nothing takes over when it stops, and there are no transactions. To see how a set behaves, start a local one.",
  shardedTitle: "A sharded cluster",
  shardedBody:
    "This connection goes through mongos. Health shows one replica set: connect to a shard's members directly to see it.",
  unknownTitle: "Nobody has answered yet",
  unknownBody: "As soon as a member answers, its state appears here.",
};
