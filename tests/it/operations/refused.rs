//! What is refused, and with which words.

use std::sync::Arc;

use bson::doc;
use serde_json::{Value, json};
use trivet_core::{
    ErrorCode,
    connection::{CancelRequest, Environment, QueryId, Served},
    replica::{OperationOutcome, PlanOperationRequest, RunOperationRequest, SetOperation},
};
use trivet_lab::{LabFault, LabPlan};
use trivet_tests::Server;

use super::{Stage, connect_as, freeze, newcomer, refusals, step_down};
use crate::lab::labs::{members, plan as lab_plan};

#[tokio::test]
async fn a_read_only_connection_plans_and_sends_nothing_own_set() {
    let stage = Stage::of(members(3)).await;
    let host = stage.secondaries().await.remove(0);
    let looking = stage.engine.connect(connect_as(&stage.uri, None, true)).await.expect("connected");
    let all = [
        step_down(),
        SetOperation::StepDown { seconds: 30, catch_up_seconds: 0, force: true },
        freeze(&host, 5),
        SetOperation::Maintenance { host: host.clone(), on: true },
        SetOperation::SyncFrom { host: host.clone(), source: stage.primary().await },
    ];
    for operation in all {
        let plan = PlanOperationRequest { connection: looking.id.clone(), operation: operation.clone() };
        stage.engine.plan_operation(plan).await.expect("looking is allowed");
        let request =
            RunOperationRequest { connection: looking.id.clone(), ..stage.request(operation.clone()) };
        let error = stage.engine.run_operation(request, |_| true).await.expect_err("refused");
        assert_eq!(error.code(), ErrorCode::ReadOnly, "{operation:?}");
    }
}

#[tokio::test]
async fn on_production_the_name_is_typed_and_a_wrong_name_is_none_own_set() {
    let stage = Stage::of(members(3)).await;
    let host = stage.secondaries().await.remove(0);
    let request = connect_as(&stage.uri, Some(Environment::Production), false);
    let production = stage.engine.connect(request).await.expect("connected");
    let ask = |confirm: Option<&str>| {
        let confirm = confirm.map(str::to_owned);
        RunOperationRequest { connection: production.id.clone(), confirm, ..stage.request(freeze(&host, 5)) }
    };
    for typed in [None, Some("stag"), Some("")] {
        let error = stage.engine.run_operation(ask(typed), |_| true).await.expect_err("not confirmed");
        assert_eq!(error.code(), ErrorCode::InvalidInput, "{typed:?}");
    }
    let elsewhere = RunOperationRequest { connection: stage.connection.id.clone(), ..ask(Some("other")) };
    let error = stage.engine.run_operation(elsewhere, |_| true).await.expect_err("meant for another set");
    assert!(error.to_string().contains("'other' was typed"), "{error}");
    let report = stage.engine.run_operation(ask(Some("stage")), |_| true).await.expect("run");
    assert_eq!(report.outcome, OperationOutcome::Applied);
}

#[tokio::test]
async fn a_member_that_died_since_it_was_looked_at_and_a_primary_that_is_gone_are_told_in_words_own_set() {
    let stage = Stage::of(members(3)).await;
    let secondaries = stage.secondaries().await;
    let id =
        |host: &str| stage.lab.status().members.iter().find(|member| member.host == host).expect("it").id;
    stage.lab.fault(id(&secondaries[0]), LabFault::Kill).await.expect("killed");
    stage
        .until("it is down", |now| now.members.iter().any(|member| member.unreachable_reason.is_some()))
        .await;
    let plan = stage.plan(freeze(&secondaries[0], 5)).await;
    assert!(refusals(&plan).contains("cannot be asked: connection "), "{plan:?}");
    stage.lab.fault(id(&stage.primary().await), LabFault::Kill).await.expect("killed");
    stage.until("no primary", |now| now.primary.is_none() && now.no_primary_seconds.is_some()).await;
    let error = stage.run(step_down()).await.expect_err("refused");
    assert!(error.code() == ErrorCode::Conflict && error.to_string().contains("no primary"), "{error}");
}

