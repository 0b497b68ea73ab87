//! Which steps lead where.

use insta::assert_snapshot;

use super::sets::{down, refused, set, way, well, with};
use crate::replica::{
    ConfigRule, ElectionChance,
    config::{DefaultWriteConcern, SetNow, plan, told, told_by_force},
};

fn healthy(now: SetNow) -> SetNow {
    now
}

#[test]
fn a_wish_that_changes_nothing_takes_no_step() {
    assert_eq!(way("a:1 b:1 c:1", "a:1 b:1 c:1", healthy), "");
}

#[test]
fn several_priorities_are_one_step() {
    assert_snapshot!(way("a:1 b:1 c:1", "a:1 b:5 c:0", healthy), @"a:1 b:5 c:0");
}

#[test]
fn a_new_voter_comes_without_a_vote_and_is_promoted() {
    assert_snapshot!(way("a:1 b:1 c:1", "a:1 b:1 c:1 d:2", healthy), @r"
    a:1 b:1 c:1 d:0!
    a:1 b:1 c:1 d:2
    ");
}

#[test]
fn several_new_voters_come_together_and_are_promoted_one_by_one() {
    assert_snapshot!(way("a:1 b:1 c:1", "a:1 b:1 c:1 d:1 e:1", healthy), @r"
    a:1 b:1 c:1 d:0! e:0!
    a:1 b:1 c:1 d:1 e:0!
    a:1 b:1 c:1 d:1 e:1
    ");
}

#[test]
fn a_voter_is_replaced_by_adding_before_removing() {
    assert_snapshot!(way("a:1 b:1 c:1", "a:1 b:1 d:1", healthy), @r"
    a:1 b:1 c:1 d:0!
    a:1 b:1 c:1 d:1
    a:1 b:1 d:1
    ");
}

#[test]
fn a_voter_that_is_down_is_removed_first_as_that_takes_a_step_less() {
    assert_snapshot!(way("a:1 b:1 c:1", "a:1 b:1 d:1", |now| down(now, &["c:1"])), @r"
    a:1 b:1 d:0!
    a:1 b:1 d:1
    ");
}

#[test]
fn of_seven_voters_one_goes_before_another_comes() {
    assert_snapshot!(
        way("a:1 b:1 c:1 d:1 e:1 f:1 g:1", "a:1 b:1 c:1 d:1 e:1 f:1 h:1", healthy),
        @r"
    a:1 b:1 c:1 d:1 e:1 f:1 h:0!
    a:1 b:1 c:1 d:1 e:1 f:1 h:1
    "
    );
}

#[test]
fn the_vote_moves_from_one_member_to_another_by_giving_before_taking() {
    assert_snapshot!(way("a:1 b:1 c:1 d:0!", "a:1 b:1 c:0! d:1", healthy), @r"
    a:1 b:1 c:1 d:1
    a:1 b:1 c:0! d:1
    ");
}

#[test]
fn what_concerns_no_vote_comes_with_the_last_step() {
    assert_snapshot!(way("a:1 b:1 c:1 d:1 e:1", "a:1 b:9 c:1", healthy), @r"
    a:1 b:1 c:1 e:1
    a:1 b:9 c:1
    ");
}

#[test]
fn a_primary_with_an_arbiter_gets_its_secondary_at_priority_0_first() {
    assert_snapshot!(way("a:1 b:0*", "a:1 b:0* c:1", healthy), @r"
    a:1 b:0* c:0!
    a:1 b:0* c:0
    a:1 b:0* c:1
    ");
}

#[test]
fn the_raise_travels_with_the_next_step_where_there_is_one() {
    assert_snapshot!(way("a:1 b:0* c:0! d:0!", "a:1 b:0* c:1 d:1", healthy), @r"
    a:1 b:0* c:0 d:0!
    a:1 b:0* c:1 d:1
    ");
}

#[test]
fn an_arbiter_makes_room_for_a_member_with_data() {
    assert_snapshot!(way("a:1 b:1 c:0*", "a:1 b:1 d:1", healthy), @r"
    a:1 b:1 c:0* d:0!
    a:1 b:1 c:0* d:1
    a:1 b:1 d:1
    ");
}

#[test]
fn where_the_default_write_concern_may_not_change_the_way_round_it_is_taken_or_it_is_refused() {
    let implicit = |now: SetNow| SetNow { default_write_concern: DefaultWriteConcern::Implicit, ..now };
    assert!(way("a:1 b:1 c:1", "a:1 b:1 c:1 d:0*", implicit).contains("DefaultWriteConcern"));
    assert!(way("a:1 b:1 c:0*", "a:1 b:1", implicit).contains("DefaultWriteConcern"));
    assert_snapshot!(way("a:1 b:1 c:1 d:1", "a:1 b:1 c:1 d:1 e:0*", implicit), @"a:1 b:1 c:1 d:1 e:0*");
    assert_snapshot!(way("a:1 b:1 c:1 d:0!", "a:1 b:1 c:1 d:1 e:0*", implicit), @r"
    a:1 b:1 c:1 d:1
    a:1 b:1 c:1 d:1 e:0*
    ");
}

#[test]
fn what_would_leave_no_majority_on_the_way_is_refused() {
    let told = way("a:1 b:1 c:1 d:1 e:1", "a:1 d:1 e:1", |now| down(now, &["d:1", "e:1"]));
    assert!(told.contains("Committed"), "{told}");
}

#[test]
fn a_plan_tells_margins_losses_and_why_an_election_is_likely() {
    let current = set("a:1 b:1 c:1");
    let wished = set("a:1 b:3 c:1 d:1");
    let now = well(&current);
    let steps = plan(&current, &wished, &now).expect("a plan");
    let told = told(&current, &steps, &now);
    let titles: Vec<_> = told.iter().map(|step| step.title.as_str()).collect();
    assert_eq!(titles, ["Add d:1 without a vote as yet", "Give d:1 its vote and priority 1"]);
    assert_snapshot!(told[0].command, @r#"rs.add({ _id: 3, host: "d:1", priority: 0, votes: 0 })"#);
    assert_snapshot!(told[1].command, @"cfg = rs.conf(); cfg.members[1].priority = 3; cfg.members[3].priority = 1; cfg.members[3].votes = 1; rs.reconfig(cfg)");
    assert_snapshot!(told[0].waits_for.as_deref().expect("a wait"), @"A majority holds the configuration, and d:1 has its data (SECONDARY).");
    assert_eq!((told[0].election, told[1].election), (ElectionChance::Unlikely, ElectionChance::Likely));
    assert_snapshot!(told[1].election_reason.as_deref().unwrap_or(""), @"b:1 gets a higher priority (3) than the primary (1): it takes over as soon as it has caught up.");
    let after = told[1].after.expect("voters");
    assert_eq!((after.voters, after.needed, after.election_margin, after.write_margin), (4, 3, 1, 1));
    assert_eq!(told[1].losses.len(), 4);
    assert_eq!(told[0].less_safe, None);
    let paths: Vec<_> = told[1].changes.iter().map(|change| change.path.as_str()).collect();
    assert_eq!(paths, ["members[b:1].priority", "members[d:1].priority", "members[d:1].votes"]);
}

#[test]
fn a_step_that_is_less_safe_than_begin_and_end_says_for_how_long() {
    let current = set("a:1 b:1 c:1 d:1 e:1 f:1 g:1");
    let now = well(&current);
    let wished = set("a:1 b:1 c:1 d:1 e:1 f:1 h:1");
    let steps = plan(&current, &wished, &now).expect("a plan");
    let told = told(&current, &steps, &now);
    assert_snapshot!(told[0].less_safe.as_deref().unwrap_or(""), @"Until h:1 has its data and its vote, 1 fewer voter may be lost than before and after.");
    assert_eq!(told[1].less_safe, None);
}

#[test]
fn a_removal_is_typed_as_one() {
    let current = set("a:1 b:1 c:1");
    let now = well(&current);
    let steps = plan(&current, &set("a:1 b:1"), &now).expect("a plan");
    assert_snapshot!(told(&current, &steps, &now)[0].command, @r#"rs.remove("c:1")"#);
    let steps =
        plan(&current, &with(&current, 2, "tags", bson::doc! { "dc": "east" }), &now).expect("a plan");
    assert_snapshot!(told(&current, &steps, &now)[0].command, @r#"cfg = rs.conf(); cfg.members[2].tags = { dc: "east" }; rs.reconfig(cfg)"#);
}

#[test]
fn what_is_typed_by_force_needs_no_primary() {
    let current = set("a:1 b:1 c:1");
    let now = SetNow { primary: None, ..down(well(&current), &["b:1", "c:1"]) };
    let typed = |wished| told_by_force(&current, &set(wished), "a:1", None, &now).command;
    assert_snapshot!(typed("a:1 b:1"), @"cfg = rs.conf(); cfg.members.splice(2, 1); rs.reconfig(cfg, { force: true })");
    assert_snapshot!(typed("a:1 b:1 c:1 d:1"), @r#"cfg = rs.conf(); cfg.members.push({ _id: 3, host: "d:1" }); rs.reconfig(cfg, { force: true })"#);
    assert_snapshot!(typed("a:2"), @"cfg = rs.conf(); cfg.members[0].priority = 2; cfg.members.splice(2, 1); cfg.members.splice(1, 1); rs.reconfig(cfg, { force: true })");
    let whole = typed("b:1 a:1");
    assert!(whole.starts_with("rs.reconfig({\n") && whole.ends_with("}, { force: true })"), "{whole}");
    let step = told_by_force(&current, &set("a:1"), "a:1", None, &now);
    assert_eq!(
        (step.election, step.before.map(|margins| margins.election_margin)),
        (ElectionChance::Certain, Some(-1))
    );
    assert_eq!(step.after.map(|margins| margins.election_margin), Some(0));
}

#[test]
fn an_apostrophe_in_a_name_is_typed_as_one() {
    let current = with(&set("a:1 b:1 c:1"), 2, "host", "it's:1");
    let now = well(&current);
    let steps = plan(&current, &set("a:1 b:1"), &now).expect("a plan");
    assert_snapshot!(told(&current, &steps, &now)[0].command, @r#"rs.remove("it's:1")"#);
}

#[test]
fn a_step_that_removes_and_adds_is_titled_with_both() {
    let current = set("a:1 b:1 c:1");
    let now = down(well(&current), &["c:1"]);
    let steps = plan(&current, &set("a:1 b:1 d:1"), &now).expect("a plan");
    let told = told(&current, &steps, &now);
    let titles: Vec<_> = told.iter().map(|step| step.title.as_str()).collect();
    assert_eq!(titles, ["Remove c:1, and add d:1", "Give d:1 its vote and priority 1"]);
    let arbiter = set("a:1 b:1 c:1 d:0*");
    let steps = plan(&current, &arbiter, &well(&current)).expect("a plan");
    assert_eq!(crate::replica::config::told(&current, &steps, &now)[0].title, "Add d:1 as an arbiter");
}

#[test]
fn voters_that_never_got_their_data_may_be_more_than_seven_and_go_one_by_one() {
    let nine = "a:1 b:1 c:1 d:1 e:1 f:1 g:1 h:1 i:1";
    let stuck = |now| down(now, &["h:1", "i:1"]);
    assert_snapshot!(way(nine, "a:1 b:1 c:1 d:1 e:1 f:1 g:1", stuck), @r"
    a:1 b:1 c:1 d:1 e:1 f:1 g:1 i:1
    a:1 b:1 c:1 d:1 e:1 f:1 g:1
    ");
    assert_snapshot!(way(nine, "a:1 b:5 c:1 d:1 e:1 f:1 g:1 h:1 i:1", stuck), @"a:1 b:5 c:1 d:1 e:1 f:1 g:1 h:1 i:1");
    assert!(
        way(nine, "a:1 b:1 c:1 d:1 e:1 f:1 g:1 h:1 j:1", stuck).starts_with("Some(VoterCount)"),
        "none is given"
    );
}

#[test]
fn more_votes_than_can_be_put_in_order_are_refused_with_words_of_their_own() {
    let letters: Vec<char> = ('a'..='z').collect();
    let all: Vec<_> = letters.iter().map(|name| format!("{name}:1")).collect();
    let current = set(&all.join(" "));
    let wished = set(&all[..8].join(" "));
    assert_eq!(refused(&current, &wished, &well(&current)), [(ConfigRule::VoterCount, true)]);
    let told = plan(&current, &wished, &well(&current)).expect_err("refused");
    assert!(told[0].text.starts_with("18 votes would change: at most 14 do in one operation"), "{told:?}");
    assert!(plan(&current, &set(&all[..12].join(" ")), &well(&current)).is_ok(), "14 are put in order");
}
