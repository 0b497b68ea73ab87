//! What is to be put into a timeline, before it is known whether it stands there already.

use super::{ElectionVote, TimelineKind, TimelineSource};
use crate::replica::{AlertLevel, AlertSignal, MemberState};

/// A piece of news.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum News {
    /// It stands by itself.
    Note(Note),
    /// A part of what there is to know of an election.
    Election(ElectionPart),
    /// Since when a primary was away: it belongs to the election that follows.
    Loss(Loss),
    /// The primary is seen again, and was never away.
    Back(String),
}

/// An entry without its id.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Note {
    pub(crate) at_ms: i64,
    pub(crate) kind: TimelineKind,
    pub(crate) level: Option<AlertLevel>,
    pub(crate) host: Option<String>,
    pub(crate) message: String,
    pub(crate) detail: Option<String>,
    pub(crate) source: TimelineSource,
    pub(crate) state: Option<MemberState>,
    pub(crate) signal: Option<AlertSignal>,
}

/// A part of what there is to know of an election; moments in milliseconds since 1970.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct ElectionPart {
    pub(crate) term: u32,
    pub(crate) winner: String,
    /// When it was heard of.
    pub(crate) at_ms: i64,
    pub(crate) source: TimelineSource,
    pub(crate) reason: Option<String>,
    pub(crate) started_ms: Option<i64>,
    pub(crate) elected_ms: Option<i64>,
    pub(crate) votes: Vec<ElectionVote>,
    pub(crate) writable_ms: Option<i64>,
    pub(crate) majority_ms: Option<i64>,
    pub(crate) detail: Option<String>,
}

/// A primary was lost.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Loss {
    pub(crate) host: String,
    pub(crate) at_ms: i64,
    pub(crate) told: Told,
}

/// Who told of a loss.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Told {
    /// The primary's own log.
    Itself,
    /// It was seen from here.
    Here,
    /// Another member's log, of a member that may have been the primary.
    Other,
}

impl Note {
    pub(crate) fn observed(kind: TimelineKind, host: Option<&str>, at_ms: i64, message: String) -> Self {
        Self {
            at_ms,
            kind,
            level: None,
            host: host.map(str::to_owned),
            message,
            detail: None,
            source: TimelineSource::Observed,
            state: None,
            signal: None,
        }
    }

    pub(crate) fn logged(kind: TimelineKind, host: &str, at_ms: i64, message: String) -> Self {
        Self { source: TimelineSource::Log, ..Self::observed(kind, Some(host), at_ms, message) }
    }

    /// Something that was done with this program.
    pub(crate) fn done(at_ms: i64, message: String) -> Self {
        Self {
            source: TimelineSource::Application,
            ..Self::observed(TimelineKind::Done, None, at_ms, message)
        }
    }

    pub(crate) fn at_level(self, level: AlertLevel) -> Self {
        Self { level: Some(level), ..self }
    }

    pub(crate) fn with(self, detail: String) -> Self {
        Self { detail: Some(detail), ..self }
    }
}

impl ElectionPart {
    pub(crate) fn of(term: u32, winner: &str, at_ms: i64) -> Self {
        Self {
            term,
            winner: winner.to_owned(),
            at_ms,
            source: TimelineSource::Observed,
            reason: None,
            started_ms: None,
            elected_ms: None,
            votes: Vec::new(),
            writable_ms: None,
            majority_ms: None,
            detail: None,
        }
    }
}
