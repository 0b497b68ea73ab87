//! How a rehearsal ends that nobody waits for.

use std::sync::Mutex;

use trivet_core::ErrorCode;
use trivet_core::connection::{CancelRequest, QueryId};
use trivet_lab::{LabStepKind, RehearsalStep, RehearseOperationRequest};
use trivet_tests::eventually;

use super::super::labs::members;
use super::{SOON, Theirs, step_down};

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
    let waits = |step: &RehearsalStep| matches!(step, RehearsalStep::Lab { step } if step.kind == LabStepKind::WaitForMember);
    theirs.give_up_at(waits).await;
    theirs.is_left_alone(1).await;

    // What the lab refuses is told, and leaves nothing either: there is nobody to hand over to.
    theirs.is_next().await;
    let refused = theirs.rehearse(step_down()).await.map(drop).expect_err("nobody could take over");
    assert_eq!(refused.code(), ErrorCode::Conflict);
    assert!(refused.to_string().contains("may be elected"), "{refused}");
    theirs.is_left_alone(1).await;
    theirs.end().await;
}

#[tokio::test]
async fn who_goes_away_during_the_operation_leaves_nothing_and_the_next_one_waits_until_it_is_gone_own_set() {
    let theirs = Theirs::of(members(2)).await;
    theirs.give_up_at(|step| matches!(step, RehearsalStep::Operation { .. })).await;
    let another = theirs.rehearse(step_down()).await.map(drop);
    assert_eq!(another.map_err(|error| error.code()), Err(ErrorCode::Conflict), "it is not over yet");
    // Once it is, nothing is at work any more that could write something down.
    theirs.is_next().await;
    theirs.is_left_alone(2).await;
    theirs.end().await;
}
