//! Which elections belong to which outage.

use std::cmp::Reverse;

use super::reckon::{Away, millis};
use crate::{
    replica::{ElectionCourse, Outage, TimelineEntry},
    time::{iso_of_millis, millis_of_iso},
};

/// Clocks of members may be off by so much, milliseconds.
const CLOCKS_MS: i64 = 1_000;

/// What the timeline tells of the time of a measuring.
#[derive(Debug, Default, PartialEq)]
pub(super) struct Elections {
    pub(super) outages: Vec<Outage>,
    pub(super) courses: Vec<ElectionCourse>,
    pub(super) remarks: Vec<String>,
    /// Every outage has an election of which the whole course is known.
    pub(super) is_whole: bool,
}

/// From when to when a member's log says that writes were away, milliseconds since 1970.
struct Told {
    lost: Option<i64>,
    writable: Option<i64>,
    majority: Option<i64>,
    /// When it was elected, or heard of.
    at: i64,
}

/// Matches elections to outages; `away` and `end` are microseconds since `began_ms`.
pub(super) fn elections(began_ms: i64, end: u32, away: &[Away], entries: &[TimelineEntry]) -> Elections {
    let moment = |micros: u32| began_ms + i64::from(micros / 1_000);
    let mut held: Vec<(Told, ElectionCourse)> =
        entries.iter().filter_map(|entry| Some((Told::of(entry)?, entry.election.clone()?))).collect();
    held.retain(|(told, _)| began_ms - CLOCKS_MS <= told.at && told.at <= moment(end) + CLOCKS_MS);
    held.sort_by_key(|(told, _)| told.at);
    let mut is_whole = true;
    let mut untold = 0;
    let spans: Vec<_> = away.iter().map(|away| (moment(away.from), moment(away.until))).collect();
    let belongs: Vec<Option<usize>> = held.iter().map(|(told, _)| told.outage(&spans)).collect();
    let outages = away.iter().zip(&spans).enumerate().map(|(place, (away, &(from, until)))| {
        let of_it: Vec<&Told> = held
            .iter()
            .zip(&belongs)
            .filter(|(_, of)| **of == Some(place))
            .map(|((told, _), _)| told)
            .collect();
        untold += u32::from(of_it.is_empty());
        is_whole &= of_it.iter().any(|told| told.is_whole());
        // Writes were acknowledged after it: that was no loss, whoever missed the primary then.
        let lost = of_it.iter().filter_map(|told| told.lost).filter(|lost| from - CLOCKS_MS <= *lost).min();
        let log_away = |until: fn(&Told) -> Option<i64>| {
            let until = of_it.iter().filter_map(|told| until(told)).max()?;
            #[expect(clippy::cast_precision_loss, reason = "a difference of milliseconds, far below 2^53")]
            Some((until - lost?) as f64).filter(|away| *away >= 0.0)
        };
        Outage {
            from: iso_of_millis(from),
            to: away.over.then(|| iso_of_millis(until)),
            away_ms: Some(millis(away.lasted())),
            log_away_ms: log_away(|told| told.writable),
            log_majority_away_ms: log_away(|told| told.majority),
        }
    });
    let outages = outages.collect();
    let remark = (untold > 0).then(|| {
        let of = if untold == 1 { "one outage".to_owned() } else { format!("{untold} outages") };
        format!("Of {of} the members' logs tell no election: none was held, or the logs could not be read.")
    });
    Elections {
        outages,
        courses: held.into_iter().map(|(_, course)| course).collect(),
        remarks: remark.into_iter().collect(),
        is_whole,
    }
}

impl Told {
    fn of(entry: &TimelineEntry) -> Option<Self> {
        let course = entry.election.as_ref()?;
        let moment = |iso: &Option<String>| iso.as_deref().and_then(millis_of_iso);
        Some(Self {
            lost: moment(&course.lost_at),
            writable: moment(&course.writable_at),
            majority: moment(&course.majority_at),
            at: moment(&course.elected_at).or_else(|| millis_of_iso(&entry.at))?,
        })
    }

    /// Nothing of it was before.
    fn since(&self) -> i64 {
        self.lost.unwrap_or(self.at).min(self.at)
    }

    /// And nothing later.
    fn over(&self) -> i64 {
        self.majority.or(self.writable).unwrap_or(self.at).max(self.at)
    }

    /// The outage that it belongs to, of those within reach of clocks that are off: the one with which it shares the most time.
    fn outage(&self, spans: &[(i64, i64)]) -> Option<usize> {
        let shared = |&(from, until): &(i64, i64)| self.over().min(until) - self.since().max(from);
        let near = spans.iter().enumerate().filter(|(_, span)| shared(span) >= -CLOCKS_MS);
        // Of two that share as much, the first: writes were away from the loss on.
        near.max_by_key(|(place, span)| (shared(span), Reverse(*place))).map(|(place, _)| place)
    }

