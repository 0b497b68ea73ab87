//! Each threshold of the table: what is beyond it, for how long, and when it is over.

use super::{Alert, Alerts, Turn};
use crate::{
    replica::{
        AlertLevel, AlertSignal, ConnectionCounts, InitialSync, Member, MemberState, ReplicaSnapshot,
        SightKind, Thresholds,
        tests::world::{Access, moment, three, world},
    },
    time::iso,
};

/// A healthy set, with one thing changed.
fn healthy() -> ReplicaSnapshot {
    three().snapshot()
}

fn member(change: impl Fn(&mut Member)) -> ReplicaSnapshot {
    let mut snapshot = healthy();
    change(&mut snapshot.members[1]);
    snapshot
}

/// What is raised of a state that has lasted for these seconds.
fn after(snapshot: &ReplicaSnapshot, seconds: u64) -> Vec<(AlertSignal, AlertLevel)> {
    let mut alerts = Alerts::default();
    let mut at = |second| {
        let now = ReplicaSnapshot { taken_at: iso(moment(second)), ..snapshot.clone() };
        alerts.judge(&now, &Thresholds::default()).0
    };
    for second in (0..seconds).step_by(10) {
        at(second);
    }
    at(seconds).into_iter().map(|alert| (alert.signal, alert.level)).collect()
}

const WARNING: AlertLevel = AlertLevel::Warning;
const CRITICAL: AlertLevel = AlertLevel::Critical;

#[test]
fn a_healthy_set_raises_nothing_however_long_it_is_watched() {
    assert_eq!(after(&healthy(), 0), []);
    assert_eq!(after(&healthy(), 3_600), []);
    assert_eq!(after(&world(&["a:1"], &[]).snapshot(), 3_600), [], "built without a margin: that is advice");
    assert_eq!(after(&world(&["a:1", "b:1", "c:1"], &["c:1"]).snapshot(), 3_600), []);
}

#[test]
fn lag_is_raised_when_it_has_lasted_two_minutes_and_at_the_level_that_has_lasted() {
    let behind = |lag| member(|member| member.lag_seconds = Some(lag));
    assert_eq!(after(&behind(10.0), 600), [], "10 s is the threshold, not beyond it");
    assert_eq!(after(&behind(11.0), 119), []);
    assert_eq!(after(&behind(11.0), 120), [(AlertSignal::Lag, WARNING)]);
    assert_eq!(after(&behind(61.0), 120), [(AlertSignal::Lag, CRITICAL)]);
    let mut alerts = Alerts::default();
    let mut at = |second, lag| {
        let now = ReplicaSnapshot { taken_at: iso(moment(second)), ..behind(lag) };
        alerts.judge(&now, &Thresholds::default())
    };
    for second in (0..100).step_by(10) {
        at(second, 11.0);
    }
    at(100, 61.0);
    at(110, 61.0);
    let (raised, turns) = at(120, 70.0);
    assert_eq!((raised[0].level, raised[0].threshold), (WARNING, Some(10.0)), "critical for 20 s only");
    assert_eq!(raised[0].since, iso(moment(0)));
    assert!(matches!(&turns[..], [Turn::Raised(_)]), "{turns:?}");
    for second in 121..219 {
        at(second, 70.0);
    }
    assert_eq!(at(219, 70.0).1, [], "silent while it lasts");
    let (raised, turns) = at(220, 70.0);
    assert_eq!((raised[0].level, raised[0].since.clone()), (CRITICAL, iso(moment(0))));
    assert_eq!(turns.len(), 1, "it became worse");
    assert_eq!(at(221, 3.0).1, [], "it may come back");
    let (raised, turns) = at(226, 3.0);
    assert!(
        raised.is_empty() && matches!(&turns[..], [Turn::Over(over)] if over.level == CRITICAL),
        "{turns:?}"
    );
    assert_eq!(at(227, 3.0).1, []);
}

