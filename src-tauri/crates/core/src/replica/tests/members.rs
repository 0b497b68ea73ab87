//! One member at a time: its state in words, and how far it is behind.

use insta::assert_snapshot;

use super::world::{Access, World, of, peer, three, watch, words, world};
use crate::replica::{MemberHealth, MemberState};

#[test]
fn a_dead_secondary_is_down_with_what_the_others_heard() {
    let (mut set, mut watch) = (three(), watch());
    watch.sees(&set, 0);
    set.peer("c:1").dies();
    watch.sees(&set, 1);
    let snapshot = watch.sees(&set, 15);
    let dead = of(&snapshot, "c:1");
    assert_eq!((dead.state, dead.state_code, dead.health), (MemberState::Down, 8, MemberHealth::Down));
    assert_eq!((dead.lag_seconds, dead.ping_ms, dead.version.as_deref()), (None, None, None));
    assert_eq!((dead.down_seconds, dead.votes), (Some(14.0), Some(1)));
    assert_snapshot!(words(&snapshot), @r"
    Degraded
    Degraded: c:1 is down (connection refused, 14 s). Writes go on; one more loss stops them.
    Another member heard: Error connecting to it :: caused by :: Connection refused.
    ");
    set = three();
    let back = watch.sees(&set, 20);
    assert_eq!((of(&back, "c:1").down_seconds, of(&back, "c:1").health), (None, MemberHealth::Up));
    set.peer("c:1").dies();
    assert_eq!(of(&watch.sees(&set, 30), "c:1").down_seconds, Some(0.0), "counted anew");
}

#[test]
fn equal_optimes_are_no_lag_whatever_the_wall_clocks_say() {
    let mut set = three();
    set.peer("b:1").wall = 990;
    let lag = |set: &World| of(&set.snapshot(), "b:1").lag_seconds;
    assert_eq!(lag(&set), Some(0.0));
    set.peer("b:1").optime = 990;
    assert_eq!(lag(&set), Some(10.0));
    set.peer("b:1").wall = 1_010;
    assert_eq!(lag(&set), Some(0.0), "never below 0");
}

#[test]
fn a_member_far_behind_is_named() {
    let mut set = three();
    (set.peer("b:1").wall, set.peer("b:1").optime) = (989, 989);
    assert_snapshot!(set.snapshot().verdict.summary, @"Degraded: b:1 is 11 s behind. Writes go on, and would with one more loss.");
    set.peer("b:1").wall = 700;
    assert_snapshot!(set.snapshot().verdict.summary, @"Degraded: b:1 is 5 min behind. Writes go on, and would with one more loss.");
}

#[test]
fn without_a_primary_lag_is_against_the_newest() {
    let mut set = three();
    set.peer("a:1").dies();
    set.peer("c:1").wall = 993;
    set.peer("c:1").optime = 993;
    let snapshot = set.snapshot();
    let lags = ["a:1", "b:1", "c:1"].map(|host| of(&snapshot, host).lag_seconds);
    assert_eq!(lags, [None, Some(0.0), Some(7.0)]);
}

#[test]
fn an_arbiter_has_no_lag_never_0() {
    let mut set = world(&["a:1", "b:1", "c:1"], &["c:1"]);
    for access in [Access::Answers, Access::Forbids(13)] {
        set.everybody(|peer| peer.access = access);
        let snapshot = set.snapshot();
        let arbiter = of(&snapshot, "c:1");
        assert_eq!((arbiter.state, arbiter.arbiter, arbiter.lag_seconds), (MemberState::Arbiter, true, None));
        assert_eq!(of(&snapshot, "b:1").lag_seconds, Some(0.0));
    }
}

#[test]
fn an_arbiter_that_refuses_every_login_is_well_while_the_others_see_it() {
    let mut set = world(&["a:1", "b:1", "c:1", "d:1"], &["d:1"]);
    set.peer("d:1").access = Access::Silent("the login is refused");
    let snapshot = set.snapshot();
    assert_eq!(
        (of(&snapshot, "d:1").health, of(&snapshot, "d:1").state),
        (MemberHealth::Up, MemberState::Arbiter)
    );
    assert_eq!(snapshot.majority.as_ref().map(|majority| majority.healthy_voters), Some(4));
    assert_snapshot!(snapshot.verdict.summary, @"Healthy. But the loss of one data-bearing member stops majority writes.");
    set.peer("d:1").healthy = false;
    assert_eq!(of(&set.snapshot(), "d:1").health, MemberHealth::Down);
}

#[test]
fn a_delayed_hidden_member_is_not_behind_by_its_delay() {
    let mut set = three();
    let mut late = peer(3, "d:1", false);
    (late.wall, late.optime) = (400, 400);
    for (key, value) in [("votes", 0), ("secondaryDelaySecs", 600)] {
        late.config.insert(key, value);
    }
    late.config.insert("priority", 0.0);
    late.config.insert("hidden", true);
    set.peers.push(late);
    let snapshot = set.snapshot();
    let late = of(&snapshot, "d:1");
    assert_eq!((late.lag_seconds, late.delay_seconds), (Some(0.0), Some(600.0)));
    assert_eq!((late.hidden, late.priority, late.votes), (Some(true), Some(0.0), Some(0)));
    assert_snapshot!(snapshot.verdict.summary, @"Healthy. Any one member may stop and writes go on.");
    set.peer("d:1").wall = 380;
    assert_snapshot!(set.snapshot().verdict.summary, @"Degraded: d:1 is 20 s behind. Writes go on, and would with one more loss.");
}

#[test]
fn a_delay_under_its_old_name_counts_too() {
    let mut set = three();
    set.peer("c:1").config.remove("secondaryDelaySecs");
    set.peer("c:1").config.insert("slaveDelay", 30_i64);
    assert_eq!(of(&set.snapshot(), "c:1").delay_seconds, Some(30.0));
}

#[test]
fn a_state_that_does_not_follow_is_named_in_words() {
    let said = |state: i32| {
        let mut set = three();
        set.peer("c:1").state = state;
        set.snapshot().verdict.summary
    };
    assert_snapshot!(said(3), @"Degraded: c:1 is recovering: it serves no reads. Writes go on, and would with one more loss.");
    assert_snapshot!(said(9), @"Degraded: c:1 undoes writes that the majority never had (rollback). Writes go on; the loss of one more data-bearing member stops majority writes.");
}

#[test]
fn a_member_that_has_no_configuration_yet_is_starting() {
    let mut set = three();
    set.peer("c:1").access = Access::Forbids(94);
    let snapshot = set.snapshot();
    assert_eq!(of(&snapshot, "c:1").state, MemberState::Startup);
    assert_snapshot!(snapshot.verdict.summary, @"Degraded: c:1 is starting. Writes go on; one more loss stops them.");
}

#[test]
fn a_member_that_was_removed_says_so() {
    let mut set = three();
    set.peer("c:1").access = Access::Forbids(93);
    let snapshot = set.snapshot();
    let removed = of(&snapshot, "c:1");
    assert_eq!((removed.state, removed.state_code, removed.lag_seconds), (MemberState::Removed, 10, None));
    assert_snapshot!(snapshot.verdict.summary, @"Degraded: c:1 says that it was removed from the set. Writes go on; one more loss stops them.");
}

#[test]
fn every_state_keeps_its_number() {
    for code in [0, 1, 2, 3, 5, 6, 7, 8, 9, 10] {
        assert_eq!(MemberState::from_code(code).code(), code);
    }
    assert_eq!(MemberState::from_code(4), MemberState::Unknown);
}
