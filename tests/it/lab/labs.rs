//! Labs as plans have them, several side by side.

use bson::{Document, doc};
use trivet_core::ErrorCode;
use trivet_lab::{
    LabMemberPlan, LabPlan, LabRequest, LabStartRequest, LabState, LabStatus, LabStepKind, LabTag, Labs,
};
use trivet_tests::{DEADLINE, client, eventually};

use super::config_in;
use super::host::{nothing_runs_on, processes_of};

/// A quick set: nobody waits five seconds for an election here.
pub(crate) fn plan(name: &str, members: Vec<LabMemberPlan>) -> LabPlan {
    LabPlan { name: name.to_owned(), members, election_timeout_ms: 1_000, ..LabPlan::default() }
}

pub(crate) fn members(count: usize) -> Vec<LabMemberPlan> {
    vec![LabMemberPlan::default(); count]
}

pub(crate) fn arbiter() -> LabMemberPlan {
    LabMemberPlan { arbiter: true, ..LabMemberPlan::default() }
}

/// Starts a lab as the plan has it.
pub(crate) async fn start(labs: &Labs, plan: LabPlan) -> LabStatus {
    let request = LabStartRequest { lab: String::new(), plan: Some(plan) };
    let status = labs.start(request, |_| {}).await.unwrap_or_else(|error| panic!("it starts: {error}"));
    assert_eq!(status.state, LabState::Running);
    status
}

pub(super) fn named(lab: &str) -> LabRequest {
    LabRequest { lab: lab.to_owned() }
}

/// What `command` answers, asked of the set that a status tells of.
async fn answer(status: &LabStatus, command: Document) -> Document {
    let uri = status.uri.as_deref().expect("it runs");
    client(uri).await.database("admin").run_command(command).await.expect("answered")
}

async fn eventually_all(lab: &LabStatus, states: &[&str]) {
    eventually("every member is what it is to be", DEADLINE, async || {
        let told = answer(lab, doc! { "replSetGetStatus": 1 }).await;
        let members = told.get_array("members").expect("members").iter().filter_map(bson::Bson::as_document);
        let mut seen: Vec<&str> = members.filter_map(|member| member.get_str("stateStr").ok()).collect();
        seen.sort_unstable();
        seen == states
    })
    .await;
}

#[tokio::test]
async fn a_set_with_an_arbiter_a_hidden_and_a_delayed_member_is_made_as_planned_own_set() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let labs = Labs::new(config_in(folder.path()));
    let hidden = LabMemberPlan { priority: 0.0, hidden: true, ..LabMemberPlan::default() };
    let late = LabMemberPlan { priority: 0.0, votes: 0, delay_seconds: 3_600, ..LabMemberPlan::default() };
    let west = LabMemberPlan {
        priority: 5.0,
        tags: vec![LabTag { name: "dc".to_owned(), value: "west".to_owned() }],
        ..LabMemberPlan::default()
    };
    let status =
        start(&labs, plan("mixed", vec![LabMemberPlan::default(), west, hidden, late, arbiter()])).await;

    assert!(status.data_dir.ends_with("labs/mixed"), "{}", status.data_dir);
    let config = answer(&status, doc! { "replSetGetConfig": 1 }).await;
    let config = config.get_document("config").expect("a configuration");
    assert_eq!(config.get_str("_id").ok(), Some("mixed"));
    let of = |id: usize| config.get_array("members").expect("members")[id].as_document().expect("a member");
    assert_eq!(of(1).get_f64("priority").ok(), Some(5.0));
    assert_eq!(of(1).get_document("tags").ok(), Some(&doc! { "dc": "west" }));
    assert_eq!((of(2).get_bool("hidden").ok(), of(2).get_i32("votes").ok()), (Some(true), Some(1)));
    assert_eq!(of(3).get_i64("secondaryDelaySecs").ok(), Some(3_600));
    assert_eq!(of(4).get_bool("arbiterOnly").ok(), Some(true));
    let timeout =
        config.get_document("settings").and_then(|settings| settings.get_i32("electionTimeoutMillis"));
    assert_eq!(timeout.ok(), Some(1_000));
    eventually_all(&status, &["ARBITER", "PRIMARY", "SECONDARY", "SECONDARY", "SECONDARY"]).await;
    labs.stop_all().await.expect("it stops");
}

