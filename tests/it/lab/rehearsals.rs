//! Rehearsals: an operation on a lab like the set, and nothing of it left.

use std::path::Path;
use std::sync::Mutex;

use bson::{Document, doc};
use tempfile::TempDir;
use trivet_core::connection::{CancelRequest, ConnectionId, QueryId};
use trivet_core::replica::{
    MemberHealth, OperationOutcome, PlanOperationRequest, ReplicaRequest, ReplicaSnapshot,
    RunOperationRequest, SetOperation, StepState,
};
use trivet_core::{Engine, Error, ErrorCode};
use trivet_lab::{
    LabFault, LabMemberPlan, LabState, LabStep, LabStepKind, LabTag, Labs, RehearsalReport, RehearsalStep,
    RehearseOperationRequest,
};
use trivet_tests::{client, engine, eventually, to, wait_for};

use super::config_in;
use super::host::processes_of;
use super::labs::{members, plan, start};

const SOON: std::time::Duration = std::time::Duration::from_mins(1);

/// A set that is somebody's, and a program that is connected to it.
struct Theirs {
    labs: Labs,
    engine: Engine,
    connection: ConnectionId,
    folder: TempDir,
}

impl Theirs {
    async fn of(members: Vec<LabMemberPlan>) -> Self {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let labs = Labs::new(config_in(folder.path()));
        let status = start(&labs, plan("theirs", members)).await;
        let engine = engine(&folder.path().join("app"));
        let connection = engine.connect(to(&status.uri.expect("it runs"))).await.expect("connected").id;
        let theirs = Self { labs, engine, connection, folder };
        theirs
            .until("all members are up", |now| {
                now.primary.is_some()
                    && now.members.iter().all(|member| member.lag_seconds.is_some() || member.arbiter)
            })
            .await;
        theirs
    }

    async fn until(&self, what: &str, is: impl Fn(&ReplicaSnapshot) -> bool) -> ReplicaSnapshot {
        wait_for(what, SOON, async || {
            let request = ReplicaRequest { connection: self.connection.clone() };
            self.engine.replica_snapshot(request).await.ok().filter(&is)
        })
        .await
    }

    fn request(&self, operation: SetOperation) -> RehearseOperationRequest {
        RehearseOperationRequest { connection: self.connection.clone(), operation, label: None, query: None }
    }

    async fn rehearse(
        &self,
        operation: SetOperation,
    ) -> Result<(RehearsalReport, Vec<RehearsalStep>), Error> {
        let mut told = Vec::new();
        let heard = |step| {
            told.push(step);
            true
        };
        let report = self.labs.rehearse(&self.engine, self.request(operation), heard).await?;
        Ok((report, told))
    }

    /// No other rehearsal goes on.
    async fn is_next(&self) {
        eventually("its turn has come", SOON, async || {
            let resync = SetOperation::Resync { host: "nobody:1".to_owned() };
            // Refused before anything is made, once it is this one's turn.
            self.rehearse(resync).await.map(drop).map_err(|error| error.code()) == Err(ErrorCode::Unsupported)
        })
        .await;
    }

    /// A command to their primary.
    async fn run(&self, command: Document) -> Document {
        let uri = self.labs.lab("theirs").expect("a name").status().uri.expect("it runs");
        let asked = client(&uri).await.database("admin").run_command(command).await;
        asked.unwrap_or_else(|error| panic!("answered: {error}"))
    }

    /// The configuration as a person finds it before an edit.
    async fn text(&self) -> String {
        let as_it_is = operation(serde_json::json!({ "kind": "reconfigure", "edits": [] }));
        let request = PlanOperationRequest { connection: self.connection.clone(), operation: as_it_is };
        self.engine.plan_operation(request).await.expect("planned").wished.expect("as it is")
    }

