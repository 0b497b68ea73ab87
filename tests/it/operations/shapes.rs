//! Every operation on a set of three, on one of five, and on a primary, a secondary and an arbiter: what is refused, with which
//! words, and what goes well.

use bson::Bson;
use serde_json::{Value, json};
use trivet_core::{
    Error, ErrorCode,
    replica::{OperationOutcome, OperationReport, RunOperationRequest},
};
use trivet_lab::LabMemberPlan;
use trivet_tests::{engine, to};

use super::{Stage, newcomer, primary_secondary_arbiter, read, refusals};
use crate::lab::labs::members;

#[tokio::test]
async fn on_three_each_operation_goes_or_is_refused_with_its_words_own_set() {
    every_operation(members(3)).await;
}

#[tokio::test]
async fn on_five_each_operation_goes_or_is_refused_with_its_words_own_set() {
    every_operation(members(5)).await;
}

#[tokio::test]
async fn on_a_primary_a_secondary_and_an_arbiter_each_operation_goes_or_is_refused_with_its_words_own_set() {
    every_operation(primary_secondary_arbiter()).await;
}

async fn every_operation(members: Vec<LabMemberPlan>) {
    let stage = Stage::of(members).await;
    let primary = stage.primary().await;
    let secondary = stage.secondaries().await.remove(0);
    let arbiter = stage.is_well().await.members.into_iter().find(|member| member.arbiter);
    let mut table = refused(&primary, &secondary);
    table.extend(
        arbiter.into_iter().flat_map(|arbiter| refused_of_an_arbiter(&arbiter.host, &primary, &secondary)),
    );
    for (operation, words) in table {
        let plan = stage.plan(read(&operation)).await;
        assert!(!plan.allowed && refusals(&plan).contains(words), "{operation}: {words}: {plan:#?}");
    }
    goes_well(&stage, &secondary).await;
}

/// An operation that changes the configuration.
fn change(edits: &Value) -> Value {
    json!({ "kind": "reconfigure", "edits": edits })
}

fn refused(primary: &str, secondary: &str) -> Vec<(Value, &'static str)> {
    vec![
        (json!({ "kind": "stepDown", "seconds": 10, "catchUpSeconds": 10 }), "not longer than"),
        (json!({ "kind": "freeze", "host": primary, "seconds": 5 }), "only a secondary can be frozen"),
        (json!({ "kind": "freeze", "host": "other.example:1", "seconds": 5 }), "is no member of the set"),
        (json!({ "kind": "maintenance", "host": primary, "on": true }), "takes no maintenance"),
        (json!({ "kind": "maintenance", "host": secondary, "on": false }), "It is not in maintenance"),
        (json!({ "kind": "syncFrom", "host": primary, "source": secondary }), "copies from nobody"),
        (json!({ "kind": "syncFrom", "host": secondary, "source": secondary }), "cannot copy from itself"),
        (json!({ "kind": "resync", "host": primary }), "Step it down first"),
        (
            json!({ "kind": "initiate", "setName": "stage", "members": [{ "host": primary }] }),
            "a replica set already",
        ),
        (json!({ "kind": "forceReconfigure", "host": secondary, "edits": [] }), "in the usual way"),
        (change(&json!([{ "kind": "remove", "host": primary }])), "Step it down first, then remove it"),
        (
            change(&json!([{ "kind": "priority", "host": primary, "priority": 0 }])),
            "could not be elected any more",
        ),
        (change(&json!([{ "kind": "priority", "host": secondary, "priority": 1_001 }])), "it is 0 to 1,000"),
        (change(&json!([{ "kind": "votes", "host": secondary, "votes": 2 }])), "a member has one or none"),
        (
            change(&json!([{ "kind": "votes", "host": secondary, "votes": 0 }])),
            "has no vote and has priority 1",
        ),
        (
            change(&json!([{ "kind": "hidden", "host": secondary, "hidden": true }])),
            "is hidden and has priority 1",
        ),
        (change(&json!([{ "kind": "delay", "host": secondary, "seconds": 60 }])), "stays behind on purpose"),
        (
            change(&json!([{ "kind": "changeHost", "host": secondary, "to": primary, "sameServer": true }])),
            "is there twice",
        ),
        (
            change(
                &json!([{ "kind": "changeHost", "host": secondary, "to": "db.example:27017", "sameServer": true }]),
            ),
            "all of them the one kind or all the other",
        ),
        (change(&json!([{ "kind": "add", "member": { "host": secondary } }])), "is there twice"),
        (
            change(&json!([{ "kind": "settings", "settings": { "electionTimeoutMs": 0 } }])),
            "electionTimeoutMillis",
        ),
    ]
}

