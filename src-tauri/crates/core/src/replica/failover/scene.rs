//! What a measuring is made with: a connection, those who watch its set, and where the outcome is kept.

use std::{sync::Arc, time::Duration};

use tokio::time::{Instant, sleep};

use super::{
    elections::{Elections, elections},
    reckon::Away,
    store::Measurements,
};
use crate::{
    Clock,
    connection::Session,
    replica::{FailoverMeasurement, Monitor, Record},
    time::millis,
};
/// The timeline has the elections within this time, where the members' logs can be read.
const TOLD_WITHIN: Duration = Duration::from_secs(10);
/// And not before this time has passed: every member's log is to be read by then. Where writes were never away, that is all that is
/// waited for; an election may have been held all the same.
const READ_WITHIN: Duration = Duration::from_millis(2_500);
const LOOK_EVERY: Duration = Duration::from_millis(250);
/// The logs are asked for again after so many looks.
const ASK_EVERY: u32 = 8;
/// So many entries of the timeline are looked through.
const ENTRIES: u32 = 1_000;

/// An open connection as the stopwatch needs it.
pub(crate) struct Scene<'a> {
    pub(crate) session: &'a Arc<Session>,
    pub(crate) monitor: &'a Monitor,
    pub(crate) record: &'a Record,
    pub(crate) measurements: &'a Measurements,
    pub(crate) clock: &'a Clock,
}

impl Scene<'_> {
    pub(crate) fn now_ms(&self) -> i64 {
        millis((self.clock)())
    }

    /// The elections of a measuring that was ended at `end`, matched to its outages. The logs are asked for, and what they tell is
    /// waited for until it is whole or it is too late.
    pub(super) async fn elections(&self, began_ms: i64, end: u32, away: &[Away]) -> Elections {
        let began = Instant::now();
        let mut looks = 0_u32;
        loop {
            if looks.is_multiple_of(ASK_EVERY) {
                self.monitor.read_logs();
            }
            looks += 1;
            sleep(LOOK_EVERY).await;
            let entries = self.record.timeline(Some(ENTRIES), None).map(|timeline| timeline.entries);
            let told = elections(began_ms, end, away, &entries.unwrap_or_default());
            let patience = if told.is_whole { READ_WITHIN } else { TOLD_WITHIN };
            if began.elapsed() >= patience {
                return told;
            }
        }
    }

    /// Keeps what was measured and notes in the timeline that it was.
    pub(super) fn keep(&self, mut measurement: FailoverMeasurement) -> FailoverMeasurement {
        if let Err(error) = self.measurements.keep(&measurement) {
            measurement.remarks.push(format!("It could not be kept: {error}"));
        }
        self.record.done(self.now_ms(), told(&measurement));
        measurement
    }
}

fn told(measurement: &FailoverMeasurement) -> String {
    let FailoverMeasurement { label, seconds, worst_away_ms, failed, acknowledged, .. } = measurement;
    let away = match worst_away_ms {
        None => "writes were never away".to_owned(),
        Some(worst) => format!("writes were away for {:.2} s at the most", worst / 1_000.0),
    };
    format!(
        "Measured for {seconds} s ({label}): {away}; {failed} of {} writes failed.",
        failed + acknowledged
    )
}
