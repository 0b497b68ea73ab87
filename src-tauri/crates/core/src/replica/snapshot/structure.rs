//! How the set is built, and what follows from it.

use serde::{Deserialize, Serialize};
use specta::Type;
use utoipa::ToSchema;

use super::ConfigAge;

/// What the loss of one member would stop.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, Type, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct MemberLoss {
    /// The member.
    pub host: String,
    /// What stops.
    pub stops: LossStops,
}

/// What stops when a member is lost.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, Type, ToSchema)]
#[serde(rename_all = "camelCase")]
pub enum LossStops {
    /// Nothing; where it is the primary, writes pause for an election.
    Nothing,
    /// Majority writes: a write with a smaller concern goes on.
    MajorityWrites,
    /// All writes: no primary can be elected, or none stays in office.
    Writes,
}

/// The configuration in force (`replSetGetConfig`).
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, Type, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct Configuration {
    /// Version and term of the newest that a member has.
    pub age: ConfigAge,
    /// A majority has it (`commitmentStatus`, from the primary only).
    pub committed: Option<bool>,
    /// Members hold different ones, and since how many seconds; null where all hold the same. An election alone raises the
    /// term.
    pub spread_seconds: Option<f64>,
    /// `electionTimeoutMillis`, milliseconds.
    pub election_timeout_ms: u32,
    /// `heartbeatIntervalMillis`, milliseconds.
    pub heartbeat_interval_ms: u32,
    /// `heartbeatTimeoutSecs`, seconds.
    pub heartbeat_timeout_seconds: u32,
    /// Secondaries may copy from secondaries (`chainingAllowed`).
    pub chaining_allowed: bool,
}

/// How a primary came into office (`electionCandidateMetrics`, from its own answer).
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, Type, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct Election {
    /// The server's word for the reason, such as `electionTimeout` or `stepUpRequest`.
    pub reason: String,
    /// The term that it began.
    pub term: u32,
    /// When it was elected, ISO 8601 in UTC.
    pub elected_at: Option<String>,
    /// When the first majority write was possible, ISO 8601 in UTC.
    pub majority_writes_at: Option<String>,
}

/// What the servers are.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, Type, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct ServerFacts {
    /// The versions of the members, each once, the lowest first.
    pub versions: Vec<String>,
    /// `featureCompatibilityVersion` of the primary.
    pub feature_compatibility: Option<String>,
    /// How many members acknowledge a write that does not say (`defaultWriteConcern.w`).
    pub write_concern: Option<String>,
}

/// Something about the structure of a set that will hurt one day.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, Type, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct Advice {
    /// What it is.
    pub kind: AdviceKind,
    /// What, why, and what to do, in words.
    pub text: String,
}

/// What about the structure is not good.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, Type, ToSchema)]
#[serde(rename_all = "camelCase")]
pub enum AdviceKind {
    /// Fewer than three voters: none may be lost.
    FewVoters,
    /// An even number of voters: one of them adds no safety.
    EvenVoters,
    /// A hidden or delayed member votes: it counts for a majority that nobody reads from.
    VotingDelayed,
    /// An arbiter: it elects, and acknowledges nothing.
    Arbiter,
    /// The same mongod under two names.
    SameServerTwice,
    /// Members of different versions.
    MixedVersions,
}
