//! What is beyond its threshold for as long as the threshold asks: raised once, silent while it lasts, and over.

mod findings;
#[cfg(test)]
mod tests;

use std::{
    collections::BTreeMap,
    time::{Duration, SystemTime},
};

use findings::{Finding, findings};

use super::{Alert, AlertLevel, AlertSignal, ReplicaSnapshot, Thresholds};
use crate::time::{iso, millis_of_iso};

/// The time in which elections are counted, seconds.
const ELECTIONS_WITHIN: f64 = 300.0;

/// Follows the snapshots of one set.
#[derive(Debug, Default)]
pub(crate) struct Alerts {
    known: BTreeMap<(AlertSignal, Option<String>), Known>,
    term: Option<f64>,
    /// When terms began, seconds since 1970.
    elections: Vec<f64>,
}

/// Something that is beyond its threshold.
#[derive(Debug)]
struct Known {
    /// Since when it is beyond the one of warnings, and of critical alerts; seconds since 1970.
    since: [Option<f64>; 2],
    raised: Option<Alert>,
}

/// An alert has begun, become worse or better, or ended.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Turn {
    /// It is raised, or raised to another level.
    Raised(Alert),
    /// It is over.
    Over(Alert),
}

impl Alerts {
    /// Judges a snapshot: gives what is raised now, and what has turned. `snapshot.alerts` is not looked at.
    pub(crate) fn judge(
        &mut self,
        snapshot: &ReplicaSnapshot,
        thresholds: &Thresholds,
    ) -> (Vec<Alert>, Vec<Turn>) {
        #[expect(clippy::cast_precision_loss, reason = "milliseconds since 1970, far below 2^53")]
        let now = millis_of_iso(&snapshot.taken_at).unwrap_or_default() as f64 / 1_000.0;
        let elections = self.elections(snapshot.term, now);
        let mut found: BTreeMap<_, Finding> = BTreeMap::new();
        for finding in findings(snapshot, thresholds, elections) {
            found.insert((finding.signal, finding.host.clone()), finding);
        }
        let mut turns = Vec::new();
        self.known.retain(|key, known| {
            if found.contains_key(key) {
                return true;
            }
            turns.extend(known.raised.take().map(Turn::Over));
            false
        });
        for (key, finding) in found {
            let known = self.known.entry(key).or_insert(Known { since: [None, None], raised: None });
            turns.extend(known.follow(finding, now));
        }
        let mut raised: Vec<Alert> = self.known.values().filter_map(|known| known.raised.clone()).collect();
        raised.sort_by_key(|alert| std::cmp::Reverse(alert.level));
        (raised, turns)
    }

    /// Forgets what has begun and was not raised yet: nobody has watched meanwhile, so it cannot be said that it lasted.
    pub(crate) fn interrupt(&mut self) {
        self.known.retain(|_, known| known.raised.is_some());
        self.term = None;
        self.elections.clear();
    }

    /// The elections of the last five minutes: each begins a term.
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "terms are small whole numbers"
    )]
    fn elections(&mut self, term: Option<f64>, now: f64) -> u32 {
        if let Some((term, before)) = term.zip(self.term) {
            let held = (term - before).clamp(0.0, 100.0) as usize;
            self.elections.extend(std::iter::repeat_n(now, held));
        }
        self.term = term.or(self.term);
        self.elections.retain(|at| now - at <= ELECTIONS_WITHIN);
        u32::try_from(self.elections.len()).unwrap_or(u32::MAX)
    }
}

impl Known {
    fn follow(&mut self, finding: Finding, now: f64) -> Option<Turn> {
        let critical = finding.level == AlertLevel::Critical;
        self.since[0].get_or_insert(now);
        self.since[1] = critical.then(|| self.since[1].unwrap_or(now));
        let lasts = |since: Option<f64>| since.filter(|since| now - since >= finding.lasts_seconds.into());
        let (level, since) = match (lasts(self.since[1]), lasts(self.since[0])) {
            (Some(since), _) => (AlertLevel::Critical, since),
            (None, Some(since)) => (AlertLevel::Warning, since),
            // What was raised at a longer-standing threshold stays.
            (None, None) => return None,
        };
        let began = self.raised.as_ref().map_or_else(|| at(since), |raised| raised.since.clone());
        let threshold = if level == finding.level { finding.threshold } else { finding.warning };
        let alert = Alert {
            signal: finding.signal,
            host: finding.host,
            level,
            value: finding.value,
            threshold,
            since: began,
            message: finding.message,
        };
        let turns = self.raised.as_ref().is_none_or(|raised| raised.level < level);
        self.raised = Some(alert.clone());
        turns.then_some(Turn::Raised(alert))
    }
}

fn at(seconds: f64) -> String {
    iso(SystemTime::UNIX_EPOCH + Duration::from_secs_f64(seconds.max(0.0)))
}