fn refused_of_an_arbiter(arbiter: &str, primary: &str, secondary: &str) -> Vec<(Value, &'static str)> {
    let tags = json!([{ "name": "dc", "value": "west" }]);
    vec![
        (
            json!({ "kind": "freeze", "host": arbiter, "seconds": 5 }),
            "is ARBITER. Only a secondary can be frozen",
        ),
        (json!({ "kind": "maintenance", "host": arbiter, "on": true }), "Only a secondary takes maintenance"),
        (json!({ "kind": "syncFrom", "host": arbiter, "source": primary }), "it has no data to copy"),
        (json!({ "kind": "syncFrom", "host": secondary, "source": arbiter }), "it has no data"),
        (json!({ "kind": "resync", "host": arbiter }), "it has no data"),
        (change(&json!([{ "kind": "priority", "host": arbiter, "priority": 2 }])), "which is never primary"),
        (change(&json!([{ "kind": "votes", "host": arbiter, "votes": 0 }])), "voting is all that it does"),
        (change(&json!([{ "kind": "hidden", "host": arbiter, "hidden": true }])), "an arbiter has no data"),
        (change(&json!([{ "kind": "tags", "host": arbiter, "tags": tags }])), "Take its tags away"),
    ]
}

async fn goes_well(stage: &Stage, secondary: &str) {
    let edit = |name: &str, value: Value| json!([{ "kind": name, "host": secondary, name: value }]);
    let never_elected = json!([
        { "kind": "priority", "host": secondary, "priority": 0 },
        { "kind": "hidden", "host": secondary, "hidden": true },
        { "kind": "delay", "host": secondary, "seconds": 1 },
    ]);
    let as_before = json!([
        { "kind": "delay", "host": secondary, "seconds": 0 },
        { "kind": "hidden", "host": secondary, "hidden": false },
        { "kind": "priority", "host": secondary, "priority": 1 },
    ]);
    let no_vote = json!([
        { "kind": "priority", "host": secondary, "priority": 0 },
        { "kind": "votes", "host": secondary, "votes": 0 },
    ]);
    let votes_again = json!([
        { "kind": "votes", "host": secondary, "votes": 1 },
        { "kind": "priority", "host": secondary, "priority": 1 },
    ]);
    let settings = json!({ "heartbeatIntervalMs": 400, "catchUpTimeoutMs": 20_000 });
    let all = [
        json!({ "kind": "freeze", "host": secondary, "seconds": 60 }),
        json!({ "kind": "freeze", "host": secondary, "seconds": 0 }),
        json!({ "kind": "maintenance", "host": secondary, "on": true }),
        json!({ "kind": "maintenance", "host": secondary, "on": false }),
        json!({ "kind": "syncFrom", "host": secondary, "source": stage.primary().await }),
        change(&edit("tags", json!([{ "name": "dc", "value": "west" }]))),
        change(&never_elected),
        change(&as_before),
        change(&no_vote),
        change(&votes_again),
        change(&json!([{ "kind": "settings", "settings": settings }])),
    ];
    for operation in all {
        stage.applied(read(&operation)).await;
    }
    stage.is_well().await;
    let advice = stage.plan(read(&json!({ "kind": "resync", "host": secondary }))).await;
    assert!(advice.steps.is_empty() && !advice.by_hand.is_empty(), "{advice:?}");

    let (_mongod, host) = newcomer("stage").await;
    stage.applied(read(&change(&json!([{ "kind": "add", "member": { "host": host } }])))).await;
    stage.is_well().await;
    is_led_by_others(stage).await;
    two_at_once(stage).await;
    // Whoever leads now stays; another one that was there before goes, and the set is as large as it was.
    let leaves = stage.secondaries().await.remove(0);
    stage.applied(read(&change(&json!([{ "kind": "remove", "host": leaves }])))).await;
}