#[test]
fn a_lost_primary_and_a_lost_majority_are_critical_at_once() {
    let mut set = three();
    set.peer("a:1").dies();
    assert_eq!(
        after(&set.snapshot(), 0),
        [
            (AlertSignal::NoPrimary, CRITICAL),
            (AlertSignal::ElectionMargin, WARNING),
            (AlertSignal::WriteMargin, WARNING),
            (AlertSignal::MemberState, WARNING),
        ]
    );
    set.peer("b:1").dies();
    let raised = after(&set.snapshot(), 0);
    assert!(raised.contains(&(AlertSignal::ElectionMargin, CRITICAL)), "{raised:?}");
    assert!(raised.contains(&(AlertSignal::WriteMargin, CRITICAL)), "{raised:?}");
}

#[test]
fn commit_lag_counts_only_while_the_commit_point_stands_still() {
    let mut snapshot = healthy();
    snapshot.commit_lag_seconds = Some(10.8);
    snapshot.commit_still_seconds = Some(0.0);
    assert_eq!(after(&snapshot, 60), [], "a single sample of an idle set");
    snapshot.commit_still_seconds = Some(1.0);
    assert_eq!(after(&snapshot, 0), [(AlertSignal::CommitLag, CRITICAL)]);
    snapshot.commit_lag_seconds = Some(6.0);
    assert_eq!(after(&snapshot, 0), [(AlertSignal::CommitLag, WARNING)]);
}

#[test]
fn an_oplog_window_is_judged_only_once_the_oplog_was_full() {
    let window = |hours, full| {
        member(|member| {
            member.oplog_window_hours = Some(hours);
            member.oplog_full = full;
        })
    };
    assert_eq!(after(&window(0.1, Some(false)), 60), []);
    assert_eq!(after(&window(0.1, None), 60), []);
    assert_eq!(after(&window(24.0, Some(true)), 60), []);
    assert_eq!(after(&window(23.0, Some(true)), 0), [(AlertSignal::OplogWindow, WARNING)]);
    assert_eq!(after(&window(0.9, Some(true)), 0), [(AlertSignal::OplogWindow, CRITICAL)]);
}

#[test]
fn headroom_is_a_share_of_the_sources_window() {
    let room = |headroom, stale_in| {
        let mut snapshot = member(|member| {
            member.headroom_hours = Some(headroom);
            member.stale_in_hours = stale_in;
        });
        snapshot.members[0].oplog_window_hours = Some(40.0);
        snapshot.members[0].oplog_full = Some(true);
        snapshot
    };
    assert_eq!(after(&room(10.0, None), 60), []);
    assert_eq!(after(&room(9.9, None), 0), [(AlertSignal::Headroom, WARNING)]);
    assert_eq!(after(&room(0.0, None), 0), [(AlertSignal::Headroom, CRITICAL)]);
    assert_eq!(after(&room(30.0, Some(5.0)), 120), [(AlertSignal::TimeToStale, WARNING)]);
    assert_eq!(after(&room(30.0, Some(0.5)), 120), [(AlertSignal::TimeToStale, CRITICAL)]);
    assert_eq!(after(&room(30.0, Some(6.0)), 120), []);
    let mut young = room(0.0, None);
    young.members[0].oplog_full = Some(false);
    assert_eq!(after(&young, 60), [], "an oplog that only grows drops nothing");
}

#[test]
fn states_in_which_a_member_does_not_serve_are_raised() {
    let state = |state| member(|member| member.state = state);
    assert_eq!(after(&state(MemberState::Recovering), 4), [], "passed through at every start");
    assert_eq!(after(&state(MemberState::Recovering), 5), [(AlertSignal::MemberState, WARNING)]);
    assert_eq!(after(&state(MemberState::Removed), 5), [(AlertSignal::MemberState, WARNING)]);
    assert_eq!(after(&state(MemberState::Rollback), 0), [(AlertSignal::TooStale, CRITICAL)]);
    assert_eq!(after(&state(MemberState::Startup2), 60), [], "an initial sync has its own signal");
    assert_eq!(after(&member(|member| member.too_stale = true), 0), [(AlertSignal::TooStale, CRITICAL)]);
    let sync = |failed| member(|member| member.initial_sync = Some(failing_sync(failed)));
    assert_eq!(after(&sync(0), 60), []);
    assert_eq!(after(&sync(1), 0), [(AlertSignal::InitialSync, WARNING)]);
}

