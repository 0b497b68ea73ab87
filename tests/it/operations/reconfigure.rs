//! The configuration is changed in legal steps, or by force.

use bson::{Document, doc};
use mongodb::options::WriteConcern;
use trivet_core::{
    ErrorCode,
    replica::{
        ConfigEdit, ConfigRule, ElectionChance, MemberState, OperationOutcome, OperationPlan,
        RunOperationRequest, SetOperation, StepState, TimelineKind, TimelineRequest, WishedMember,
    },
};
use trivet_lab::{LabFault, LabMemberPlan};
use trivet_tests::{Mongod, client, eventually, free_port};

use super::{SOON, Stage, newcomer, refusals};
use crate::lab::labs::{arbiter, members};

fn reconfigure(edit: ConfigEdit) -> SetOperation {
    SetOperation::Reconfigure { edits: vec![edit] }
}

fn add(host: &str) -> SetOperation {
    reconfigure(ConfigEdit::Add { member: wished(host) })
}

fn wished(host: &str) -> WishedMember {
    serde_json::from_value(serde_json::json!({ "host": host })).expect("a member")
}

fn breaks(plan: &OperationPlan, rule: ConfigRule) -> bool {
    !plan.allowed && plan.checks.iter().any(|check| check.rule == Some(rule))
}

impl Stage {
    async fn hosts(&self) -> Vec<String> {
        let config = self.config().await;
        let members =
            config.get_array("members").expect("members").iter().filter_map(bson::Bson::as_document);
        members.map(|member| member.get_str("host").expect("a host").to_owned()).collect()
    }

    fn id_of(&self, host: &str) -> u32 {
        self.lab.status().members.iter().find(|member| member.host == host).expect("a member").id
    }
}

#[tokio::test]
async fn a_member_is_added_given_its_vote_raised_and_removed_own_set() {
    let stage = Stage::of(members(3)).await;
    let (_mongod, host) = newcomer("stage").await;
    let plan = stage.plan(add(&host)).await;
    assert!(plan.allowed, "{plan:?}");
    assert_eq!(plan.steps.len(), 2, "without a vote first: {plan:?}");
    assert!(plan.checks.iter().any(|check| check.text.contains("answers, and is empty")), "{plan:?}");
    assert_eq!(plan.steps[0].after.map(|margins| margins.voters), Some(3));
    assert_eq!(plan.steps[1].after.map(|margins| margins.voters), Some(4));
    assert!(plan.steps[0].command.starts_with("rs.add("), "{}", plan.steps[0].command);

    let (report, told) = stage.run_as(stage.request(add(&host))).await.expect("run");
    assert_eq!(report.outcome, OperationOutcome::Applied, "{report:?}");
    assert!(told.iter().any(|step| step.state == StepState::Waiting), "{told:?}");
    stage
        .until("it has its data", |now| {
            now.members.iter().any(|member| member.host == host && member.state == MemberState::Secondary)
        })
        .await;

    let raise = reconfigure(ConfigEdit::Priority { host: host.clone(), priority: 5.0 });
    assert_eq!(stage.plan(raise.clone()).await.steps[0].election, ElectionChance::Likely);
    stage.applied(raise).await;
    stage.until("it takes over", |now| now.primary.as_ref() == Some(&host)).await;
    let remove = reconfigure(ConfigEdit::Remove { host: host.clone() });
    assert!(breaks(&stage.plan(remove.clone()).await, ConfigRule::KeepsPrimary));
    stage.applied(reconfigure(ConfigEdit::Priority { host: host.clone(), priority: 0.5 })).await;
    stage.until("it hands over", |now| now.primary.as_ref().is_some_and(|primary| *primary != host)).await;
    stage.applied(remove).await;
    assert_eq!(stage.hosts().await.len(), 3);
    let done = stage.done().await;
    assert!(done[0].contains(&format!("Remove {host}")), "{done:?}");
}

