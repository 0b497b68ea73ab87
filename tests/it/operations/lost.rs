//! The primary is lost between two steps.

use serde_json::json;
use trivet_core::replica::{ConfigEdit, OperationOutcome, OperationReport, SetOperation, StepState};
use trivet_lab::{LabFault, LabMemberPlan};

use super::{Stage, newcomer, primary_secondary_arbiter, read};
use crate::lab::labs::members;

impl Stage {
    /// Runs what takes two steps, and kills the primary when the first one is done.
    async fn lose_the_primary_in(&self, operation: SetOperation) -> OperationReport {
        let old = self.primary().await;
        let id = self.lab.status().members.iter().find(|member| member.host == old).expect("it").id;
        let (sender, mut told) = tokio::sync::mpsc::unbounded_channel();
        let running =
            self.engine.run_operation(self.request(operation), move |step| sender.send(step).is_ok());
        let killing = async {
            while let Some(step) = told.recv().await {
                if step.step == 1 || step.state == StepState::Done {
                    break;
                }
            }
            self.lab.fault(id, LabFault::Kill).await.expect("killed");
            // Heard to its end.
            while told.recv().await.is_some() {}
        };
        let (report, ()) = tokio::join!(running, killing);
        let report = report.expect("a report");
        println!("{report:#?}");
        assert!(!report.message.is_empty() && report.steps.len() == 2, "{report:#?}");
        assert_ne!(report.outcome, OperationOutcome::NotApplied, "the first step was done: {report:#?}");
        self.until("another primary", |now| now.primary.as_ref().is_some_and(|primary| *primary != old))
            .await;
        report
    }
}

#[tokio::test]
async fn of_five_while_two_leave_it_is_told_who_is_gone_own_set() {
    let stage = Stage::of(members(5)).await;
    let leave = stage.secondaries().await[..2].to_vec();
    let edits = leave.iter().map(|host| ConfigEdit::Remove { host: host.clone() }).collect();
    let operation = SetOperation::Reconfigure { edits };
    assert_eq!(stage.plan(operation.clone()).await.steps.len(), 2, "one vote a step");
    let report = stage.lose_the_primary_in(operation).await;
    let now = stage.until("a primary", |now| now.primary.is_some()).await;
    let gone = 5 - now.members.len();
    let count = |state| report.steps.iter().filter(|step| step.state == state).count();
    let (done, open) = (count(StepState::Done), count(StepState::Unknown) + count(StepState::NotSettled));
    assert!(open <= 1, "{report:#?}");
    // What did not settle may be lost with the primary.
    assert!(gone == done || gone == done + open, "{gone} are gone: {report:#?}");
    assert_eq!(report.outcome == OperationOutcome::Applied, done == 2, "{report:#?}");
    assert_eq!(report.outcome == OperationOutcome::Unknown, count(StepState::Unknown) == 1, "{report:#?}");
}

#[tokio::test]
async fn of_three_while_one_comes_it_is_told_whether_it_votes_own_set() {
    one_comes(members(3)).await;
}

#[tokio::test]
#[ignore = "slow: without a majority of members with data no step is committed, which is waited for for a minute"]
async fn of_a_primary_a_secondary_and_an_arbiter_while_one_comes_it_is_told_whether_it_votes_own_set() {
    one_comes(primary_secondary_arbiter()).await;
}

async fn one_comes(members: Vec<LabMemberPlan>) {
    let stage = Stage::of(members).await;
    let (_mongod, host) = newcomer("stage").await;
    let add = json!({ "kind": "add", "member": { "host": host } });
    let report = stage.lose_the_primary_in(read(&json!({ "kind": "reconfigure", "edits": [add] }))).await;
    let now = stage.until("a primary", |now| now.primary.is_some()).await;
    let member = now.members.iter().find(|member| member.host == host).expect("it was added before");
    match report.outcome {
        OperationOutcome::Applied => assert_eq!(member.votes, Some(1), "{report:#?}"),
        OperationOutcome::Partly if report.steps[1].state == StepState::NotSettled => {}
        OperationOutcome::Partly => assert_eq!(member.votes, Some(0), "{report:#?}"),
        outcome => assert_eq!(outcome, OperationOutcome::Unknown, "{report:#?}"),
    }
    assert_eq!(report.steps[0].state, StepState::Done, "{report:#?}");
}
