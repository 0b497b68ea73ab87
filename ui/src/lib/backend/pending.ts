/** What the core can do and `bindings.ts` does not have yet: to be taken away as it comes. */
import type { ElectionCourse, ErrorBody, MemberLoss, MemberTag, ConfigAge } from "./bindings";

export interface PlanOperationRequest {
  connection: string;
  operation: SetOperation;
}
export interface RunOperationRequest {
  connection: string;
  operation: SetOperation;
  basis?: ConfigAge | null;
  confirm?: string | null;
  measure?: boolean;
  query?: string | null;
}
export type SetOperation =
  | { kind: "stepDown"; seconds?: number; catchUpSeconds?: number; force?: boolean }
  | { kind: "freeze"; host: string; seconds: number }
  | { kind: "maintenance"; host: string; on: boolean }
  | { kind: "syncFrom"; host: string; source: string }
  | { kind: "initiate"; setName: string; members: WishedMember[] }
  | { kind: "reconfigure"; edits: ConfigEdit[] }
  | { kind: "forceReconfigure"; host: string; edits: ConfigEdit[] }
  | { kind: "resync"; host: string };
export type ConfigEdit =
  | { kind: "add"; member: WishedMember }
  | { kind: "remove"; host: string }
  | { kind: "changeHost"; host: string; to: string; sameServer: boolean }
  | { kind: "votes"; host: string; votes: number }
  | { kind: "priority"; host: string; priority: number }
  | { kind: "hidden"; host: string; hidden: boolean }
  | { kind: "delay"; host: string; seconds: number }
  | { kind: "tags"; host: string; tags: MemberTag[] }
  | { kind: "settings"; settings: WishedSettings }
  | { kind: "document"; text: string };
export interface WishedMember {
  host: string;
  votes?: number;
  priority?: number;
  hidden?: boolean;
  delaySeconds?: number;
  arbiter?: boolean;
  tags?: MemberTag[];
}
export interface WishedSettings {
  electionTimeoutMs?: number | null;
  heartbeatIntervalMs?: number | null;
  heartbeatTimeoutSeconds?: number | null;
  catchUpTimeoutMs?: number | null;
  catchUpTakeoverDelayMs?: number | null;
  chainingAllowed?: boolean | null;
}
export interface OperationPlan {
  title: string;
  allowed: boolean;
  checks: OperationCheck[];
  steps: PlannedStep[];
  consequences: string[];
  confirm: string | null;
  basis: ConfigAge | null;
  wished: string | null;
  byHand: string[];
}
export interface OperationCheck {
  verdict: CheckVerdict;
  text: string;
  rule: ConfigRule | null;
  ours: boolean;
}
export type CheckVerdict = "refused" | "warning" | "fine";
export type ConfigRule =
  | "readable"
  | "sameSet"
  | "memberCount"
  | "voterCount"
  | "oneElectable"
  | "uniqueId"
  | "uniqueHost"
  | "hosts"
  | "votes"
  | "priority"
  | "neverElected"
  | "arbiter"
  | "fixed"
  | "keepsPrimary"
  | "newServerNewId"
  | "primaryArbiter"
  | "defaultWriteConcern"
  | "settings"
  | "newMemberReady"
  | "committed"
  | "hasPrimary";
export interface PlannedStep {
  title: string;
  host: string;
  command: string;
  waitsFor: string;
  changes: ConfigChange[];
  before: StepMargins | null;
  after: StepMargins | null;
  losses: MemberLoss[];
  election: ElectionChance;
  electionReason: string | null;
  lessSafe: string | null;
}
export interface ConfigChange {
  path: string;
  before: string | null;
  after: string | null;
}
export interface StepMargins {
  voters: number;
  needed: number;
  electionMargin: number;
  writeMajority: number;
  writeMargin: number;
}
export type ElectionChance = "unlikely" | "likely" | "certain";
export interface OperationProgress {
  step: number;
  steps: number;
  title: string;
  state: StepState;
  message: string;
  elapsedMs: number;
}
export type StepState = "sending" | "waiting" | "done" | "notSettled" | "refused" | "unknown" | "notBegun";
export interface OperationReport {
  outcome: OperationOutcome;
  message: string;
  steps: OperationProgress[];
  error: ErrorBody | null;
  config: ConfigAge | null;
  measurement: FailoverMeasurement | null;
}
export type OperationOutcome = "applied" | "partly" | "notApplied" | "unknown";

export interface MeasureFailoverRequest {
  connection: string;
  label: string;
  seconds?: number | null;
  query?: string | null;
}
export interface FailoverProgress {
  elapsedMs: number;
  acknowledged: number;
  failed: number;
  awayMs: number | null;
  lastError: string | null;
}
export interface FailoverMeasurement {
  id: string;
  label: string;
  setName: string | null;
  beganAt: string;
  seconds: number;
  intervalMs: number;
  acknowledged: number;
  failed: number;
  usualMs: number | null;
  outages: Outage[];
  worstAwayMs: number | null;
  medianAwayMs: number | null;
  errors: SeenError[];
  retryable: RetryableView;
  elections: ElectionCourse[];
  sentMs: number[];
  tookMs: (number | null)[];
  remarks: string[];
}
export interface Outage {
  from: string;
  to: string | null;
  awayMs: number | null;
  logAwayMs: number | null;
  logMajorityAwayMs: number | null;
}
export interface SeenError {
  code: number | null;
  name: string;
  message: string;
  count: number;
  retryable: boolean;
  firstMs: number;
  lastMs: number;
}
export interface RetryableView {
  hidden: number;
  errors: number;
  slowestMs: number | null;
}
export interface MeasurementsRequest {
  connection: string;
}
export interface MeasurementRequest {
  connection: string;
  id: string;
}
export interface ForgetMeasurementRequest {
  connection: string;
  id: string;
}
export type MeasurementFormat = "json" | "csv";
export interface ExportMeasurementRequest {
  connection: string;
  id: string;
  format: MeasurementFormat;
}
export interface MeasurementText {
  name: string;
  text: string;
}
export interface RehearseOperationRequest {
  connection: string;
  operation: SetOperation;
  label?: string | null;
  query?: string | null;
}
export interface RehearsalReport {
  report: OperationReport;
  hosts: RehearsedHost[];
  remarks: string[];
}
/** Which member of the local set stood for which. */
export interface RehearsedHost {
  host: string;
  lab: string;
}

type Answer<T> = Promise<{ status: "ok"; data: T } | { status: "error"; error: ErrorBody }>;
export interface PendingCommands {
  planOperation: (request: PlanOperationRequest) => Answer<OperationPlan>;
  runOperation: (request: RunOperationRequest, channel: never) => Answer<OperationReport>;
  measureFailover: (request: MeasureFailoverRequest, channel: never) => Answer<FailoverMeasurement>;
  measurements: (request: MeasurementsRequest) => Answer<FailoverMeasurement[]>;
  measurement: (request: MeasurementRequest) => Answer<FailoverMeasurement>;
  forgetMeasurement: (request: ForgetMeasurementRequest) => Answer<null>;
  exportMeasurement: (request: ExportMeasurementRequest) => Answer<MeasurementText>;
  rehearseOperation: (request: RehearseOperationRequest, channel: never) => Answer<RehearsalReport>;
}