    /// Nothing runs but their own set, and nothing is kept.
    async fn is_left_alone(&self, mongods: usize) {
        eventually("only their set runs", SOON, async || {
            processes_of(self.folder.path(), "mongod").len() == mongods
        })
        .await;
        let gone = |folder: &Path| std::fs::read_dir(folder).map_or(0, Iterator::count) == 1;
        eventually("its folder is gone", SOON, async || gone(&self.folder.path().join("labs"))).await;
        let named = self.labs.all().await.expect("told").into_iter().map(|lab| (lab.set_name, lab.state));
        let expected = [("lab".to_owned(), LabState::Stopped), ("theirs".to_owned(), LabState::Running)];
        assert_eq!(named.collect::<Vec<_>>(), expected);
        assert_eq!(self.engine.connections().await.expect("told").len(), 1);
        assert_eq!(self.engine.recent_connections().await.expect("told").len(), 1);
    }
}

fn step_down() -> SetOperation {
    SetOperation::StepDown { seconds: 30, catch_up_seconds: 10, force: false }
}

fn of_the_lab(told: &[RehearsalStep], kind: LabStepKind) -> Vec<&LabStep> {
    let steps = told.iter().filter_map(|step| match step {
        RehearsalStep::Lab { step } => Some(step),
        RehearsalStep::Operation { .. } => None,
    });
    steps.filter(|step| step.kind == kind && step.elapsed_ms.is_some()).collect()
}

