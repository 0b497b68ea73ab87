//! Faults of members: killed, frozen, held back, left behind, copying anew.

use std::path::Path;

use bson::{Document, doc};
use trivet_core::ErrorCode;
use trivet_lab::{Lab, LabFault, LabMember, LabPlan, LabStatus, LabStepKind, Labs};
use trivet_tests::{DEADLINE, client, eventually, wait_for};

use super::config_in;
use super::host::{Host, kill, nothing_runs_on, processes_of};
use super::labs::{members, plan, start};

/// A quick lab of three, with what a test asks of it besides.
pub(super) async fn lab(folder: &Path, change: impl FnOnce(&mut LabPlan)) -> (Labs, Lab) {
    let labs = Labs::new(config_in(folder));
    let mut plan = plan("three", members(3));
    change(&mut plan);
    let status = start(&labs, plan).await;
    for member in &status.members {
        state_is(member, &["PRIMARY", "SECONDARY"]).await;
    }
    let lab = labs.lab("three").expect("a name");
    (labs, lab)
}

/// What a member says itself, past any link; empty where it does not answer.
pub(super) async fn asked(member: &LabMember, command: Document) -> Document {
    let uri = format!(
        "mongodb://{}/?directConnection=true&serverSelectionTimeoutMS=1000&connectTimeoutMS=1000",
        member.address
    );
    let client = client(&uri).await;
    let admin = client.database("admin");
    let answer = admin.run_command(command);
    tokio::time::timeout(std::time::Duration::from_secs(2), answer)
        .await
        .ok()
        .and_then(Result::ok)
        .unwrap_or_default()
}

/// Waits until a member says of itself that it is in one of these states.
pub(super) async fn state_is(member: &LabMember, states: &[&str]) {
    eventually(&format!("member {} is {states:?}", member.id), DEADLINE, async || {
        let told = asked(member, doc! { "replSetGetStatus": 1 }).await;
        let all = told.get_array("members").cloned().unwrap_or_default();
        let own = all
            .iter()
            .filter_map(bson::Bson::as_document)
            .find(|told| told.get_bool("self").unwrap_or(false));
        own.and_then(|own| own.get_str("stateStr").ok()).is_some_and(|state| states.contains(&state))
    })
    .await;
}

/// The id of the member that takes writes by its own word.
pub(super) async fn primary(lab: &Lab, but: Option<u32>) -> u32 {
    wait_for("a member takes writes", DEADLINE, async || {
        for member in lab.status().members {
            let hello = asked(&member, doc! { "hello": 1 }).await;
            if Some(member.id) != but && hello.get_bool("isWritablePrimary").unwrap_or(false) {
                return Some(member.id);
            }
        }
        None
    })
    .await
}

pub(super) fn commands(status: &LabStatus, kind: LabStepKind) -> Vec<&str> {
    status.steps.iter().filter(|step| step.kind == kind).map(|step| step.command.as_str()).collect()
}

#[tokio::test]
async fn a_killed_member_is_gone_and_starts_again_own_set() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let (_labs, lab) = lab(folder.path(), |_| {}).await;
    let old = primary(&lab, None).await;
    let pid = lab.status().members[old as usize].pid.expect("it runs");
    let status = lab.fault(old, LabFault::Kill).await.expect("it is killed");
    assert_eq!(commands(&status, LabStepKind::Signal), [format!("kill -KILL {pid}")]);
    assert!(!status.members[old as usize].running);
    assert_ne!(primary(&lab, None).await, old);
    let error = lab.fault(old, LabFault::Freeze).await.expect_err("it does not run");
    assert_eq!(error.code(), ErrorCode::Conflict);
    let status = lab.start_member(old).await.expect("it starts");
    assert_eq!(commands(&status, LabStepKind::StartMember).len(), 1);
    assert!(status.members[old as usize].running);
    lab.stop().await.expect("it stops");
}

#[tokio::test]
async fn a_frozen_member_is_told_and_thaws_or_stops_own_set() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let (_labs, lab) = lab(folder.path(), |_| {}).await;
    let old = primary(&lab, None).await;
    let status = lab.fault(old, LabFault::Freeze).await.expect("it freezes");
    assert!(status.members[old as usize].frozen && status.members[old as usize].running);
    let new = primary(&lab, None).await;
    assert_ne!(new, old);
    let status = lab.fault(old, LabFault::Thaw).await.expect("it thaws");
    assert!(!status.members[old as usize].frozen);
    state_is(&status.members[old as usize], &["SECONDARY"]).await;

    lab.fault(old, LabFault::Freeze).await.expect("it freezes");
    let pid = lab.status().members[old as usize].pid.expect("it runs");
    let status = lab.stop_member(old).await.expect("it stops");
    assert_eq!(commands(&status, LabStepKind::StopMember), [format!("kill -TERM {pid} && kill -CONT {pid}")]);
    assert!(!status.members[old as usize].running);
    // A clean stop leaves an empty lock file; a killed process leaves its number in it.
    let lock = Path::new(&status.data_dir).join(format!("member-{old}/data/mongod.lock"));
    assert_eq!(std::fs::read_to_string(lock).expect("there is one"), "");
    lab.stop().await.expect("it stops");
}

