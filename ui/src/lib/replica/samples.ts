import type {
  Glance,
  Member,
  MemberState,
  ReplicaSnapshot,
  TimelineEntry,
  Viewpoint,
} from "$lib/backend/bindings";

/** A member in which all is well, for tests. */
export function member(over: Partial<Member> = {}): Member {
  return {
    id: 0,
    host: "127.0.0.1:27517",
    state: "secondary",
    stateCode: 2,
    health: "up",
    lagSeconds: 0,
    pingMs: 0.2,
    uptimeSeconds: 60,
    syncSource: null,
    votes: 1,
    priority: 1,
    hidden: false,
    delaySeconds: null,
    arbiter: false,
    lastHeartbeatMessage: null,
    version: "6.0.5",
    unreachableReason: null,
    downSeconds: null,
    address: null,
    tags: [],
    config: null,
    heartbeatSeconds: null,
    oplogWindowHours: null,
    oplogFull: null,
    headroomHours: null,
    staleInHours: null,
    tooStale: false,
    initialSync: null,
    clockSkewSeconds: null,
    operations: null,
    connections: null,
    cacheDirty: null,
    cacheUsed: null,
    electionsCalled: null,
    flowControlLagged: null,
    ...over,
  };
}

/** A set of which nothing but its primary is known, for tests. */
export function snapshot(over: Partial<ReplicaSnapshot> = {}): ReplicaSnapshot {
  return {
    setName: "lab",
    takenAt: "2026-11-23T12:00:00Z",
    topology: "replicaSet",
    verdict: { level: "healthy", summary: "", reason: null },
    primary: null,
    noPrimarySeconds: null,
    term: 1,
    majority: null,
    members: [],
    commitLagSeconds: null,
    commitPoint: null,
    commitStillSeconds: null,
    views: [],
    sight: null,
    losses: [],
    configuration: null,
    election: null,
    servers: { versions: [], featureCompatibility: null, writeConcern: null },
    advice: [],
    alerts: [],
    limits: [],
    ...over,
  };
}

/** How one member sees others, for tests. */
export function view(viewer: string, glances: [string, MemberState, Partial<Glance>?][]): Viewpoint {
  return {
    viewer,
    term: 1,
    primary: null,
    glances: glances.map(([host, state, over]) => ({
      host,
      healthy: state !== "down",
      state,
      heardSeconds: host === viewer ? null : 0.4,
      pingMs: null,
      message: null,
      ...over,
    })),
  };
}

/** An entry of a timeline that is only good to know, for tests. */
export function timelineEntry(over: Partial<TimelineEntry> = {}): TimelineEntry {
  return {
    id: "1",
    at: "2026-11-26T12:00:00Z",
    kind: "done",
    level: null,
    host: null,
    message: "",
    details: [],
    source: "observed",
    state: null,
    signal: null,
    election: null,
    ...over,
  };
}
