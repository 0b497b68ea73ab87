//! The lab on real processes: what it does for a person, and what it survives.

mod faults;
mod health;
mod host;
pub(crate) mod labs;
mod links;
mod members;
mod rehearsals;
mod scenarios;
mod spares;
mod storm;

use std::path::Path;
use std::sync::Mutex;
use std::time::{Duration, Instant};

use bson::{Document, doc};
use trivet_lab::{GuardProgram, Lab, LabConfig, LabState, LabStep, LabStepKind, MongodSearch};
use trivet_tests::{client, eventually, lab_host, replica_set};

/// A lab in a folder that outlives it.
fn lab_in(folder: &Path) -> Lab {
    Lab::new(config_in(folder))
}

pub(crate) fn config_in(folder: &Path) -> LabConfig {
    LabConfig {
        data_dir: folder.to_owned(),
        mongod: MongodSearch::from_environment(),
        guard: GuardProgram::at(lab_host()),
        seed: true,
        temporary: false,
    }
}

async fn items_in(lab: &Lab) -> u64 {
    let uri = lab.status().uri.expect("it runs");
    let items = client(&uri).await.database("mydatabase").collection::<Document>("items");
    items.count_documents(doc! {}).await.expect("counted")
}

#[tokio::test]
async fn the_first_start_fills_the_set_and_later_ones_keep_what_a_person_made_of_it() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let lab = lab_in(folder.path());
    let first = lab.start(|_| {}).await.expect("it starts");
    assert_eq!(items_in(&lab).await, 2_000);
    let uri = first.uri.clone().expect("it runs");
    let items = client(&uri).await.database("mydatabase").collection::<Document>("items");
    items.delete_many(doc! {}).await.expect("deleted");
    drop(items);
    lab.stop().await.expect("it stops");
    assert_eq!(lab.status().state, LabState::Stopped);

    let second = lab.start(|_| {}).await.expect("it starts again");
    assert_eq!(second.uri, first.uri, "the ports are kept");
    assert_eq!(items_in(&lab).await, 0, "nothing is filled a second time");
    lab.stop().await.expect("it stops");
}

#[tokio::test]
async fn every_step_is_told_as_a_command_with_its_time() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let lab = lab_in(folder.path());
    let told = Mutex::new(Vec::<LabStep>::new());
    lab.start(|step| told.lock().expect("not poisoned").push(step)).await.expect("it starts");
    lab.stop().await.expect("it stops");

    let told = told.into_inner().expect("not poisoned");
    let done: Vec<&LabStep> = told.iter().filter(|step| step.elapsed_ms.is_some()).collect();
    let of = |kind| done.iter().filter(move |step| step.kind == kind).map(|step| step.command.as_str());
    assert_eq!(of(LabStepKind::StartMember).count(), 3);
    assert!(of(LabStepKind::StartMember).all(|command| command.contains(" --replSet lab --port ")));
    assert!(of(LabStepKind::Initiate).all(|command| command.starts_with("rs.initiate({")));
    assert_eq!(of(LabStepKind::Initiate).count(), 1);
    assert_eq!(of(LabStepKind::Seed).count(), 1);
    let begun: std::collections::BTreeSet<u32> = told.iter().map(|step| step.index).collect();
    assert_eq!(begun.len(), done.len(), "every step that began has ended: {told:?}");
}

#[tokio::test]
async fn a_stopped_primary_is_replaced_at_once_and_comes_back_as_a_secondary() {
    let set = replica_set().await;
    let primary = set.primary().await;
    let others: Vec<String> =
        (0..3).filter(|member| *member != primary).map(|member| set.host(member)).collect();

    let began = Instant::now();
    let status = set.stop(primary).await;
    assert!(!status.members[primary as usize].running);
    assert_ne!(set.primary().await, primary);
    assert!(began.elapsed() < Duration::from_secs(5), "it took {:?}", began.elapsed());

    let uri = format!("mongodb://{}/?replicaSet=lab&w=majority", others.join(","));
    let items = client(&uri).await.database("shop").collection::<Document>("items");
    items.insert_one(doc! { "_id": 1 }).await.expect("two of three take a majority write");

    let status = set.start(primary).await;
    assert!(status.members[primary as usize].running);
    let uri = format!("mongodb://{}/?directConnection=true&readPreference=secondary", set.host(primary));
    let items = client(&uri).await.database("shop").collection::<Document>("items");
    eventually("it has caught up", trivet_tests::DEADLINE, async || {
        items.find_one(doc! { "_id": 1 }).await.is_ok_and(|found| found.is_some())
    })
    .await;
}

#[tokio::test]
async fn a_set_that_lost_its_majority_elects_as_soon_as_it_has_one_again() {
    let set = replica_set().await;
    set.stop(0).await;
    set.stop(1).await;
    let began = Instant::now();
    set.start(0).await;
    set.primary().await;
    assert!(began.elapsed() < Duration::from_secs(10), "it took {:?}", began.elapsed());
}

#[tokio::test]
async fn a_member_that_does_not_exist_is_not_found() {
    let set = replica_set().await;
    let error = set.lab.stop_member(3).await.expect_err("there is no member 3");
    assert_eq!(error.code(), trivet_core::ErrorCode::NotFound);
}

#[tokio::test]
async fn a_start_that_is_given_up_leaves_nothing_behind() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let lab = lab_in(folder.path());
    let started = Mutex::new(false);
    {
        let start = lab.start(|step| *started.lock().expect("fine") |= step.kind == LabStepKind::StartMember);
        let given_up =
            eventually("a member starts", trivet_tests::DEADLINE, async || *started.lock().expect("fine"));
        tokio::select! {
            _ = start => panic!("the start was to be given up"),
            () = given_up => {}
        }
    }
    assert_eq!(lab.status().state, LabState::Stopped);
    host::nothing_runs_on(folder.path()).await;
    lab.start(|_| {}).await.expect("it starts after all");
    assert_eq!(items_in(&lab).await, 2_000);
    lab.stop().await.expect("it stops");
}
