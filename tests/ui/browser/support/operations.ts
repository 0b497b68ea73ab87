import type { Page } from "@playwright/test";

import type {
  ErrorBody,
  FailoverMeasurement,
  OperationPlan,
  OperationProgress,
  OperationReport,
  PlannedStep,
  RehearsalReport,
  StepMargins,
  StepState,
} from "../../../../ui/src/lib/backend/bindings.ts";

const NEW = "127.0.0.1:27999";
const step = (over: Pick<PlannedStep, "title"> & Partial<PlannedStep>) =>
  ({
    host: "127.0.0.1:27517",
    command: `rs.add({ host: "${NEW}", votes: 0, priority: 0 })`,
    waitsFor: "a majority holds the configuration",
    changes: [],
    before: null,
    after: null,
    losses: [],
    election: "unlikely",
    electionReason: null,
    lessSafe: null,
    ...over,
  }) satisfies PlannedStep;
const margins = (voters: number, electionMargin: number) =>
  ({
    voters,
    needed: Math.floor(voters / 2) + 1,
    electionMargin,
    writeMajority: Math.floor(voters / 2) + 1,
    writeMargin: electionMargin,
  }) satisfies StepMargins;

/** A plan of two steps, as the core makes one for a member that is added. */
export const addition = {
  title: "Add a member",
  allowed: true,
  checks: [
    { verdict: "warning", text: `${NEW} copies all data first: about 3 minutes.`, rule: null, ours: false },
    { verdict: "fine", text: `${NEW} answers and is empty.`, rule: "newMemberReady", ours: false },
    {
      verdict: "fine",
      text: "One voter is added at a time.",
      rule: "voterCount",
      ours: true,
    },
  ],
  steps: [
    step({
      title: "Add it without a vote",
      changes: [
        { path: `members[${NEW}]`, before: null, after: `{ _id: 3, host: "${NEW}", votes: 0, priority: 0 }` },
      ],
      before: margins(3, 1),
      after: margins(3, 1),
    }),
    step({
      title: "Give it its vote",
      command: "cfg = rs.conf(); cfg.members[3].votes = 1; cfg.members[3].priority = 2; rs.reconfig(cfg)",
      waitsFor: `${NEW} is SECONDARY, and a majority holds the configuration`,
      changes: [
        { path: `members[${NEW}].votes`, before: "0", after: "1" },
        { path: `members[${NEW}].priority`, before: "0", after: "2" },
      ],
      before: margins(3, 1),
      after: margins(4, 0),
      losses: [{ host: "127.0.0.1:27517", stops: "majorityWrites" }],
      election: "likely",
      electionReason: `${NEW} has the highest priority then, and takes the office over.`,
      lessSafe: "as long as the set has 4 voters",
    }),
  ],
  consequences: [
    "Clients find the new member by themselves.",
    "Writes may pause for a second when it takes over.",
  ],
  confirm: null,
  basis: { version: 3, term: 2 },
  wished: '{ _id: "lab", version: 4, members: [] }',
  byHand: [],
} satisfies OperationPlan;

const BEGAN = "2026-11-26T12:00:00.000Z";

/** What the stopwatch has measured of a step-down. */
export function measured(id: string, label: string, awayMs: number) {
  const sent = Array.from({ length: 240 }, (_, index) => index * 50);
  const isAway = (ms: number) => ms > 4000 && ms < 4000 + awayMs;
  const at = (ms: number) => new Date(Date.parse(BEGAN) + ms).toISOString();
  return {
    id,
    label,
    setName: "lab",
    beganAt: BEGAN,
    seconds: 12,
    intervalMs: 50,
    acknowledged: sent.filter((ms) => !isAway(ms)).length,
    failed: sent.filter(isAway).length,
    usualMs: 6.4,
    outages: [
      {
        from: at(4000),
        to: at(4000 + awayMs),
        awayMs,
        logAwayMs: awayMs - 40,
        logMajorityAwayMs: awayMs - 12,
      },
    ],
    worstAwayMs: awayMs,
    medianAwayMs: awayMs,
    errors: [
      {
        code: 10107,
        name: "NotWritablePrimary",
        message: "not primary",
        count: 9,
        retryable: true,
        firstMs: 4010,
        lastMs: 4010 + awayMs,
      },
    ],
    retryable: { hidden: 9, errors: 0, slowestMs: awayMs + 20 },
    elections: [],
    sentMs: sent,
    tookMs: sent.map((ms) => (isAway(ms) ? null : 5 + (ms % 7) + (ms === 4000 ? 60 : 0))),
    remarks: [],
  } satisfies FailoverMeasurement;
}

const progress = (at: number, title: string, state: StepState) =>
  ({
    step: at,
    steps: 2,
    title,
    state,
    message:
      state === "done" ? "A majority holds version 4." : "Taken. Waiting until the member is SECONDARY.",
    elapsedMs: 1240,
  }) satisfies OperationProgress;

/** A report of it, measured. */
export const report = (over: Partial<OperationReport> = {}) =>
  ({
    outcome: "applied",
    message: "The set has 4 members. All of them hold version 5.",
    steps: [progress(0, "Add it without a vote", "done"), progress(1, "Give it its vote", "done")],
    error: null,
    config: { version: 5, term: 3 },
    measurement: measured("m1", "Add a member", 640),
    ...over,
  }) satisfies OperationReport;

const refusal = {
  code: "Conflict",
  message: "The configuration was changed by somebody else meanwhile: it was version 4, and is 6 now.",
  hint: "Look at the plan anew.",
  retryable: false,
  server: { code: 103, name: "NewReplicaSetConfigurationIncompatible", labels: [] },
  at: null,
  rules: [],
  document: null,
  entry: null,
} satisfies ErrorBody;

/** A report of one that ended midway. */
export const broken = report({
  outcome: "partly",
  message: "The new member is in the set without a vote. Nothing else was changed.",
  steps: [
    progress(0, "Add it without a vote", "done"),
    { ...progress(1, "Give it its vote", "refused"), message: "Nothing of it was applied." },
  ],
  error: refusal,
  measurement: null,
});

export const rehearsal = {
  report: report({ measurement: measured("m2", "Add a member", 480) }),
  hosts: [{ host: "127.0.0.1:27517", standIn: "127.0.0.1:31001" }],
  remarks: ["The local set has no data: an initial sync takes longer in earnest."],
} satisfies RehearsalReport;

/** The page is told this instead of what the core would say. */
export async function tells(page: Page, operation: string, outcome: unknown): Promise<void> {
  await page.route(`**/operations/${operation}`, (route) => route.fulfill({ json: outcome }));
}

/** The same of an operation that answers more than once. */
export async function streams(
  page: Page,
  operation: string,
  items: unknown[],
  outcome?: unknown,
): Promise<void> {
  const lines = [...items.map((item) => ({ item })), ...(outcome === undefined ? [] : [{ outcome }])];
  await page.route(`**/operations/${operation}`, (route) =>
    route.fulfill({
      contentType: "application/x-ndjson",
      body: lines.map((line) => `${JSON.stringify(line)}\n`).join(""),
    }),
  );
}
