//! By force, where a majority is lost.

use bson::doc;

use super::{WITHIN, places::places};
use crate::{
    Result,
    replica::{
        ConfigEdit, ConfigRule, MemberState, OperationCheck, ReplicaSnapshot, StepMargins,
        config::{self, DefaultWriteConcern, SetNow, WholeConfig},
        operations::{
            check::allows,
            codes::explained,
            prepared::{Action, Ask, Outline, Prepared},
            scene::{Hands, Scene},
            settle::Settles,
        },
        signals::voter::Voter,
    },
};

/// Plans it for a set that has lost its majority.
pub(in crate::replica::operations) async fn plan_by_force(
    hands: &Hands,
    scene: &Scene,
    host: &str,
    edits: &[ConfigEdit],
) -> Result<Prepared> {
    let mut outline = Outline::new("Change the configuration by force");
    let Some(survivor) = outline.need(scene.member(host)) else { return Ok(outline.without_steps()) };
    let mut checks = usual_way_is_closed(&scene.now);
    if survivor.arbiter {
        checks
            .push(OperationCheck::refused(format!("{host} is an arbiter: ask a member that has the data.")));
    }
    let member = hands.member(scene, host)?;
    let read = member.ask(&doc! { "replSetGetConfig": 1 }, WITHIN).await;
    member.close().await;
    let current = WholeConfig::read(&read.map_err(|error| explained("replSetGetConfig", error))?)?;
    let wished = config::apply(&current, edits, hands.now_ms())?;
    let now = SetNow::of(&scene.now, DefaultWriteConcern::Set);
    let settles =
        Settles::Installed { above: current.age().version, hosts: wished.hosts().into_iter().collect() };
    let told = config::told_by_force(&current, &wished, host, settles.words(), &now);
    // That there is no primary is why it is done by force.
    let judged = config::check(&current, &wished, &now).into_iter();
    checks.extend(judged.filter(|check| check.rule != Some(ConfigRule::HasPrimary)));
    checks.extend(by_force(host, &current, &wished, &now, told.after));
    // Nobody is dialled for what cannot be.
    if allows(&checks) {
        checks.extend(places(hands, scene, &current, &wished).await);
    }
    outline.check_all(checks);
    outline.then("The version jumps by tens of thousands, and the term goes out of the configuration: so that it outdoes every other one.");
    outline.then(
        "What only the lost members have, also what a majority had acknowledged, is gone for the set: when they come back they undo \
         it (rollback) and keep it in files at their machines. The timeline tells what.",
    );
    outline.then(
        "Do not let the lost members come back as a set of their own: two primaries would take writes.",
    );
    outline.type_to_confirm(scene.set_name());
    let ask = Ask {
        host: host.to_owned(),
        command: doc! { "replSetReconfig": wished.aged(&current, 1).document().clone(), "force": true },
        answers_within_seconds: 10,
        settles,
        done: "The configuration is installed.".to_owned(),
    };
    let text = wished.aged(&current, 0).text();
    let mut prepared = outline.close(vec![told], Some(text), Action::Ask(Box::new(ask)));
    prepared.plan.basis = Some(current.age());
    Ok(prepared)
}

/// Whether a primary is there or to be expected: then nothing is done by force.
fn usual_way_is_closed(now: &ReplicaSnapshot) -> Vec<OperationCheck> {
    if now.primary.is_some() {
        return vec![OperationCheck::refused(
            "The set has a primary: change its configuration in the usual way, which loses nothing.",
        )];
    }
    if now.majority.as_ref().is_none_or(|majority| majority.election_margin < 0) {
        return vec![OperationCheck::fine(
            "A majority is lost: no primary can be elected, and the usual way is closed.",
        )];
    }
    let voters = Voter::all(&now.members);
    let may_stand = |voter: &&Voter<'_>| {
        voter.votes.is_none_or(|votes| votes > 0)
            && voter.can_vote()
            && !voter.arbiter
            && voter.priority.is_none_or(|priority| priority > 0.0)
    };
    let standing: Vec<_> = voters.iter().filter(may_stand).collect();
    if standing.iter().any(|voter| voter.state.advances()) {
        return vec![OperationCheck::refused(
            "A majority of the voters is up: a primary will be elected. Wait for it, and change the configuration in the usual way.",
        )];
    }
    let later = standing.into_iter().map(|voter| {
        OperationCheck::warning(format!(
            "{} is {}, and can be elected once it is {}: wait for that where it comes.",
            voter.host,
            voter.state.name(),
            MemberState::Secondary.name()
        ))
    });
    let closed = OperationCheck::fine(
        "A majority of the voters is up, and none of them can be elected: there is no primary, and the usual way is closed.",
    );
    later.chain([closed]).collect()
}

