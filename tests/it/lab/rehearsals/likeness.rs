//! What the lab has of the set, and is refused as the set would refuse it.

use bson::doc;
use trivet_core::ErrorCode;
use trivet_core::replica::{MemberHealth, SetOperation};
use trivet_lab::{LabFault, LabStepKind};

use super::super::labs::members;
use super::{Theirs, a_secondary, of_the_lab, operation, step_down};

#[tokio::test]
async fn a_member_that_is_down_is_down_in_the_rehearsal_too_own_set() {
    let theirs = Theirs::of(members(3)).await;
    let now = theirs.with_a_primary().await;
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
    let (rehearsal, told) = theirs.rehearsed(freeze).await;
    assert!(
        rehearsal.remarks.iter().any(|remark| remark.contains(&dead.host) && remark.contains("was killed")),
        "{rehearsal:#?}"
    );
    assert_eq!(of_the_lab(&told, LabStepKind::Signal).len(), 1);
    theirs.is_left_alone(2).await;
    theirs.end().await;
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
    let (_, told) = theirs.rehearsed(add).await;
    let asked = of_the_lab(&told, LabStepKind::Ask);
    assert!(asked.iter().any(|step| step.command.contains("setDefaultRWConcern")), "{told:#?}");
    theirs.is_left_alone(2).await;
    theirs.end().await;
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

    let (text, wish) = theirs.text_and_wish().await;
    assert!(text.contains("7000") && text.contains("buildIndexes: false"), "{text}");
    let (rehearsal, told) = theirs.rehearsed(wish).await;
    assert_eq!(rehearsal.report.steps.len(), 1, "{rehearsal:#?}");
    assert_eq!(rehearsal.remarks.len(), 1, "of the member that is down: {:?}", rehearsal.remarks);
    let initiated = &of_the_lab(&told, LabStepKind::Initiate)[0].command;
    for words in [r#""catchUpTimeoutMillis": 7000"#, r#""buildIndexes": false"#, r#""dc": """#] {
        assert!(initiated.contains(words), "{words}: {initiated}");
    }
    theirs.is_left_alone(2).await;
    theirs.end().await;
}

#[tokio::test]
async fn a_step_down_that_frozen_members_forbid_is_forbidden_in_the_lab_too_own_set() {
    let theirs = Theirs::of(members(2)).await;
    let now = theirs.with_a_primary().await;
    let member = a_secondary(&now);
    theirs.carry_out(SetOperation::Freeze { host: member.host.clone(), seconds: 600 }).await;
    let refused = theirs.rehearse(step_down()).await.map(drop).expect_err("nobody could take over");
    assert_eq!(refused.code(), ErrorCode::Conflict);
    assert!(refused.to_string().contains("frozen"), "{refused}");
    theirs.is_left_alone(2).await;
    theirs.end().await;
}
