//! What charts are given.

use super::{History, MINUTES};
use crate::{
    replica::{
        MemberState, OperationRates, ReplicaSnapshot,
        tests::world::{moment, three, world},
    },
    time::{iso, millis},
};

const START: u64 = 60 * 10;

fn at(second: u64, change: impl Fn(&mut ReplicaSnapshot)) -> ReplicaSnapshot {
    let mut snapshot = ReplicaSnapshot { taken_at: iso(moment(second)), ..three().snapshot() };
    change(&mut snapshot);
    snapshot
}

fn now(second: u64) -> i64 {
    millis(moment(second))
}

fn near(values: &[Option<f64>], wanted: &[Option<f64>]) -> bool {
    values.len() == wanted.len()
        && values.iter().zip(wanted).all(|pair| match pair {
            (Some(value), Some(wanted)) => (value - wanted).abs() < 1e-9,
            (value, wanted) => value.is_none() && wanted.is_none(),
        })
}

#[test]
fn columns_are_as_long_as_their_times_and_name_the_primary_by_its_place() {
    let mut history = History::default();
    history.take(&at(START, |_| {}));
    history.take(&at(START + 1, |snapshot| {
        snapshot.primary = None;
        snapshot.commit_lag_seconds = None;
        snapshot.members[1].lag_seconds = Some(0.1);
        snapshot.members[1].state = MemberState::Recovering;
    }));
    history.take(&at(START + 2, |snapshot| snapshot.primary = Some("c:1".to_owned())));
    let columns = history.columns(60, now(START + 2)).expect("columns");
    assert_eq!(columns.times.len(), 3);
    assert_eq!(columns.primary, [Some(0), None, Some(2)]);
    assert!(near(&columns.commit_lag, &[Some(0.0), None, Some(0.0)]), "{:?}", columns.commit_lag);
    let hosts: Vec<_> = columns.members.iter().map(|member| member.host.as_str()).collect();
    assert_eq!(hosts, ["a:1", "b:1", "c:1"]);
    let member = &columns.members[1];
    assert!(near(&member.lag, &[Some(0.0), Some(0.1), Some(0.0)]), "not 0.10000000149: {:?}", member.lag);
    assert_eq!(member.state[1], MemberState::Recovering);
    assert!(near(&member.operations, &[None, None, None]));
    assert_eq!(history.columns(1, now(START + 2)).expect("columns").times.len(), 2, "no more than asked for");
    assert!(history.columns(0, 0).is_err() && history.columns(86_401, 0).is_err());
}

#[test]
fn of_several_snapshots_in_a_second_the_last_counts_and_a_gap_is_a_sample_without_values() {
    let mut history = History::default();
    history.take(&at(START, |_| {}));
    history.take(&at(START, |snapshot| snapshot.commit_lag_seconds = Some(4.0)));
    history.take(&at(START + 60, |_| {}));
    let columns = history.columns(3_600, now(START + 60)).expect("columns");
    assert!(near(&columns.commit_lag, &[Some(4.0), None, Some(0.0)]), "{:?}", columns.commit_lag);
    assert_eq!(columns.times[1], columns.times[0] + 1);
    assert_eq!(columns.members[0].state[1], MemberState::Unknown);
}

#[test]
fn after_a_quarter_of_an_hour_a_minute_keeps_its_worst() {
    let mut history = History::default();
    let start = START + 40; // A whole minute since 1970: 1,700,000,040 is one.
    for second in 0..60 {
        history.take(&at(start + second, |snapshot| {
            let query = u32::try_from(second).expect("small");
            let value = f64::from(query);
            snapshot.members[1].lag_seconds = Some(value);
            snapshot.members[1].oplog_window_hours = Some(100.0 - value);
            snapshot.members[1].operations = Some(OperationRates { query, ..OperationRates::default() });
            snapshot.commit_lag_seconds = Some(60.0 - value);
        }));
    }
    let later = start + 60 + 15 * 60;
    history.take(&at(later, |_| {}));
    let columns = history.columns(3_600, now(later)).expect("columns");
    assert_eq!(columns.times.len(), 3, "the minute, the gap, and now");
    let member = &columns.members[1];
    assert_eq!((member.lag[0], member.oplog_window[0]), (Some(59.0), Some(41.0)));
    assert_eq!((member.operations[0], columns.commit_lag[0]), (Some(29.5), Some(60.0)));
}

#[test]
fn a_member_that_left_keeps_its_past_and_stands_last() {
    let mut history = History::default();
    history.take(&at(START, |_| {}));
    let mut less = world(&["b:1", "c:1"], &[]).snapshot();
    less.taken_at = iso(moment(START + 1));
    history.take(&less);
    let columns = history.columns(60, now(START + 1)).expect("columns");
    let hosts: Vec<_> = columns.members.iter().map(|member| member.host.as_str()).collect();
    assert_eq!(hosts, ["b:1", "c:1", "a:1"]);
    assert_eq!(columns.primary, [Some(2), Some(0)]);
    assert_eq!(columns.members[2].state, [MemberState::Primary, MemberState::Unknown]);
}

#[test]
fn a_day_of_fifty_members_stays_within_its_bounds() {
    const HOSTS: [&str; 50] = [
        "a:01", "a:02", "a:03", "a:04", "a:05", "a:06", "a:07", "a:08", "a:09", "a:10", "a:11", "a:12",
        "a:13", "a:14", "a:15", "a:16", "a:17", "a:18", "a:19", "a:20", "a:21", "a:22", "a:23", "a:24",
        "a:25", "a:26", "a:27", "a:28", "a:29", "a:30", "a:31", "a:32", "a:33", "a:34", "a:35", "a:36",
        "a:37", "a:38", "a:39", "a:40", "a:41", "a:42", "a:43", "a:44", "a:45", "a:46", "a:47", "a:48",
        "a:49", "a:50",
    ];
    let snapshot = world(&HOSTS, &[]).snapshot();
    let mut history = History::default();
    let begin = now(0) / 1_000;
    for second in 0..MINUTES + 7_200 {
        let hosts = history.seconds.back().map(|sample| std::sync::Arc::clone(&sample.hosts));
        history.push(super::Sample::of(&snapshot, begin + second, hosts.as_ref()));
    }
    assert!(history.seconds.len() <= 960 && history.minutes.len() <= 1_441, "{}", history.minutes.len());
    assert!(history.bytes() < 2_200_000, "{}", history.bytes());
    assert!(history.bytes() > 1_500_000, "a day is there");
}

#[test]
fn a_clock_that_is_put_back_costs_only_what_is_later_than_it() {
    let mut history = History::default();
    for second in [START, START + 1, START + 2_000, START + 2_001, START + 2_002] {
        history.take(&at(second, |_| {}));
    }
    history.take(&at(START + 2_001, |snapshot| snapshot.commit_lag_seconds = Some(3.0)));
    let columns = history.columns(3_600, now(START + 2_002)).expect("columns");
    assert!(
        near(&columns.commit_lag, &[Some(0.0), None, Some(0.0), Some(3.0)]),
        "a second costs a second: {:?}",
        columns.commit_lag
    );
    history.take(&at(START, |_| {}));
    let columns = history.columns(3_600, now(START + 2_002)).expect("columns");
    assert_eq!(columns.times.len(), 1, "what is later cannot be drawn");
}