#[tokio::test]
async fn a_step_down_is_rehearsed_on_a_lab_with_the_same_members_and_their_set_keeps_its_primary_own_set() {
    let mut set = members(3);
    // Not the first one, which a lab would choose by itself.
    set[2].priority = 2.5;
    set[1].tags = vec![LabTag { name: "dc".to_owned(), value: "west".to_owned() }];
    set.push(LabMemberPlan { priority: 0.0, votes: 0, hidden: true, ..LabMemberPlan::default() });
    let theirs = Theirs::of(set).await;
    let before = theirs.until("the preferred one is primary", |now| {
        now.primary.is_some() && now.primary == now.members.get(2).map(|member| member.host.clone())
    });
    let before = before.await;
    let primary = before.primary.expect("a primary");

    let (rehearsal, told) = theirs.rehearse(step_down()).await.expect("rehearsed");
    assert_eq!(rehearsal.report.outcome, OperationOutcome::Applied, "{rehearsal:#?}");
    assert!(rehearsal.remarks.is_empty(), "{:?}", rehearsal.remarks);
    let hosts: Vec<&str> = rehearsal.hosts.iter().map(|pair| pair.host.as_str()).collect();
    assert_eq!(hosts, before.members.iter().map(|member| member.host.as_str()).collect::<Vec<_>>());
    let stand_in =
        &rehearsal.hosts.iter().find(|pair| pair.host == primary).expect("one for the primary").stand_in;
    assert!(rehearsal.report.message.contains(stand_in.as_str()), "{rehearsal:#?}");
    assert!(!hosts.contains(&stand_in.as_str()));

    let initiated = of_the_lab(&told, LabStepKind::Initiate);
    assert_eq!(of_the_lab(&told, LabStepKind::StartMember).len(), 4);
    for words in
        [r#""priority": 2.5"#, r#""dc": "west""#, r#""hidden": true"#, r#""electionTimeoutMillis": 1000"#]
    {
        assert!(initiated[0].command.contains(words), "{words}: {}", initiated[0].command);
    }
    assert!(of_the_lab(&told, LabStepKind::Seed).is_empty(), "a lab to rehearse on has no data");
    let done = told
        .iter()
        .any(|step| matches!(step, RehearsalStep::Operation { step } if step.state == StepState::Done));
    assert!(done, "{told:?}");
    theirs.is_left_alone(4).await;
    let after = theirs.until("a primary", |now| now.primary.is_some()).await;
    assert_eq!((after.primary, after.term), (Some(primary), before.term), "their set heard nothing of it");
    theirs.labs.stop_all().await.expect("it stops");
}

#[tokio::test]
async fn a_member_that_is_down_is_down_in_the_rehearsal_too_own_set() {
    let theirs = Theirs::of(members(3)).await;
    let now = theirs.until("a primary", |now| now.primary.is_some()).await;
    let mut secondaries = now.members.iter().filter(|member| Some(&member.host) != now.primary.as_ref());
    let (dead, frozen) = (secondaries.next().expect("one"), secondaries.next().expect("another"));
    let lab = theirs.labs.lab("theirs").expect("a name");
    let id = lab.status().members.into_iter().find(|member| member.host == dead.host).expect("it").id;
    lab.fault(id, LabFault::Kill).await.expect("killed");
    theirs
        .until("it is seen", |now| {
            now.members.iter().any(|member| member.host == dead.host && member.health == MemberHealth::Down)
        })
        .await;

    let freeze = SetOperation::Freeze { host: frozen.host.clone(), seconds: 5 };
    let (rehearsal, told) = theirs.rehearse(freeze).await.expect("rehearsed");
    assert_eq!(rehearsal.report.outcome, OperationOutcome::Applied, "{rehearsal:#?}");
    assert!(
        rehearsal.remarks.iter().any(|remark| remark.contains(&dead.host) && remark.contains("was killed")),
        "{rehearsal:#?}"
    );
    assert_eq!(of_the_lab(&told, LabStepKind::Signal).len(), 1);
    theirs.is_left_alone(2).await;
    theirs.labs.stop_all().await.expect("it stops");
}

fn operation(json: serde_json::Value) -> SetOperation {
    serde_json::from_value(json).expect("an operation")
}

#[tokio::test]
async fn what_is_new_to_the_set_is_a_spare_of_the_lab_and_the_stopwatch_runs_own_set() {
    let theirs = Theirs::of(members(2)).await;
    let add =
        serde_json::json!({ "kind": "add", "member": { "host": "db3.example:27017", "priority": 0.5 } });
    let request = RehearseOperationRequest {
        label: Some("one more".to_owned()),
        ..theirs.request(operation(serde_json::json!({ "kind": "reconfigure", "edits": [add] })))
    };
    let rehearsal = theirs.labs.rehearse(&theirs.engine, request, |_| true).await.expect("rehearsed");
    assert_eq!(rehearsal.report.outcome, OperationOutcome::Applied, "{rehearsal:#?}");
    assert_eq!(rehearsal.hosts.len(), 3);
    assert_eq!(rehearsal.hosts[2].host, "db3.example:27017");
    let measured = rehearsal.report.measurement.expect("measured");
    assert_eq!(measured.label, "one more");
    assert!(measured.acknowledged > 0, "{measured:?}");
    theirs.is_left_alone(2).await;
    let now = theirs.until("a primary", |now| now.primary.is_some()).await;
    assert_eq!(now.members.len(), 2, "their set has nobody more");
    theirs.labs.stop_all().await.expect("it stops");
}

#[tokio::test]
async fn a_whole_configuration_as_text_is_rehearsed_with_the_hosts_of_the_lab_own_set() {
    let theirs = Theirs::of(members(3)).await;
    let text = theirs.text().await;
    let raised = text.replacen("priority: 1", "priority: 3", 1);
    assert_ne!(raised, text, "{text}");
    let document = serde_json::json!({ "kind": "document", "text": raised });
    let wish = operation(serde_json::json!({ "kind": "reconfigure", "edits": [document] }));
    let (rehearsal, told) = theirs.rehearse(wish).await.expect("rehearsed");
    assert_eq!(rehearsal.report.outcome, OperationOutcome::Applied, "{rehearsal:#?}");
    assert_eq!(rehearsal.report.steps.len(), 1, "the lab was as the set is, but for this: {rehearsal:#?}");
    assert!(told.iter().any(|step| matches!(step, RehearsalStep::Operation { .. })), "{told:?}");
    theirs.is_left_alone(3).await;
    theirs.labs.stop_all().await.expect("it stops");
}

#[tokio::test]
async fn a_set_that_has_lost_its_majority_is_taken_over_by_force_on_a_lab_that_has_lost_it_too_own_set() {
    let theirs = Theirs::of(members(3)).await;
    let now = theirs.until("a primary", |now| now.primary.is_some()).await;
    let survivor = now.members.iter().find(|member| Some(&member.host) != now.primary.as_ref()).expect("one");
    let lost: Vec<&str> = now
        .members
        .iter()
        .filter(|member| member.host != survivor.host)
        .map(|member| member.host.as_str())
        .collect();
    let lab = theirs.labs.lab("theirs").expect("a name");
    for member in lab.status().members {
        if lost.contains(&member.host.as_str()) {
            lab.fault(member.id, LabFault::Kill).await.expect("killed");
        }
    }
    theirs
        .until("it is seen", |now| {
            now.primary.is_none()
                && now.members.iter().filter(|member| member.health == MemberHealth::Down).count() == 2
        })
        .await;
    let edits: Vec<_> =
        lost.iter().map(|host| serde_json::json!({ "kind": "remove", "host": host })).collect();
    let force = serde_json::json!({ "kind": "forceReconfigure", "host": survivor.host, "edits": edits });
    let (rehearsal, _) = theirs.rehearse(operation(force)).await.expect("rehearsed");
    assert_eq!(rehearsal.report.outcome, OperationOutcome::Applied, "{rehearsal:#?}");
    for host in lost {
        assert!(rehearsal.remarks.iter().any(|remark| remark.contains(host)), "{rehearsal:#?}");
    }
    theirs.is_left_alone(1).await;
    let now = theirs.until("it is as it was", |now| !now.members.is_empty()).await;
    assert_eq!((now.primary, now.members.len()), (None, 3), "their set heard nothing of it");
    theirs.labs.stop_all().await.expect("it stops");
}

#[tokio::test]
async fn a_set_is_initiated_on_mongods_of_the_lab_first_own_set() {
    let theirs = Theirs::of(members(1)).await;
    let members =
        ["a.example:1", "b.example:2", "c.example:3"].map(|host| serde_json::json!({ "host": host }));
    let initiate = serde_json::json!({ "kind": "initiate", "setName": "shop", "members": members });
    let (rehearsal, told) = theirs.rehearse(operation(initiate)).await.expect("rehearsed");
    assert_eq!(rehearsal.report.outcome, OperationOutcome::Applied, "{rehearsal:#?}");
    assert_eq!(
        rehearsal.hosts.iter().map(|pair| &pair.host).collect::<Vec<_>>(),
        ["a.example:1", "b.example:2", "c.example:3"]
    );
    assert!(of_the_lab(&told, LabStepKind::Initiate).is_empty(), "that is what is rehearsed");
    theirs.is_left_alone(1).await;
    theirs.labs.stop_all().await.expect("it stops");
}

#[tokio::test]
async fn a_rehearsal_that_is_stopped_leaves_nothing_and_one_goes_on_at_a_time_own_set() {
    let theirs = Theirs::of(members(1)).await;
    let query = QueryId("a rehearsal".to_owned());
    let told = Mutex::new(0);
    let request = RehearseOperationRequest { query: Some(query.clone()), ..theirs.request(step_down()) };
    let rehearsing = theirs.labs.rehearse(&theirs.engine, request, |_| {
        *told.lock().expect("fine") += 1;
        true
    });
    let stopping = async {
        eventually("a member starts", SOON, async || *told.lock().expect("fine") > 2).await;
        let another = theirs.rehearse(step_down()).await.map(drop);
        assert_eq!(another.map_err(|error| error.code()), Err(ErrorCode::Conflict), "one at a time");
        let request = CancelRequest { connection: theirs.connection.clone(), query: query.clone() };
        assert!(theirs.engine.cancel_query(request).await.expect("asked").found);
    };
    let (stopped, ()) = tokio::join!(rehearsing, stopping);
    assert_eq!(stopped.map(drop).map_err(|error| error.code()), Err(ErrorCode::Cancelled));
    theirs.is_left_alone(1).await;

    // Nobody listens any more; and somebody who does not even wait for the answer.
    let unheard = theirs.labs.rehearse(&theirs.engine, theirs.request(step_down()), |_| false).await;
    assert_eq!(unheard.map(drop).map_err(|error| error.code()), Err(ErrorCode::Cancelled));
    theirs.is_left_alone(1).await;
    let told = Mutex::new(false);
    {
        let dropped = theirs.labs.rehearse(&theirs.engine, theirs.request(step_down()), |step| {
            *told.lock().expect("fine") |=
                matches!(step, RehearsalStep::Lab { step } if step.kind == LabStepKind::WaitForMember);
            true
        });
        let begun = eventually("the lab runs", SOON, async || *told.lock().expect("fine"));
        tokio::select! {
            _ = dropped => panic!("it was to be given up"),
            () = begun => {}
        }
    }
    theirs.is_left_alone(1).await;

    // What the lab refuses is told, and leaves nothing either: there is nobody to hand over to.
    theirs.is_next().await;
    let refused = theirs.rehearse(step_down()).await.map(drop).expect_err("nobody could take over");
    assert_eq!(refused.code(), ErrorCode::Conflict);
    assert!(refused.to_string().contains("may be elected"), "{refused}");
    theirs.is_left_alone(1).await;
    theirs.labs.stop_all().await.expect("it stops");
}

#[tokio::test]
async fn a_default_write_concern_that_was_set_lets_the_lab_take_the_arbiter_that_the_set_takes_own_set() {
    let theirs = Theirs::of(members(2)).await;
    let arbiter = serde_json::json!({ "host": "arb.example:27017", "arbiter": true });
    let edits = serde_json::json!([{ "kind": "add", "member": arbiter }]);
    let add = operation(serde_json::json!({ "kind": "reconfigure", "edits": edits }));
    let refused = theirs.rehearse(add.clone()).await.map(drop).expect_err("the set would refuse it too");
    assert_eq!(refused.code(), ErrorCode::Conflict, "{refused}");

    theirs.run(doc! { "setDefaultRWConcern": 1, "defaultWriteConcern": { "w": 1 } }).await;
    let (rehearsal, told) = theirs.rehearse(add).await.expect("rehearsed");
    assert_eq!(rehearsal.report.outcome, OperationOutcome::Applied, "{rehearsal:#?}");
    let asked = of_the_lab(&told, LabStepKind::Ask);
    assert!(asked.iter().any(|step| step.command.contains("setDefaultRWConcern")), "{told:#?}");
    theirs.is_left_alone(2).await;
    theirs.labs.stop_all().await.expect("it stops");
}

#[tokio::test]
async fn what_a_plan_does_not_say_of_a_set_is_no_change_in_a_whole_configuration_own_set() {
    let theirs = Theirs::of(members(2)).await;
    // A member that builds no indexes joins, and settings are not the usual ones.
    let config = theirs.run(doc! { "replSetGetConfig": 1 }).await;
    let mut config = config.get_document("config").expect("a configuration").clone();
    let version = config.get_i32("version").expect("a version");
    config.insert("version", version + 1);
    config.get_array_mut("members").expect("members").push(
        doc! { "_id": 9, "host": "127.0.0.1:1", "priority": 0, "votes": 0, "buildIndexes": false, "tags": { "dc": "" } }
            .into(),
    );
    let settings = config.get_document_mut("settings").expect("settings");
    settings.insert("catchUpTimeoutMillis", 7_000);
    settings.insert("catchUpTakeoverDelayMillis", 20_000);
    theirs.run(doc! { "replSetReconfig": config }).await;
    theirs
        .until("it is seen to be down", |now| {
            now.members
                .iter()
                .any(|member| member.host == "127.0.0.1:1" && member.health == MemberHealth::Down)
        })
        .await;

    let text = theirs.text().await;
    let raised = text.replacen("priority: 1", "priority: 3", 1);
    assert_ne!(raised, text, "{text}");
    assert!(text.contains("7000") && text.contains("buildIndexes: false"), "{text}");
    let document = serde_json::json!({ "kind": "document", "text": raised });
    let wish = operation(serde_json::json!({ "kind": "reconfigure", "edits": [document] }));
    let (rehearsal, told) = theirs.rehearse(wish).await.expect("rehearsed");
    assert_eq!(rehearsal.report.outcome, OperationOutcome::Applied, "{rehearsal:#?}");
    assert_eq!(rehearsal.report.steps.len(), 1, "{rehearsal:#?}");
    assert_eq!(rehearsal.remarks.len(), 1, "of the member that is down: {:?}", rehearsal.remarks);
    let initiated = &of_the_lab(&told, LabStepKind::Initiate)[0].command;
    for words in [r#""catchUpTimeoutMillis": 7000"#, r#""buildIndexes": false"#, r#""dc": """#] {
        assert!(initiated.contains(words), "{words}: {initiated}");
    }
    theirs.is_left_alone(2).await;
    theirs.labs.stop_all().await.expect("it stops");
}

#[tokio::test]
async fn who_goes_away_during_the_operation_leaves_nothing_and_the_next_one_waits_until_it_is_gone_own_set() {
    let theirs = Theirs::of(members(2)).await;
    let told = Mutex::new(false);
    {
        let dropped = theirs.labs.rehearse(&theirs.engine, theirs.request(step_down()), |step| {
            *told.lock().expect("fine") |= matches!(step, RehearsalStep::Operation { .. });
            true
        });
        let begun = eventually("the operation goes on", SOON, async || *told.lock().expect("fine"));
        tokio::select! {
            _ = dropped => panic!("it was to be given up"),
            () = begun => {}
        }
    }
    let another = theirs.rehearse(step_down()).await.map(drop);
    assert_eq!(another.map_err(|error| error.code()), Err(ErrorCode::Conflict), "it is not over yet");
    // Once it is, nothing is at work any more that could write something down.
    theirs.is_next().await;
    theirs.is_left_alone(2).await;
    theirs.labs.stop_all().await.expect("it stops");
}

#[tokio::test]
async fn the_end_of_a_maintenance_is_rehearsed_on_a_member_in_maintenance_own_set() {
    let theirs = Theirs::of(members(3)).await;
    let now = theirs.until("a primary", |now| now.primary.is_some()).await;
    let member = now.members.iter().find(|member| Some(&member.host) != now.primary.as_ref()).expect("one");
    let maintenance =
        |on| operation(serde_json::json!({ "kind": "maintenance", "host": member.host, "on": on }));
    let run = RunOperationRequest {
        connection: theirs.connection.clone(),
        operation: maintenance(true),
        basis: None,
        confirm: None,
        measure: false,
        query: None,
    };
    let report = theirs.engine.run_operation(run, |_| true).await.expect("carried out");
    assert_eq!(report.outcome, OperationOutcome::Applied, "{report:#?}");
    let (rehearsal, told) = theirs.rehearse(maintenance(false)).await.expect("rehearsed");
    assert_eq!(rehearsal.report.outcome, OperationOutcome::Applied, "{rehearsal:#?}");
    assert_eq!(of_the_lab(&told, LabStepKind::Ask).len(), 1);
    assert!(rehearsal.remarks.iter().any(|remark| remark.contains("maintenance")), "{rehearsal:#?}");

    // What is done at a machine is refused before a lab is made.
    let resync = SetOperation::Resync { host: member.host.clone() };
    let refused = theirs.rehearse(resync).await.map(drop).expect_err("refused");
    assert_eq!(refused.code(), ErrorCode::Unsupported);
    theirs.is_left_alone(3).await;
    theirs.labs.stop_all().await.expect("it stops");
}

#[tokio::test]
async fn a_step_down_that_frozen_members_forbid_is_forbidden_in_the_lab_too_own_set() {
    let theirs = Theirs::of(members(2)).await;
    let now = theirs.until("a primary", |now| now.primary.is_some()).await;
    let member = now.members.iter().find(|member| Some(&member.host) != now.primary.as_ref()).expect("one");
    let run = RunOperationRequest {
        connection: theirs.connection.clone(),
        operation: SetOperation::Freeze { host: member.host.clone(), seconds: 600 },
        basis: None,
        confirm: None,
        measure: false,
        query: None,
    };
    theirs.engine.run_operation(run, |_| true).await.expect("carried out");
    let refused = theirs.rehearse(step_down()).await.map(drop).expect_err("nobody could take over");
    assert_eq!(refused.code(), ErrorCode::Conflict);
    assert!(refused.to_string().contains("frozen"), "{refused}");
    theirs.is_left_alone(2).await;
    theirs.labs.stop_all().await.expect("it stops");
}
