//! What the lab survives: killed processes, taken ports, folders it may not write, another application.

use std::fs;
use std::net::{Ipv4Addr, TcpListener};
use std::os::unix::fs::{PermissionsExt, symlink};
use std::os::unix::process::CommandExt;
use std::path::Path;
use std::process::Command;

use trivet_core::ErrorCode;
use trivet_lab::{Lab, LabConfig, LabState, MongodSearch};
use trivet_tests::{DEADLINE, eventually, lab_host};

use super::host::{Host, guard_of, kill, nothing_runs_on, processes_of};
use super::{config_in, items_in, lab_in};

#[tokio::test]
async fn killing_the_application_leaves_no_mongod_and_the_lab_starts_again() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let host = Host::run(folder.path());
    assert_eq!(host.status().members.len(), 3);
    assert_eq!(processes_of(folder.path(), "mongod").len(), 3);
    host.kill();
    nothing_runs_on(folder.path()).await;

    let again = Host::run(folder.path());
    assert_eq!(again.status().state, LabState::Running);
    assert!(!again.status().attached);
    again.end();
}

#[tokio::test]
async fn a_start_right_after_the_kill_waits_for_the_old_members_to_stop() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let host = Host::run(folder.path());
    let old = processes_of(folder.path(), "mongod");
    host.kill();
    let again = Host::run(folder.path());
    let new = processes_of(folder.path(), "mongod");
    assert_eq!(new.len(), 3);
    assert!(new.iter().all(|pid| !old.contains(pid)));
    assert!(!again.status().attached);
    again.end();
}

#[tokio::test]
async fn members_of_a_killed_guard_are_ended_by_the_next_start() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let host = Host::run(folder.path());
    kill(guard_of(&host.status()));
    host.kill();
    let orphans = processes_of(folder.path(), "mongod");
    assert_eq!(orphans.len(), 3, "nobody is left to stop them");

    let again = Host::run(folder.path());
    let members: Vec<u32> = again.status().members.iter().filter_map(|member| member.pid).collect();
    assert!(members.iter().all(|pid| !orphans.contains(pid)));
    assert_eq!(processes_of(folder.path(), "mongod").len(), 3);
    again.end();
}

#[tokio::test]
async fn a_lab_whose_members_were_killed_starts_again_with_its_data() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let lab = lab_in(folder.path());
    for member in lab.start(|_| {}).await.expect("it starts").members {
        kill(member.pid.expect("it runs"));
    }
    eventually("the status tells it", DEADLINE, async || lab.status().members.iter().all(|m| !m.running))
        .await;
    lab.stop().await.expect("it stops");
    lab.start(|_| {}).await.expect("it starts again");
    assert_eq!(items_in(&lab).await, 2_000);
    lab.stop().await.expect("it stops");
}

#[tokio::test]
async fn a_guard_that_dies_is_told_and_the_lab_starts_again() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let lab = lab_in(folder.path());
    let status = lab.start(|_| {}).await.expect("it starts");
    kill(guard_of(&status));
    eventually("the status tells it", DEADLINE, async || lab.status().state == LabState::Stopped).await;
    lab.start(|_| {}).await.expect("it starts again");
    assert_eq!(items_in(&lab).await, 2_000);
    lab.stop().await.expect("it stops");
}

#[tokio::test]
async fn a_second_application_attaches_and_may_not_stop_what_is_not_its_own() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let first = Host::run(folder.path());
    let second = lab_in(folder.path());
    let status = second.start(|_| {}).await.expect("it attaches");
    assert!(status.attached);
    assert_eq!(status.uri, first.status().uri);
    assert!(status.members.iter().all(|member| member.running));

    let error = second.stop_member(0).await.expect_err("not its own");
    assert_eq!(error.code(), ErrorCode::Conflict);
    assert!(error.to_string().contains(&first.pid().to_string()), "{error}");

    first.end();
    assert_eq!(second.status().state, LabState::Stopped);
    let status = second.start(|_| {}).await.expect("the lab is free now");
    assert!(!status.attached);
    second.stop().await.expect("it stops");
}

#[tokio::test]
async fn two_applications_that_start_together_share_one_set() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let (one, two) = (lab_in(folder.path()), lab_in(folder.path()));
    let (first, second) = tokio::join!(one.start(|_| {}), two.start(|_| {}));
    let (first, second) = (first.expect("it starts"), second.expect("it starts"));
    assert_eq!(first.uri, second.uri);
    assert_ne!(first.attached, second.attached);
    assert_eq!(processes_of(folder.path(), "mongod").len(), 3);
    one.stop().await.expect("it stops");
    two.stop().await.expect("it stops");
}

/// Starts a lab, takes the ports of `taken` members, and starts it again on others.
async fn start_with_ports_taken(taken: &[usize]) {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let lab = lab_in(folder.path());
    let before = lab.start(|_| {}).await.expect("it starts");
    lab.stop().await.expect("it stops");
    let host = |at: &usize| before.members[*at].host.clone();
    let squatters: Vec<TcpListener> =
        taken.iter().map(|at| TcpListener::bind(host(at)).expect("the port is free now")).collect();

    let after = lab.start(|_| {}).await.expect("it starts all the same");
    for (at, member) in after.members.iter().enumerate() {
        assert_eq!(member.host != before.members[at].host, taken.contains(&at), "member {at}");
    }
    assert_eq!(items_in(&lab).await, 2_000);
    drop(squatters);
    lab.stop().await.expect("it stops");
    let again = lab.start(|_| {}).await.expect("it starts");
    assert_eq!(again.uri, after.uri, "the new ports are kept");
    lab.stop().await.expect("it stops");
}

