//! Writes made up, and what is to come of them.

use proptest::prelude::*;

use super::*;
use crate::replica::failover::failure::Failure;

/// A write in milliseconds: when it was sent, how long it took, and what it met.
type Write = (u32, u32, Option<fn() -> Failure>);

fn stepped_down() -> Failure {
    Failure::of_server(10_107, "NotWritablePrimary", "not primary")
}

fn refused() -> Failure {
    Failure::of_server(13, "Unauthorized", "no")
}

fn samples(writes: &[Write]) -> Samples {
    let mut samples = Samples::default();
    let numbers: Vec<usize> = writes.iter().map(|(sent, ..)| samples.begin(sent * 1_000)).collect();
    let mut ends: Vec<_> = numbers.iter().zip(writes).collect();
    ends.sort_by_key(|(_, (sent, took, _))| sent + took);
    for (number, (sent, took, met)) in ends {
        let outcome = met.map_or(Ok(()), |met| Err(met()));
        samples.end(*number, (sent + took) * 1_000, outcome, SILENT);
    }
    samples
}

fn reckoned(writes: &[Write], end_ms: u32) -> Reckoned {
    reckon(&samples(writes), end_ms * 1_000)
}

/// A write each beat, each acknowledged after 5 ms.
fn well(beats: std::ops::Range<u32>) -> Vec<Write> {
    beats.map(|beat| (beat * 50, 5, None)).collect()
}

fn times(reckoned: &Reckoned) -> Vec<(u32, u32, bool)> {
    reckoned.away.iter().map(|away| (away.from / 1_000, away.until / 1_000, away.over)).collect()
}

#[test]
fn while_all_are_acknowledged_nothing_is_away() {
    let reckoned = reckoned(&well(0..100), 5_000);
    assert_eq!((reckoned.usual_ms, reckoned.worst_ms, reckoned.median_ms), (Some(5.0), None, None));
    assert!(reckoned.away.is_empty() && reckoned.errors.is_empty());
    assert_eq!(reckoned.retryable, RetryableView { hidden: 0, errors: 0, slowest_ms: Some(5) });
    assert_eq!((reckoned.sent_ms.len(), reckoned.took_ms[99]), (100, Some(5)));
}

#[test]
fn an_outage_goes_from_the_last_acknowledgement_to_the_first() {
    let mut writes = well(0..10);
    writes.extend([(500, 2, Some(stepped_down as fn() -> Failure)), (550, 700, None), (600, 651, None)]);
    writes.extend(well(26..40));
    let reckoned = reckoned(&writes, 2_000);
    assert_eq!(times(&reckoned), [(455, 1_250, true)]);
    assert_eq!((reckoned.worst_ms, reckoned.usual_ms), (Some(795.0), Some(5.0)));
    let [error] = reckoned.errors.as_slice() else { panic!("{:?}", reckoned.errors) };
    assert_eq!((error.code, error.count, error.first_ms, error.retryable), (Some(10_107), 1, 502, true));
    // Sent again at 502, it does as the write of 550.
    assert_eq!(reckoned.retryable, RetryableView { hidden: 1, errors: 0, slowest_ms: Some(750) });
}

#[test]
fn writes_that_all_wait_and_then_succeed_were_away_too_and_a_busy_moment_is_no_outage() {
    let mut writes = well(0..10);
    writes.extend([(500, 250, None), (550, 201, None)]);
    writes.extend(well(15..20));
    writes.extend([(1_000, 301, None)]);
    writes.extend(well(27..30));
    let reckoned = reckoned(&writes, 1_500);
    assert_eq!(times(&reckoned), [(955, 1_301, true)], "295 ms are a moment, 346 ms are none");
}

#[test]
fn a_write_that_fails_alone_is_no_outage_and_one_that_was_never_answered_belongs_to_the_one_it_met_first() {
    let mut writes = well(0..10);
    writes.push((460, 1, Some(refused)));
    writes.extend(well(10..20));
    // Frozen: it hangs on while the others find the new primary.
    writes.push((1_000, 6_500, Some(Failure::no_answer)));
    writes.extend(well(23..200));
    let reckoned = reckoned(&writes, 10_000);
    assert_eq!(times(&reckoned), [(955, 1_155, true)], "200 ms in which a write failed");
    assert_eq!(reckoned.retryable, RetryableView { hidden: 1, errors: 1, slowest_ms: Some(6_505) });
}

#[test]
fn a_short_pause_is_an_outage_where_the_primary_changed_in_it() {
    let mut writes = well(0..10);
    writes.extend([(500, 151, None), (550, 101, None)]);
    writes.extend(well(14..20));
    let paused = samples(&writes);
    assert_eq!(reckon(&paused, 1_000_000).away, []);
    for changed_ms in [440, 455, 600, 655] {
        let mut changed = samples(&writes);
        changed.change(changed_ms * 1_000);
        let away = reckon(&changed, 1_000_000).away;
        assert_eq!(away, [Away { from: 455_000, until: 651_000, over: true }], "{changed_ms}");
    }
    let mut quick = samples(&well(0..10));
    quick.change(250_000);
    assert_eq!(reckon(&quick, 500_000).away, [], "nobody had to wait");
}

