//! What stands in a timeline.

use serde::{Deserialize, Serialize};
use specta::Type;
use utoipa::ToSchema;

use crate::{
    connection::ConnectionId,
    replica::{AlertLevel, AlertSignal, MemberState},
};

/// Asks what has happened to a connection's replica set.
#[derive(Clone, Debug, Serialize, Deserialize, Type, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct TimelineRequest {
    /// Which connection.
    pub connection: ConnectionId,
    /// At most so many entries, 1 to 1,000; 100 where it is left out.
    #[serde(default)]
    pub limit: Option<u32>,
    /// Only what stands behind this entry, by its id: the next page.
    #[serde(default)]
    pub before: Option<String>,
}

/// What has happened to a replica set, the newest first.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, Type, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct ReplicaTimeline {
    /// The entries, the newest first.
    pub entries: Vec<TimelineEntry>,
    /// Older entries are there.
    pub more: bool,
}

/// Something that has happened to a replica set. It may be completed later: it keeps its id.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, Type, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct TimelineEntry {
    /// Names it for good.
    pub id: String,
    /// When it happened, ISO 8601 in UTC: by the clock of the member in whose log it stands, else by ours.
    pub at: String,
    /// What it is.
    pub kind: TimelineKind,
    /// How bad it is; null where it is only good to know.
    pub level: Option<AlertLevel>,
    /// Which member; null for the whole set.
    pub host: Option<String>,
    /// The same in a sentence or two.
    pub message: String,
    /// What else is known of it, such as what other members heard.
    pub details: Vec<String>,
    /// How it is known.
    pub source: TimelineSource,
    /// Of a change of state, what the member is since.
    pub state: Option<MemberState>,
    /// Of an alert, what it is about.
    pub signal: Option<AlertSignal>,
    /// Of an election, its course.
    pub election: Option<ElectionCourse>,
}

/// What has happened.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, Type, ToSchema)]
#[serde(rename_all = "camelCase")]
pub enum TimelineKind {
    /// The set has had no primary since.
    PrimaryLost,
    /// A primary left its office.
    SteppedDown,
    /// A primary was elected.
    Election,
    /// A member did not call an election that was due.
    NotStanding,
    /// A member means to take over.
    Takeover,
    /// A member does not answer any more.
    MemberDown,
    /// A member answers again.
    MemberUp,
    /// A member is in another state.
    StateChanged,
    /// A member can catch up no more.
    TooStale,
    /// A member undid writes that the majority never had.
    RolledBack,
    /// The configuration was changed.
    ConfigurationChanged,
    /// Who sees whom is another.
    Sight,
    /// Something went beyond its threshold.
    AlertRaised,
    /// It is over.
    AlertOver,
    /// Something was done with this program.
    Done,
}

/// How something is known.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, Type, ToSchema)]
#[serde(rename_all = "camelCase")]
pub enum TimelineSource {
    /// It was seen from here.
    Observed,
    /// A member's log has it (`getLog`).
    Log,
    /// It was done with this program.
    Application,
}

/// How an election went, as far as it is known. Moments are ISO 8601 in UTC.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, Type, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct ElectionCourse {
    /// The term that it began.
    pub term: u32,
    /// Who became primary.
    pub winner: String,
    /// Why it was held, in words.
    pub reason: Option<String>,
    /// When the winner began to stand (log 4615652, 4615660 to 4615663).
    pub started_at: Option<String>,
    /// When it had won (log 21450, or `lastElectionDate`).
    pub elected_at: Option<String>,
    /// The votes, its own first.
    pub votes: Vec<ElectionVote>,
    /// Since when there was no writable primary: the old one's own log, else when this program or another member missed it.
    pub lost_at: Option<String>,
    /// When it took the first write (log 21331).
    pub writable_at: Option<String>,
    /// When it could acknowledge the first majority write (`wMajorityWriteAvailabilityDate`).
    pub majority_at: Option<String>,
    /// For how long no write was possible, seconds: `writable_at` - `lost_at`.
    pub writes_away_seconds: Option<f64>,
    /// For how long no majority write was possible, seconds: `majority_at` - `lost_at`.
    pub majority_away_seconds: Option<f64>,
}

/// One vote (log 51799).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, Type, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct ElectionVote {
    /// Whose.
    pub host: String,
    /// For the winner; null where no answer came.
    pub yes: Option<bool>,
    /// Why not.
    pub reason: Option<String>,
}
