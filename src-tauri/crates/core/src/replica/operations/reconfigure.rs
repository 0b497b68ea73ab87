//! Changes the configuration (`replSetReconfig`): planned in legal steps, or by force where a majority is lost.

mod force;
mod places;
mod run;

use std::time::Duration;

use bson::doc;

use super::{
    ConfigEdit, ConfigRule, OperationCheck,
    codes::explained,
    prepared::{Action, Outline, Prepared},
    scene::{Hands, Scene},
};
use crate::{
    Result,
    connection::Direct,
    replica::config::{self, DefaultWriteConcern, SetNow, Step, WholeConfig},
};

pub(super) use force::plan_by_force;
use places::places;
pub(super) use run::run;

/// Within this time a member tells what it knows.
const WITHIN: Duration = Duration::from_secs(5);

/// Steps from one configuration to another.
pub(super) struct Chain {
    current: WholeConfig,
    steps: Vec<Step>,
    primary: String,
}

/// Plans it in legal steps.
pub(super) async fn plan(hands: &Hands, scene: &Scene, edits: &[ConfigEdit]) -> Result<Prepared> {
    let mut outline = Outline::new(title(edits));
    let Some(primary) = outline.need(scene.primary()) else { return Ok(outline.without_steps()) };
    let member = hands.member(scene, &primary.host)?;
    let read = member.ask(&doc! { "replSetGetConfig": 1, "commitmentStatus": true }, WITHIN).await;
    let default = default_write_concern(&member).await;
    member.close().await;
    let reply = read.map_err(|error| explained("replSetGetConfig", error))?;
    if reply.get_bool("commitmentStatus").is_ok_and(|committed| !committed) {
        let text = "A majority does not hold the present configuration yet, as for a moment after an election: the first step waits \
                    for it.";
        outline.check(OperationCheck::warning(text).by(ConfigRule::Committed));
    }
    let current = WholeConfig::read(&reply)?;
    let wished = config::apply(&current, edits, hands.now_ms())?;
    let now = SetNow::of(&scene.now, default);
    let mut prepared = steps(hands, scene, &primary.host, (&current, &wished), &now, outline).await;
    prepared.plan.basis = Some(current.age());
    Ok(prepared)
}

/// The steps from one configuration to the other, or what stands against them.
async fn steps(
    hands: &Hands,
    scene: &Scene,
    primary: &str,
    (current, wished): (&WholeConfig, &WholeConfig),
    now: &SetNow,
    mut outline: Outline,
) -> Prepared {
    let steps = match config::plan(current, wished, now) {
        Ok(steps) => steps,
        Err(checks) => {
            outline.check_all(checks);
            return outline.without_steps();
        }
    };
    outline.check_all(config::check(current, wished, now));
    // Nobody is dialled for what cannot be.
    outline.check_all(places(hands, scene, current, wished).await);
    // Of whichever version the wish was made, or of none: this is what it was planned for.
    let text = wished.aged(current, 0).text();
    if steps.is_empty() {
        outline.check(OperationCheck::fine("The configuration is so already: there is nothing to do."));
        // Who has no wish yet is told the configuration as it is.
        return outline.close(Vec::new(), Some(text), Action::Nothing);
    }
    if steps.len() > 1 {
        outline.then(format!(
            "{} steps, one after the other, each held by a majority before the next. It can be stopped between two of them: what is \
             done until then stays.",
            steps.len()
        ));
    }
    for consequence in data_first(current, wished, now) {
        outline.then(consequence);
    }
    let told = config::told(current, &steps, now);
    let chain = Chain { current: current.clone(), steps, primary: primary.to_owned() };
    outline.close(told, Some(text), Action::Reconfigure(Box::new(chain)))
}