#[tokio::test]
async fn who_does_not_answer_is_full_or_belongs_elsewhere_is_not_added_although_the_server_would_own_set() {
    let stage = Stage::of(members(3)).await;
    let nobody = format!("127.0.0.1:{}", free_port());
    let plan = stage.plan(add(&nobody)).await;
    assert!(breaks(&plan, ConfigRule::NewMemberReady) && plan.checks[0].ours, "{plan:?}");
    assert!(refusals(&plan).contains("connection refused"), "{plan:?}");

    let (_alone, host) = {
        let port = free_port();
        (Mongod::standalone_on(port, &[]).await, format!("127.0.0.1:{port}"))
    };
    assert!(refusals(&stage.plan(add(&host)).await).contains("not started as a member"), "standalone");

    let port = free_port();
    let alone = Mongod::standalone_on(port, &[]).await;
    let items = client(&alone.uri()).await.database("shop").collection::<Document>("items");
    let journaled = WriteConcern::builder().journal(true).build();
    items.insert_one(doc! { "n": 1 }).write_concern(journaled).await.expect("inserted");
    let _full = alone.started_again(&["--replSet", "stage"]).await;
    let plan = stage.plan(add(&format!("127.0.0.1:{port}"))).await;
    assert!(refusals(&plan).contains("holds data: one collection"), "{plan:?}");

    let (_other, host) = newcomer("elsewhere").await;
    assert!(refusals(&stage.plan(add(&host)).await).contains("was started for the replica set elsewhere"));
    let uri = format!("mongodb://{host}/?directConnection=true");
    let initiate =
        doc! { "replSetInitiate": { "_id": "elsewhere", "members": [{ "_id": 0, "host": &host }] } };
    client(&uri).await.database("admin").run_command(initiate).await.expect("initiated");
    eventually("it is another set's", SOON, async || {
        refusals(&stage.plan(add(&host)).await).contains("member of another replica set, elsewhere")
    })
    .await;
    assert_eq!(stage.hosts().await.len(), 3, "nothing was sent");
}

#[tokio::test]
async fn a_member_is_found_under_another_name_and_no_other_mongod_is_taken_for_it_own_set() {
    let stage = Stage::of(members(3)).await;
    let host = stage.secondaries().await.remove(0);
    let (_mongod, other) = newcomer("stage").await;
    let change = |to: &str, same_server| {
        reconfigure(ConfigEdit::ChangeHost { host: host.clone(), to: to.to_owned(), same_server })
    };
    let plan = stage.plan(change(&other, true)).await;
    assert!(breaks(&plan, ConfigRule::NewServerNewId), "{plan:?}");
    assert!(plan.checks[0].ours && plan.checks[0].text.contains("is not the mongod"), "{plan:?}");
    let named = stage.plan(change(&host.replace("127.0.0.1", "localhost"), true)).await;
    assert!(named.allowed && named.steps.len() == 1, "{named:?}");

    // Another mongod comes as a new member, and the old one goes.
    stage.applied(change(&other, false)).await;
    let hosts = stage.hosts().await;
    assert!(hosts.contains(&other) && !hosts.contains(&host), "{hosts:?}");
    stage
        .until("it has its data", |now| {
            now.members.iter().any(|member| member.host == other && member.state == MemberState::Secondary)
        })
        .await;
}

#[tokio::test]
async fn what_a_primary_and_an_arbiter_cannot_take_in_one_step_is_done_in_more_own_set() {
    let stage = Stage::of(vec![LabMemberPlan::default(), arbiter()]).await;
    let (_mongod, host) = newcomer("stage").await;
    let report = stage.applied(add(&host)).await;
    let titles: Vec<_> = report.steps.iter().map(|step| step.title.clone()).collect();
    let expected = [
        format!("Add {host} without a vote as yet"),
        format!("Give {host} its vote, with priority 0 at first"),
        format!("Set members[{host}].priority to 1"),
    ];
    assert_eq!(titles, expected, "{report:?}");
    assert_eq!(stage.hosts().await.len(), 3);
    let secondary = stage.secondaries().await.remove(0);
    assert_eq!(secondary, host);
    let raised = reconfigure(ConfigEdit::Hidden { host: secondary.clone(), hidden: true });
    assert!(breaks(&stage.plan(raised).await, ConfigRule::NeverElected), "hidden with a priority");
    let own_arbiter = stage.hosts().await[1].clone();
    let data = reconfigure(ConfigEdit::Document {
        text: format!("{:?}", stage.config().await).replace("Document(", "").trim_end_matches(')').to_owned(),
    });
    let request = trivet_core::replica::PlanOperationRequest {
        connection: stage.connection.id.clone(),
        operation: data,
    };
    let error = stage.engine.plan_operation(request).await.expect_err("no configuration");
    assert_eq!(error.code(), ErrorCode::InvalidInput, "{error}");
    let tagged = reconfigure(ConfigEdit::Priority { host: own_arbiter, priority: 1.0 });
    assert!(!stage.plan(tagged).await.allowed, "an arbiter has priority 0");
}