#[tokio::test]
async fn a_step_down_whose_primary_froze_before_it_could_read_it_is_not_known_whoever_leads_then_own_set() {
    let stage = Stage::of(members(3)).await;
    let old = stage.primary().await;
    let id = stage.lab.status().members.iter().find(|member| member.host == old).expect("it").id;
    // Frozen by the first word of it: the command is about to be sent.
    let (sender, mut told) = tokio::sync::mpsc::unbounded_channel();
    let running =
        stage.engine.run_operation(stage.request(step_down()), move |step| sender.send(step).is_ok());
    let freezing = async {
        told.recv().await.expect("something");
        stage.lab.fault(id, LabFault::Freeze).await.expect("frozen");
        while told.recv().await.is_some() {}
    };
    let (report, ()) = tokio::join!(running, freezing);
    let report = report.expect("a report");
    match report.outcome {
        // It was faster than the freeze: then its successor was asked to stand.
        OperationOutcome::Applied => assert!(report.message.contains("stepped down"), "{report:?}"),
        // It had not even been connected to.
        OperationOutcome::NotApplied => assert!(report.error.is_some(), "{report:?}"),
        outcome => assert_eq!(outcome, OperationOutcome::Unknown, "{report:?}"),
    }
    stage.lab.heal().await.expect("healed");
    stage.is_well().await;
}

#[tokio::test]
async fn one_operation_at_a_time_goes_on_and_one_that_is_stopped_before_it_is_sent_is_not_sent_own_set() {
    let stage = Stage::of(members(3)).await;
    let primary = stage.primary().await;
    let query = QueryId("a step-down".to_owned());
    let request =
        RunOperationRequest { measure: true, query: Some(query.clone()), ..stage.request(step_down()) };
    let (sender, mut told) = tokio::sync::mpsc::unbounded_channel();
    let running = stage.engine.run_operation(request, move |step| sender.send(step).is_ok());
    let stopping = async {
        // The small writes begin; for two seconds they have to be well.
        told.recv().await.expect("something");
        let error = stage.run(freeze(&primary, 5)).await.expect_err("one at a time");
        assert!(
            error.code() == ErrorCode::Conflict && error.to_string().contains("Something else"),
            "{error}"
        );
        let cancel = CancelRequest { connection: stage.connection.id.clone(), query };
        assert!(stage.engine.cancel_query(cancel).await.expect("asked").found);
    };
    let (report, ()) = tokio::join!(running, stopping);
    let report = report.expect("a report");
    assert_eq!(report.outcome, OperationOutcome::NotApplied, "{report:?}");
    assert!(report.message.contains("before anything was sent"), "{report:?}");
    assert!(report.measurement.is_some());
    assert_eq!(stage.primary().await, primary);
    assert!(!stage.done().await.iter().any(|done| done.contains("stepped down")));
    stage.applied(freeze(&stage.secondaries().await[0], 1)).await;
}

#[tokio::test]
async fn over_http_an_operation_is_carried_out_and_nothing_logs_in_where_a_request_says_own_set() {
    let stage = Stage::of(members(3)).await;
    // Only who looks inside finds out for which set it was started.
    let (_other, host) = newcomer("elsewhere").await;
    let member = json!({ "host": host });
    let edits = json!({ "edits": [{ "kind": "add", "member": member }] });
    let operation: SetOperation =
        serde_json::from_value(json!({ "kind": "reconfigure", "edits": edits["edits"] }))
            .expect("an operation");
    let in_window = stage.plan(operation).await;
    assert!(refusals(&in_window).contains("was started for the replica set elsewhere"), "{in_window:?}");

    let server = Server::start(&stage.uri).await;
    let (status, plan) = post(&server, "reconfigure?dryRun=true", &edits).await;
    assert_eq!(status, 200, "{plan}");
    let told = plan["checks"].to_string();
    assert!(told.contains("logs in at no address that a request names"), "{plan}");
    assert!(!told.contains("elsewhere"), "it was not looked at: {plan}");
    is_carried_out_over_http(&stage, &server).await;
}

