//! What is beyond its threshold for as long as the threshold asks: raised once, silent while it lasts, and over.

mod findings;
#[cfg(test)]
mod tests;

use std::{
    cmp::Ordering,
    collections::BTreeMap,
    time::{Duration, SystemTime},
};

use findings::{Finding, Findings, Key, findings};

use super::{Alert, AlertLevel, AlertSignal, ReplicaSnapshot, Thresholds};
use crate::time::{iso, millis_of_iso};

/// The time in which elections are counted, seconds.
const ELECTIONS_WITHIN: f64 = 300.0;
/// A measured value has to be clear for so long before its alert is over or less: one that hovers tells nothing new, seconds.
const HOLDS: f64 = 5.0;
/// What is not known for longer than this is not said to have lasted meanwhile, seconds.
const UNKNOWN_WITHIN: f64 = 30.0;

/// Follows the snapshots of one set.
#[derive(Debug, Default)]
pub(crate) struct Alerts {
    known: BTreeMap<Key, Known>,
    term: Option<f64>,
    /// When terms began, seconds since 1970.
    elections: Vec<f64>,
}

/// Something that is, or was a moment ago, beyond its threshold. Moments are seconds since 1970.
#[derive(Debug, Default)]
struct Known {
    /// The threshold of warnings, and that of critical alerts.
    beyond: [Span; 2],
    /// When it was judged last.
    judged: f64,
    raised: Option<Alert>,
}

/// How a value stands to a threshold.
#[derive(Debug, Clone, Copy, Default)]
struct Span {
    /// Since when it is beyond it.
    since: Option<f64>,
    /// Since when it is not, at this moment.
    clear: Option<f64>,
}

/// An alert has begun, become worse, or ended.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Turn {
    /// It is raised, or raised to a worse level.
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
        let Findings { beyond, unknown } = findings(snapshot, thresholds, elections);
        let mut found: BTreeMap<Key, Finding> = BTreeMap::new();
        for finding in beyond {
            found.insert((finding.signal, finding.host.clone()), finding);
        }
        let mut turns = Vec::new();
        self.known.retain(|key, known| {
            if found.contains_key(key) {
                return true;
            }
            if unknown.contains(key) {
                return known.raised.is_some() || now - known.judged <= UNKNOWN_WITHIN;
            }
            let stays = known.holds(key.0, now);
            turns.extend(known.raised.take_if(|_| !stays).map(Turn::Over));
            stays
        });
        for (key, finding) in found {
            turns.extend(self.known.entry(key).or_default().follow(finding, now));
        }
        let mut raised: Vec<Alert> = self.known.values().filter_map(|known| known.raised.clone()).collect();
        raised.sort_by_key(|alert| std::cmp::Reverse(alert.level));
        (raised, turns)
    }

    /// Forgets everything: nobody has watched meanwhile, so it can be said neither that it lasted nor that it is over.
    pub(crate) fn interrupt(&mut self) {
        *self = Self::default();
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
        // The member that knows of the newest may miss an answer: its return is no election.
        self.term = self.term.into_iter().chain(term).reduce(f64::max);
        self.elections.retain(|at| (0.0..=ELECTIONS_WITHIN).contains(&(now - at)));
        u32::try_from(self.elections.len()).unwrap_or(u32::MAX)
    }
}

impl Known {
    /// It is within every threshold now. Whether that may still be a moment.
    fn holds(&mut self, signal: AlertSignal, now: f64) -> bool {
        self.judged = now;
        self.pass(signal, [false; 2], now);
        self.raised.is_some() && self.beyond[0].since.is_some()
    }

    /// It is beyond a threshold now.
    fn follow(&mut self, finding: Finding, now: f64) -> Option<Turn> {
        if now - self.judged > UNKNOWN_WITHIN && self.raised.is_none() {
            *self = Self::default();
        }
        self.judged = now;
        self.pass(finding.signal, [true, finding.level == AlertLevel::Critical], now);
        let lasts = |span: Span| span.since.filter(|since| now - since >= finding.lasts_seconds.into());
        let (level, since) = match (lasts(self.beyond[1]), lasts(self.beyond[0])) {
            (Some(since), _) => (AlertLevel::Critical, since),
            (None, Some(since)) => (AlertLevel::Warning, since),
            // What was raised at a longer-standing threshold stays.
            (None, None) => return None,
        };
        let before = self.raised.as_ref();
        let threshold = match level.cmp(&finding.level) {
            Ordering::Less => finding.warning,
            Ordering::Equal => finding.threshold,
            // It was critical a moment ago.
            Ordering::Greater => before.and_then(|before| before.threshold),
        };
        let turns = before.is_none_or(|before| before.level < level);
        let alert = Alert {
            signal: finding.signal,
            host: finding.host,
            level,
            value: finding.value,
            threshold,
            since: before.map_or_else(|| at(since), |before| before.since.clone()),
            message: finding.message,
        };
        self.raised = Some(alert.clone());
        turns.then_some(Turn::Raised(alert))
    }

    /// Takes note of which thresholds it is beyond. What was raised holds for a moment, where it is measured.
    fn pass(&mut self, signal: AlertSignal, beyond: [bool; 2], now: f64) {
        let raised = self.raised.as_ref().map(|alert| alert.level);
        for ((span, beyond), level) in
            self.beyond.iter_mut().zip(beyond).zip([AlertLevel::Warning, AlertLevel::Critical])
        {
            if beyond {
                // Where the clock was put back, it cannot have begun later than now.
                *span = Span { since: Some(span.since.map_or(now, |since| since.min(now))), clear: None };
                continue;
            }
            let clear = now - *span.clear.get_or_insert(now);
            if !is_measured(signal) || raised < Some(level) || !(0.0..HOLDS).contains(&clear) {
                span.since = None;
            }
        }
    }
}

/// It is a value that hovers, not a state that is told at once.
fn is_measured(signal: AlertSignal) -> bool {
    matches!(
        signal,
        AlertSignal::Lag
            | AlertSignal::CommitLag
            | AlertSignal::OplogWindow
            | AlertSignal::Headroom
            | AlertSignal::TimeToStale
            | AlertSignal::FlowControl
            | AlertSignal::ClockSkew
            | AlertSignal::CacheDirty
            | AlertSignal::Connections
    )
}

fn at(seconds: f64) -> String {
    iso(SystemTime::UNIX_EPOCH + Duration::from_secs_f64(seconds.max(0.0)))
}
