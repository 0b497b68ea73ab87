import type { LabScenario } from "$lib/backend/bindings";

const list: Record<LabScenario, { name: string; lesson: string }> = {
  primaryDies: {
    name: "The primary dies",
    lesson:
      "The others hear nothing from it for an election timeout and elect one of themselves. Until then, writes wait.",
  },
  memberFallsBehind: {
    name: "A member falls behind",
    lesson: "A secondary that stops applying still answers every heartbeat: only its lag gives it away.",
  },
  primaryCutOff: {
    name: "The network splits",
    lesson:
      "The primary is on the small side. It steps down, and the side that has the majority elects another one.",
  },
  oneWayLink: {
    name: "One link breaks one way",
    lesson:
      "A secondary does not reach another, which reaches it. The primary stays; two views side by side tell.",
  },
  majorityLost: {
    name: "The majority is lost",
    lesson:
      "Who is left cannot be elected alone: there is no primary and nothing is written, though reads may go on.",
  },
  tooStale: {
    name: "A member comes back too stale",
    lesson:
      "No other member’s oplog has what it needs next. It stays in RECOVERING until it copies everything anew.",
  },
  initialSync: {
    name: "An initial sync",
    lesson:
      "A member that lost its data copies all of it. Until it has, it answers no reads and acknowledges no writes.",
  },
};

/** Scenarios of a local set, and what came of them. */
export const scenario = {
  part: "What to do with the set",
  parts: { hand: "By hand", scenarios: "Scenarios" },
  list,
  about:
    "Each begins with a set that is well, causes a fault, waits until Health says what it is, and heals the set. Times count from the first command.",
  run: "Run",
  running: "Running…",
  runOf: (name: string) => `Run “${name}”`,
  outcomes: { going: "running", met: "as expected", missed: "not as expected", failed: "failed" },
  outcomeOf: (name: string, outcome: string) => `${name}: ${outcome}`,
  steps: { going: "waiting", met: "met", missed: "not met", broken: "broken off" },
  after: (time: string) => `after ${time}, `,
  givenUp: (time: string) => `given up after ${time}, `,
  limit: (seconds: string) => `limit ${seconds} s from the last command`,
  expected: "Expected",
  said: "Health said",
  saysNothing: "nothing",
  waits: "not yet",
  commands: "Commands",
  goesOn: "A scenario is running. The set can be changed when it is over.",
  whyNot: {
    stopped: "This set does not run.",
    members: (count: string) =>
      `It needs three members that may become primary; this set has ${count}. “Another shape…” makes another one.`,
    faults: "It needs a set whose members can be held back; this one was not made so.",
    links: "It needs a set with links that can be cut; this one was not made so.",
    linksByCaller:
      "This system does not tell who calls: the links between two members cannot be cut by themselves.",
  },
};