#[tokio::test]
async fn a_member_whose_port_is_taken_moves_to_another() {
    start_with_ports_taken(&[1]).await;
}

#[tokio::test]
async fn a_set_whose_ports_are_all_taken_moves_as_a_whole() {
    start_with_ports_taken(&[0, 1, 2]).await;
}

#[tokio::test]
async fn a_missing_mongod_is_an_error_that_says_where_to_get_one() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let lab = Lab::new(LabConfig { mongod: MongodSearch::default(), ..config_in(folder.path()) });
    let error = lab.start(|_| {}).await.expect_err("there is no mongod");
    assert_eq!(error.code(), ErrorCode::NotFound);
    let hint = error.body().hint.clone().unwrap_or_default();
    assert!(hint.contains("TRIVET_MONGOD") && hint.contains("cargo xtask setup"), "{hint}");
    assert_eq!(lab.status().state, LabState::Stopped);
}

#[tokio::test]
async fn a_folder_that_may_not_be_written_is_an_error_that_names_it() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let locked = folder.path().join("locked");
    fs::create_dir(&locked).expect("made");
    fs::set_permissions(&locked, fs::Permissions::from_mode(0o555)).expect("set");
    fs::set_permissions(folder.path(), fs::Permissions::from_mode(0o755)).expect("set");
    // The folder of the build may not be open to everybody.
    let program = folder.path().join("lab-host");
    fs::copy(lab_host(), &program).expect("copied");
    let mut command = Command::new(&program);
    command.arg("run").arg(&locked);
    if rustix::process::geteuid().is_root() {
        // Nothing is read-only for root: the program runs as nobody.
        command.uid(65_534).gid(65_534);
    }
    let host = Host::spawn(&mut command);
    assert_eq!(host.said["code"], "Storage", "{}", host.said);
    assert!(host.said["message"].as_str().is_some_and(|text| text.contains("locked")), "{}", host.said);
}

#[tokio::test]
async fn a_member_that_does_not_start_is_named_with_the_end_of_its_log() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let data = folder.path().join("lab/member-1/data");
    fs::create_dir_all(&data).expect("made");
    fs::write(data.join("storage.bson"), b"no BSON at all").expect("written");
    let lab = lab_in(folder.path());
    let error = lab.start(|_| {}).await.expect_err("member 1 cannot start");
    assert_eq!(error.code(), ErrorCode::ServerRejected);
    assert!(error.to_string().starts_with("Member 1 (127.0.0.1:"), "{error}");
    assert!(error.to_string().contains("storage engine metadata file"), "{error}");
    nothing_runs_on(folder.path()).await;
}

#[tokio::test]
async fn a_program_that_cannot_be_run_is_named() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let script = "case \"$*\" in --version) echo db version v9.9.9;; *) rm \"$0\"; exit 1;; esac";
    let mongod = fake_mongod(folder.path(), script);
    let search = MongodSearch { named: Some(mongod), ..MongodSearch::default() };
    let error = Lab::new(LabConfig { mongod: search, ..config_in(folder.path()) })
        .start(|_| {})
        .await
        .expect_err("it ends at once");
    assert!(error.to_string().contains("Member "), "{error}");
}

#[tokio::test]
async fn a_server_that_does_not_know_a_parameter_is_started_without_it() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let real = MongodSearch::from_environment().find().await.expect("a mongod").program;
    symlink(real, folder.path().join("real")).expect("linked");
    let script = format!(
        "case \"$*\" in *oplogNetworkTimeout*) echo \"Unknown --setParameter 'oplogNetworkTimeoutBufferSeconds'\"; \
         exit 1;; *) exec {}/real \"$@\";; esac",
        folder.path().display()
    );
    let mongod = fake_mongod(folder.path(), &script);
    let search = MongodSearch { named: Some(mongod), ..MongodSearch::default() };
    let lab = Lab::new(LabConfig { mongod: search, ..config_in(folder.path()) });
    lab.start(|_| {}).await.expect("it starts without the parameter");
    lab.stop().await.expect("it stops");
}

/// A shell script in the place of mongod.
fn fake_mongod(folder: &Path, script: &str) -> std::path::PathBuf {
    let path = folder.join("mongod");
    fs::write(&path, format!("#!/bin/sh\n{script}\n")).expect("written");
    fs::set_permissions(&path, fs::Permissions::from_mode(0o755)).expect("set");
    path
}

#[tokio::test]
async fn a_member_whose_port_was_taken_while_it_was_stopped_says_so() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let lab = lab_in(folder.path());
    let before = lab.start(|_| {}).await.expect("it starts");
    lab.stop_member(2).await.expect("it stops");
    let port: u16 =
        before.members[2].host.rsplit(':').next().and_then(|port| port.parse().ok()).expect("a port");
    let squatter = TcpListener::bind((Ipv4Addr::LOCALHOST, port)).expect("the port is free now");
    let error = lab.start_member(2).await.expect_err("the port is taken");
    assert_eq!(error.code(), ErrorCode::Conflict);
    assert!(error.to_string().contains(&port.to_string()), "{error}");
    drop(squatter);
    lab.start_member(2).await.expect("the port is free again");
    lab.stop().await.expect("it stops");
}
