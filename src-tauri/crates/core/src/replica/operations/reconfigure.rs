//! Changes the configuration (`replSetReconfig`): planned in legal steps, or by force where a majority is lost.

use std::{
    collections::HashMap,
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};

use bson::{Document, doc};
use futures_util::future::join_all;

use super::{
    ConfigEdit, ConfigRule, OperationCheck, OperationProgress, OperationReport, StepMargins,
    check::allows,
    codes::explained,
    newcomer::{self, Entry, Wanted},
    prepared::{Action, Ask, Outline, Prepared},
    scene::{Hands, Scene},
    settle::Settles,
};
use crate::{
    Result,
    connection::Direct,
    replica::{
        MemberState, ReplicaSnapshot,
        config::{self, DefaultWriteConcern, Patience, Run, SetNow, Step, WholeConfig},
        signals::voter::Voter,
    },
};

/// Within this time a member tells what it knows.
const WITHIN: Duration = Duration::from_secs(5);
/// And so long after the time that a change was given, it answers.
const BEYOND: Duration = Duration::from_secs(5);

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
    let reply = read.map_err(explained)?;
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

/// Plans it for a set that has lost its majority.
pub(super) async fn plan_by_force(
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
    let current = WholeConfig::read(&read.map_err(explained)?)?;
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

/// Takes the steps.
pub(super) async fn run(
    hands: &Hands,
    scene: &Scene,
    chain: &Chain,
    stopped: impl Fn() -> bool + Send + Sync,
    tell: &mut (impl FnMut(OperationProgress) -> bool + Send),
) -> OperationReport {
    let members = Members { hands, scene, known: Mutex::default() };
    let steps = Run {
        ask: &members,
        current: &chain.current,
        steps: &chain.steps,
        primary: chain.primary.clone(),
        patience: Patience::default(),
    };
    let report = steps.run(|step| _ = tell(step), stopped).await;
    members.close().await;
    report
}

/// Clients of the members that were asked, each made once.
struct Members<'h> {
    hands: &'h Hands,
    scene: &'h Scene,
    known: Mutex<HashMap<String, Arc<Direct>>>,
}

impl Members<'_> {
    fn client(&self, host: &str) -> Result<Arc<Direct>> {
        let mut known = self.known.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(member) = known.get(host) {
            return Ok(Arc::clone(member));
        }
        let member = Arc::new(self.hands.member(self.scene, host)?);
        known.insert(host.to_owned(), Arc::clone(&member));
        Ok(member)
    }

    async fn close(self) {
        let known = self.known.into_inner().unwrap_or_else(PoisonError::into_inner);
        join_all(known.values().map(|member| member.close())).await;
    }
}

impl config::Ask for Members<'_> {
    async fn ask(&self, host: &str, command: Document) -> Result<Document> {
        let within = command.get_i64("maxTimeMS").ok().and_then(|ms| u64::try_from(ms).ok());
        let within = within.map_or(WITHIN, |ms| Duration::from_millis(ms) + BEYOND);
        self.client(host)?.ask(&command, within).await
    }
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

/// Whether what stands at new places is what it is to be: a new member is ready, and a member with another name is the same.
async fn places(
    hands: &Hands,
    scene: &Scene,
    current: &WholeConfig,
    wished: &WholeConfig,
) -> Vec<OperationCheck> {
    let settings = current.document().get_document("settings").ok();
    let version = scene.now.servers.versions.first().map(String::as_str);
    let wanted = Wanted {
        set_name: scene.set_name(),
        set_id: settings.and_then(|settings| settings.get_object_id("replicaSetId").ok()),
        version,
    };
    let known = current.members();
    let all = wished.members();
    let looked = all.iter().map(async |member| match known.iter().find(|known| known.id == member.id) {
        None => newcomer::look(hands, scene, &member.host, Entry::Added, &wanted).await,
        Some(before) if before.host != member.host => {
            vec![newcomer::is_same(hands, scene, wanted.set_name, &before.host, &member.host).await]
        }
        Some(_) => Vec::new(),
    });
    join_all(looked).await.into_iter().flatten().collect()
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
    use crate::replica::{
        CheckVerdict,
        tests::world::{World, world},
    };

    /// The configuration of a set made of words.
    fn config(set: &World) -> WholeConfig {
        let members: Vec<_> = set.peers.iter().map(|peer| Bson::Document(peer.config.clone())).collect();
        WholeConfig::of(doc! { "_id": "rs0", "version": 1, "term": 3, "members": members })
    }

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
