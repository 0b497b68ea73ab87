//! What is told before an operation, in sets made of plain words.

use super::{
    CheckVerdict, OperationPlan, one_member,
    scene::Scene,
    step_down::{self, StepDown, Unreplicated},
};
use crate::replica::{
    ReplicaSnapshot,
    tests::world::{Peer, three, world},
};

const USUAL: StepDown = StepDown { seconds: 60, catch_up_seconds: 10, force: false };

fn step_down(now: ReplicaSnapshot, frozen: &[(&str, u32)], asked: StepDown) -> OperationPlan {
    step_down::plan(&Scene::of(now, frozen), asked, None).plan
}

/// What refuses, or warns.
fn told(plan: &OperationPlan, verdict: CheckVerdict) -> Vec<&str> {
    plan.checks.iter().filter(|check| check.verdict == verdict).map(|check| check.text.as_str()).collect()
}

#[track_caller]
fn refuses(plan: &OperationPlan, words: &str) {
    let refusals = told(plan, CheckVerdict::Refused);
    assert!(refusals.iter().any(|text| text.contains(words)), "{words:?} in {refusals:?}");
    assert!(!plan.allowed && plan.steps.is_empty(), "what is refused has no steps");
}

#[track_caller]
fn warns(plan: &OperationPlan, words: &str) {
    let warnings = told(plan, CheckVerdict::Warning);
    assert!(warnings.iter().any(|text| text.contains(words)), "{words:?} in {warnings:?}");
    assert!(plan.allowed, "{:?}", plan.checks);
}

fn falls_behind(peer: &mut Peer, seconds: u32) {
    peer.optime -= seconds;
    peer.wall -= i64::from(seconds);
}

#[test]
fn a_primary_steps_down_when_somebody_can_take_over() {
    let plan = step_down(three().snapshot(), &[], USUAL);
    assert!(plan.allowed && plan.confirm.is_none(), "{plan:?}");
    assert_eq!(plan.steps[0].command, "rs.stepDown(60, 10)");
    assert_eq!(plan.steps[0].host, "a:1");
    assert!(told(&plan, CheckVerdict::Fine)[0].contains("can take over"));
}

#[test]
fn without_anybody_who_can_take_over_it_is_refused() {
    let mut alone = three();
    for host in ["b:1", "c:1"] {
        alone.peer(host).dies();
    }
    refuses(&step_down(alone.snapshot(), &[], USUAL), "No secondary is up");
    refuses(
        &step_down(three().snapshot(), &[("b:1", 5), ("c:1", 5)], USUAL),
        "frozen or stepped down from here",
    );
    let arbiter = world(&["a:1", "b:1", "c:1"], &["b:1", "c:1"]).snapshot();
    refuses(&step_down(arbiter, &[], USUAL), "No secondary is up");
    let mut never = three();
    for host in ["b:1", "c:1"] {
        never.peer(host).config.insert("priority", 0.0);
    }
    refuses(&step_down(never.snapshot(), &[], USUAL), "No secondary is up");
    let mut nobody = three();
    nobody.peer("a:1").dies();
    refuses(&step_down(nobody.snapshot(), &[], USUAL), "no primary");
}

#[test]
fn a_frozen_secondary_beside_another_one_stands_in_nobodys_way() {
    assert!(step_down(three().snapshot(), &[("b:1", 5)], USUAL).allowed);
}

#[test]
fn who_is_too_far_behind_cannot_take_over_unless_it_is_forced() {
    let mut behind = three();
    for host in ["b:1", "c:1"] {
        falls_behind(behind.peer(host), 60);
    }
    refuses(&step_down(behind.snapshot(), &[], USUAL), "60 s behind");
    assert!(
        step_down(behind.snapshot(), &[], StepDown { seconds: 300, catch_up_seconds: 90, force: false })
            .allowed
    );
    let forced = step_down(behind.snapshot(), &[], StepDown { force: true, ..USUAL });
    warns(&forced, "60 s behind");
    assert_eq!(forced.confirm.as_deref(), Some("rs0"), "the set's name is typed on every connection");
}