/// The office is handed over, taken by force, and given to who has the highest priority.
async fn is_led_by_others(stage: &Stage) {
    let first = stage.primary().await;
    stage.applied(read(&json!({ "kind": "stepDown", "seconds": 30, "catchUpSeconds": 10 }))).await;
    stage.is_well().await;
    stage.applied(read(&json!({ "kind": "freeze", "host": first, "seconds": 0 }))).await;
    let by_force = read(&json!({ "kind": "stepDown", "seconds": 30, "catchUpSeconds": 10, "force": true }));
    let request = RunOperationRequest { confirm: Some("stage".to_owned()), ..stage.request(by_force) };
    let (report, _) = stage.run_as(request).await.expect("run");
    assert_eq!(report.outcome, OperationOutcome::Applied, "{report:?}");
    let preferred = stage.secondaries().await.remove(0);
    stage.applied(read(&json!({ "kind": "freeze", "host": preferred, "seconds": 0 }))).await;
    stage.applied(read(&change(&json!([{ "kind": "priority", "host": preferred, "priority": 5 }])))).await;
    stage
        .until("who has the highest priority takes over", |now| now.primary.as_ref() == Some(&preferred))
        .await;
    stage.is_well().await;
}

/// Two programs change the configuration in the same moment: each is told what became of its own, and neither undoes the other's.
async fn two_at_once(stage: &Stage) {
    let folder = tempfile::tempdir().expect("a folder");
    let engine = engine(folder.path());
    let connection = engine.connect(to(&stage.uri)).await.expect("connected").id;
    let host = stage.secondaries().await.remove(0);
    let mine = change(&json!([
        { "kind": "tags", "host": host, "tags": [{ "name": "by", "value": "me" }] },
    ]));
    let theirs = change(&json!([{ "kind": "settings", "settings": { "catchUpTakeoverDelayMs": 12_345 } }]));
    let request = RunOperationRequest { connection, ..stage.request(read(&theirs)) };
    let (mine, theirs) = tokio::join!(stage.run(read(&mine)), engine.run_operation(request, |_| true));
    let applied = |report: Result<OperationReport, Error>| {
        let report = match report {
            Ok(report) => report,
            // The other one was faster than the look at the set.
            Err(error) => {
                assert_eq!(error.code(), ErrorCode::Conflict, "{error}");
                return false;
            }
        };
        match report.outcome {
            OperationOutcome::Applied => true,
            OperationOutcome::NotApplied => {
                let told = report.error.as_ref().expect("why");
                assert!(told.message.contains("somebody") || told.message.contains("changed"), "{report:?}");
                false
            }
            OperationOutcome::Partly | OperationOutcome::Unknown => panic!("{report:?}"),
        }
    };
    let (mine, theirs) = (applied(mine), applied(theirs));
    assert!(mine || theirs, "one of them goes");
    let config = stage.config().await;
    let of_settings = config.get_document("settings").expect("settings");
    assert_eq!(of_settings.get("catchUpTakeoverDelayMillis").map(whole) == Some(12_345), theirs, "{config}");
    let mut members = config.get_array("members").expect("members").iter().filter_map(Bson::as_document);
    let member = members.find(|member| member.get_str("host").is_ok_and(|name| name == host)).expect("it");
    let by = member.get_document("tags").ok().and_then(|tags| tags.get_str("by").ok());
    assert_eq!(by == Some("me"), mine, "{config}");
}

fn whole(value: &Bson) -> i64 {
    value.as_i64().or_else(|| value.as_i32().map(i64::from)).expect("a whole number")
}
