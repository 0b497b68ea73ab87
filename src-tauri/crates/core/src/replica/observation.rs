//! What was heard of one member, and when.

use std::{sync::Arc, time::Duration};

use super::reply::{Config, Figures, Hello, LogLine, OplogRoom, Status};

/// The reason of a member that answers, but not to this user: an arbiter of a set with authentication has no
/// users, and a member that is being synced has none yet.
pub(crate) const LOGIN_REFUSED: &str = "the login is refused";

/// The reason of a member that runs as a standalone.
pub(crate) const RUNS_ALONE: &str = "it runs without --replSet";

/// `NoReplicationEnabled`.
pub(crate) const NO_REPLICATION: i32 = 76;

/// Something that was heard of one member.
#[derive(Debug, Clone)]
pub(crate) struct Observation {
    /// The name under which the configuration knows it (`hello.me`), else the one under which it is followed.
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

impl Fact {
    /// What it means for a set. A member that was started without `--replSet` calls itself writable and is no primary: nothing
    /// that is written there comes to the others.
    pub(crate) fn of_a_member(self) -> Self {
        match self {
            Self::Report(Report { status: Err(NO_REPLICATION), .. }) => Self::Silent(RUNS_ALONE.to_owned()),
            Self::Hello(hello) if hello.set_name.is_none() => {
                Self::Hello(Hello { writable_primary: false, ..hello })
            }
            other => other,
        }
    }
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