fn failing_sync(failed_attempts: u32) -> InitialSync {
    InitialSync {
        copied_bytes: None,
        total_bytes: None,
        failed_attempts,
        most_attempts: Some(10),
        elapsed_seconds: None,
        remaining_seconds: None,
        source: None,
    }
}

#[test]
fn views_that_disagree_are_raised_and_those_that_still_settle_are_not() {
    let sight = |kind| {
        let mut snapshot = healthy();
        snapshot.sight.as_mut().expect("a set has one").kind = kind;
        after(&snapshot, 60)
    };
    assert_eq!(sight(SightKind::Settling), []);
    assert_eq!(sight(SightKind::MemberDown), [], "the member's own alert says it");
    for kind in [SightKind::OneWayLink, SightKind::LinkDown, SightKind::CutOff, SightKind::Partition] {
        assert_eq!(sight(kind), [(AlertSignal::Sight, WARNING)]);
    }
}

#[test]
fn a_spread_of_configurations_is_raised_after_half_a_minute() {
    let spread = |seconds| {
        let mut snapshot = healthy();
        snapshot.configuration.as_mut().expect("known").spread_seconds = Some(seconds);
        after(&snapshot, 0)
    };
    assert_eq!(spread(30.0), []);
    assert_eq!(spread(31.0), [(AlertSignal::ConfigSpread, WARNING)]);
}

#[test]
fn the_fourth_election_in_five_minutes_is_raised_and_is_over_when_they_are_long_ago() {
    let mut alerts = Alerts::default();
    let mut at = |second, term| {
        let now = ReplicaSnapshot { taken_at: iso(moment(second)), term: Some(term), ..healthy() };
        alerts.judge(&now, &Thresholds::default()).0.len()
    };
    assert_eq!((at(0, 7.0), at(10, 8.0), at(20, 9.0), at(30, 10.0)), (0, 0, 0, 0));
    assert_eq!(at(40, 11.0), 1);
    assert_eq!(at(310, 11.0), 1);
    assert_eq!(at(311, 11.0), 0);
    assert_eq!(at(1_000, 13.0), 0);
    alerts.interrupt();
    let now = ReplicaSnapshot { taken_at: iso(moment(2_000)), term: Some(99.0), ..healthy() };
    assert_eq!(alerts.judge(&now, &Thresholds::default()).0, [], "terms of a time when nobody watched");
}

#[test]
fn clocks_caches_connections_versions_and_flow_control_have_their_thresholds() {
    let lasts = |change: fn(&mut Member)| after(&member(change), 10);
    assert_eq!(lasts(|of| of.clock_skew_seconds = Some(-1.1)), [(AlertSignal::ClockSkew, WARNING)]);
    assert_eq!(lasts(|of| of.clock_skew_seconds = Some(5.1)), [(AlertSignal::ClockSkew, CRITICAL)]);
    let far = |of: &mut Member| (of.clock_skew_seconds, of.clock_skew_error_seconds) = (Some(1.1), Some(0.2));
    assert_eq!(lasts(far), [], "within half the round trip in which it was measured");
    let pinged = |of: &mut Member| (of.clock_skew_seconds, of.ping_ms) = (Some(1.1), Some(400.0));
    assert_eq!(lasts(pinged), [(AlertSignal::ClockSkew, WARNING)], "a ping is another round trip");
    assert_eq!(lasts(|of| of.cache_dirty = Some(0.16)), [(AlertSignal::CacheDirty, WARNING)]);
    assert_eq!(lasts(|of| of.cache_dirty = Some(0.21)), [(AlertSignal::CacheDirty, CRITICAL)]);
    let used = |current, available| {
        after(&member(|of| of.connections = Some(ConnectionCounts { current, available })), 10)
    };
    assert_eq!(used(80, 20), []);
    assert_eq!(used(81, 19), [(AlertSignal::Connections, WARNING)]);
    assert_eq!(used(96, 4), [(AlertSignal::Connections, CRITICAL)]);
    assert_eq!(lasts(|of| of.flow_control_lagged = Some(true)), [(AlertSignal::FlowControl, WARNING)]);
    let mut mixed = healthy();
    mixed.servers.versions = vec!["6.0.5".to_owned(), "7.0.2".to_owned()];
    assert_eq!(after(&mixed, 0), [(AlertSignal::MixedVersions, WARNING)]);
}

