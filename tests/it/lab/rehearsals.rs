//! Rehearsals: an operation on a lab like the set, and nothing of it left.

mod ends;
mod kinds;
mod likeness;

use std::path::Path;
use std::sync::Mutex;

use bson::Document;
use tempfile::TempDir;
use trivet_core::connection::ConnectionId;
use trivet_core::replica::{
    Member, OperationOutcome, PlanOperationRequest, ReplicaRequest, ReplicaSnapshot, RunOperationRequest,
    SetOperation,
};
use trivet_core::{Engine, Error, ErrorCode};
use trivet_lab::{
    LabMemberPlan, LabState, LabStep, LabStepKind, Labs, RehearsalReport, RehearsalStep,
    RehearseOperationRequest,
};
use trivet_tests::{client, engine, eventually, to, wait_for};

use super::config_in;
use super::host::processes_of;
use super::labs::{plan, start};

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

    async fn with_a_primary(&self) -> ReplicaSnapshot {
        self.until("a primary", |now| now.primary.is_some()).await
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

    /// One that is carried out in the lab, and what was told of it.
    async fn rehearsed(&self, operation: SetOperation) -> (RehearsalReport, Vec<RehearsalStep>) {
        let (rehearsal, told) = self.rehearse(operation).await.expect("rehearsed");
        assert_eq!(rehearsal.report.outcome, OperationOutcome::Applied, "{rehearsal:#?}");
        (rehearsal, told)
    }

    /// On their own set.
    async fn carry_out(&self, operation: SetOperation) {
        let request = RunOperationRequest {
            connection: self.connection.clone(),
            operation,
            basis: None,
            confirm: None,
            measure: false,
            query: None,
        };
        let report = self.engine.run_operation(request, |_| true).await.expect("carried out");
        assert_eq!(report.outcome, OperationOutcome::Applied, "{report:#?}");
    }

    /// Somebody rehearses who does not even wait for the answer, once such a step was told.
    async fn give_up_at(&self, is: impl Fn(&RehearsalStep) -> bool + Sync) {
        let told = Mutex::new(false);
        let dropped = self.labs.rehearse(&self.engine, self.request(step_down()), |step| {
            *told.lock().expect("fine") |= is(&step);
            true
        });
        let begun = eventually("it has come so far", SOON, async || *told.lock().expect("fine"));
        tokio::select! {
            _ = dropped => panic!("it was to be given up"),
            () = begun => {}
        }
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

    /// It, and the wish that the first member's priority were higher.
    async fn text_and_wish(&self) -> (String, SetOperation) {
        let text = self.text().await;
        let raised = text.replacen("priority: 1", "priority: 3", 1);
        assert_ne!(raised, text, "{text}");
        let document = serde_json::json!({ "kind": "document", "text": raised });
        (text, operation(serde_json::json!({ "kind": "reconfigure", "edits": [document] })))
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

    async fn end(self) {
        self.labs.stop_all().await.expect("it stops");
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

fn operation(json: serde_json::Value) -> SetOperation {
    serde_json::from_value(json).expect("an operation")
}

fn a_secondary(now: &ReplicaSnapshot) -> &Member {
    now.members.iter().find(|member| Some(&member.host) != now.primary.as_ref()).expect("one")
}