    fn is_whole(&self) -> bool {
        self.lost.is_some() && self.writable.is_some() && self.majority.is_some()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::replica::{TimelineKind, TimelineSource};

    /// 2026-11-26T12:00:00.000Z.
    const BEGAN: i64 = 1_795_694_400_000;

    /// An election; moments in milliseconds since the beginning.
    fn entry(lost: Option<i64>, elected: i64, writable: Option<i64>, majority: Option<i64>) -> TimelineEntry {
        let iso = |ms: i64| iso_of_millis(BEGAN + ms);
        TimelineEntry {
            id: elected.to_string(),
            at: iso(elected),
            kind: TimelineKind::Election,
            level: None,
            host: None,
            message: String::new(),
            details: Vec::new(),
            source: TimelineSource::Log,
            state: None,
            signal: None,
            election: Some(ElectionCourse {
                term: 2,
                winner: "b:1".to_owned(),
                reason: None,
                started_at: None,
                elected_at: Some(iso(elected)),
                votes: Vec::new(),
                lost_at: lost.map(iso),
                writable_at: writable.map(iso),
                majority_at: majority.map(iso),
                writes_away_seconds: None,
                majority_away_seconds: None,
            }),
        }
    }

    fn away(from_ms: u32, until_ms: u32) -> Away {
        Away { from: from_ms * 1_000, until: until_ms * 1_000, over: true }
    }

    fn log(told: &Elections) -> Vec<(Option<f64>, Option<f64>)> {
        told.outages.iter().map(|outage| (outage.log_away_ms, outage.log_majority_away_ms)).collect()
    }

    #[test]
    fn each_outage_has_the_elections_of_its_time_and_what_was_before_or_after_belongs_to_none() {
        let entries = [
            entry(Some(20_010), 20_500, Some(20_520), Some(20_900)),
            entry(Some(5_000), 6_100, Some(6_200), Some(7_300)),
            entry(Some(-9_000), -8_000, Some(-7_900), Some(-7_800)),
            entry(Some(40_000), 41_000, None, None),
        ];
        let told = elections(BEGAN, 30_000_000, &[away(4_980, 7_310), away(20_000, 20_930)], &entries);
        assert_eq!(log(&told), [(Some(1_200.0), Some(2_300.0)), (Some(510.0), Some(890.0))]);
        assert!(told.is_whole && told.remarks.is_empty());
        assert_eq!(told.courses.len(), 2, "the first first: {:?}", told.courses);
        assert!(told.courses[0].elected_at < told.courses[1].elected_at);
        let [first, _] = told.outages.as_slice() else { panic!("two") };
        assert_eq!((first.from.as_str(), first.away_ms), ("2026-11-26T12:00:04.980Z", Some(2_330.0)));
        assert_eq!(first.to.as_deref(), Some("2026-11-26T12:00:07.310Z"));
    }

    #[test]
    fn an_election_is_told_of_one_outage_only() {
        let entries = [entry(Some(5_000), 5_010, Some(5_020), Some(5_900))];
        let told = elections(BEGAN, 9_000_000, &[away(4_980, 5_300), away(5_600, 5_950)], &entries);
        assert_eq!(log(&told), [(Some(20.0), Some(900.0)), (None, None)]);
        assert_eq!(told.remarks.len(), 1, "of the other one no log tells");
    }

    #[test]
    fn two_elections_in_one_outage_count_from_the_first_loss_to_the_last_majority() {
        let entries =
            [entry(Some(900), 2_000, Some(2_050), None), entry(Some(3_000), 4_000, Some(4_050), Some(4_400))];
        let told = elections(BEGAN, 9_000_000, &[away(880, 4_420)], &entries);
        assert_eq!(log(&told), [(Some(3_150.0), Some(3_500.0))]);
    }

    #[test]
    fn a_primary_that_took_writes_after_somebody_had_missed_it_was_not_lost_then() {
        let entries = [entry(Some(2_000), 9_900, Some(9_950), Some(10_000))];
        let told = elections(BEGAN, 20_000_000, &[away(8_000, 10_010)], &entries);
        assert_eq!(log(&told), [(None, None)]);
    }

    #[test]
    fn what_is_not_told_yet_is_waited_for_and_what_is_never_told_is_said() {
        let half = [entry(None, 1_500, Some(1_520), None)];
        let told = elections(BEGAN, 9_000_000, &[away(500, 2_000)], &half);
        assert!(!told.is_whole && told.remarks.is_empty());
        assert_eq!(log(&told), [(None, None)]);
        let told = elections(BEGAN, 9_000_000, &[Away { over: false, ..away(500, 9_000) }], &[]);
        assert!(!told.is_whole && told.outages[0].to.is_none());
        assert_eq!(told.remarks.len(), 1);
        assert!(elections(BEGAN, 9_000_000, &[], &[]).is_whole);
    }
}
