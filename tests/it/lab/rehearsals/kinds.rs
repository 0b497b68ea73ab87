//! What is rehearsed: each kind of operation.

use trivet_core::ErrorCode;
use trivet_core::replica::{MemberHealth, OperationOutcome, SetOperation, StepState};
use trivet_lab::{LabFault, LabMemberPlan, LabStepKind, LabTag, RehearsalStep, RehearseOperationRequest};

use super::super::labs::members;
use super::{Theirs, a_secondary, of_the_lab, operation, step_down};

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

    let (rehearsal, told) = theirs.rehearsed(step_down()).await;
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
    let after = theirs.with_a_primary().await;
    assert_eq!((after.primary, after.term), (Some(primary), before.term), "their set heard nothing of it");
    theirs.end().await;
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
    let now = theirs.with_a_primary().await;
    assert_eq!(now.members.len(), 2, "their set has nobody more");
    theirs.end().await;
}

#[tokio::test]
async fn a_whole_configuration_as_text_is_rehearsed_with_the_hosts_of_the_lab_own_set() {
    let theirs = Theirs::of(members(3)).await;
    let (_, wish) = theirs.text_and_wish().await;
    let (rehearsal, told) = theirs.rehearsed(wish).await;
    assert_eq!(rehearsal.report.steps.len(), 1, "the lab was as the set is, but for this: {rehearsal:#?}");
    assert!(told.iter().any(|step| matches!(step, RehearsalStep::Operation { .. })), "{told:?}");
    theirs.is_left_alone(3).await;
    theirs.end().await;
}

#[tokio::test]
async fn a_set_that_has_lost_its_majority_is_taken_over_by_force_on_a_lab_that_has_lost_it_too_own_set() {
    let theirs = Theirs::of(members(3)).await;
    let now = theirs.with_a_primary().await;
    let survivor = a_secondary(&now);
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
    let (rehearsal, _) = theirs.rehearsed(operation(force)).await;
    for host in lost {
        assert!(rehearsal.remarks.iter().any(|remark| remark.contains(host)), "{rehearsal:#?}");
    }
    theirs.is_left_alone(1).await;
    let now = theirs.until("it is as it was", |now| !now.members.is_empty()).await;
    assert_eq!((now.primary, now.members.len()), (None, 3), "their set heard nothing of it");
    theirs.end().await;
}

#[tokio::test]
async fn a_set_is_initiated_on_mongods_of_the_lab_first_own_set() {
    let theirs = Theirs::of(members(1)).await;
    let members =
        ["a.example:1", "b.example:2", "c.example:3"].map(|host| serde_json::json!({ "host": host }));
    let initiate = serde_json::json!({ "kind": "initiate", "setName": "shop", "members": members });
    let (rehearsal, told) = theirs.rehearsed(operation(initiate)).await;
    assert_eq!(
        rehearsal.hosts.iter().map(|pair| &pair.host).collect::<Vec<_>>(),
        ["a.example:1", "b.example:2", "c.example:3"]
    );
    assert!(of_the_lab(&told, LabStepKind::Initiate).is_empty(), "that is what is rehearsed");
    theirs.is_left_alone(1).await;
    theirs.end().await;
}

#[tokio::test]
async fn the_end_of_a_maintenance_is_rehearsed_on_a_member_in_maintenance_own_set() {
    let theirs = Theirs::of(members(3)).await;
    let now = theirs.with_a_primary().await;
    let member = a_secondary(&now);
    let maintenance =
        |on| operation(serde_json::json!({ "kind": "maintenance", "host": member.host, "on": on }));
    theirs.carry_out(maintenance(true)).await;
    let (rehearsal, told) = theirs.rehearsed(maintenance(false)).await;
    assert_eq!(of_the_lab(&told, LabStepKind::Ask).len(), 1);
    assert!(rehearsal.remarks.iter().any(|remark| remark.contains("maintenance")), "{rehearsal:#?}");

    // What is done at a machine is refused before a lab is made.
    let resync = SetOperation::Resync { host: member.host.clone() };
    let refused = theirs.rehearse(resync).await.map(drop).expect_err("refused");
    assert_eq!(refused.code(), ErrorCode::Unsupported);
    theirs.is_left_alone(3).await;
    theirs.end().await;
}
