//! What is known of an election, put together.

use std::fmt::Write as _;

use super::{ElectionCourse, TimelineSource, news::ElectionPart};
use crate::time::{iso_of_millis, millis_of_iso};

/// The winner's log and its `lastElectionDate` have the same moment, a little apart.
const SAME_MOMENT_MS: i64 = 30_000;

impl ElectionCourse {
    pub(super) fn begun(part: &ElectionPart) -> Self {
        Self {
            term: part.term,
            winner: part.winner.clone(),
            reason: None,
            started_at: None,
            elected_at: None,
            votes: Vec::new(),
            lost_at: None,
            writable_at: None,
            majority_at: None,
            writes_away_seconds: None,
            majority_away_seconds: None,
        }
    }

    /// Whether a part tells of this election: a set that was made anew begins with the same terms again.
    pub(super) fn is_of(&self, part: &ElectionPart) -> bool {
        let elected_ms = self.elected_at.as_deref().and_then(millis_of_iso);
        let apart = elected_ms.zip(part.elected_ms).map(|(known, told)| (known - told).abs());
        self.term == part.term
            && self.winner == part.winner
            && apart.is_none_or(|apart| apart <= SAME_MOMENT_MS)
    }

    /// Takes over what a part knows. What stood in a log is never replaced by what was only seen.
    pub(super) fn learn(&mut self, part: &ElectionPart) {
        let logged = part.source == TimelineSource::Log;
        let moment = |known: &mut Option<String>, ms: Option<i64>| {
            if let Some(ms) = ms.filter(|_| logged || known.is_none()) {
                *known = Some(iso_of_millis(ms));
            }
        };
        moment(&mut self.started_at, part.started_ms);
        moment(&mut self.elected_at, part.elected_ms);
        moment(&mut self.writable_at, part.writable_ms);
        moment(&mut self.majority_at, part.majority_ms);
        if part.reason.is_some() && (logged || self.reason.is_none()) {
            self.reason.clone_from(&part.reason);
        }
        if part.votes.len() > self.votes.len() {
            self.votes.clone_from(&part.votes);
        }
    }

    /// For how long writes were away.
    pub(super) fn measure(&mut self) {
        let since = self.lost_at.as_deref().and_then(millis_of_iso);
        let away = |until: &Option<String>| {
            let (since, until) = (since?, until.as_deref().and_then(millis_of_iso)?);
            #[expect(clippy::cast_precision_loss, reason = "a difference of milliseconds, far below 2^53")]
            let seconds = (until - since) as f64 / 1_000.0;
            // Clocks that differ by more than the pause make no sense of it.
            (seconds >= 0.0).then_some(seconds)
        };
        self.writes_away_seconds = away(&self.writable_at);
        self.majority_away_seconds = away(&self.majority_at);
    }

    pub(super) fn sentence(&self) -> String {
        let mut words = format!("{} became primary in term {}", self.winner, self.term);
        if let Some(reason) = &self.reason {
            words.push_str(": ");
            words.push_str(reason);
        }
        words.push('.');
        // Writing to a string cannot fail.
        if !self.votes.is_empty() {
            // Who has not answered may have voted, and who answered when it had won already is not always told.
            let heard = self.votes.iter().filter_map(|vote| vote.yes);
            let (yes, all) = (heard.clone().filter(|yes| *yes).count(), heard.count());
            let _ = write!(words, " {yes} of the {all} votes heard were for it.");
        }
        let _ = match (self.writes_away_seconds, self.majority_away_seconds) {
            (Some(any), Some(majority)) => {
                write!(words, " No write was possible for {any} s, no majority write for {majority} s.")
            }
            (Some(any), None) => write!(words, " No write was possible for {any} s."),
            (None, Some(majority)) => write!(words, " No majority write was possible for {majority} s."),
            (None, None) => Ok(()),
        };
        words
    }
}
