//! Who sees whom, and what that means.

use serde::{Deserialize, Serialize};
use specta::Type;
use utoipa::ToSchema;

use super::MemberState;

/// How one member sees all, itself included (`replSetGetStatus.members`).
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, Type, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct Viewpoint {
    /// The member that was asked.
    pub viewer: String,
    /// The election term that it knows.
    pub term: Option<f64>,
    /// Whom it takes for the primary.
    pub primary: Option<String>,
    /// How it sees each, in the order of the configuration.
    pub glances: Vec<Glance>,
}

/// How one member sees another.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, Type, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct Glance {
    /// The other one.
    pub host: String,
    /// The other one answers its heartbeats.
    pub healthy: bool,
    /// What it takes the other one for.
    pub state: MemberState,
    /// Seconds since a heartbeat of the other one arrived here (`lastHeartbeatRecv`): it ages while the other one cannot
    /// call, whether or not it can be called. Null for itself, and before the first.
    pub heard_seconds: Option<f64>,
    /// Round trip between the two, milliseconds.
    pub ping_ms: Option<f64>,
    /// What went wrong (`lastHeartbeatMessage`).
    pub message: Option<String>,
}

/// What the views mean together.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, Type, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct Sight {
    /// What it is.
    pub kind: SightKind,
    /// The same in words.
    pub summary: String,
    /// For how long they have said so, whole seconds. Views differ for a moment after every change: what lasts no longer than two
    /// heartbeats is `settling`.
    pub seconds: u32,
    /// The groups that see each other, where the set is split; the one with a majority first, if there is one.
    pub sides: Vec<SightSide>,
}

/// What the views of the members are, taken together.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, Type, ToSchema)]
#[serde(rename_all = "camelCase")]
pub enum SightKind {
    /// All see all.
    Clear,
    /// They differ, and have not for long.
    Settling,
    /// Nobody sees some member, which does not answer here either.
    MemberDown,
    /// A member does not answer here, while the others see it.
    HiddenFromHere,
    /// A member answers here, and neither sees the others nor is seen.
    CutOff,
    /// Two members that both answer here do not see each other.
    LinkDown,
    /// One reaches the other, and not the other way round.
    OneWayLink,
    /// Two or more groups that do not see each other.
    Partition,
    /// Too little can be asked to say.
    Unknown,
}

/// A group of members that see each other.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, Type, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct SightSide {
    /// Its members, in the order of the configuration.
    pub hosts: Vec<String>,
    /// The votes in it.
    pub votes: u32,
    /// It can elect a primary.
    pub majority: bool,
}