/// Who has to get its data first.
fn data_first(current: &WholeConfig, wished: &WholeConfig, now: &SetNow) -> Vec<String> {
    let known = current.members();
    let wished = wished.members();
    let (there, new): (Vec<_>, Vec<_>) = wished
        .iter()
        .filter(|member| !member.arbiter)
        .map(|member| (member, known.iter().find(|known| known.id == member.id)))
        .partition(|(_, before)| before.is_some());
    let mut told = Vec::new();
    if new.iter().any(|(member, _)| member.votes > 0) {
        told.push(
            "A new member copies all data first (initial sync), and gets its vote when it has it.".to_owned(),
        );
    } else if !new.is_empty() {
        told.push("A new member copies all data first (initial sync).".to_owned());
    }
    let promoted = there
        .into_iter()
        .filter_map(|(member, before)| before.filter(|before| before.votes == 0 && member.votes > 0));
    told.extend(promoted.filter(|before| !now.member(&before.host).1.advances()).map(|before| {
        format!(
            "{} is {}: it gets its vote when it has its data.",
            before.host,
            now.member(&before.host).1.name()
        )
    }));
    told
}

/// What is done, in a few words.
fn title(edits: &[ConfigEdit]) -> String {
    match edits {
        [ConfigEdit::Add { member }] if member.arbiter => format!("Add the arbiter {}", member.host),
        [ConfigEdit::Add { member }] => format!("Add {}", member.host),
        [ConfigEdit::Remove { host }] => format!("Remove {host}"),
        [ConfigEdit::ChangeHost { host, to, .. }] => format!("Find {host} at {to}"),
        [ConfigEdit::Settings { .. }] => "Change the settings of the set".to_owned(),
        _ => "Change the configuration".to_owned(),
    }
}

async fn default_write_concern(primary: &Direct) -> DefaultWriteConcern {
    match primary.ask(&doc! { "getDefaultRWConcern": 1 }, WITHIN).await {
        Ok(reply) => match reply.get_str("defaultWriteConcernSource") {
            Ok("global") => DefaultWriteConcern::Set,
            Ok(_) => DefaultWriteConcern::Implicit,
            Err(_) => DefaultWriteConcern::Unknown,
        },
        Err(_) => DefaultWriteConcern::Unknown,
    }
}

#[cfg(test)]
mod tests {
    use bson::Bson;

    use super::*;
    use crate::replica::tests::world::{World, world};

    /// The configuration of a set made of words.
    pub(super) fn config(set: &World) -> WholeConfig {
        let members: Vec<_> = set.peers.iter().map(|peer| Bson::Document(peer.config.clone())).collect();
        WholeConfig::of(doc! { "_id": "rs0", "version": 1, "term": 3, "members": members })
    }

    #[test]
    fn who_has_its_data_already_copies_none_for_its_vote() {
        let mut set = world(&["a:1", "b:1", "c:1"], &[]);
        for (name, value) in [("votes", Bson::Int32(0)), ("priority", Bson::Double(0.0))] {
            set.peer("c:1").config.insert(name, value);
        }
        let vote = || ConfigEdit::Votes { host: "c:1".to_owned(), votes: 1 };
        let first = |set: &World, edit: ConfigEdit| {
            let current = config(set);
            let wished = config::apply(&current, &[edit], 0).expect("made");
            data_first(&current, &wished, &SetNow::of(&set.snapshot(), DefaultWriteConcern::Set))
        };
        assert!(first(&set, vote()).is_empty(), "it is SECONDARY");
        let add = |votes: u32| ConfigEdit::Add {
            member: serde_json::from_value(
                serde_json::json!({ "host": "d:1", "votes": votes, "priority": 0 }),
            )
            .expect("a member"),
        };
        assert_eq!(
            first(&set, add(1)),
            ["A new member copies all data first (initial sync), and gets its vote when it has it."]
        );
        assert_eq!(first(&set, add(0)), ["A new member copies all data first (initial sync)."]);
        set.peer("c:1").state = 3;
        assert_eq!(first(&set, vote()), ["c:1 is RECOVERING: it gets its vote when it has its data."]);
    }
}