#[tokio::test]
async fn of_two_who_plan_at_once_the_second_is_told_and_overwrites_nothing_own_set() {
    let stage = Stage::of(members(3)).await;
    let host = stage.secondaries().await.remove(0);
    let (mine, theirs) = (
        reconfigure(ConfigEdit::Priority { host: host.clone(), priority: 2.0 }),
        reconfigure(ConfigEdit::Tags {
            host: host.clone(),
            tags: vec![trivet_core::replica::MemberTag { name: "dc".to_owned(), value: "west".to_owned() }],
        }),
    );
    let basis = stage.plan(mine.clone()).await.basis;
    stage.applied(theirs).await;
    let error = stage
        .run_as(RunOperationRequest { basis, ..stage.request(mine.clone()) })
        .await
        .expect_err("somebody was faster");
    assert!(
        error.code() == ErrorCode::Conflict && error.to_string().contains("was changed since"),
        "{error}"
    );
    stage.applied(mine).await;
    let config = stage.config().await;
    let members = config.get_array("members").expect("members").iter().filter_map(bson::Bson::as_document);
    let member =
        members.into_iter().find(|member| member.get_str("host").is_ok_and(|name| name == host)).expect("it");
    assert_eq!(member.get_document("tags").ok(), Some(&doc! { "dc": "west" }), "both are kept");
    assert_eq!(member.get_f64("priority").ok(), Some(2.0));
}

#[tokio::test]
async fn a_run_that_is_stopped_begins_no_further_step_own_set() {
    let stage = Stage::of(members(5)).await;
    let secondaries = stage.secondaries().await;
    let edits = secondaries[..2].iter().map(|host| ConfigEdit::Remove { host: host.clone() }).collect();
    let request = stage.request(SetOperation::Reconfigure { edits });
    let report = stage.engine.run_operation(request, |_| false).await.expect("a report");
    assert_eq!(report.outcome, OperationOutcome::Partly, "{report:?}");
    assert_eq!(report.steps[1].state, StepState::NotBegun, "{report:?}");
    assert_eq!(stage.hosts().await.len(), 4);
}

#[tokio::test]
async fn a_set_without_a_majority_is_taken_over_by_force_and_what_is_undone_is_told_own_set() {
    let stage = Stage::of(members(3)).await;
    let old = stage.primary().await;
    let secondaries = stage.secondaries().await;
    let force = SetOperation::ForceReconfigure {
        host: secondaries[0].clone(),
        edits: vec![
            ConfigEdit::Remove { host: old.clone() },
            ConfigEdit::Remove { host: secondaries[1].clone() },
        ],
    };
    assert!(
        refusals(&stage.plan(force.clone()).await).contains("in the usual way"),
        "while there is a primary"
    );
    // What only the old primary gets: the others are dead, and it has not noticed yet. The survivor ends cleanly: one that is killed in
    // the middle of a batch needs somebody to copy from when it starts.
    stage.lab.stop_member(stage.id_of(&secondaries[0])).await.expect("stopped");
    stage.lab.fault(stage.id_of(&secondaries[1]), LabFault::Kill).await.expect("killed");
    stage.insert(5).await;
    stage.lab.fault(stage.id_of(&old), LabFault::Kill).await.expect("killed");
    stage.lab.start_member(stage.id_of(&secondaries[0])).await.expect("started");
    stage
        .until("the survivor is alone", |now| {
            now.primary.is_none()
                && now
                    .members
                    .iter()
                    .any(|member| member.host == secondaries[0] && member.state == MemberState::Secondary)
        })
        .await;
    let plan = stage.plan(force.clone()).await;
    assert!(plan.allowed, "{plan:?}");
    assert_eq!(plan.confirm.as_deref(), Some("stage"), "typed on every connection");
    assert!(plan.steps[0].command.contains("force: true"), "{}", plan.steps[0].command);
    assert_eq!(stage.run(force.clone()).await.expect_err("not confirmed").code(), ErrorCode::InvalidInput);
    let before = plan.basis.expect("a version").version;
    let request = RunOperationRequest { confirm: Some("stage".to_owned()), ..stage.request(force) };
    let (report, _) = stage.run_as(request).await.expect("run");
    assert_eq!(report.outcome, OperationOutcome::Applied, "{report:?}");
    assert!(report.config.expect("a version").version > before + 5_000, "{report:?}");
    assert_eq!(stage.primary().await, secondaries[0]);
    stage.insert(1).await;

    // The old primary comes back, is taken in again, and undoes what nobody else has.
    // The lab may say that it does not join its set: it was taken out of it.
    let _ = stage.lab.start_member(stage.id_of(&old)).await;
    let back = reconfigure(ConfigEdit::Add { member: wished(&old) });
    eventually("it may come back", SOON, async || stage.plan(back.clone()).await.allowed).await;
    stage.applied(back).await;
    eventually("what was undone is told", SOON, async || {
        let request = TimelineRequest { connection: stage.connection.id.clone(), limit: None, before: None };
        let entries = stage.engine.replica_timeline(request).await.expect("a timeline").entries;
        entries
            .iter()
            .any(|entry| entry.kind == TimelineKind::RolledBack && entry.message.contains("stage.items"))
    })
    .await;
}
