//! From the writes to what they say: a pure reckoning.
//!
//! **Writes were away** from one acknowledgement to the next, by when each was received: in between nobody who wrote heard of
//! success. A client that writes without pause sees the same time, less at most one beat: its own last success may come up to one
//! beat after ours. Such a time counts as an outage
//! - where it lasted longer than [`SILENT`], whatever became of the writes in it: they may all have waited and then succeeded;
//! - where it lasted longer than two beats and a write that was sent in it failed, or the client that writes found, lost or changed its
//!   primary. Of the times around such a moment, a beat wide, it is the longest that has it for its reason.

mod chart;
mod errors;
mod retryable;
#[cfg(test)]
mod tests;

use super::samples::{Sample, Samples};
use crate::replica::{RetryableView, SeenError};
use chart::chart;
use errors::errors;
use retryable::retryable;

/// Microseconds between two writes.
pub(crate) const BEAT: u32 = 50_000;
/// So many microseconds without an acknowledgement are more than a moment in which a machine is busy.
pub(crate) const SILENT: u32 = 300_000;
/// And so many where a write failed or the primary changed.
const SILENT_WITH_REASON: u32 = 2 * BEAT;

/// A time in which no write was acknowledged, in microseconds since the beginning.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Away {
    /// The last acknowledgement before it; 0 where there was none.
    pub(crate) from: u32,
    /// The first one after it; the end where none came.
    pub(crate) until: u32,
    /// It was over before the end.
    pub(crate) over: bool,
}

impl Away {
    pub(crate) fn lasted(&self) -> u32 {
        self.until.saturating_sub(self.from)
    }
}

/// What the writes say.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Reckoned {
    pub(crate) usual_ms: Option<f64>,
    pub(crate) away: Vec<Away>,
    pub(crate) worst_ms: Option<f64>,
    pub(crate) median_ms: Option<f64>,
    pub(crate) errors: Vec<SeenError>,
    pub(crate) retryable: RetryableView,
    pub(crate) sent_ms: Vec<u32>,
    pub(crate) took_ms: Vec<Option<u32>>,
}

/// Reckons up a measuring that was ended at `end`.
pub(crate) fn reckon(samples: &Samples, end: u32) -> Reckoned {
    let known: Vec<Sample> = samples.known().collect();
    let mut heard: Vec<u32> =
        known.iter().filter(|sample| sample.is_acknowledged()).map(Sample::heard).collect();
    heard.sort_unstable();
    let away = away(&known, samples.changes(), &heard, end);
    let lasted: Vec<u32> = away.iter().map(Away::lasted).collect();
    let (sent_ms, took_ms) = chart(&known);
    Reckoned {
        usual_ms: usual(&known, &away),
        worst_ms: lasted.iter().max().map(|worst| millis(*worst)),
        median_ms: median(lasted),
        errors: errors(&known, samples.kinds()),
        retryable: retryable(&known, samples.kinds(), &heard),
        away,
        sent_ms,
        took_ms,
    }
}

/// The outages; `heard` are the acknowledgements in order.
fn away(known: &[Sample], changes: &[u32], heard: &[u32], end: u32) -> Vec<Away> {
    let last = heard.last().copied().unwrap_or(0);
    let from = std::iter::once(0).chain(heard.iter().copied());
    let until = heard.iter().map(|at| (*at, true)).chain([(end.max(last), false)]);
    let mut times: Vec<(Away, bool)> =
        from.zip(until).map(|(from, (until, over))| (Away { from, until, over }, false)).collect();
    let failed = known.iter().filter(|sample| !sample.is_acknowledged());
    // However long it waited: what kept it was there when it was sent, or a beat later.
    let failed = failed.map(|sample| (sample.sent, sample.heard().min(sample.sent.saturating_add(BEAT))));
    // The driver tells a change by another way than its answers come.
    let turns = changes.iter().map(|at| (at.saturating_sub(BEAT), at.saturating_add(BEAT)));
    for (since, until) in failed.chain(turns) {
        let first = times.partition_point(|(time, _)| time.until <= since);
        let around = times[first..].iter_mut().take_while(|(time, _)| time.from <= until);
        if let Some((_, has_reason)) = around.max_by_key(|(time, _)| time.lasted()) {
            *has_reason = true;
        }
    }
    let counts = |(time, has_reason): &(Away, bool)| {
        time.lasted() > SILENT || (*has_reason && time.lasted() > SILENT_WITH_REASON)
    };
    times.into_iter().filter(counts).map(|(time, _)| time).collect()
}

/// From asking to acknowledgement, of the writes that were sent while all was well: the median.
fn usual(known: &[Sample], away: &[Away]) -> Option<f64> {
    let mut away = away.iter().peekable();
    let mut took = Vec::new();
    for sample in known.iter().filter(|sample| sample.is_acknowledged()) {
        while away.next_if(|time| time.until <= sample.sent).is_some() {}
        // One that was under way when the outage began was held up by it.
        if away.peek().is_none_or(|time| sample.heard() <= time.from) {
            took.push(sample.took);
        }
    }
    median(took)
}

/// Of an even number, the mean of the two in the middle.
fn median(mut values: Vec<u32>) -> Option<f64> {
    values.sort_unstable();
    let upper = *values.get(values.len() / 2)?;
    let lower = values[(values.len() - 1) / 2];
    Some(f64::midpoint(millis(lower), millis(upper)))
}

/// Microseconds in milliseconds.
pub(crate) fn millis(micros: u32) -> f64 {
    f64::from(micros) / 1_000.0
}
