import type {
  commands,
  FailoverMeasurement,
  FailoverProgress,
  FindRequest,
  LabScenarioRequest,
  LabStartRequest,
  LabStatus,
  LabStep,
  ManyProgress,
  ManyReport,
  ManyRequest,
  MeasureFailoverRequest,
  OperationProgress,
  OperationReport,
  PageEnd,
  RehearsalReport,
  RehearsalStep,
  RehearseOperationRequest,
  ReplicaChanged,
  ReplicaRequest,
  RowBatch,
  RunOperationRequest,
  UndoProgress,
  UndoReport,
  UndoRequest,
  ScenarioReport,
  ScenarioStep,
} from "./bindings";

type Commands = typeof commands;

/** The commands that only the window has. Over HTTP they would lend out the machine they run on. */
export type DesktopOnly =
  | "clipboardOffer"
  | "clipboardText"
  | "connect"
  | "disconnect"
  | "discoverLocal"
  | "forgetRecent"
  | "recentConnections"
  | "restServe"
  | "restStart"
  | "restStatus"
  | "restStop"
  | "saveIncident"
  | "saveMeasurement"
  | "saveSettings"
  | "settings"
  | "unwatchReplica";

/** The commands that answer more than once. */
export type Streams =
  | "find"
  | "labScenario"
  | "labStart"
  | "measureFailover"
  | "rehearseOperation"
  | "runOperation"
  | "undo"
  | "watchReplica"
  | "writeMany";

/** What is left is asked once and answers once, whatever carries it. */
export type Shared = Exclude<keyof Commands, DesktopOnly | Streams>;

type Outcome<C> = C extends (...asked: never[]) => Promise<infer Answer>
  ? Extract<Answer, { status: "ok" }> extends { data: infer Data }
    ? Data
    : never
  : never;
type Methods<Names extends keyof Commands> = {
  [Name in Names]: (...asked: Parameters<Commands[Name]>) => Promise<Outcome<Commands[Name]>>;
};

/** Ends a subscription. Calling it again does nothing. */
export type Unsubscribe = () => void;

/** What is told of a replica set that is watched. */
export interface ReplicaListener {
  changed: (change: ReplicaChanged) => void;
  /** It cannot be watched at present; where that can pass, it is tried again. */
  failed: (thrown: unknown) => void;
}

/** What only the window can do; a transport of its own has all of it or nothing. */
export type DesktopOperations = Methods<Exclude<DesktopOnly, "unwatchReplica">>;

/**
 * Every operation the window can ask for, whatever carries it.
 *
 * A method resolves with the outcome or throws a `BackendError`, and nothing else. Names and types follow from the
 * commands: a transport that leaves one out, or takes it for another, does not compile.
 */
export type Backend = Methods<Shared> & {
  /**
   * Resolves when the page has ended; `rows` hears of its documents as they come. Asked under a name, it can be ended by
   * `cancelQuery`.
   */
  find: (request: FindRequest, rows: (batch: RowBatch) => void) => Promise<PageEnd>;
  /** Resolves when the set is healed again; `step` hears what is done and what Health says of it. */
  labScenario: (request: LabScenarioRequest, step: (step: ScenarioStep) => void) => Promise<ScenarioReport>;
  /** Resolves when the set takes writes; `step` hears of the steps meanwhile. */
  labStart: (request: LabStartRequest, step: (step: LabStep) => void) => Promise<LabStatus>;
  /**
   * Resolves when the measuring has ended; `progress` hears how it goes. Asked under a name, it can be ended by
   * `cancelQuery`: what was measured until then is the outcome.
   */
  measureFailover: (
    request: MeasureFailoverRequest,
    progress: (far: FailoverProgress) => void,
  ) => Promise<FailoverMeasurement>;
  /**
   * Resolves when an operation was carried out on a lab like the set, and the lab is gone; `step` hears how it goes. Asked under
   * a name, it can be stopped by `cancelQuery`.
   */
  rehearseOperation: (
    request: RehearseOperationRequest,
    step: (step: RehearsalStep) => void,
  ) => Promise<RehearsalReport>;
  /**
   * Resolves when an operation on a replica set has ended; `step` hears how it goes. Asked under a name, it can be stopped
   * between two of its steps by `cancelQuery`.
   */
  runOperation: (
    request: RunOperationRequest,
    step: (step: OperationProgress) => void,
  ) => Promise<OperationReport>;
  /**
   * Resolves when the undo has ended; `progress` hears how far it is. Asked under a name, it can be ended between two
   * batches by `cancelQuery`.
   */
  undo: (request: UndoRequest, progress: (far: UndoProgress) => void) => Promise<UndoReport>;
  /** Tells every new state of a connection's replica set until it is ended. */
  watchReplica: (request: ReplicaRequest, listener: ReplicaListener) => Unsubscribe;
  /**
   * Resolves when many writes have ended; `progress` hears how far they are. Asked under a name, they can be ended between
   * two batches by `cancelQuery`.
   */
  writeMany: (request: ManyRequest, progress: (far: ManyProgress) => void) => Promise<ManyReport>;
  /** Null in a browser. */
  desktop: DesktopOperations | null;
};

/** The names of the operations that are asked once, for transports that treat all alike. */
export const shared = {
  appInfo: true,
  bulk: true,
  cancelQuery: true,
  checkDraft: true,
  checkWrite: true,
  collections: true,
  compareDraft: true,
  connections: true,
  convertValue: true,
  count: true,
  createCollection: true,
  databases: true,
  deleteDocument: true,
  discardDraft: true,
  draft: true,
  drafts: true,
  dropCollection: true,
  dropDatabase: true,
  dropPreview: true,
  editDocument: true,
  expand: true,
  exportIncident: true,
  exportMeasurement: true,
  filterByValue: true,
  findText: true,
  forgetHistory: true,
  forgetMeasurement: true,
  getDocument: true,
  getText: true,
  healthSettings: true,
  history: true,
  historyImages: true,
  insert: true,
  insertMany: true,
  labFault: true,
  labHeal: true,
  labRemove: true,
  labSetLinks: true,
  labStartMember: true,
  labStatus: true,
  labStop: true,
  labStopMember: true,
  labs: true,
  locateCollections: true,
  measureMany: true,
  measurement: true,
  measurements: true,
  mergeDraft: true,
  patch: true,
  planOperation: true,
  previewMany: true,
  readIncident: true,
  ready: true,
  renameCollection: true,
  replace: true,
  replicaHistory: true,
  replicaSnapshot: true,
  replicaTimeline: true,
  sampleFields: true,
  saveDraft: true,
  setHealthSettings: true,
  undoAsDraft: true,
  update: true,
} as const satisfies Record<Shared, true>;

/** Makes the methods of all operations that are asked once from one way to ask. */
export function methods(ask: (name: Shared, request: unknown) => Promise<unknown>): Methods<Shared> {
  const made = Object.keys(shared).map((name) => [name, (request: unknown) => ask(name as Shared, request)]);
  return Object.fromEntries(made) as Methods<Shared>;
}
