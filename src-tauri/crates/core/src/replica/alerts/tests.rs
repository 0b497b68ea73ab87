//! Each threshold of the table: what is beyond it, for how long, and when it is over.

use super::{Alerts, Turn};
use crate::{
    replica::{
        AlertLevel, AlertSignal, ConnectionCounts, InitialSync, Member, MemberState, ReplicaSnapshot,
        SightKind, Thresholds,
        tests::world::{moment, three, world},
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
    at(0);
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
    at(0, 11.0);
    at(100, 61.0);
    let (raised, turns) = at(120, 70.0);
    assert_eq!((raised[0].level, raised[0].threshold), (WARNING, Some(10.0)), "critical for 20 s only");
    assert_eq!(raised[0].since, iso(moment(0)));
    assert!(matches!(&turns[..], [Turn::Raised(_)]), "{turns:?}");
    assert_eq!(at(219, 70.0).1, [], "silent while it lasts");
    let (raised, turns) = at(220, 70.0);
    assert_eq!((raised[0].level, raised[0].since.clone()), (CRITICAL, iso(moment(0))));
    assert_eq!(turns.len(), 1, "it became worse");
    let (raised, turns) = at(221, 3.0);
    assert!(
        raised.is_empty() && matches!(&turns[..], [Turn::Over(over)] if over.level == CRITICAL),
        "{turns:?}"
    );
    assert_eq!(at(222, 3.0).1, []);
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
    let sync = |failed| {
        member(|member| {
            member.initial_sync = Some(InitialSync {
                copied_bytes: None,
                total_bytes: None,
                failed_attempts: failed,
                most_attempts: Some(10),
                elapsed_seconds: None,
                remaining_seconds: None,
                source: None,
            });
        })
    };
    assert_eq!(after(&sync(0), 60), []);
    assert_eq!(after(&sync(1), 0), [(AlertSignal::InitialSync, WARNING)]);
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
    let far = |of: &mut Member| (of.clock_skew_seconds, of.ping_ms) = (Some(1.1), Some(400.0));
    assert_eq!(lasts(far), [], "within half the round trip");
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
fn what_had_begun_before_nobody_watched_has_to_last_anew() {
    let behind = member(|member| member.lag_seconds = Some(11.0));
    let mut alerts = Alerts::default();
    let at = |alerts: &mut Alerts, second| {
        let now = ReplicaSnapshot { taken_at: iso(moment(second)), ..behind.clone() };
        alerts.judge(&now, &Thresholds::default()).0.len()
    };
    at(&mut alerts, 0);
    alerts.interrupt();
    assert_eq!(at(&mut alerts, 500), 0);
    assert_eq!(at(&mut alerts, 620), 1);
    alerts.interrupt();
    assert_eq!(at(&mut alerts, 2_000), 1, "what was raised stays until it is seen to be over");
}