#[tokio::test]
async fn frozen_members_end_with_the_application_in_whatever_way_own_set() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let host = Host::run(folder.path());
    let member = host.status().members[1].pid.expect("it runs");
    // By a person's own command: the lab sees it all the same.
    super::host::signal(member, rustix::process::Signal::STOP);
    host.kill();
    nothing_runs_on(folder.path()).await;

    let host = Host::run(folder.path());
    let members: Vec<u32> = host.status().members.iter().filter_map(|member| member.pid).collect();
    super::host::signal(members[1], rustix::process::Signal::STOP);
    kill(super::host::guard_of(&host.status()));
    host.kill();
    assert_eq!(processes_of(folder.path(), "mongod").len(), 3, "nobody is left to stop them");
    Host::run(folder.path()).end();
    nothing_runs_on(folder.path()).await;
}

#[tokio::test]
async fn a_member_that_is_held_back_falls_behind_until_it_is_let_go_own_set() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let (_labs, lab) = lab(folder.path(), |plan| plan.faults = true).await;
    let primary = primary(&lab, None).await;
    let late = (primary + 1) % 3;
    let status = lab.fault(late, LabFault::HoldBack).await.expect("it is held back");
    assert!(status.members[late as usize].held_back);
    assert!(commands(&status, LabStepKind::FailPoint)[0].contains("rsSyncApplyStop"));

    let items =
        client(&status.uri.clone().expect("it runs")).await.database("shop").collection::<Document>("items");
    items.insert_one(doc! { "_id": 1 }).await.expect("inserted by the two others");
    let applied = async |member: &LabMember| {
        asked(member, doc! { "replSetGetStatus": 1 })
            .await
            .get_document("optimes")
            .cloned()
            .unwrap_or_default()
            .get_document("appliedOpTime")
            .cloned()
            .unwrap_or_default()
    };
    let newest = applied(&status.members[primary as usize]).await;
    assert_ne!(applied(&status.members[late as usize]).await, newest);
    lab.fault(late, LabFault::LetGo).await.expect("it goes on");
    eventually("it has caught up", DEADLINE, async || {
        applied(&status.members[late as usize]).await.get_timestamp("ts").ok()
            >= newest.get_timestamp("ts").ok()
    })
    .await;
    lab.stop().await.expect("it stops");
}

#[tokio::test]
async fn a_member_that_was_left_behind_is_too_stale_and_heals_by_copying_anew_own_set() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let (_labs, lab) = lab(folder.path(), |plan| plan.faults = true).await;
    let left = (primary(&lab, None).await + 1) % 3;
    let status = lab.fault(left, LabFault::LeaveBehind).await.expect("it is left behind");
    let member = &status.members[left as usize];
    assert!(asked(member, doc! { "replSetGetStatus": 1 }).await.get_bool("tooStale").unwrap_or(false));
    assert_eq!(commands(&status, LabStepKind::Write).len(), 1);
    let status = lab.heal().await.expect("it heals");
    assert_eq!(commands(&status, LabStepKind::EmptyData).len(), 1);
    state_is(member, &["SECONDARY"]).await;
    lab.stop().await.expect("it stops");
}

#[tokio::test]
async fn a_member_copies_anew_where_another_has_the_data_own_set() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let (_labs, lab) = lab(folder.path(), |_| {}).await;
    let id = primary(&lab, None).await;
    let status = lab.fault(id, LabFault::Resync).await.expect("it copies anew");
    let done: Vec<LabStepKind> = status.steps.iter().map(|step| step.kind).collect();
    let expected =
        [LabStepKind::StepDown, LabStepKind::StopMember, LabStepKind::EmptyData, LabStepKind::StartMember];
    assert_eq!(done[..4], expected);
    state_is(&status.members[id as usize], &["SECONDARY"]).await;
    for other in (0..3).filter(|other| *other != id) {
        lab.stop_member(other).await.expect("it stops");
    }
    let error = lab.fault(id, LabFault::Resync).await.expect_err("its data would be lost");
    assert_eq!(error.code(), ErrorCode::Conflict);
    let error = lab.fault(id, LabFault::HoldBack).await.expect_err("the plan asks for no faults");
    assert_eq!(error.code(), ErrorCode::Unsupported);
    lab.stop().await.expect("it stops");
}
