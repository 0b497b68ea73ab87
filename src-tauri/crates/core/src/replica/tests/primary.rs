//! Who is primary, and what is said while nobody is.

use insta::assert_snapshot;

use super::world::{Access, moment, of, three, watch, words, world};
use crate::replica::{MemberHealth, MemberState, VerdictLevel};

#[test]
fn a_healthy_set_of_three_can_lose_any_one() {
    let snapshot = three().snapshot();
    assert_eq!(snapshot.primary.as_deref(), Some("a:1"));
    assert_eq!((snapshot.set_name.as_deref(), snapshot.term), (Some("rs0"), Some(3.0)));
    assert_eq!((snapshot.no_primary_seconds, snapshot.limits.len()), (None, 0));
    assert_eq!(snapshot.taken_at, "2023-11-14T22:13:20.000Z");
    let states: Vec<_> = snapshot.members.iter().map(|member| (member.state_code, member.health)).collect();
    assert_eq!(states, [(1, MemberHealth::Up), (2, MemberHealth::Up), (2, MemberHealth::Up)]);
    assert_eq!(of(&snapshot, "b:1").sync_source.as_deref(), Some("a:1"));
    assert_eq!(of(&snapshot, "a:1").sync_source, None);
    assert_snapshot!(words(&snapshot), @r"
    Healthy
    Healthy. Any one member may stop and writes go on.
    -
    ");
}

#[test]
fn a_lost_primary_is_counted_in_seconds_until_another_is_elected() {
    let (mut set, mut watch) = (three(), watch());
    watch.sees(&set, 0);
    set.peer("a:1").dies();
    let lost = watch.sees(&set, 1);
    assert_eq!((lost.primary.as_deref(), lost.no_primary_seconds), (None, Some(0.0)));
    let waiting = watch.sees(&set, 10);
    assert_eq!(waiting.no_primary_seconds, Some(9.0));
    assert_snapshot!(words(&waiting), @r"
    Critical
    No primary for 9 s: 2 of 3 voters are up, 2 needed, so an election is due. Writes wait for it.
    a:1 is down (connection refused, 9 s).
    ");
    set.peer("b:1").state = 1;
    set.everybody(|peer| peer.term = 4);
    let elected = watch.sees(&set, 12);
    assert_eq!((elected.primary.as_deref(), elected.no_primary_seconds), (Some("b:1"), None));
    assert_eq!((elected.term, elected.verdict.level), (Some(4.0), VerdictLevel::Degraded));
    set.everybody(|peer| peer.state = 2);
    assert_eq!(watch.sees(&set, 20).no_primary_seconds, Some(0.0), "counted anew");
}

#[test]
fn without_a_majority_it_says_how_many_must_come_back() {
    let mut set = three();
    set.peer("a:1").dies();
    set.peer("b:1").dies();
    assert_snapshot!(words(&set.snapshot()), @r"
    Critical
    No primary for 0 s: 1 of 3 voters reachable, 2 needed. Writes wait until another member is back.
    a:1 is down (connection refused, 0 s). b:1 is down (connection refused, 0 s).
    ");
    let mut five = world(&["a:1", "b:1", "c:1", "d:1", "e:1"], &[]);
    for host in ["a:1", "b:1", "c:1", "d:1"] {
        five.peer(host).dies();
    }
    assert_snapshot!(five.snapshot().verdict.summary, @"No primary for 0 s: 1 of 5 voters reachable, 3 needed. Writes wait until 2 more members are back.");
}

#[test]
fn no_election_is_promised_where_nobody_left_may_become_primary() {
    let mut set = world(&["a:1", "b:1", "c:1"], &["c:1"]);
    set.peer("b:1").config.insert("priority", 0.0);
    set.peer("a:1").dies();
    assert_snapshot!(set.snapshot().verdict.summary, @"No primary for 0 s: 2 of 3 voters are up, but none that may become primary. Writes wait until one is back.");
}

#[test]
fn of_two_primaries_the_one_with_the_lower_term_is_stale() {
    let mut set = three();
    set.peer("b:1").state = 1;
    set.peer("b:1").term = 4;
    set.peer("c:1").term = 4;
    let snapshot = set.snapshot();
    assert_eq!(snapshot.primary.as_deref(), Some("b:1"));
    assert_eq!(of(&snapshot, "a:1").state, MemberState::Unknown);
    assert_eq!(of(&snapshot, "b:1").state, MemberState::Primary);
    assert_snapshot!(words(&snapshot), @r"
    Degraded
    Degraded: a:1 still calls itself primary, although another was elected since. Writes go on; one more loss stops them.
    -
    ");
}

#[test]
fn the_term_decides_between_two_primaries_also_without_any_privilege() {
    for (a, b, winner, term) in [(3, 4, "b:1", 4.0), (5, 4, "a:1", 5.0)] {
        let mut set = three();
        set.peer("b:1").state = 1;
        set.peer("a:1").term = a;
        set.peer("b:1").term = b;
        set.everybody(|peer| peer.access = Access::Forbids(13));
        let snapshot = set.snapshot();
        assert_eq!(snapshot.primary.as_deref(), Some(winner));
        assert_eq!(snapshot.term, Some(term), "the winner's electionId has it");
    }
}

#[test]
fn a_set_of_which_nobody_answers_is_not_said_to_have_no_primary() {
    let (mut set, mut watch) = (three(), watch());
    watch.sees(&set, 0);
    set.everybody(|peer| peer.access = Access::Silent("no answer in time"));
    watch.sees(&set, 1);
    let snapshot = watch.sees(&set, 5);
    assert_snapshot!(words(&snapshot), @r"
    Critical
    None of the 3 members answers (4 s).
    a:1 is down (no answer in time, 4 s). b:1 is down (no answer in time, 4 s). c:1 is down (no answer in time, 4 s).
    ");
}

#[test]
fn before_anybody_was_asked_nothing_is_known() {
    let snapshot = watch().reducer.snapshot(moment(0));
    assert_snapshot!(words(&snapshot), @r"
    Unknown
    No member has answered yet.
    -
    ");
}
