//! What changes in time: operations a second, the growth of lag.

use std::{collections::VecDeque, time::Duration};

use crate::replica::{OperationRates, reply::Operations};

/// Over this time the growth of lag is taken.
const GROWTH_OVER: Duration = Duration::from_mins(1);
/// A shorter time says nothing about growth.
const GROWTH_FROM: Duration = Duration::from_secs(10);

/// Operations a second between two samples; none where the process started anew between them.
pub(crate) fn rates(before: Operations, now: Operations, seconds: f64) -> Option<OperationRates> {
    let pairs = [
        (before.insert, now.insert),
        (before.query, now.query),
        (before.update, now.update),
        (before.delete, now.delete),
        (before.getmore, now.getmore),
        (before.command, now.command),
    ];
    if seconds <= 0.0 || pairs.iter().any(|(before, now)| now < before) {
        return None;
    }
    let [insert, query, update, delete, getmore, command] =
        pairs.map(|(before, now)| whole((now - before) / seconds));
    Some(OperationRates { insert, query, update, delete, getmore, command })
}

#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "it is not below 0, and far below 2^32"
)]
fn whole(rate: f64) -> u32 {
    rate.round() as u32
}

/// A member's lag over the last minute.
#[derive(Debug, Clone, Default)]
pub(crate) struct LagTrend(VecDeque<(Duration, f64)>);

impl LagTrend {
    /// Takes the lag `at` a time since the start of watching. The same answer counts once, however often it is looked at.
    pub(crate) fn note(&mut self, at: Duration, lag_seconds: f64) {
        self.0.pop_back_if(|(last, _)| *last == at);
        self.0.push_back((at, lag_seconds));
        while self.0.front().is_some_and(|(first, _)| at.saturating_sub(*first) > GROWTH_OVER) {
            self.0.pop_front();
        }
    }

    /// The lag that two answers in a row had: what one of them alone shows may be the first write after a quiet time, which a
    /// secondary had no time to apply.
    pub(crate) fn lasting(&self) -> Option<f64> {
        self.0.iter().rev().take(2).map(|(_, lag)| *lag).reduce(f64::min)
    }

    /// Seconds of lag a second; none before there is enough to tell.
    pub(crate) fn growth(&self) -> Option<f64> {
        let ((first, before), (last, now)) = (self.0.front()?, self.0.back()?);
        let over = last.saturating_sub(*first);
        (over >= GROWTH_FROM).then(|| (now - before) / over.as_secs_f64())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rates_are_differences_over_the_time_between() {
        let before = Operations { insert: 10.0, query: 5.0, ..Operations::default() };
        let now = Operations { insert: 60.0, query: 5.0, ..Operations::default() };
        let rates = rates(before, now, 5.0).expect("it counted on");
        assert_eq!((rates.insert, rates.query), (10, 0));
    }

    #[test]
    fn a_process_that_started_anew_has_no_rate_yet() {
        let before = Operations { insert: 60.0, ..Operations::default() };
        assert_eq!(rates(before, Operations::default(), 5.0), None);
        assert_eq!(rates(before, before, 0.0), None);
    }

    #[test]
    fn a_lag_lasts_when_two_answers_in_a_row_have_it() {
        let mut trend = LagTrend::default();
        assert_eq!(trend.lasting(), None);
        for (second, lag, lasting) in [(0, 20.0, 20.0), (1, 0.0, 0.0), (2, 18.0, 0.0), (3, 19.0, 18.0)] {
            trend.note(Duration::from_secs(second), lag);
            assert_eq!(trend.lasting(), Some(lasting), "{second}");
        }
    }

    #[test]
    fn one_answer_that_is_looked_at_twice_does_not_last() {
        let mut trend = LagTrend::default();
        for (second, lag) in [(0, 0.0), (1, 18.0), (1, 18.0)] {
            trend.note(Duration::from_secs(second), lag);
        }
        assert_eq!(trend.lasting(), Some(0.0));
    }

    #[test]
    fn growth_needs_ten_seconds_and_forgets_after_a_minute() {
        let mut trend = LagTrend::default();
        trend.note(Duration::from_secs(0), 100.0);
        trend.note(Duration::from_secs(9), 109.0);
        assert_eq!(trend.growth(), None);
        trend.note(Duration::from_secs(20), 120.0);
        assert_eq!(trend.growth(), Some(1.0));
        for second in [60, 100, 120] {
            trend.note(Duration::from_secs(second), 120.0);
        }
        assert_eq!(trend.growth(), Some(0.0));
    }
}
