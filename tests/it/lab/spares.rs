//! Mongods that are in no set yet: spares of a lab, and a lab that nobody has initiated.

use std::net::TcpListener;

use bson::{Bson, Document, doc};
use trivet_core::connection::{ConnectRequest, ConnectTarget};
use trivet_lab::{LabMember, LabMemberPlan, LabPlan, LabStartRequest, LabState, LabStatus, Labs};
use trivet_tests::{DEADLINE, engine, eventually};

use super::config_in;
use super::labs::{members, named, plan, start};
use super::members::{asked, primary, state_is};

/// `NotYetInitialized`.
const NOT_YET_INITIALIZED: i32 = 94;

/// What a mongod says when it is asked of its set: the code, where it refuses.
async fn refusal(member: &LabMember) -> Option<i32> {
    let uri = format!("mongodb://{}/?directConnection=true", member.address);
    let admin = trivet_tests::client(&uri).await.database("admin");
    let told = admin.run_command(doc! { "replSetGetStatus": 1 }).await.err()?;
    match told.kind.as_ref() {
        mongodb::error::ErrorKind::Command(error) => Some(error.code),
        _ => None,
    }
}

/// Changes the configuration as a person would in mongosh.
async fn reconfigure(primary: &LabMember, change: impl FnOnce(&mut Vec<Bson>)) {
    let told = asked(primary, doc! { "replSetGetConfig": 1 }).await;
    let mut config = told.get_document("config").expect("a configuration").clone();
    let version = config.get_i32("version").expect("a version");
    config.insert("version", version + 1);
    change(config.get_array_mut("members").expect("members"));
    let answer = asked(primary, doc! { "replSetReconfig": config, "maxTimeMS": 20_000 }).await;
    assert_eq!(answer.get_f64("ok").ok(), Some(1.0), "{answer}");
}

async fn hosts_of_the_set(member: &LabMember) -> Vec<String> {
    let told = asked(member, doc! { "replSetGetConfig": 1 }).await;
    let config = told.get_document("config").cloned().unwrap_or_default();
    let members = config.get_array("members").cloned().unwrap_or_default();
    members
        .iter()
        .filter_map(Bson::as_document)
        .filter_map(|member| member.get_str("host").ok())
        .map(str::to_owned)
        .collect()
}

fn in_set(status: &LabStatus) -> Vec<u32> {
    status.members.iter().filter(|member| member.in_set == Some(true)).map(|member| member.id).collect()
}

#[tokio::test]
async fn a_spare_is_added_another_member_is_removed_and_the_lab_goes_on_with_both_own_set() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let labs = Labs::new(config_in(folder.path()));
    let mut mongods = members(3);
    mongods.push(LabMemberPlan::spare());
    let status = start(&labs, plan("spared", mongods)).await;
    let lab = labs.lab("spared").expect("a name");
    let spare = status.members[3].clone();
    assert!(spare.running);
    assert_eq!(in_set(&status), [0, 1, 2]);
    assert!(!status.uri.as_deref().expect("it runs").contains(&spare.host));
    assert_eq!(refusal(&spare).await, Some(NOT_YET_INITIALIZED));

    // Under a number of the set's own, as `rs.add` would choose it, which is not that of its place in the lab.
    let first = primary(&lab, None).await;
    let added = doc! { "_id": 8, "host": &spare.host, "priority": 0, "votes": 0 };
    reconfigure(&status.members[first as usize], |members| members.push(added.into())).await;
    state_is(&spare, &["SECONDARY"]).await;
    let removed = (first + 1) % 3;
    let gone = status.members[removed as usize].clone();
    reconfigure(&status.members[first as usize], |members| {
        members.retain(|member| host(member) != gone.host);
    })
    .await;
    eventually("it is removed", DEADLINE, async || {
        asked(&gone, doc! { "hello": 1 }).await.get_str("setName").is_err()
    })
    .await;

    let status = labs.status(named("spared")).await.expect("told");
    let left: Vec<u32> = (0..4).filter(|id| *id != removed).collect();
    assert_eq!(in_set(&status), left);
    assert!(status.uri.as_deref().expect("it runs").contains(&spare.host));
    for member in [removed, 3] {
        lab.stop_member(member).await.expect("it stops");
        lab.start_member(member)
            .await
            .expect("it starts, and is waited for only where it belongs to the set");
    }
    state_is(&spare, &["SECONDARY"]).await;
    lab.stop_member(removed).await.expect("it stops");
    let healed = lab.heal().await.expect("it heals");
    assert!(healed.members.iter().all(|member| member.running), "{healed:?}");

    labs.stop(named("spared")).await.expect("it stops");
    // Somebody takes the ports of the member that was added and of the one that was removed: both move.
    let taken: Vec<TcpListener> = [&spare, &gone]
        .into_iter()
        .map(|member| TcpListener::bind(&member.address).expect("free since the lab has stopped"))
        .collect();
    let request = LabStartRequest { lab: "spared".to_owned(), plan: None };
    let again = labs.start(request, |_| {}).await.expect("it starts again");
    drop(taken);
    assert_ne!(again.members[3].host, spare.host);
    assert_eq!(in_set(&again), left, "who is in the set is not what was planned");
    state_is(&again.members[3], &["SECONDARY"]).await;
    let mut hosts = hosts_of_the_set(&again.members[3]).await;
    let mut expected: Vec<String> = left.iter().map(|id| again.members[*id as usize].host.clone()).collect();
    hosts.sort();
    expected.sort();
    assert_eq!(hosts, expected, "the one that was added is found at its new port");
    labs.stop_all().await.expect("it stops");
}