#[test]
fn an_outage_may_last_to_the_end_or_from_the_beginning() {
    let mut writes: Vec<Write> = well(0..2);
    writes.extend((2..100).map(|beat| (beat * 50, 2_000, Some(Failure::no_primary as fn() -> Failure))));
    let open = reckoned(&writes, 5_000);
    assert_eq!(times(&open), [(55, 5_000, false)]);
    assert_eq!((open.retryable.hidden, open.retryable.errors), (0, 98));
    let mut begun: Vec<Write> = vec![(0, 400, None)];
    begun.extend(well(9..20));
    assert_eq!(times(&reckoned(&begun, 1_000)), [(0, 400, true)]);
    assert_eq!(times(&reckoned(&[], 1_000)), [(0, 1_000, false)]);
    assert_eq!(reckoned(&[], 1_000).usual_ms, None);
}

#[test]
fn a_client_waits_thirty_seconds_for_a_primary_and_sends_once_more() {
    let waits = |sent| (sent, 2_000, Some(Failure::no_primary as fn() -> Failure));
    let view = |writes: &[Write]| {
        let RetryableView { hidden, errors, slowest_ms } = reckoned(writes, 60_000).retryable;
        (hidden, errors, slowest_ms)
    };
    assert_eq!(view(&[waits(0), (30_000, 0, None)]), (1, 0, Some(30_000)));
    assert_eq!(view(&[waits(0), (30_000, 1, None)]), (0, 1, Some(1)));
    let retried = |took| (0, took, Some(stepped_down as fn() -> Failure));
    assert_eq!(view(&[retried(10), waits(10), (30_000, 10, None)]), (2, 0, Some(30_010)));
    assert_eq!(view(&[retried(10), (10, 1, Some(stepped_down)), (50, 1, None)]), (1, 1, Some(41)));
    assert_eq!(view(&[(0, 1, Some(refused)), (50, 1, None)]), (0, 1, Some(1)));
    assert_eq!(view(&[retried(10)]), (0, 1, None), "nothing is known of what came after");
}

#[test]
fn a_long_measuring_is_thinned_and_loses_neither_failures_nor_the_slowest() {
    let mut writes = well(0..72_000);
    writes[40_000].1 = 49;
    for failed in [7, 20_000, 71_999] {
        writes[failed].2 = Some(refused);
    }
    let reckoned = reckoned(&writes, 3_600_000);
    let kept = reckoned.sent_ms.len();
    assert!((5_000..=chart::MOST).contains(&kept) && kept == reckoned.took_ms.len(), "{kept}");
    assert!(reckoned.took_ms.contains(&Some(49)));
    let failed = reckoned.sent_ms.iter().zip(&reckoned.took_ms).filter(|(_, took)| took.is_none());
    assert_eq!(failed.map(|(sent, _)| sent / 50).collect::<Vec<_>>(), [7, 20_000, 71_999]);
    assert!(reckoned.sent_ms.is_sorted());
}

fn met() -> impl Strategy<Value = Option<fn() -> Failure>> {
    prop_oneof![
        6 => Just(None),
        1 => Just(Some(stepped_down as fn() -> Failure)),
        1 => Just(Some(refused as fn() -> Failure)),
        1 => Just(Some(Failure::no_primary as fn() -> Failure)),
        1 => Just(Some(Failure::no_answer as fn() -> Failure)),
    ]
}

proptest! {
    #[test]
    fn outages_are_in_order_and_hold_no_acknowledgement_and_every_long_silence_is_one(
        writes in prop::collection::vec((1_u32..4_000, met()), 0..120),
        more_ms in 0_u32..3_000,
    ) {
        let beats = writes.iter().zip(0_u32..);
        let writes: Vec<Write> = beats.map(|((took, met), beat)| (beat * 50, *took, *met)).collect();
        let end_ms = u32::try_from(writes.len()).expect("few") * 50 + more_ms;
        let reckoned = reckoned(&writes, end_ms);

        let acknowledged = writes.iter().filter(|(.., met)| met.is_none());
        let mut heard: Vec<u32> = acknowledged.map(|(sent, took, _)| (sent + took) * 1_000).collect();
        heard.sort_unstable();
        prop_assert!(reckoned.away.is_sorted_by(|one, other| one.until <= other.from));
        for away in &reckoned.away {
            prop_assert!(away.lasted() > SILENT_WITH_REASON);
            prop_assert!(!heard.iter().any(|at| away.from < *at && *at < away.until));
            prop_assert!(away.from == 0 || heard.contains(&away.from));
            prop_assert_eq!(away.over, heard.contains(&away.until) && away.from < *heard.last().expect("one"));
        }
        let end = (end_ms * 1_000).max(heard.last().copied().unwrap_or(0));
        let silences = std::iter::once(&0).chain(&heard).zip(heard.iter().chain([&end]));
        for (from, until) in silences.filter(|(from, until)| *until - *from > SILENT) {
            prop_assert!(reckoned.away.iter().any(|away| (away.from, away.until) == (*from, *until)));
        }

        let failed = u32::try_from(writes.len() - heard.len()).expect("few");
        prop_assert_eq!(reckoned.errors.iter().map(|error| error.count).sum::<u32>(), failed);
        prop_assert_eq!(reckoned.retryable.hidden + reckoned.retryable.errors, failed);
        prop_assert_eq!(reckoned.worst_ms.is_some(), !reckoned.away.is_empty());
        prop_assert!(reckoned.median_ms <= reckoned.worst_ms);
        prop_assert_eq!(reckoned.sent_ms.len(), writes.len());
    }
}
