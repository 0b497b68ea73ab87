//! What is done to one member that is not the primary.

use std::time::Duration;

use bson::{Document, doc};
use mongodb::options::{Acknowledgment, WriteConcern};
use trivet_core::replica::{MemberState, OperationOutcome, SetOperation, StepState};

use trivet_tests::client;

use super::{Stage, freeze};
use crate::lab::labs::members;

#[tokio::test]
async fn a_member_in_maintenance_takes_no_reads_until_it_ends_own_set() {
    let stage = Stage::of(members(3)).await;
    let host = stage.secondaries().await.remove(0);
    let maintenance = |on| SetOperation::Maintenance { host: host.clone(), on };
    stage.applied(maintenance(true)).await;
    let refused = stage.ask(&host, doc! { "count": "items" }).await.expect_err("reads are refused");
    assert!(format!("{refused:?}").contains("13436"), "{refused:?}");
    // Counted: on twice is off twice.
    stage.applied(maintenance(true)).await;
    let report = stage.run(maintenance(false)).await.expect("run");
    assert_eq!(
        (report.outcome, report.steps[0].state),
        (OperationOutcome::Partly, StepState::NotSettled),
        "{report:?}"
    );
    stage.applied(maintenance(false)).await;
    stage.is_well().await;
}

#[tokio::test]
async fn a_member_in_maintenance_acknowledges_writes_as_before_own_set() {
    let stage = Stage::of(members(3)).await;
    let secondaries = stage.secondaries().await;
    stage.applied(SetOperation::Maintenance { host: secondaries[0].clone(), on: true }).await;
    let id = stage.lab.status().members.iter().find(|member| member.host == secondaries[1]).expect("it").id;
    stage.lab.stop_member(id).await.expect("stopped");
    let within =
        WriteConcern::builder().w(Acknowledgment::Majority).w_timeout(Duration::from_secs(10)).build();
    let items = client(&stage.uri).await.database("stage").collection::<Document>("items");
    items.insert_one(doc! { "number": 1 }).write_concern(within).await.expect("a majority has it");
    let now = stage
        .until("the other one is down", |now| {
            now.members.iter().any(|member| member.unreachable_reason.is_some())
        })
        .await;
    let majority = now.majority.expect("counted");
    assert_eq!((majority.write_majority, majority.write_margin), (2, 0), "{majority:?}");
}

#[tokio::test]
async fn a_member_copies_from_whom_it_was_told_to_own_set() {
    let stage = Stage::of(members(3)).await;
    let secondaries = stage.secondaries().await;
    let [host, source] = secondaries.as_slice() else { panic!("{secondaries:?}") };
    // A source has to be ahead: it is while something is written.
    let writing = async {
        loop {
            stage.insert(1).await;
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
    };
    tokio::select! {
        () = writing => {}
        _ = stage.applied(SetOperation::SyncFrom { host: host.clone(), source: source.clone() }) => {}
    }
    let now = stage.is_well().await;
    let member = now.members.iter().find(|member| member.host == *host).expect("it");
    assert_eq!(member.sync_source.as_ref(), Some(source));
}

#[tokio::test]
async fn a_frozen_member_does_not_stand_while_its_primary_is_gone_own_set() {
    let stage = Stage::of(members(3)).await;
    let secondaries = stage.secondaries().await;
    stage.applied(freeze(&secondaries[0], 60)).await;
    let primary = stage.primary().await;
    let id = stage.lab.status().members.iter().find(|member| member.host == primary).expect("it").id;
    stage.lab.stop_member(id).await.expect("stopped");
    let now =
        stage.until("another primary", |now| now.primary.as_ref().is_some_and(|now| *now != primary)).await;
    assert_eq!(now.primary.as_ref(), Some(&secondaries[1]), "the one that is not frozen");
    let frozen = now.members.iter().find(|member| member.host == secondaries[0]).expect("it");
    assert_eq!(frozen.state, MemberState::Secondary);
}
