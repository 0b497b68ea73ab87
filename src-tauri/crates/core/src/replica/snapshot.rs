//! The whole state of a replica set at one moment.

mod alert;
mod member;
mod sight;
mod structure;

pub use alert::*;
pub use member::*;
pub use sight::*;
pub use structure::*;

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
    /// How far what a majority has is behind what the primary has, seconds: `lastAppliedWallTime` -
    /// `lastCommittedWallTime`, both of the primary.
    pub commit_lag_seconds: Option<f64>,
    /// The commit point: the newest operation that a majority has, as `seconds:counter:term` of its optime.
    pub commit_point: Option<String>,
    /// For how long the commit point has not moved although something waits for it, seconds; null while nothing waits.
    pub commit_still_seconds: Option<f64>,
    /// How each member that can be asked sees each.
    pub views: Vec<Viewpoint>,
    /// What these views mean together.
    pub sight: Option<Sight>,
    /// What the loss of each single member would stop.
    pub losses: Vec<MemberLoss>,
    /// The configuration in force, as far as it can be read.
    pub configuration: Option<Configuration>,
    /// How the present primary came into office.
    pub election: Option<Election>,
    /// Server versions, the feature compatibility version, and the write concern in force.
    pub servers: ServerFacts,
    /// What is built in a way that will hurt one day.
    pub advice: Vec<Advice>,
    /// What is beyond its threshold now, for as long as its threshold asks.
    pub alerts: Vec<Alert>,
    /// What could not be asked, and why.
    pub limits: Vec<Limit>,
}

impl ReplicaSnapshot {
    /// No primary is found, although a member that answers sees one that is well: from here it cannot be reached, or it died
    /// a moment ago. Which of both, the next seconds tell.
    pub(crate) fn primary_is_seen(&self) -> bool {
        self.primary.is_none() && self.views.iter().any(|view| view.primary.is_some())
    }
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

/// Something that could not be asked.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, Type, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct Limit {
    /// What is missing, in words.
    pub what: String,
    /// Why: the server's reason, and the role that would show it.
    pub why: String,
}
