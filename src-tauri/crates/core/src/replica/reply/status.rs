//! `replSetGetStatus`.

use bson::Document;

use super::fields::{count, documents, inside, integer, millis, number, text};

/// A place in the oplog: seconds and counter of its timestamp, and the term.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Optime {
    pub(crate) seconds: u32,
    pub(crate) counter: u32,
    pub(crate) term: i64,
}

/// What `replSetGetStatus` tells.
#[derive(Debug, Clone, Default, PartialEq)]
pub(crate) struct Status {
    pub(crate) my_state: u32,
    pub(crate) term: Option<i64>,
    /// `date`: the member's own clock, milliseconds since 1970.
    pub(crate) date_ms: Option<i64>,
    pub(crate) sync_source: Option<String>,
    /// `optimes.lastAppliedWallTime`, milliseconds since 1970.
    pub(crate) applied_wall_ms: Option<i64>,
    pub(crate) applied: Option<Optime>,
    /// `lastCommittedWallTime`, milliseconds since 1970, and `lastCommittedOpTime`.
    pub(crate) committed_wall_ms: Option<i64>,
    pub(crate) committed: Option<Optime>,
    pub(crate) voting_members: Option<u32>,
    pub(crate) majority_votes: Option<u32>,
    pub(crate) write_majority: Option<u32>,
    /// It needs oplog entries that nobody has any more.
    pub(crate) too_stale: bool,
    pub(crate) copying: Option<Copying>,
    /// `electionCandidateMetrics`: how this primary was elected.
    pub(crate) candidate: Option<Candidate>,
    pub(crate) members: Vec<Seen>,
}

/// `initialSyncStatus`. Each is none before it is known, and the whole vanishes when the copy is done.
#[derive(Debug, Clone, Default, PartialEq)]
pub(crate) struct Copying {
    /// `approxTotalBytesCopied` of `approxTotalDataSize`, bytes; the total starts at 0.
    pub(crate) copied_bytes: Option<f64>,
    pub(crate) total_bytes: Option<f64>,
    pub(crate) failed_attempts: u32,
    pub(crate) most_attempts: Option<u32>,
    /// `totalInitialSyncElapsedMillis`, seconds.
    pub(crate) elapsed_seconds: Option<f64>,
    /// `remainingInitialSyncEstimatedMillis`, seconds; it jumps.
    pub(crate) remaining_seconds: Option<f64>,
    pub(crate) source: Option<String>,
}

/// How a primary came into office.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Candidate {
    /// `lastElectionReason`, such as `electionTimeout`.
    pub(crate) reason: String,
    pub(crate) term: i64,
    /// `lastElectionDate`, milliseconds since 1970.
    pub(crate) elected_ms: Option<i64>,
    /// `wMajorityWriteAvailabilityDate`, milliseconds since 1970: the first majority write is possible.
    pub(crate) majority_writes_ms: Option<i64>,
}

/// How one member sees another, or itself (`replSetGetStatus.members[]`).
#[derive(Debug, Clone, Default, PartialEq)]
pub(crate) struct Seen {
    pub(crate) id: u32,
    pub(crate) host: String,
    pub(crate) is_self: bool,
    pub(crate) healthy: bool,
    pub(crate) state: u32,
    pub(crate) uptime_seconds: Option<f64>,
    pub(crate) message: Option<String>,
    /// `lastHeartbeatRecv`, milliseconds since 1970 by the viewer's clock: the other one's last call arrived here.
    /// Not `lastHeartbeat`, which failures refresh too.
    pub(crate) heard_from_ms: Option<i64>,
    /// `pingMs`: round trip from the viewer, milliseconds.
    pub(crate) ping_ms: Option<f64>,
    /// `configTerm` and `configVersion`.
    pub(crate) config_age: (i64, i64),
}

