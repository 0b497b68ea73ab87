//! Changes the configuration (`replSetReconfig`): planned in legal steps, or by force where a majority is lost.

use std::{
    collections::HashMap,
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};

use bson::{Document, doc};
use futures_util::future::join_all;

use super::{
    ConfigEdit, ConfigRule, OperationCheck, OperationProgress, OperationReport,
    codes::explained,
    newcomer::{self, Wanted},
    prepared::{Action, Ask, Outline, Prepared},
    scene::{Hands, Scene},
    settle::Settles,
};
use crate::{
    Result,
    connection::Direct,
    replica::config::{self, DefaultWriteConcern, Patience, Run, SetNow, Step, StepKind, WholeConfig},
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
    outline.check_all(places(hands, scene, &current, &wished).await);
    let steps = match config::plan(&current, &wished, &now) {
        Ok(steps) => steps,
        Err(checks) => {
            outline.check_all(checks);
            return Ok(outline.without_steps());
        }
    };
    outline.check_all(config::check(&current, &wished, &now));
    if steps.is_empty() {
        outline.check(OperationCheck::fine("The configuration is so already: there is nothing to do."));
        // Who has no wish yet is told the configuration as it is.
        return Ok(outline.close(Vec::new(), Some(wished.text()), Action::Nothing));
    }
    if steps.len() > 1 {
        outline.then(format!(
            "{} steps, one after the other, each held by a majority before the next. It can be stopped between two of them: what is \
             done until then stays.",
            steps.len()
        ));
    }
    if steps.iter().any(|step| step.kind == StepKind::Join || !step.ready.is_empty()) {
        outline.then("A new member copies all data first (initial sync), and gets its vote when it has it.");
        outline
            .then("The server changes the configuration once more by itself when a new member has its data.");
    }
    let told = config::told(&current, &steps, &now);
    let chain = Chain { current, steps, primary: primary.host.clone() };
    Ok(outline.close(told, Some(wished.text()), Action::Reconfigure(Box::new(chain))))
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
    outline.check(if scene.now.primary.is_some() {
        OperationCheck::refused("The set has a primary: change its configuration in the usual way, which loses nothing.")
    } else if scene.now.majority.as_ref().is_some_and(|majority| majority.election_margin >= 0) {
        OperationCheck::refused("A majority of the voters is up: a primary will be elected. Wait for it, and change the configuration in the usual way.")
    } else {
        OperationCheck::fine("A majority is lost: no primary can be elected, and the usual way is closed.")
    });
    if survivor.arbiter {
        outline
            .check(OperationCheck::refused(format!("{host} is an arbiter: ask a member that has the data.")));
    }
    let member = hands.member(scene, host)?;
    let read = member.ask(&doc! { "replSetGetConfig": 1 }, WITHIN).await;
    member.close().await;
    let current = WholeConfig::read(&read.map_err(explained)?)?;
    let wished = config::apply(&current, edits, hands.now_ms())?;
    let now = SetNow::of(&scene.now, DefaultWriteConcern::Set);
    outline.check_all(places(hands, scene, &current, &wished).await);
    // That there is no primary is why it is done by force.
    let checks = config::check(&current, &wished, &now).into_iter();
    outline.check_all(checks.filter(|check| check.rule != Some(ConfigRule::HasPrimary)));
    let step = Step { kind: StepKind::Plain, next: wished.clone(), ready: Vec::new() };
    let Some(mut told) = config::told(&current, &[step], &now).pop() else {
        return Ok(outline.without_steps());
    };
    if told.after.is_none_or(|after| after.election_margin < 0) {
        let text = "Of the voters that are wished too few answer: no primary could be elected. Take out those that are lost.";
        outline.check(OperationCheck::refused(text).by(ConfigRule::HasPrimary).ours());
    }
    let settles =
        Settles::Installed { above: current.age().version, hosts: wished.hosts().into_iter().collect() };
    "Install the configuration by force".clone_into(&mut told.title);
    host.clone_into(&mut told.host);
    told.command = told.command.replace("rs.reconfig(cfg)", "rs.reconfig(cfg, { force: true })");
    told.waits_for = settles.words();
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
    Ok(outline.close(vec![told], Some(wished.text()), Action::Ask(Box::new(ask))))
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
        None => newcomer::look(hands, &member.host, &wanted).await,
        Some(before) if before.host != member.host => {
            vec![newcomer::is_same(hands, &before.host, &member.host).await]
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