fn host(member: &Bson) -> String {
    member.as_document().and_then(|member| member.get_str("host").ok()).unwrap_or_default().to_owned()
}

#[tokio::test]
async fn a_lab_that_nobody_has_initiated_waits_and_is_a_set_once_somebody_has_own_set() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let labs = Labs::new(config_in(folder.path()));
    let plan = LabPlan { initiated: false, ..plan("plain", members(3)) };
    let status = start(&labs, plan).await;
    assert_eq!(status.state, LabState::Running);
    let uri = status.uri.clone().expect("it runs");
    assert_eq!(uri, format!("mongodb://{}/?directConnection=true", status.members[0].host));
    for member in &status.members {
        assert_eq!(refusal(member).await, Some(NOT_YET_INITIALIZED));
    }
    assert_eq!(in_set(&status), [0; 0]);
    let engine = engine(&folder.path().join("app"));
    let target = ConnectTarget::Lab { uri };
    let request = ConnectRequest { target, name: None, environment: None, read_only: None, undo: None };
    engine.connect(request).await.expect("the window can connect to one, to initiate the set from there");

    labs.stop(named("plain")).await.expect("it stops");
    let restart = || LabStartRequest { lab: "plain".to_owned(), plan: None };
    let status = labs.start(restart(), |_| {}).await.expect("it starts again");
    assert_eq!(refusal(&status.members[2]).await, Some(NOT_YET_INITIALIZED), "nobody has initiated it");

    let hosts = status.members.iter().map(|member| doc! { "_id": member.id, "host": &member.host });
    let config = doc! { "_id": "plain", "members": hosts.collect::<Vec<Document>>() };
    let answer = asked(&status.members[0], doc! { "replSetInitiate": config }).await;
    assert_eq!(answer.get_f64("ok").ok(), Some(1.0), "{answer}");
    let status = labs.status(named("plain")).await.expect("told");
    assert_eq!(in_set(&status), [0, 1, 2]);
    assert!(status.uri.as_deref().expect("it runs").ends_with("/?replicaSet=plain"));
    labs.stop(named("plain")).await.expect("it stops");
    let status = labs.start(restart(), |_| {}).await.expect("it starts as the set that it is");
    for member in &status.members {
        state_is(member, &["PRIMARY", "SECONDARY"]).await;
    }
    let databases = asked(&status.members[0], doc! { "listDatabases": 1, "nameOnly": true }).await;
    assert!(!databases.to_string().contains("mydatabase"), "a set that a person made is theirs: {databases}");
    labs.stop_all().await.expect("it stops");
}