impl Status {
    pub(crate) fn read(status: &Document) -> Self {
        let optimes = status.get_document("optimes").ok();
        let optime = |key| optimes.and_then(|optimes| Optime::read(optimes.get_document(key).ok()?));
        Self {
            my_state: count(status, "myState").unwrap_or(6),
            // -1 before the first election that it has heard of.
            term: integer(status, "term").filter(|term| *term >= 0),
            date_ms: millis(status, "date"),
            sync_source: text(status, "syncSourceHost").filter(|host| !host.is_empty()),
            applied_wall_ms: optimes.and_then(|optimes| millis(optimes, "lastAppliedWallTime")),
            applied: optime("appliedOpTime"),
            committed_wall_ms: optimes.and_then(|optimes| millis(optimes, "lastCommittedWallTime")),
            committed: optime("lastCommittedOpTime"),
            voting_members: count(status, "votingMembersCount"),
            majority_votes: count(status, "majorityVoteCount"),
            write_majority: count(status, "writeMajorityCount"),
            too_stale: status.get_bool("tooStale").unwrap_or(false),
            copying: status.get_document("initialSyncStatus").ok().map(Copying::read),
            candidate: status.get_document("electionCandidateMetrics").ok().and_then(Candidate::read),
            members: documents(status, "members").map(Seen::read).collect(),
        }
    }

    /// The member's own entry.
    pub(crate) fn own(&self) -> Option<&Seen> {
        self.members.iter().find(|member| member.is_self)
    }

    /// How this member sees another.
    pub(crate) fn of(&self, host: &str) -> Option<&Seen> {
        self.members.iter().find(|member| member.host == host)
    }
}

impl Optime {
    /// None for the empty one, 0 of term -1, which stands for "nothing yet".
    fn read(optime: &Document) -> Option<Self> {
        let ts = optime.get_timestamp("ts").ok().filter(|ts| ts.time > 0)?;
        Some(Self { seconds: ts.time, counter: ts.increment, term: integer(optime, "t")? })
    }
}

impl Copying {
    fn read(status: &Document) -> Self {
        let seconds = |key| number(status, key).map(|millis| millis / 1000.0);
        let attempt = documents(status, "initialSyncAttempts").last();
        Self {
            copied_bytes: number(status, "approxTotalBytesCopied"),
            total_bytes: number(status, "approxTotalDataSize").filter(|bytes| *bytes > 0.0),
            failed_attempts: count(status, "failedInitialSyncAttempts").unwrap_or_default(),
            most_attempts: count(status, "maxFailedInitialSyncAttempts"),
            elapsed_seconds: seconds("totalInitialSyncElapsedMillis"),
            remaining_seconds: seconds("remainingInitialSyncEstimatedMillis"),
            source: attempt.and_then(|attempt| text(attempt, "syncSource")).or_else(|| {
                inside(status, &["currentInitialSyncAttempt"]).and_then(|attempt| text(attempt, "syncSource"))
            }),
        }
    }
}

impl Candidate {
    fn read(metrics: &Document) -> Option<Self> {
        Some(Self {
            reason: text(metrics, "lastElectionReason")?,
            term: integer(metrics, "electionTerm")?,
            elected_ms: millis(metrics, "lastElectionDate"),
            majority_writes_ms: millis(metrics, "wMajorityWriteAvailabilityDate"),
        })
    }
}

impl Seen {
    fn read(member: &Document) -> Self {
        Self {
            id: count(member, "_id").unwrap_or_default(),
            host: text(member, "name").unwrap_or_default(),
            is_self: member.get_bool("self").unwrap_or(false),
            healthy: number(member, "health").is_some_and(|health| health > 0.0),
            state: count(member, "state").unwrap_or(6),
            uptime_seconds: number(member, "uptime"),
            message: text(member, "lastHeartbeatMessage").filter(|message| !message.is_empty()),
            heard_from_ms: millis(member, "lastHeartbeatRecv"),
            ping_ms: number(member, "pingMs"),
            config_age: (
                integer(member, "configTerm").unwrap_or(-1),
                integer(member, "configVersion").unwrap_or(0),
            ),
        }
    }
}
