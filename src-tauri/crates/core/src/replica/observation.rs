//! What was heard of one member, and when.

use std::{sync::Arc, time::Duration};

use super::reply::{Config, Figures, Hello, LogLine, OplogRoom, Status};

/// The reason of a member that answers, but not to this user: an arbiter of a set with authentication has no
/// users, and a member that is being synced has none yet.
pub(crate) const LOGIN_REFUSED: &str = "the login is refused";

/// Something that was heard of one member.
#[derive(Debug, Clone)]
pub(crate) struct Observation {
    /// The name under which the configuration knows it (`hello.me`), else the address that was dialled.
    pub(crate) host: String,
    /// Where it is dialled.
    pub(crate) address: String,
    /// When the question was sent, or the news came unasked; since the start of watching.
    pub(crate) at: Duration,
    pub(crate) fact: Fact,
}

/// What was heard.
#[derive(Debug, Clone)]
pub(crate) enum Fact {
    /// `hello`, unasked, at once when something changes.
    Hello(Hello),
    /// The member's own answer.
    Report(Report),
    /// It does not answer, and why.
    Silent(String),
    /// `serverStatus`, and how its clock differs from ours.
    Figures(Figures, Option<Skew>),
    /// What changes seldom.
    Facts(Facts),
    /// The lines of its log that tell of elections and states, the oldest first.
    Log(Vec<LogLine>),
}

/// The clock of a member, as its answer shows it.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Skew {
    /// Its clock minus ours, at the middle of the request.
    pub(crate) seconds: f64,
    /// It may be off by half the round trip of that request.
    pub(crate) error_seconds: f64,
}

/// `replSetGetStatus` with what belongs to it.
#[derive(Debug, Clone)]
pub(crate) struct Report {
    pub(crate) ping_ms: f64,
    /// Or the server's number for its refusal.
    pub(crate) status: Result<Status, i32>,
    /// `replSetGetConfig` as this member has it, where it may be asked.
    pub(crate) config: Option<Arc<Config>>,
    pub(crate) version: Option<String>,
}

/// What changes seldom.
#[derive(Debug, Clone, Default, PartialEq)]
pub(crate) struct Facts {
    pub(crate) feature_compatibility: Option<String>,
    pub(crate) room: Option<OplogRoom>,
}
