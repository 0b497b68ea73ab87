//! What Prometheus is told.

use std::{
    io::Write as _,
    process::{Command, Stdio},
};

use super::*;
use crate::replica::{
    Alert, AlertLevel, AlertSignal, ConnectionCounts, InitialSync, OperationRates,
    tests::world::{Access, three, world},
};

/// A set of which everything is known.
fn whole() -> ReplicaSnapshot {
    let mut snapshot = three().snapshot();
    let member = &mut snapshot.members[1];
    member.connections = Some(ConnectionCounts { current: 3, available: 7 });
    member.operations = Some(OperationRates { insert: 2, ..OperationRates::default() });
    member.elections_called = Some(2.0);
    member.oplog_window_hours = Some(2.0);
    member.initial_sync = Some(InitialSync {
        copied_bytes: Some(5.0),
        total_bytes: Some(50.0),
        failed_attempts: 1,
        most_attempts: None,
        elapsed_seconds: None,
        remaining_seconds: None,
        source: None,
    });
    snapshot.alerts.push(Alert {
        signal: AlertSignal::InitialSync,
        host: Some("b:1".to_owned()),
        level: AlertLevel::Warning,
        value: None,
        threshold: None,
        since: String::new(),
        message: "in \"words\"\nof two lines".to_owned(),
    });
    snapshot
}

fn named(connection: &str, snapshot: ReplicaSnapshot) -> (String, ReplicaSnapshot) {
    (connection.to_owned(), snapshot)
}

fn lines(text: &str, start: &str) -> Vec<String> {
    text.lines().filter(|line| line.starts_with(start)).map(str::to_owned).collect()
}

#[test]
fn a_figure_is_told_with_its_labels_and_an_unknown_one_is_left_out() {
    let text = metrics(&[named("db", whole())]);
    assert_eq!(
        lines(&text, "trivet_replica_election_margin"),
        [r#"trivet_replica_election_margin{set="rs0",connection="db"} 1"#]
    );
    assert_eq!(
        lines(&text, "trivet_replica_member_oplog_window_seconds"),
        [r#"trivet_replica_member_oplog_window_seconds{set="rs0",member="b:1",connection="db"} 7200"#]
    );
    assert_eq!(
        lines(&text, "trivet_replica_alert{"),
        [
            r#"trivet_replica_alert{set="rs0",member="b:1",signal="initialSync",level="warning",connection="db"} 1"#
        ]
    );
    assert_eq!(lines(&text, "mongodb_mongod_replset_member_replication_lag").len(), 2, "none of the primary");
    assert_eq!(lines(&text, "# TYPE trivet_replica_member_state ").len(), 1, "one family for all members");
    let twice = metrics(&[named("db", whole()), named("the same", whole())]);
    assert_eq!(twice, text, "two connections to a set do not make two sets");
    assert_eq!(metrics(&[]), "");
}

#[test]
fn sets_of_the_same_name_are_told_apart_by_their_connections() {
    let other = || world(&["x:1", "y:1", "z:1"], &[]).snapshot();
    let third = world(&["k:1"], &[]).snapshot();
    let text =
        metrics(&[named("staging", whole()), named("production", other()), named("production", third)]);
    assert_eq!(
        lines(&text, "trivet_replica_primary"),
        [
            r#"trivet_replica_primary{set="rs0",connection="staging"} 1"#,
            r#"trivet_replica_primary{set="rs0",connection="production"} 1"#,
            r#"trivet_replica_primary{set="rs0",connection="production (2)"} 1"#,
        ]
    );
    let series: Vec<_> = text.lines().map(|line| line.rsplit_once(' ').map(|(series, _)| series)).collect();
    let mut single = series.clone();
    single.sort_unstable();
    single.dedup();
    assert_eq!(single.len(), series.len(), "no series is told twice");
}

#[test]
fn a_primary_that_only_others_can_reach_is_not_said_to_be_lost() {
    let mut set = three();
    set.peer("a:1").access = Access::Silent("connection refused");
    let text = metrics(&[named("db", set.snapshot())]);
    assert_eq!(lines(&text, "trivet_replica_primary"), Vec::<String>::new());
    assert_eq!(lines(&text, "trivet_replica_no_primary_seconds"), Vec::<String>::new());
    set.peer("a:1").dies();
    let text = metrics(&[named("db", set.snapshot())]);
    assert_eq!(
        lines(&text, "trivet_replica_primary"),
        [r#"trivet_replica_primary{set="rs0",connection="db"} 0"#]
    );
}

#[test]
fn every_name_is_in_the_guide() {
    let guide = include_str!("../../../../../../docs/rest.md");
    // Of the source: no set has all of them at once.
    let sources = [include_str!("../prometheus.rs"), include_str!("percona.rs")];
    let texts = sources.iter().flat_map(|source| source.split('"'));
    let names: Vec<_> =
        texts.filter(|text| text.starts_with("trivet_") || text.starts_with("mongodb_")).collect();
    assert!(names.contains(&"trivet_replica_member_down_seconds") && names.contains(&"mongodb_rs_term"));
    for name in names {
        assert!(guide.contains(&format!("`{name}`")), "docs/rest.md does not say what {name} is");
    }
}

#[test]
fn prometheus_itself_finds_nothing_wrong() {
    let Ok(mut promtool) = Command::new("promtool")
        .args(["check", "metrics"])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
    else {
        eprintln!("skipped: promtool is not installed (Debian package prometheus)");
        return;
    };
    promtool
        .stdin
        .take()
        .expect("piped")
        .write_all(metrics(&[named("db", whole())]).as_bytes())
        .expect("written");
    let output = promtool.wait_with_output().expect("ended");
    let said = String::from_utf8_lossy(&output.stdout) + String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success() && said.trim().is_empty(), "{said}");
}