#[test]
fn what_had_begun_before_a_time_without_any_snapshot_has_to_last_anew() {
    let behind = member(|member| member.lag_seconds = Some(11.0));
    let mut alerts = Alerts::default();
    let mut at = |second| {
        let now = ReplicaSnapshot { taken_at: iso(moment(second)), ..behind.clone() };
        alerts.judge(&now, &Thresholds::default()).0.len()
    };
    at(0);
    assert_eq!((500..620).map(&mut at).sum::<usize>(), 0, "such as while the machine slept");
    assert_eq!(at(620), 1);
}

/// Judges states of one member that follow each other.
struct Following(Alerts);

impl Following {
    fn judge(&mut self, second: u64, snapshot: &ReplicaSnapshot) -> (Vec<Alert>, Vec<Turn>) {
        let now = ReplicaSnapshot { taken_at: iso(moment(second)), ..snapshot.clone() };
        self.0.judge(&now, &Thresholds::default())
    }

    /// The same lag for a time, as `lag` tells it at the end.
    fn lags(
        &mut self,
        seconds: std::ops::RangeInclusive<u64>,
        lag: impl Into<Option<f64>>,
    ) -> (usize, usize) {
        let lag = lag.into();
        seconds.map(|second| self.lag(second, lag)).last().expect("some seconds")
    }

    /// How many alerts are raised, and how many have turned.
    fn lag(&mut self, second: u64, lag: impl Into<Option<f64>>) -> (usize, usize) {
        let lag = lag.into();
        let (raised, turns) = self.judge(second, &member(|member| member.lag_seconds = lag));
        (raised.len(), turns.len())
    }
}

#[test]
fn a_figure_that_is_not_known_for_a_moment_ends_nothing_and_interrupts_nothing() {
    let mut following = Following(Alerts::default());
    following.lags(0..=60, 90.0);
    assert_eq!(following.lag(61, None), (0, 0));
    following.lags(62..=119, 90.0);
    assert_eq!(following.lag(120, 90.0), (1, 1), "one answer that did not come is no end of it");
    assert_eq!(following.lag(121, None), (1, 0));
    assert_eq!(following.lag(900, None), (1, 0), "it is not over because nobody knows");
    assert_eq!(following.lag(901, 1.0), (1, 0));
    assert_eq!(following.lag(907, 1.0), (0, 1));
}

#[test]
fn what_was_not_raised_and_is_not_known_for_long_has_to_last_anew() {
    let mut following = Following(Alerts::default());
    following.lag(0, 90.0);
    following.lags(1..=129, None);
    assert_eq!(following.lag(130, 90.0), (0, 0), "it was seen twice, and nothing is known in between");
    assert_eq!(following.lags(131..=249, 90.0), (0, 0));
    assert_eq!(following.lag(250, 90.0), (1, 1));
}