#[test]
fn one_who_has_everything_is_not_enough_where_a_majority_has_not() {
    let mut five = world(&["a:1", "b:1", "c:1", "d:1", "e:1"], &[]);
    for host in ["c:1", "d:1", "e:1"] {
        falls_behind(five.peer(host), 100);
    }
    refuses(&step_down(five.snapshot(), &[], USUAL), "Only 2 of the 3 voters with data");
    warns(&step_down(five.snapshot(), &[], StepDown { force: true, ..USUAL }), "It goes all the same.");
    five.peer("c:1").optime = five.peer("b:1").optime;
    five.peer("c:1").wall = five.peer("b:1").wall;
    assert!(step_down(five.snapshot(), &[], USUAL).allowed);
}

#[test]
fn a_time_down_that_is_no_longer_than_the_wait_is_refused() {
    refuses(&step_down(three().snapshot(), &[], StepDown { seconds: 10, ..USUAL }), "not longer than");
    assert!(step_down(three().snapshot(), &[], StepDown { seconds: 11, ..USUAL }).allowed);
    refuses(&step_down(three().snapshot(), &[], StepDown { seconds: u32::MAX, ..USUAL }), "at the most");
    let is_ours = |seconds, catch_up_seconds| {
        let plan = step_down(three().snapshot(), &[], StepDown { seconds, catch_up_seconds, force: true });
        refuses(&plan, "not longer than");
        plan.checks[0].ours
    };
    assert!(is_ours(10, 10) && is_ours(0, 0) && is_ours(0, 5), "the server takes 0 for 60");
    assert!(!is_ours(9, 10));
}

#[test]
fn whoever_has_the_highest_priority_takes_the_office_back_and_that_is_told() {
    let mut first = three();
    first.peer("a:1").config.insert("priority", 2.0);
    warns(&step_down(first.snapshot(), &[], USUAL), "takes the office back");
    assert!(told(&step_down(three().snapshot(), &[], USUAL), CheckVerdict::Warning).is_empty());
}

#[test]
fn by_force_what_only_the_primary_has_is_listed() {
    let forced = StepDown { force: true, ..USUAL };
    let plan = |unreplicated: &Unreplicated| {
        step_down::plan(&Scene::of(three().snapshot(), &[]), forced, Some(unreplicated)).plan
    };
    let some = Unreplicated {
        count: 2,
        more: false,
        first: vec!["insert s.o 1".to_owned(), "delete s.o 2".to_owned()],
    };
    warns(
        &plan(&some),
        "2 operations on a:1 are on no secondary that could take over, and may be rolled back: insert s.o 1; delete s.o 2.",
    );
    let none = Unreplicated { count: 0, more: false, first: Vec::new() };
    assert!(
        told(&plan(&none), CheckVerdict::Fine)
            .iter()
            .any(|text| text.contains("had everything that a:1 has"))
    );
    warns(&step_down(three().snapshot(), &[], forced), "could not be looked up");
}

#[test]
fn only_a_secondary_is_frozen_and_the_last_who_could_stand_is_told_of() {
    let freeze = |frozen: &[(&str, u32)], host| {
        one_member::freeze(&Scene::of(three().snapshot(), frozen), host, 60).plan
    };
    assert!(freeze(&[], "b:1").allowed && told(&freeze(&[], "b:1"), CheckVerdict::Warning).is_empty());
    assert_eq!(freeze(&[], "b:1").steps[0].command, "rs.freeze(60)");
    refuses(&freeze(&[], "a:1"), "is the primary");
    refuses(&freeze(&[], "x:1"), "no member of the set. Its members are a:1, b:1, c:1");
    warns(&freeze(&[("c:1", 5)], "b:1"), "Nobody else could take over");
}

