//! Who sees whom, and what is said of it.

use insta::assert_snapshot;

use super::world::{Access, World, moment, three, watch, words, world};
use crate::replica::{LossStops, SightKind};

fn five() -> World {
    world(&["a:1", "b:1", "c:1", "d:1", "e:1"], &[])
}

/// What is said when it has lasted, with the verdict.
fn lasting(set: &World) -> String {
    let mut watch = watch();
    watch.sees(set, 0);
    let snapshot = watch.sees(set, 14);
    let sight = snapshot.sight.clone().expect("a set");
    format!("{:?}: {}\n{}", sight.kind, sight.summary, words(&snapshot))
}

#[test]
fn all_see_all() {
    assert_snapshot!(lasting(&three()), @r"
    Clear: All see all.
    Healthy
    Healthy. Any one member may stop and writes go on.
    -
    ");
}

#[test]
fn a_member_that_nobody_sees_is_down_and_the_links_are_not() {
    let mut set = five();
    set.peer("c:1").dies();
    assert_snapshot!(lasting(&set), @r"
    MemberDown: All who answer agree: c:1 does not answer, and the links between the others hold.
    Degraded
    Degraded: c:1 is down (connection refused, 14 s). Writes go on, and would with one more loss.
    Another member heard: Error connecting to it :: caused by :: Connection refused.
    ");
    set.peer("e:1").dies();
    assert_snapshot!(lasting(&set), @r"
    MemberDown: All who answer agree: c:1 and e:1 do not answer, and the links between the others hold.
    Degraded
    Degraded: c:1 is down (connection refused, 14 s). One more member is not well. Writes go on; one more loss stops them.
    Another member heard: Error connecting to it :: caused by :: Connection refused. e:1 is down (connection refused, 14 s).
    ");
}

#[test]
fn a_member_that_only_we_cannot_reach_is_hidden_from_here() {
    let mut set = three();
    set.peer("c:1").access = Access::Silent("no answer in time");
    assert_snapshot!(lasting(&set), @r"
    HiddenFromHere: c:1 does not answer here, while a:1 and b:1 see it: the way from here to it is broken.
    Degraded
    Degraded: c:1 does not answer us (no answer in time), while other members still see it. Writes go on, and would with one more loss.
    -
    ");
}

#[test]
fn one_link_is_told_from_the_loss_of_a_member() {
    let mut set = three();
    set.cut("b:1", "c:1");
    assert_snapshot!(lasting(&set), @r"
    LinkDown: b:1 and c:1 do not see each other, although both answer here: the link between them is down.
    Degraded
    Degraded: b:1 and c:1 do not see each other, although both answer here: the link between them is down. Writes go on, and would with one more loss.
    -
    ");
    let mut set = three();
    set.cuts.push(("c:1", "a:1"));
    assert_snapshot!(lasting(&set), @r"
    OneWayLink: c:1 does not reach a:1, while a:1 reaches c:1: the link is broken one way.
    Degraded
    Degraded: c:1 does not reach a:1, while a:1 reaches c:1: the link is broken one way. Writes go on, and would with one more loss.
    -
    ");
}

#[test]
fn a_member_that_is_not_reached_or_does_not_reach_is_told_by_the_direction() {
    let mut set = three();
    set.cuts.extend([("a:1", "c:1"), ("b:1", "c:1")]);
    assert_snapshot!(lasting(&set), @r"
    OneWayLink: No other member reaches c:1, while it reaches others: calls to it do not arrive.
    Degraded
    Degraded: No other member reaches c:1, while it reaches others: calls to it do not arrive. Writes go on, and would with one more loss.
    -
    ");
    let mut set = three();
    set.cuts.extend([("c:1", "a:1"), ("c:1", "b:1")]);
    assert_snapshot!(lasting(&set), @r"
    OneWayLink: c:1 reaches no other member, while others reach it: its calls do not arrive.
    Degraded
    Degraded: c:1 reaches no other member, while others reach it: its calls do not arrive. Writes go on, and would with one more loss.
    -
    ");
}

#[test]
fn a_primary_that_is_cut_off_does_not_count_for_the_majority_of_the_others() {
    let mut set = three();
    set.cut("a:1", "b:1");
    set.cut("a:1", "c:1");
    // It has stepped down, and another one was elected.
    set.peer("a:1").state = 2;
    set.peer("b:1").state = 1;
    set.everybody(|peer| peer.term = 4);
    assert_snapshot!(lasting(&set), @r"
    CutOff: a:1 answers here, but neither sees the others nor is seen by them: it is cut off from the set. b:1 and c:1 have the majority and can elect a primary; the rest cannot.
    Degraded
    Degraded: a:1 answers here, but neither sees the others nor is seen by them: it is cut off from the set. b:1 and c:1 have the majority and can elect a primary; the rest cannot. Writes go on; one more loss stops them.
    -
    ");
}

#[test]
fn a_split_says_which_side_can_elect() {
    let mut set = five();
    for one in ["a:1", "b:1"] {
        for other in ["c:1", "d:1", "e:1"] {
            set.cut(one, other);
        }
    }
    set.peer("a:1").state = 2;
    assert_snapshot!(lasting(&set), @r"
    Partition: The set is split: a:1 and b:1 | c:1, d:1 and e:1. c:1, d:1 and e:1 have the majority and can elect a primary; the rest cannot.
    Critical
    No primary for 14 s: 3 of 5 voters are up, 3 needed, so an election is due. Writes wait for it.
    The set is split: a:1 and b:1 | c:1, d:1 and e:1. c:1, d:1 and e:1 have the majority and can elect a primary; the rest cannot.
    ");
    set.peer("c:1").dies();
    assert_snapshot!(lasting(&set), @r"
    Partition: The set is split: a:1 and b:1 | d:1 and e:1. No side has the 3 votes that elect a primary. c:1 is down.
    Critical
    No primary for 14 s: 2 of 5 voters reachable, 3 needed. Writes wait until another member is back.
    The set is split: a:1 and b:1 | d:1 and e:1. No side has the 3 votes that elect a primary. c:1 is down. c:1 is down (connection refused, 14 s).
    ");
}

#[test]
fn views_that_differ_for_a_moment_are_not_taken_at_their_word() {
    let (mut set, mut watch) = (three(), watch());
    watch.sees(&set, 0);
    set.cut("b:1", "c:1");
    let kinds: Vec<_> = (1..7).map(|second| watch.sees(&set, second).sight.expect("a set").kind).collect();
    assert_eq!(kinds[..4], [SightKind::Settling; 4], "two heartbeats of 2 s");
    assert_eq!(kinds[4..], [SightKind::LinkDown; 2]);
    set.cuts.clear();
    assert_eq!(watch.sees(&set, 7).sight.expect("a set").kind, SightKind::Clear);
}

#[test]
fn how_long_ago_a_call_arrived_is_told_by_the_viewers_own_clock() {
    let mut set = three();
    set.cuts.push(("c:1", "a:1"));
    let snapshot = set.snapshot();
    let view = &snapshot.views[0];
    let heard: Vec<_> = view.glances.iter().map(|glance| glance.heard_seconds).collect();
    assert_eq!((view.viewer.as_str(), heard), ("a:1", vec![None, Some(0.4), Some(9.0)]));
    assert_eq!(snapshot.members[2].heartbeat_seconds, Some(9.0), "at the primary");
}

#[test]
fn it_is_known_which_single_loss_stops_writes() {
    let stops =
        |set: &World| -> Vec<_> { set.snapshot().losses.into_iter().map(|loss| loss.stops).collect() };
    assert_eq!(stops(&three()), [LossStops::Nothing; 3]);
    let arbiter = world(&["a:1", "b:1", "c:1"], &["c:1"]);
    assert_eq!(stops(&arbiter), [LossStops::MajorityWrites, LossStops::MajorityWrites, LossStops::Nothing]);
    let mut set = three();
    set.peer("c:1").dies();
    assert_eq!(stops(&set), [LossStops::Writes; 2]);
    let mut set = three();
    for host in ["b:1", "c:1"] {
        set.peer(host).config.insert("priority", 0.0);
    }
    assert_eq!(
        stops(&set),
        [LossStops::Writes, LossStops::Nothing, LossStops::Nothing],
        "nobody else is electable"
    );
}

#[test]
fn majority_writes_that_wait_are_told_although_every_member_looks_well() {
    let (mut set, mut watch) = (three(), watch());
    set.peer("a:1").optime = 1_020;
    set.peer("a:1").wall = 1_020;
    assert_eq!(watch.sees(&set, 0).commit_lag_seconds, Some(20.0));
    assert_snapshot!(words(&watch.sees(&set, 3)), @r"
    Degraded
    Degraded: Majority writes have waited for 3 s. 2 members are not well. Others go on.
    b:1 is 20 s behind. c:1 is 20 s behind.
    ");
    assert_snapshot!(words(&watch.sees(&set, 12)), @r"
    Critical
    Majority writes have waited for 12 s: there is a primary, and no majority that follows it.
    b:1 is 20 s behind. c:1 is 20 s behind.
    ");
    set.committed = (1_010, 1_010);
    assert_eq!(watch.sees(&set, 13).commit_still_seconds, Some(0.0), "it moves");
}

#[test]
fn an_answer_that_is_told_twice_is_no_second_sample_of_the_commit_point() {
    let (mut set, mut watch) = (three(), watch());
    set.peer("a:1").optime = 1_020;
    set.peer("a:1").wall = 1_020;
    watch.sees(&set, 0);
    assert_eq!(
        watch.reducer.snapshot(moment(2)).commit_still_seconds,
        Some(0.0),
        "the primary was asked once"
    );
    assert_eq!(watch.sees(&set, 3).commit_still_seconds, Some(3.0));
    set.peer("a:1").dies();
    assert_eq!(watch.sees(&set, 4).commit_still_seconds, None, "nobody tells");
}
