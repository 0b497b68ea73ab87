//! The whole state of a replica set at one moment.

use serde::{Deserialize, Serialize};
use specta::Type;
use utoipa::ToSchema;

use crate::connection::{ConnectionId, Topology};

/// Asks for the state of a connection's replica set.
#[derive(Clone, Debug, Serialize, Deserialize, Type, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct ReplicaRequest {
    /// Which connection.
    pub connection: ConnectionId,
}

/// The whole state of a replica set at one moment. A figure that is not known is null, never 0.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, Type, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct ReplicaSnapshot {
    /// The set's name (`hello.setName`).
    pub set_name: Option<String>,
    /// When the members were asked, ISO 8601 in UTC.
    pub taken_at: String,
    /// How the servers belong together.
    pub topology: Topology,
    /// What it means, in one sentence.
    pub verdict: Verdict,
    /// The primary's `host:port`: exactly one PRIMARY at the highest term.
    pub primary: Option<String>,
    /// For how long no primary has been seen, seconds; null while there is one.
    pub no_primary_seconds: Option<f64>,
    /// The highest election term that a member reports (`replSetGetStatus.term`).
    pub term: Option<f64>,
    /// Who may elect and acknowledge, and with how much to spare.
    pub majority: Option<Majority>,
    /// The members, in the order of the configuration.
    pub members: Vec<Member>,
    /// What could not be asked, and why.
    pub limits: Vec<Limit>,
}

/// How bad it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, Type, ToSchema)]
#[serde(rename_all = "camelCase")]
pub enum VerdictLevel {
    /// Nothing to do.
    Healthy,
    /// Works, with less to spare than it was built for.
    Degraded,
    /// Writes do not go on, or data is at risk.
    Critical,
    /// Not enough is known to say.
    Unknown,
}

/// What the state means, in words a person on call can act on.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, Type, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct Verdict {
    /// How bad it is.
    pub level: VerdictLevel,
    /// One sentence or two: what is, and what fails next.
    pub summary: String,
    /// Why: what was seen, by whom.
    pub reason: Option<String>,
}

/// Who may elect a primary and acknowledge a write, counted from `replSetGetStatus`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, Type, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct Majority {
    /// Members with a vote (`votingMembersCount`).
    pub voters: u32,
    /// Of these, how many are up.
    pub healthy_voters: u32,
    /// Votes needed to elect: voters / 2 + 1 (`majorityVoteCount`).
    pub needed: u32,
    /// Voters that may still be lost before none can be elected: healthy voters - needed. Below 0: none can.
    pub election_margin: i32,
    /// Data-bearing voters needed to acknowledge (`writeMajorityCount`).
    pub write_majority: u32,
    /// Data-bearing voters that may still be lost before majority writes stop. Below 0: they have stopped.
    pub write_margin: i32,
}

/// What a member is, as far as can be told (`replSetGetStatus.members[].stateStr`).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, Type, ToSchema)]
#[serde(rename_all = "camelCase")]
pub enum MemberState {
    /// 0: reads its configuration.
    Startup,
    /// 1: takes writes.
    Primary,
    /// 2: follows.
    Secondary,
    /// 3: neither votes as healthy nor serves reads.
    Recovering,
    /// 5: initial sync.
    Startup2,
    /// 6: never heard from.
    Unknown,
    /// 7: votes, holds no data.
    Arbiter,
    /// 8: does not answer.
    Down,
    /// 9: undoes writes that the majority never had.
    Rollback,
    /// 10: not in the configuration any more.
    Removed,
}

/// Whether a member answers.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, Type, ToSchema)]
#[serde(rename_all = "camelCase")]
pub enum MemberHealth {
    /// It answers us, or another member.
    Up,
    /// It answers nobody.
    Down,
    /// Not asked yet.
    Unknown,
}

/// One member.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, Type, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct Member {
    /// `_id` in the configuration.
    pub id: Option<u32>,
    /// `host:port` as in the configuration.
    pub host: String,
    /// What it is.
    pub state: MemberState,
    /// The server's number for it.
    pub state_code: u32,
    /// Whether it answers.
    pub health: MemberHealth,
    /// Seconds behind the primary, or behind the newest member where there is no primary. Null for an arbiter, which
    /// has no data, and for a member that does not answer.
    pub lag_seconds: Option<f64>,
    /// Round trip from here, milliseconds.
    pub ping_ms: Option<f64>,
    /// Seconds since the process started.
    pub uptime_seconds: Option<f64>,
    /// Whom it copies from (`syncSourceHost`).
    pub sync_source: Option<String>,
    /// 0 or 1.
    pub votes: Option<u32>,
    /// 0 to 1000; 0 cannot become primary.
    pub priority: Option<f64>,
    /// Not told to clients.
    pub hidden: Option<bool>,
    /// Held back on purpose (`secondaryDelaySecs`).
    pub delay_seconds: Option<f64>,
    /// Votes without data.
    pub arbiter: bool,
    /// What another member last heard of its failure (`lastHeartbeatMessage`).
    pub last_heartbeat_message: Option<String>,
    /// The server's version.
    pub version: Option<String>,
    /// Why it does not answer us, in words: "connection refused".
    pub unreachable_reason: Option<String>,
    /// For how long it has not answered anybody, seconds.
    pub down_seconds: Option<f64>,
}

/// Something that could not be asked.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, Type, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct Limit {
    /// What is missing, in words.
    pub what: String,
    /// Why: the server's reason, and the role that would show it.
    pub why: String,
}
