import type {
  AppInfo,
  ClipboardOffer,
  Collection,
  CollectionsRequest,
  Connection,
  ConnectRequest,
  Count,
  CountRequest,
  Database,
  DatabasesRequest,
  DeleteRequest,
  DisconnectRequest,
  DocumentText,
  DocumentView,
  Expanded,
  ExpandRequest,
  FindRequest,
  ForgetRecentRequest,
  GetRequest,
  GetTextRequest,
  InsertRequest,
  LabMemberRequest,
  LabStatus,
  LabStep,
  LocalServer,
  Page,
  RecentConnection,
  ReplaceRequest,
  ReplicaChanged,
  ReplicaRequest,
  ReplicaSnapshot,
  Settings,
  UpdateRequest,
  Written,
} from "./bindings";

/** Ends a subscription. Calling it again does nothing. */
export type Unsubscribe = () => void;

/**
 * Every operation the window can ask for, whatever carries it.
 *
 * A method resolves with the outcome or throws a `BackendError`, and nothing else.
 */
export interface Backend {
  appInfo(): Promise<AppInfo>;

  /** A mongod that answers on 127.0.0.1:27017. */
  discoverLocal(): Promise<LocalServer | null>;
  /** Whether the clipboard holds a connection string; its password stays behind. */
  clipboardOffer(): Promise<ClipboardOffer | null>;
  /** The clipboard's text. To be called only because somebody clicked. */
  clipboardText(): Promise<string | null>;
  connect(request: ConnectRequest): Promise<Connection>;
  disconnect(request: DisconnectRequest): Promise<void>;
  connections(): Promise<Connection[]>;
  recentConnections(): Promise<RecentConnection[]>;
  forgetRecent(request: ForgetRecentRequest): Promise<void>;

  databases(request: DatabasesRequest): Promise<Database[]>;
  collections(request: CollectionsRequest): Promise<Collection[]>;

  find(request: FindRequest): Promise<Page>;
  getDocument(request: GetRequest): Promise<DocumentView>;
  getText(request: GetTextRequest): Promise<DocumentText>;
  expand(request: ExpandRequest): Promise<Expanded>;
  insert(request: InsertRequest): Promise<Written>;
  update(request: UpdateRequest): Promise<Written>;
  replace(request: ReplaceRequest): Promise<Written>;
  deleteDocument(request: DeleteRequest): Promise<Written>;
  count(request: CountRequest): Promise<Count>;

  replicaSnapshot(request: ReplicaRequest): Promise<ReplicaSnapshot>;
  /** From now on `onReplicaChanged` hears of this connection. */
  watchReplica(request: ReplicaRequest): Promise<void>;
  unwatchReplica(request: ReplicaRequest): Promise<void>;
  onReplicaChanged(listener: (change: ReplicaChanged) => void): Unsubscribe;

  settings(): Promise<Settings>;
  saveSettings(settings: Settings): Promise<void>;

  labStatus(): Promise<LabStatus>;
  /** Resolves when the set takes writes; `onLabProgress` hears of the steps meanwhile. */
  labStart(): Promise<LabStatus>;
  labStartMember(request: LabMemberRequest): Promise<LabStatus>;
  labStopMember(request: LabMemberRequest): Promise<LabStatus>;
  onLabProgress(listener: (step: LabStep) => void): Unsubscribe;
}