#[test]
fn a_value_that_hovers_about_its_threshold_is_raised_once() {
    let mut following = Following(Alerts::default());
    following.lags(0..=119, 11.0);
    assert_eq!(following.lag(120, 11.0), (1, 1));
    for second in 121..180 {
        let lag = if second % 4 == 0 { 10.1 } else { 9.9 };
        assert_eq!(following.lag(second, lag), (1, 0), "{second}");
    }
    let turns: usize = (180..190).map(|second| following.lag(second, 9.9).1).sum();
    assert_eq!(turns, 1);
    assert_eq!(following.lag(190, 11.0), (0, 0), "it has to last anew");
    let mut levels = Following(Alerts::default());
    let commit =
        |lag| ReplicaSnapshot { commit_lag_seconds: Some(lag), commit_still_seconds: Some(1.0), ..healthy() };
    let turns: usize = (0..60)
        .map(|second| levels.judge(second, &commit(if second % 2 == 0 { 10.1 } else { 9.9 })).1.len())
        .sum();
    assert_eq!(turns, 1, "and so is a level");
    levels.judge(60, &commit(9.0));
    let (raised, turns) = levels.judge(66, &commit(9.0));
    assert_eq!((raised[0].level, turns.len()), (WARNING, 0), "it is better, which is nothing to wake up for");
}

#[test]
fn nothing_is_over_because_a_member_went_silent() {
    let bad = member(|of| {
        of.lag_seconds = Some(90.0);
        of.too_stale = true;
        of.oplog_window_hours = Some(0.5);
        of.oplog_full = Some(true);
        of.headroom_hours = Some(-1.0);
        of.stale_in_hours = Some(0.1);
        of.clock_skew_seconds = Some(9.0);
        of.cache_dirty = Some(0.5);
        of.connections = Some(ConnectionCounts { current: 99, available: 1 });
        of.initial_sync = Some(failing_sync(2));
    });
    let mut bad = ReplicaSnapshot { commit_lag_seconds: Some(20.0), commit_still_seconds: Some(9.0), ..bad };
    bad.members[0].oplog_window_hours = Some(10.0);
    bad.members[0].oplog_full = Some(true);
    bad.servers.versions = vec!["6.0.5".to_owned(), "7.0.2".to_owned()];
    bad.configuration.as_mut().expect("known").spread_seconds = Some(99.0);
    bad.sight.as_mut().expect("known").kind = SightKind::LinkDown;
    let mut following = Following(Alerts::default());
    for second in 0..120 {
        following.judge(second, &bad);
    }
    let raised = following.judge(120, &bad).0;
    assert_eq!(raised.len(), 14, "{raised:#?}");
    let mut silent = member(|of| {
        let silent = silent_member();
        let (id, host) = (of.id, of.host.clone());
        *of = Member { id, host, ..silent };
    });
    silent.majority = None;
    silent.configuration = None;
    silent.commit_lag_seconds = None;
    silent.sight = None;
    silent.servers.versions = vec!["6.0.5".to_owned()];
    for second in 121..140 {
        let (still, turns) = following.judge(second, &silent);
        assert!(turns.iter().all(|turn| matches!(turn, Turn::Raised(_))), "{turns:?}");
        assert_eq!(still.len(), 15, "and it is down: {still:#?}");
    }
    let turns: Vec<_> = (140..150).flat_map(|second| following.judge(second, &healthy()).1).collect();
    assert_eq!(turns.len(), 8, "the figures of serverStatus are still to come: {turns:?}");
}

/// What is known of a member that is down.
fn silent_member() -> Member {
    let mut set = three();
    set.peer("b:1").dies();
    set.snapshot().members[1].clone()
}

#[test]
fn a_member_that_left_the_set_takes_its_alerts_along() {
    let mut following = Following(Alerts::default());
    following.lags(0..=120, 90.0);
    let mut less = healthy();
    less.members.remove(1);
    following.judge(121, &less);
    assert_eq!(following.judge(130, &less).1.len(), 1);
}