/// An operation by its address, with what it is to be sent on.
async fn is_carried_out_over_http(stage: &Stage, server: &Server) {
    let (primary, secondary) = (stage.primary().await, stage.secondaries().await.remove(0));
    let tagged = json!({ "edits": [
        { "kind": "tags", "host": secondary, "tags": [{ "name": "dc", "value": "west" }] },
    ] });
    let (_, plan) = post(server, "reconfigure?dryRun=true", &tagged).await;
    let version = plan["basis"]["version"].as_u64().expect("a version");
    for (way, body, refused) in [
        (format!("reconfigure?basis={}", version + 1), &tagged, 412),
        (format!("reconfigure?basis={version}&confirm=other"), &tagged, 400),
        ("freeze".to_owned(), &json!({ "host": primary, "seconds": 5 }), 412),
    ] {
        let (status, problem) = post(server, &way, body).await;
        assert_eq!(status, refused, "{way}: {problem}");
    }
    assert_eq!(stage.config().await.get_i32("version").ok().map(i64::from), i64::try_from(version).ok());

    let way = format!("reconfigure?basis={version}&confirm=stage&measure=true");
    let (status, report) = post(server, &way, &tagged).await;
    assert_eq!((status, report["outcome"].as_str()), (200, Some("applied")), "{report}");
    assert_eq!(report["config"]["version"].as_u64(), Some(version + 1), "{report}");
    assert!(report["measurement"]["acknowledged"].as_u64() > Some(0), "{report}");
    // Members that somebody else has frozen do not stand, which nobody sees before.
    for host in stage.secondaries().await {
        stage.ask(&host, doc! { "replSetFreeze": 60 }).await.expect("frozen");
    }
    let (status, report) = post(server, "step-down", &json!({ "seconds": 4, "catchUpSeconds": 2 })).await;
    match status {
        // The old one is elected again, or a secondary was a moment late.
        200 | 207 => assert_eq!(status == 200, report["outcome"] == "applied", "{report}"),
        _ => panic!("{status}: {report}"),
    }
}

async fn post(server: &Server, way: &str, body: &Value) -> (u16, Value) {
    let url = format!("{}/api/v1/connections/default/replica-set/{way}", server.url());
    let answer = server.client().post(url).json(body).send().await.expect("an answer");
    (answer.status().as_u16(), answer.json().await.expect("JSON"))
}

#[tokio::test]
async fn over_http_a_connection_with_a_login_takes_nobody_in_own_set() {
    let plan = LabPlan { authentication: true, ..lab_plan("stage", members(1)) };
    let stage = Stage::as_planned(plan).await;
    let (_mongod, host) = newcomer("stage").await;
    let add: SetOperation = serde_json::from_value(
        json!({ "kind": "reconfigure", "edits": [{ "kind": "add", "member": { "host": host } }] }),
    )
    .expect("an operation");
    let served = Arc::new(Served::new());
    served.set(stage.connection.id.clone(), true);
    let engine = stage.engine.serving(served);
    let request = PlanOperationRequest { connection: stage.connection.id.clone(), operation: add.clone() };
    let plan = engine.plan_operation(request.clone()).await.expect("planned");
    assert!(refusals(&plan).contains("Do it in the window"), "{plan:?}");
    let error = engine.run_operation(stage.request(add), |_| true).await.expect_err("refused when it is run");
    assert!(
        error.code() == ErrorCode::Conflict && error.to_string().contains("logs in at no address"),
        "{error}"
    );
    assert_eq!(stage.is_well().await.members.len(), 1, "nothing was sent");

    let trusting = Arc::new(Served::trusting_new_members());
    trusting.set(stage.connection.id.clone(), true);
    let plan = stage.engine.serving(trusting).plan_operation(request).await.expect("planned");
    assert!(plan.checks.iter().all(|check| !check.text.contains("logs in at no address")), "{plan:?}");
}
