//! What is done to a replica set, on sets that are there to be broken.

mod initiate;
mod lost;
mod members;
mod reconfigure;
mod refused;
mod shapes;
mod step_down;
mod wishes;

use bson::{Document, doc};
use mongodb::options::{Acknowledgment, WriteConcern};
use serde_json::Value;
use tempfile::TempDir;
use trivet_core::{
    Engine, Error,
    connection::{ConnectRequest, Connection, Environment},
    replica::{
        CheckVerdict, MemberState, OperationOutcome, OperationPlan, OperationProgress, OperationReport,
        PlanOperationRequest, ReplicaRequest, ReplicaSnapshot, RunOperationRequest, SetOperation, StepState,
        TimelineRequest,
    },
};
use trivet_lab::{Lab, LabMemberPlan, LabPlan, Labs};
use trivet_tests::{Mongod, client, engine, free_port, to, wait_for};

use crate::lab::{
    config_in,
    labs::{arbiter, plan as lab_plan, start},
};

/// All is as it is to be within this time, on a machine on which other tests run too.
const SOON: std::time::Duration = std::time::Duration::from_mins(1);

/// A set of its own, and an engine that is connected to it.
struct Stage {
    lab: Lab,
    uri: String,
    engine: Engine,
    connection: Connection,
    _labs: Labs,
    _folders: (TempDir, TempDir),
}

impl Stage {
    async fn of(members: Vec<LabMemberPlan>) -> Self {
        Self::as_planned(lab_plan("stage", members)).await
    }

    async fn as_planned(plan: LabPlan) -> Self {
        let folders = (tempfile::tempdir().expect("a folder"), tempfile::tempdir().expect("a folder"));
        let labs = Labs::new(config_in(folders.0.path()));
        let name = plan.name.clone();
        let uri = start(&labs, plan).await.uri.expect("it runs");
        let engine = engine(folders.1.path());
        let connection = engine.connect(to(&uri)).await.expect("connected");
        let lab = labs.lab(&name).expect("a name");
        let stage = Self { lab, uri, engine, connection, _labs: labs, _folders: folders };
        stage.is_well().await;
        stage
    }

    /// Waits until every member follows, and somebody is primary.
    async fn is_well(&self) -> ReplicaSnapshot {
        self.until("all is well", |now| {
            use MemberState::{Arbiter, Primary, Secondary};
            now.primary.is_some()
                && now.members.iter().all(|member| matches!(member.state, Arbiter | Primary | Secondary))
        })
        .await
    }

    async fn until(&self, what: &str, is: impl Fn(&ReplicaSnapshot) -> bool) -> ReplicaSnapshot {
        wait_for(what, SOON, async || {
            let request = ReplicaRequest { connection: self.connection.id.clone() };
            self.engine.replica_snapshot(request).await.ok().filter(&is)
        })
        .await
    }

    async fn primary(&self) -> String {
        self.until("a primary", |now| now.primary.is_some()).await.primary.expect("a primary")
    }

    async fn secondaries(&self) -> Vec<String> {
        let now = self.is_well().await;
        let secondaries = now.members.into_iter().filter(|member| member.state == MemberState::Secondary);
        secondaries.map(|member| member.host).collect()
    }

    async fn plan(&self, operation: SetOperation) -> OperationPlan {
        let request = PlanOperationRequest { connection: self.connection.id.clone(), operation };
        self.engine.plan_operation(request).await.unwrap_or_else(|error| panic!("planned: {error}"))
    }

    fn request(&self, operation: SetOperation) -> RunOperationRequest {
        RunOperationRequest {
            connection: self.connection.id.clone(),
            operation,
            basis: None,
            confirm: None,
            measure: false,
            query: None,
        }
    }

    async fn run(&self, operation: SetOperation) -> Result<OperationReport, Error> {
        self.run_as(self.request(operation)).await.map(|(report, _)| report)
    }

    /// Runs it; what was told meanwhile comes with the report.
    async fn run_as(
        &self,
        request: RunOperationRequest,
    ) -> Result<(OperationReport, Vec<OperationProgress>), Error> {
        let mut told = Vec::new();
        let report = self
            .engine
            .run_operation(request, |step| {
                told.push(step);
                true
            })
            .await?;
        Ok((report, told))
    }

    /// Runs what has to go well.
    async fn applied(&self, operation: SetOperation) -> OperationReport {
        let report = self.run(operation).await.unwrap_or_else(|error| panic!("run: {error}"));
        assert_eq!(report.outcome, OperationOutcome::Applied, "{report:?}");
        assert!(report.steps.iter().all(|step| step.state == StepState::Done), "{report:?}");
        report
    }

    /// The configuration, as the primary has it.
    async fn config(&self) -> Document {
        let reply =
            self.ask(&self.primary().await, doc! { "replSetGetConfig": 1 }).await.expect("a configuration");
        reply.get_document("config").expect("a configuration").clone()
    }

    /// What the timeline tells of what was done with this program, the newest first.
    async fn done(&self) -> Vec<String> {
        let request = TimelineRequest { connection: self.connection.id.clone(), limit: None, before: None };
        let entries = self.engine.replica_timeline(request).await.expect("a timeline").entries;
        let done = entries.into_iter().filter(|entry| entry.kind == trivet_core::replica::TimelineKind::Done);
        done.map(|entry| entry.message).collect()
    }

    /// What a member answers, asked by somebody else.
    async fn ask(&self, host: &str, command: Document) -> Result<Document, mongodb::error::Error> {
        let uri = format!("mongodb://{host}/?directConnection=true&serverSelectionTimeoutMS=5000");
        client(&uri).await.database("admin").run_command(command).await
    }

    async fn insert(&self, count: i32) {
        let items = client(&self.uri).await.database("stage").collection::<Document>("items");
        let documents = (0..count).map(|number| doc! { "number": number });
        // The primary alone has it, on its disk.
        let alone = WriteConcern::builder().w(Acknowledgment::Nodes(1)).journal(true).build();
        items.insert_many(documents).write_concern(alone).await.expect("inserted");
    }
}

/// The same connection as another environment, or read-only.
fn connect_as(uri: &str, environment: Option<Environment>, read_only: bool) -> ConnectRequest {
    ConnectRequest { environment, read_only: Some(read_only), ..to(uri) }
}

/// A mongod that is to become a member.
async fn newcomer(set: &str) -> (Mongod, String) {
    let port = free_port();
    let mongod = Mongod::standalone_on(port, &["--replSet", set]).await;
    (mongod, format!("127.0.0.1:{port}"))
}

fn primary_secondary_arbiter() -> Vec<LabMemberPlan> {
    vec![LabMemberPlan::default(), LabMemberPlan::default(), arbiter()]
}

/// An operation as it is sent over HTTP.
fn read(operation: &Value) -> SetOperation {
    serde_json::from_value(operation.clone()).unwrap_or_else(|error| panic!("{operation}: {error}"))
}

/// What of a plan refuses.
fn refusals(plan: &OperationPlan) -> String {
    let refused = plan.checks.iter().filter(|check| check.verdict == CheckVerdict::Refused);
    refused.map(|check| check.text.as_str()).collect::<Vec<_>>().join(" ")
}

fn step_down() -> SetOperation {
    SetOperation::StepDown { seconds: 30, catch_up_seconds: 10, force: false }
}

fn freeze(host: &str, seconds: u32) -> SetOperation {
    SetOperation::Freeze { host: host.to_owned(), seconds }
}