#[tokio::test]
async fn an_authenticated_tls_set_lets_in_who_has_the_password_and_starts_again_own_set() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let labs = Labs::new(config_in(folder.path()));
    let locked = LabPlan {
        authentication: true,
        tls: true,
        ..plan("locked", vec![LabMemberPlan::default(), LabMemberPlan::default(), arbiter()])
    };
    let told = std::sync::Mutex::new(Vec::new());
    let request = LabStartRequest { lab: String::new(), plan: Some(locked) };
    let first = labs.start(request, |step| told.lock().expect("fine").push(step)).await.expect("it starts");
    let uri = first.uri.clone().expect("it runs");
    eventually_all(&first, &["ARBITER", "PRIMARY", "SECONDARY"]).await;
    let of = |kind| {
        let told = told.lock().expect("fine");
        told.iter().filter(|step| step.kind == kind && step.elapsed_ms.is_some()).count()
    };
    assert_eq!(
        (of(LabStepKind::MakeKey), of(LabStepKind::MakeCertificates), of(LabStepKind::CreateUser)),
        (1, 4, 1)
    );
    let password = uri.split([':', '@']).nth(2).expect("a password").to_owned();
    assert!(!format!("{:?}", told.lock().expect("fine")).contains(&password), "no command tells it");

    let (_, hosts) = uri.split_once('@').expect("a user");
    let nobody = client(&format!("mongodb://{}", hosts.replace("&authSource=admin", ""))).await;
    let refused =
        nobody.database("admin").run_command(doc! { "listDatabases": 1 }).await.expect_err("nobody");
    assert!(matches!(refused.kind.as_ref(), mongodb::error::ErrorKind::Command(error) if error.code == 13));

    let stopped = labs.stop(named("locked")).await.expect("it stops");
    assert_eq!((stopped.state, stopped.uri), (LabState::Stopped, None));
    let again = labs.start(LabStartRequest { lab: "locked".to_owned(), plan: None }, |_| {}).await;
    assert_eq!(again.expect("it starts again").uri, Some(uri), "ports and password are kept");
    labs.stop_all().await.expect("it stops");
}

#[tokio::test]
async fn labs_run_side_by_side_and_are_kept_thrown_away_or_removed_own_set() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let labs = Labs::new(config_in(folder.path()));
    let kept = plan("kept", members(1));
    let gone = LabPlan { temporary: true, ..plan("gone", members(1)) };
    let (one, two) = tokio::join!(start(&labs, kept.clone()), start(&labs, gone));
    assert_ne!(one.uri, two.uri);
    let names = async || {
        let all = labs.all().await.expect("told");
        all.into_iter().map(|lab| (lab.set_name, lab.state)).collect::<Vec<_>>()
    };
    let told = |name: &str, state| (name.to_owned(), state);
    assert_eq!(
        names().await,
        [told("lab", LabState::Stopped), told("gone", LabState::Running), told("kept", LabState::Running)]
    );

    labs.stop(named("gone")).await.expect("it stops");
    labs.stop(named("kept")).await.expect("it stops");
    assert_eq!(names().await, [told("lab", LabState::Stopped), told("kept", LabState::Stopped)]);
    let other = LabPlan { links: true, ..kept.clone() };
    let request = LabStartRequest { lab: String::new(), plan: Some(other) };
    let error = labs.start(request, |_| {}).await.expect_err("it is made of something else");
    assert_eq!(error.code(), ErrorCode::Conflict);

    labs.remove(named("kept")).await.expect("it is removed");
    assert_eq!(names().await, [told("lab", LabState::Stopped)]);
    labs.remove(named("kept")).await.expect("there is nothing left to remove");
    let error = labs.start(LabStartRequest { lab: "kept".to_owned(), plan: None }, |_| {}).await;
    assert_eq!(error.expect_err("it is gone").code(), ErrorCode::NotFound);
    assert!(processes_of(folder.path(), "mongod").is_empty());
}

#[tokio::test]
async fn a_running_lab_is_stopped_by_its_removal_own_set() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let labs = Labs::new(config_in(folder.path()));
    let status = start(&labs, plan("short", members(1))).await;
    let other = Labs::new(config_in(folder.path()));
    let error = other.remove(named("short")).await.expect_err("another runs it");
    assert_eq!(error.code(), ErrorCode::Conflict);
    labs.remove(named("short")).await.expect("it is removed");
    nothing_runs_on(folder.path()).await;
    assert!(!std::path::Path::new(&status.data_dir).exists());
}

#[tokio::test]
async fn a_lab_from_before_there_were_plans_is_the_usual_one() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    std::fs::create_dir(folder.path().join("lab")).expect("made");
    std::fs::write(folder.path().join("lab/lab.json"), r#"{ "ports": [1, 2, 3], "seeded": true }"#)
        .expect("written");
    let labs = Labs::new(config_in(folder.path()));
    let status = labs.status(named("lab")).await.expect("told");
    assert_eq!(status.plan, LabPlan::default());
    let request = LabStartRequest { lab: String::new(), plan: Some(plan("lab", members(5))) };
    let error = labs.start(request, |_| {}).await.expect_err("it has three members");
    assert_eq!(error.code(), ErrorCode::Conflict);
}
