//! The primary hands over.

use bson::doc;
use trivet_core::{
    ErrorCode,
    replica::{
        CheckVerdict, ElectionChance, MeasurementsRequest, OperationOutcome, RunOperationRequest,
        SetOperation, StepState,
    },
};
use trivet_lab::LabFault;
use trivet_tests::eventually;

use super::{SOON, Stage, freeze, refusals, step_down};
use crate::lab::labs::{arbiter, members, plan as lab_plan};

#[tokio::test]
async fn a_primary_hands_over_and_the_timeline_says_that_it_was_done_here_own_set() {
    let stage = Stage::of(members(3)).await;
    let old = stage.primary().await;
    let plan = stage.plan(step_down()).await;
    assert!(plan.allowed && plan.steps.len() == 1, "{plan:?}");
    assert_eq!(
        (plan.steps[0].host.as_str(), plan.steps[0].election),
        (old.as_str(), ElectionChance::Certain)
    );
    assert_eq!(stage.primary().await, old, "a plan sends nothing that changes anything");

    let (report, told) = stage.run_as(stage.request(step_down())).await.expect("run");
    assert_eq!(report.outcome, OperationOutcome::Applied, "{report:?}");
    let states: Vec<_> = told.iter().map(|step| step.state).collect();
    assert_eq!(states, [StepState::Sending, StepState::Waiting, StepState::Done]);
    assert_ne!(stage.primary().await, old);
    let done = stage.done().await;
    assert!(done[0].contains(&format!("{old} stepped down")), "{done:?}");
}

#[tokio::test]
async fn a_set_whose_only_other_member_with_data_is_down_keeps_its_primary_own_set() {
    let stage = Stage::of(vec![members(1).remove(0), members(1).remove(0), arbiter()]).await;
    assert!(stage.plan(step_down()).await.allowed, "the secondary takes over");
    let secondary = stage.secondaries().await.remove(0);
    let id = stage.lab.status().members.iter().find(|member| member.host == secondary).expect("it").id;
    stage.lab.stop_member(id).await.expect("stopped");
    stage
        .until("it is seen to be gone", |now| {
            now.majority.as_ref().is_some_and(|majority| majority.healthy_voters == 2)
        })
        .await;
    let error = stage.run(step_down()).await.expect_err("refused");
    assert_eq!(error.code(), ErrorCode::Conflict);
    assert!(
        error.to_string().contains("No secondary is up") && error.to_string().contains("Nothing was sent"),
        "{error}"
    );
}

#[tokio::test]
async fn who_was_frozen_from_here_is_not_counted_on_and_who_was_frozen_elsewhere_is_told_by_the_server_own_set()
 {
    let stage = Stage::of(members(3)).await;
    let secondaries = stage.secondaries().await;
    for host in &secondaries {
        stage.applied(freeze(host, 120)).await;
    }
    let plan = stage.plan(step_down()).await;
    assert!(refusals(&plan).contains("frozen or stepped down from here"), "{plan:?}");
    for host in &secondaries {
        stage.applied(freeze(host, 0)).await;
    }
    assert!(stage.plan(step_down()).await.allowed);

    // Somebody else does the same: nobody can see it beforehand.
    for host in &secondaries {
        stage.ask(host, doc! { "replSetFreeze": 120 }).await.expect("frozen");
    }
    let old = stage.primary().await;
    let asked = SetOperation::StepDown { seconds: 4, catch_up_seconds: 2, force: false };
    let report = stage.run(asked).await.expect("run");
    match report.outcome {
        OperationOutcome::Applied => assert!(report.message.contains("Nobody else stood"), "{report:?}"),
        // A secondary that was a moment late is none that has everything.
        OperationOutcome::NotApplied => {
            let error = report.error.as_ref().expect("why");
            assert_eq!(error.server.as_ref().map(|server| server.code), Some(262), "{report:?}");
            assert!(error.message.contains("no electable secondary") && error.hint.is_some(), "{report:?}");
        }
        OperationOutcome::Partly | OperationOutcome::Unknown => panic!("{report:?}"),
    }
    assert_eq!(stage.primary().await, old, "after the four seconds, or all along");
}

#[tokio::test]
async fn who_has_just_stepped_down_is_not_counted_on_to_take_over_again_own_set() {
    let stage = Stage::of(vec![members(1).remove(0), members(1).remove(0), arbiter()]).await;
    let first = stage.primary().await;
    stage.applied(step_down()).await;
    stage.until("the other one leads", |now| now.primary.as_ref().is_some_and(|now| *now != first)).await;
    stage.is_well().await;
    let plan = stage.plan(step_down()).await;
    assert!(refusals(&plan).contains(&format!("{first} cannot stand")), "{plan:?}");
    stage.applied(freeze(&first, 0)).await;
    assert!(stage.plan(step_down()).await.allowed, "it may stand again, which the server does too");
    stage.applied(step_down()).await;
    assert_eq!(stage.primary().await, first);
}

#[tokio::test]
async fn by_force_it_goes_without_a_secondary_that_has_everything_once_the_name_is_typed_own_set() {
    let mut plan = lab_plan("stage", members(3));
    plan.faults = true;
    let stage = Stage::as_planned(plan).await;
    let secondaries = stage.secondaries().await;
    for member in stage.lab.status().members {
        if secondaries.contains(&member.host) {
            stage.lab.fault(member.id, LabFault::HoldBack).await.expect("held back");
        }
    }
    stage.insert(3).await;
    let forced = SetOperation::StepDown { seconds: 20, catch_up_seconds: 1, force: true };
    eventually("the operations are listed", SOON, async || {
        let plan = stage.plan(forced.clone()).await;
        let told = plan.checks.iter().filter(|check| check.verdict == CheckVerdict::Warning);
        told.map(|check| &check.text).any(|text| text.contains("insert stage.items"))
    })
    .await;
    let plan = stage.plan(forced.clone()).await;
    assert_eq!(plan.confirm.as_deref(), Some("stage"), "also on a local connection");
    let error = stage.run(forced.clone()).await.expect_err("not confirmed");
    assert_eq!(error.code(), ErrorCode::InvalidInput);
    assert!(error.to_string().contains("cannot be taken back"), "{error}");

    let mut request = stage.request(forced);
    request.confirm = Some("stage".to_owned());
    let old = stage.primary().await;
    let running = stage.run_as(request);
    let healing = async {
        stage.until("it has stepped down", |now| now.primary.as_ref() != Some(&old)).await;
        stage.lab.heal().await.expect("healed");
    };
    let (ran, ()) = tokio::join!(running, healing);
    let (report, _) = ran.expect("run");
    assert_eq!(report.outcome, OperationOutcome::Applied, "{report:?}");
    assert!(report.message.contains(&old), "{report:?}");
}

#[tokio::test]
async fn a_step_down_that_is_measured_says_for_how_long_writes_were_away_own_set() {
    let stage = Stage::of(members(3)).await;
    let request = RunOperationRequest { measure: true, ..stage.request(step_down()) };
    let (report, _) = stage.run_as(request).await.expect("run");
    assert_eq!(report.outcome, OperationOutcome::Applied, "{report:?}");
    let measured = report.measurement.expect("it was measured");
    assert_eq!(measured.label, "Step the primary down");
    assert!(measured.acknowledged > 40 && !measured.elections.is_empty(), "{measured:?}");
    assert!(measured.worst_away_ms.is_none_or(|away| away < 10_000.0), "{measured:?}");
    let kept =
        stage.engine.measurements(MeasurementsRequest { connection: stage.connection.id.clone() }).await;
    assert_eq!(kept.expect("kept")[0].id, measured.id);
}