#[test]
fn a_member_that_does_not_answer_is_asked_nothing() {
    let mut dead = three();
    dead.peer("b:1").dies();
    let scene = Scene::of(dead.snapshot(), &[]);
    refuses(&one_member::freeze(&scene, "b:1", 1).plan, "cannot be asked: connection refused");
    refuses(&one_member::maintenance(&scene, "b:1", true).plan, "cannot be asked");
    refuses(&one_member::sync_from(&scene, "c:1", "b:1").plan, "b:1 cannot be asked");
}

#[test]
fn maintenance_is_for_secondaries_and_ends_where_it_was_begun() {
    let scene = |state| {
        let mut set = three();
        set.peer("b:1").state = state;
        Scene::of(set.snapshot(), &[])
    };
    let plan = one_member::maintenance(&scene(2), "b:1", true).plan;
    warns(&plan, "counts how often");
    assert_eq!(plan.steps[0].command, "db.adminCommand({ replSetMaintenance: true })");
    refuses(&one_member::maintenance(&scene(2), "a:1", true).plan, "takes no maintenance");
    refuses(&one_member::maintenance(&scene(2), "b:1", false).plan, "not in maintenance");
    assert!(one_member::maintenance(&scene(3), "b:1", false).plan.allowed);
    let mut stale = scene(3);
    for member in &mut stale.now.members {
        member.too_stale = member.host == "b:1";
    }
    refuses(&one_member::maintenance(&stale, "b:1", false).plan, "too stale");
}

#[test]
fn a_member_copies_from_who_has_data_and_is_not_itself() {
    let mut set = world(&["a:1", "b:1", "c:1", "d:1"], &["d:1"]);
    set.peer("c:1").config.insert("votes", 0);
    set.peer("c:1").config.insert("priority", 0.0);
    let scene = Scene::of(set.snapshot(), &[]);
    let from = |host, source| one_member::sync_from(&scene, host, source).plan;
    assert!(from("b:1", "a:1").allowed && from("c:1", "b:1").allowed);
    refuses(&from("b:1", "b:1"), "from itself");
    refuses(&from("b:1", "d:1"), "d:1 is an arbiter: it has no data.");
    refuses(&from("d:1", "a:1"), "no data to copy");
    refuses(&from("a:1", "b:1"), "copies from nobody");
    refuses(&from("b:1", "c:1"), "a voter copies from voters only");
    let mut behind = three();
    falls_behind(behind.peer("c:1"), 30);
    let late = one_member::sync_from(&Scene::of(behind.snapshot(), &[]), "b:1", "c:1").plan;
    warns(&late, "30 s further behind");
    let mut young = three();
    young.peer("b:1").state = 5;
    let plan = one_member::sync_from(&Scene::of(young.snapshot(), &[]), "b:1", "c:1").plan;
    refuses(&plan, "begin that copy anew");
    assert!(plan.checks[0].ours);
}

#[test]
fn how_a_member_is_given_all_data_anew_is_told_and_not_done() {
    let plan = one_member::resync(&Scene::of(three().snapshot(), &[]), "b:1").plan;
    assert!(!plan.allowed && plan.steps.is_empty() && told(&plan, CheckVerdict::Refused).is_empty());
    assert!(
        plan.by_hand.iter().any(|command| command.contains("mongod --replSet rs0 --port 1")),
        "{:?}",
        plan.by_hand
    );
    refuses(&one_member::resync(&Scene::of(three().snapshot(), &[]), "a:1").plan, "Step it down first");
    let mut last = three();
    for host in ["a:1", "c:1"] {
        last.peer(host).dies();
    }
    let plan = one_member::resync(&Scene::of(last.snapshot(), &[]), "b:1").plan;
    refuses(&plan, "it would be lost");
    assert!(plan.by_hand.is_empty(), "no commands to lose it with: {:?}", plan.by_hand);
}
