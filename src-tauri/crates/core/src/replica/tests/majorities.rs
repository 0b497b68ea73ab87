//! How many may fail.

use insta::assert_snapshot;

use super::world::{World, of, peer, three, words, world};
use crate::replica::{Majority, VerdictLevel};

/// Voters, healthy voters, needed, election margin, write majority, write margin.
fn counts(set: &World) -> (u32, u32, u32, i32, u32, i32) {
    let Majority { voters, healthy_voters, needed, election_margin, write_majority, write_margin } =
        set.snapshot().majority.expect("the configuration is known");
    (voters, healthy_voters, needed, election_margin, write_majority, write_margin)
}

#[test]
fn two_data_members_and_an_arbiter_need_both_for_a_majority_write() {
    let mut set = world(&["a:1", "b:1", "c:1"], &["c:1"]);
    assert_eq!(counts(&set), (3, 3, 2, 1, 2, 0));
    assert_snapshot!(set.snapshot().verdict.summary, @"Healthy. But the loss of one data-bearing member stops majority writes.");
    set.peer("c:1").dies();
    assert_eq!(counts(&set), (3, 2, 2, 0, 2, 0));
    assert_snapshot!(set.snapshot().verdict.summary, @"Degraded: c:1 is down (connection refused, 0 s). Writes go on; one more loss stops them.");
    let mut set = world(&["a:1", "b:1", "c:1"], &["c:1"]);
    set.peer("b:1").dies();
    assert_eq!(counts(&set), (3, 2, 2, 0, 2, -1));
    assert_snapshot!(words(&set.snapshot()), @r"
    Critical
    Majority writes have stopped: 1 of the 2 data-bearing voters needed follows.
    b:1 is down (connection refused, 0 s).
    ");
}

#[test]
fn a_primary_and_an_arbiter_acknowledge_with_one() {
    let mut set = world(&["a:1", "b:1"], &["b:1"]);
    assert_eq!(counts(&set), (2, 2, 2, 0, 1, 0));
    assert_snapshot!(set.snapshot().verdict.summary, @"Healthy. But no member may stop: the next loss stops writes.");
    set.peer("b:1").dies();
    assert_snapshot!(set.snapshot().verdict.summary, @"1 of 2 voters is up, 2 needed: the primary is about to step down, then writes stop.");
    assert_eq!(set.snapshot().verdict.level, VerdictLevel::Critical);
}

#[test]
fn without_the_servers_counts_they_follow_from_the_votes() {
    for (hosts, arbiters) in
        [(&["a:1", "b:1", "c:1"][..], &["c:1"][..]), (&["a:1", "b:1"], &["b:1"]), (&["a:1"], &[])]
    {
        let told = world(hosts, arbiters);
        let mut untold = told.clone();
        untold.counts = (-1, -1, -1);
        assert_eq!(counts(&untold), counts(&told));
    }
}

#[test]
fn five_members_with_two_down_can_lose_no_more() {
    let mut set = world(&["a:1", "b:1", "c:1", "d:1", "e:1"], &[]);
    assert_snapshot!(set.snapshot().verdict.summary, @"Healthy. Any 2 members may stop and writes go on.");
    set.peer("d:1").dies();
    assert_eq!(counts(&set), (5, 4, 3, 1, 3, 1));
    assert_snapshot!(set.snapshot().verdict.summary, @"Degraded: d:1 is down (connection refused, 0 s). Writes go on, and would with one more loss.");
    set.peer("b:1").wall = 900;
    set.peer("b:1").optime = 900;
    set.peer("e:1").dies();
    assert_eq!(counts(&set), (5, 3, 3, 0, 3, 0));
    assert_snapshot!(words(&set.snapshot()), @r"
    Degraded
    Degraded: d:1 is down (connection refused, 0 s). 2 more members are not well. Writes go on; one more loss stops them.
    Another member heard: Error connecting to it :: caused by :: Connection refused. e:1 is down (connection refused, 0 s). b:1 is 100 s behind.
    ");
}

#[test]
fn a_voter_that_the_server_does_not_count_yet_is_not_counted_as_healthy() {
    let mut set = three();
    set.peers.push(peer(3, "d:1", false));
    set.peer("d:1").state = 5;
    assert_eq!(
        counts(&set),
        (3, 3, 2, 1, 2, 1),
        "newlyAdded: votes 1 in the configuration, 0 for the server"
    );
    set.peer("d:1").dies();
    assert_eq!(counts(&set), (3, 3, 2, 1, 2, 1), "a dead one is no loss");
    set.peer("b:1").dies();
    assert_eq!(counts(&set), (3, 2, 2, 0, 2, 0), "but a counted one is");
}

#[test]
fn a_voter_that_copies_again_still_votes() {
    let mut set = three();
    set.peer("c:1").state = 5;
    assert_eq!(counts(&set), (3, 3, 2, 1, 2, 0));
    assert_snapshot!(set.snapshot().verdict.summary, @"Degraded: c:1 copies all data (initial sync). Writes go on; the loss of one more data-bearing member stops majority writes.");
}

#[test]
fn a_member_without_a_vote_changes_no_margin() {
    let mut set = three();
    let mut extra = peer(3, "d:1", false);
    extra.config.insert("votes", 0);
    extra.config.insert("priority", 0.0);
    set.peers.push(extra);
    assert_eq!(counts(&set), (3, 3, 2, 1, 2, 1));
    set.peer("d:1").dies();
    assert_eq!(counts(&set), (3, 3, 2, 1, 2, 1));
    assert_eq!(of(&set.snapshot(), "d:1").votes, Some(0));
}