#[test]
fn a_time_that_nobody_watched_is_no_part_of_an_alert() {
    let mut following = Following(Alerts::default());
    following.lags(0..=119, 90.0);
    assert_eq!(following.lag(120, 90.0), (1, 1));
    following.0.interrupt();
    assert_eq!(following.lag(90_000, 90.0), (0, 0), "a day later it has to last anew, and nothing is over");
    let (raised, turns) = {
        following.lags(90_001..=90_119, 90.0);
        following.judge(90_120, &member(|member| member.lag_seconds = Some(90.0)))
    };
    assert_eq!((turns.len(), raised[0].since.clone()), (1, iso(moment(90_000))));
}

#[test]
fn a_primary_that_others_see_is_not_missed_because_it_cannot_be_reached_from_here() {
    let mut set = three();
    set.peer("a:1").access = Access::Silent("connection refused");
    let snapshot = set.snapshot();
    assert_eq!(snapshot.primary, None, "others are believed once they had the time to notice its death");
    assert_eq!(after(&snapshot, 0).iter().filter(|(signal, _)| *signal == AlertSignal::NoPrimary).count(), 0);
    set.peer("a:1").dies();
    assert_eq!(after(&set.snapshot(), 0)[0], (AlertSignal::NoPrimary, CRITICAL));
}

#[test]
fn an_oplog_that_has_to_keep_more_than_its_window_is_judged_by_that() {
    let retained = |hours| {
        member(|member| {
            member.oplog_window_hours = Some(0.5);
            member.oplog_full = Some(true);
            member.oplog_retention_hours = hours;
        })
    };
    assert_eq!(after(&retained(None), 0), [(AlertSignal::OplogWindow, CRITICAL)]);
    assert_eq!(after(&retained(Some(12.0)), 0), [(AlertSignal::OplogWindow, WARNING)]);
    assert_eq!(after(&retained(Some(24.0)), 0), []);
}

#[test]
fn a_member_that_finds_nobody_to_copy_from_is_raised_after_half_a_minute() {
    let alone = member(|member| member.sync_source = None);
    assert_eq!(after(&alone, 29), [], "it looks for one after every election");
    assert_eq!(after(&alone, 30), [(AlertSignal::SyncSource, WARNING)]);
    let forbidden = member(|of| (of.sync_source, of.uptime_seconds) = (None, None));
    assert_eq!(after(&forbidden, 60), [], "its status may not be asked for");
    let arbiter = world(&["a:1", "b:1", "c:1"], &["c:1"]).snapshot();
    assert_eq!(after(&arbiter, 60), [], "an arbiter copies nothing");
    let mut lost = alone.clone();
    lost.primary = None;
    assert_eq!(after(&lost, 60), [], "without a primary there is nothing to copy");
    let mut following = Following(Alerts::default());
    for second in 0..=30 {
        following.judge(second, &alone);
    }
    assert_eq!(following.judge(31, &lost).1, [], "nor is it over");
    assert_eq!(following.judge(32, &healthy()).1.len(), 1);
}

#[test]
fn a_clock_that_is_put_back_holds_up_no_alert() {
    let mut following = Following(Alerts::default());
    following.lags(7_000..=7_020, 90.0);
    assert_eq!(following.lags(3_600..=3_719, 90.0), (0, 0));
    assert_eq!(following.lag(3_720, 90.0), (1, 1));
    following.lag(3_721, 1.0);
    assert_eq!(following.lag(100, 1.0), (0, 1));
}

#[test]
fn a_member_that_misses_an_answer_and_knows_of_the_newest_term_is_no_election_when_it_returns() {
    let mut alerts = Alerts::default();
    for second in 0..60 {
        let term = if second % 2 == 0 { 7.0 } else { 6.0 };
        let now = ReplicaSnapshot { term: Some(term), taken_at: iso(moment(second)), ..healthy() };
        assert_eq!(alerts.judge(&now, &Thresholds::default()).0, [], "at {second} s");
    }
}
