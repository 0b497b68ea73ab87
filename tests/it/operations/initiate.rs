//! Plain mongods become a replica set.

use trivet_core::{
    ErrorCode,
    replica::{
        ConfigRule, OperationOutcome, PlanOperationRequest, ReplicaRequest, RunOperationRequest,
        SetOperation, WishedMember,
    },
};
use trivet_tests::{Mongod, engine, free_port, to, wait_for};

use super::{SOON, newcomer, refusals};

fn initiate(set_name: &str, hosts: &[&str]) -> SetOperation {
    let member = |host: &&str| -> WishedMember {
        serde_json::from_value(serde_json::json!({ "host": host })).expect("a member")
    };
    SetOperation::Initiate { set_name: set_name.to_owned(), members: hosts.iter().map(member).collect() }
}

/// The same, with a first member that is never elected.
fn never_first(operation: SetOperation) -> SetOperation {
    let SetOperation::Initiate { set_name, mut members } = operation else { panic!("another operation") };
    members[0].priority = 0.0;
    SetOperation::Initiate { set_name, members }
}

#[tokio::test]
async fn who_wants_a_set_of_plain_mongods_is_told_how_each_is_started() {
    let port = free_port();
    let alone = Mongod::standalone_on(port, &[]).await;
    let host = format!("127.0.0.1:{port}");
    let folder = tempfile::tempdir().expect("a folder");
    let engine = engine(folder.path());
    let connection = engine.connect(to(&alone.uri())).await.expect("connected").id;
    let operation = initiate("young", &[&host, "127.0.0.1:1"]);
    let plan = engine.plan_operation(PlanOperationRequest { connection, operation }).await.expect("planned");
    assert!(!plan.allowed && refusals(&plan).contains("connect anew"), "{plan:?}");
    let started = |port| {
        plan.by_hand
            .iter()
            .any(|command| command.starts_with(&format!("mongod --replSet young --port {port} ")))
    };
    assert!(started(port) && started(1), "{plan:?}");
}

#[tokio::test]
async fn three_mongods_become_a_set_and_what_stands_against_it_is_told_first() {
    let (first, second, third) = tokio::join!(newcomer("young"), newcomer("young"), newcomer("young"));
    let hosts = [first.1.as_str(), second.1.as_str(), third.1.as_str()];
    let folder = tempfile::tempdir().expect("a folder");
    let engine = engine(folder.path());
    let connection =
        engine.connect(to(&format!("mongodb://{}/", hosts[0]))).await.expect("connected before it is a set");
    let plan = async |operation| {
        engine
            .plan_operation(PlanOperationRequest { connection: connection.id.clone(), operation })
            .await
            .expect("planned")
    };
    let nobody = format!("127.0.0.1:{}", free_port());
    let refused = plan(initiate("young", &[hosts[0], &nobody])).await;
    assert!(refusals(&refused).contains("connection refused"), "{refused:?}");
    let refused = plan(initiate("old", &hosts)).await;
    assert!(refusals(&refused).contains("was started for the replica set young"), "{refused:?}");
    let twice = plan(initiate("young", &[hosts[0], hosts[0]])).await;
    assert!(twice.checks.iter().any(|check| check.rule == Some(ConfigRule::UniqueHost)), "{twice:?}");

    let last = refusals(&plan(never_first(initiate("young", &hosts))).await);
    assert!(last.contains("only a member does that may be elected"), "{last}");

    let good = plan(initiate("young", &hosts)).await;
    assert!(good.allowed, "{good:?}");
    assert!(good.steps[0].command.starts_with("rs.initiate("), "{good:?}");
    assert!(good.by_hand.iter().any(|command| command.contains("mongod --replSet young")), "{good:?}");
    let request = RunOperationRequest {
        connection: connection.id.clone(),
        operation: initiate("young", &hosts),
        basis: None,
        confirm: Some("young".to_owned()),
        measure: false,
        query: None,
    };
    let report = engine.run_operation(request.clone(), |_| true).await.expect("run");
    assert_eq!(report.outcome, OperationOutcome::Applied, "{report:?}");

    let uri = format!("mongodb://{}/?replicaSet=young", hosts.join(","));
    let set = engine.connect(to(&uri)).await.expect("it is a set");
    wait_for("all follow", SOON, async || {
        let now = engine.replica_snapshot(ReplicaRequest { connection: set.id.clone() }).await.ok()?;
        now.members.iter().all(|member| member.state.code() <= 2 && member.state.code() > 0).then_some(())
    })
    .await;
    let again = RunOperationRequest { connection: set.id.clone(), ..request };
    let error = engine.run_operation(again, |_| true).await.expect_err("it is one already");
    assert!(error.code() == ErrorCode::Conflict && error.to_string().contains("already"), "{error}");
}
