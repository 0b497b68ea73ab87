import type { LabStepKind } from "$lib/backend/bindings";

const steps: Record<LabStepKind, string> = {
  findMongod: "Find mongod",
  startMember: "Start a member",
  initiate: "Initiate the set",
  stepUp: "Ask for a primary",
  waitForPrimary: "Wait for a primary",
  seed: "Add sample data",
};

export const lab = {
  steps,
  name: "lab",
  title: "Local replica set",
  starting: "Starting the local replica set",
  started: "The local replica set is ready",
  failed: "The local replica set did not start",
  running: "running",
  stopped: "stopped",
  stepRunning: "goes on",
  stepDone: "done",
  stepFailed: "failed",
  start: "Start",
  stop: "Stop",
  startMember: (host: string) => `Start ${host}`,
  stopMember: (host: string) => `Stop ${host}`,
  memberStarting: "Starting…",
  memberStopping: "Stopping…",
  stopWarnTitle: (host: string) => `Stop ${host}?`,
  stopWarn:
    "With this member stopped there is no majority: the set has no primary, and writes wait until a member is started again.",
  stopAnyway: "Stop it",
  attached: "Another Trivet window runs this lab, so its members can be stopped only from there.",
  dataDir: "Data folder",
  program: "Program",
  none: "No local replica set has been started.",
};