/// What has to be so that the member that is asked takes it, and a primary is elected then.
fn by_force(
    host: &str,
    current: &WholeConfig,
    wished: &WholeConfig,
    now: &SetNow,
    after: Option<StepMargins>,
) -> Vec<OperationCheck> {
    let mut checks = Vec::new();
    let asked = current.members().into_iter().find(|member| member.host == host);
    if !asked.is_some_and(|asked| wished.members().iter().any(|member| member.id == asked.id)) {
        let text = format!(
            "{host} would not be a member any more: it takes no configuration that it is not in. Ask a member that stays."
        );
        checks.push(OperationCheck::refused(text));
    }
    if after.is_none_or(|after| after.election_margin < 0) {
        let text = "Of the voters that are wished too few answer: no primary could be elected. Take out those that are lost.";
        checks.push(OperationCheck::refused(text).by(ConfigRule::HasPrimary).ours());
    } else if !config::can_elect(wished, current, now) {
        let text = "Of the voters that are wished none that answers and has data could be elected: give one of them a priority above 0.";
        checks.push(OperationCheck::refused(text).by(ConfigRule::OneElectable).ours());
    }
    checks
}

#[cfg(test)]
mod tests {
    use super::{super::tests::config, *};
    use crate::replica::{
        CheckVerdict,
        tests::world::{World, world},
    };

    fn five() -> World {
        world(&["a:1", "b:1", "c:1", "d:1", "e:1"], &[])
    }

    /// Two who could be elected are gone, and three who never are stay.
    fn nobody_stands() -> World {
        let mut set = five();
        for host in ["c:1", "d:1", "e:1"] {
            set.peer(host).config.insert("priority", 0.0);
        }
        for host in ["a:1", "b:1"] {
            set.peer(host).dies();
        }
        set
    }

    fn verdict(set: &World) -> (CheckVerdict, String) {
        let checks = usual_way_is_closed(&set.snapshot());
        (checks[0].verdict, checks.iter().map(|check| check.text.as_str()).collect::<Vec<_>>().join(" "))
    }

    #[test]
    fn a_majority_of_which_nobody_can_be_elected_closes_the_usual_way() {
        let (refused, why) = verdict(&five());
        assert!(refused == CheckVerdict::Refused && why.contains("has a primary"), "{why}");
        let mut headless = five();
        headless.peer("a:1").dies();
        let (refused, why) = verdict(&headless);
        assert!(refused == CheckVerdict::Refused && why.contains("will be elected"), "{why}");
        let (fine, why) = verdict(&nobody_stands());
        assert!(fine == CheckVerdict::Fine && why.contains("none of them can be elected"), "{why}");
        let mut later = nobody_stands();
        later.peer("c:1").config.insert("priority", 1.0);
        later.peer("c:1").state = 3;
        let (warning, why) = verdict(&later);
        assert!(
            warning == CheckVerdict::Warning && why.starts_with("c:1 is RECOVERING, and can be"),
            "{why}"
        );
        let mut lost = five();
        for host in ["a:1", "b:1", "c:1"] {
            lost.peer(host).dies();
        }
        let (fine, why) = verdict(&lost);
        assert!(fine == CheckVerdict::Fine && why.starts_with("A majority is lost"), "{why}");
    }

    fn forced(set: &World, host: &str, edits: &[ConfigEdit]) -> Vec<Option<ConfigRule>> {
        let current = config(set);
        let wished = config::apply(&current, edits, 0).expect("made");
        let now = SetNow::of(&set.snapshot(), DefaultWriteConcern::Set);
        let after = config::margins(&wished, &current, &now).0;
        let checks = by_force(host, &current, &wished, &now, after);
        checks
            .into_iter()
            .inspect(|check| assert_eq!(check.verdict, CheckVerdict::Refused))
            .map(|check| check.rule)
            .collect()
    }

    fn remove(host: &str) -> ConfigEdit {
        ConfigEdit::Remove { host: host.to_owned() }
    }

    #[test]
    fn by_force_somebody_who_is_up_can_be_elected_and_who_is_asked_stays() {
        let set = nobody_stands();
        let gone = [remove("a:1"), remove("b:1")];
        let raised = ConfigEdit::Priority { host: "c:1".to_owned(), priority: 1.0 };
        let [a, b] = gone.clone();
        assert_eq!(forced(&set, "c:1", &[a.clone(), b.clone(), raised.clone()]), []);
        assert_eq!(forced(&set, "c:1", &gone), [Some(ConfigRule::OneElectable)], "nobody could stand");
        assert_eq!(
            forced(&set, "c:1", std::slice::from_ref(&a)),
            [Some(ConfigRule::OneElectable)],
            "who can is down"
        );
        assert_eq!(forced(&set, "d:1", &[a, b, raised, remove("d:1")]), [None], "it would not be in it");
        let mut lost = five();
        for host in ["a:1", "b:1", "c:1"] {
            lost.peer(host).dies();
        }
        assert_eq!(forced(&lost, "d:1", &[remove("a:1")]), [Some(ConfigRule::HasPrimary)]);
        let renamed =
            ConfigEdit::ChangeHost { host: "d:1".to_owned(), to: "x:1".to_owned(), same_server: true };
        assert_eq!(forced(&lost, "d:1", &[remove("a:1"), remove("b:1"), remove("c:1"), renamed]), []);
    }
}
