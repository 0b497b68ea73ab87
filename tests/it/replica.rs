//! The snapshot of a real set: healthy, degraded, without a primary, and back.

mod kept;

use std::time::{Duration, Instant};

use bson::doc;
use trivet_core::{
    connection::Topology,
    replica::{MemberHealth, MemberState, ReplicaRequest, ReplicaSnapshot, VerdictLevel},
};
use trivet_tests::{Bench, DEADLINE, Mongod, client, engine, replica_set, shared_set, to, wait_for};

async fn snapshot(bench: &Bench) -> ReplicaSnapshot {
    let request = ReplicaRequest { connection: bench.connection.id.clone() };
    bench.engine.replica_snapshot(request).await.expect("asked")
}

#[tokio::test]
async fn a_healthy_set_is_described_whole() {
    let bench = Bench::on(shared_set().await).await;
    let snapshot = wait_for("every secondary of a young set copies from somebody", DEADLINE, async || {
        let snapshot = snapshot(&bench).await;
        let copying = snapshot.members.iter().filter(|member| member.sync_source.is_some()).count();
        (copying == 2).then_some(snapshot)
    })
    .await;
    assert_eq!(snapshot.topology, Topology::ReplicaSet);
    assert_eq!(snapshot.set_name.as_deref(), Some("lab"));
    assert_eq!(snapshot.verdict.level, VerdictLevel::Healthy, "{:?}", snapshot.verdict);
    assert_eq!(snapshot.verdict.summary, "Healthy. Any one member may stop and writes go on.");
    assert!(snapshot.limits.is_empty());
    let majority = snapshot.majority.as_ref().expect("it can be told");
    assert_eq!((majority.voters, majority.healthy_voters, majority.needed), (3, 3, 2));
    assert_eq!((majority.election_margin, majority.write_majority, majority.write_margin), (1, 2, 1));
    assert_eq!(snapshot.members.len(), 3);
    for member in &snapshot.members {
        assert_eq!(member.health, MemberHealth::Up);
        assert!(member.lag_seconds.is_some_and(|lag| (0.0..10.0).contains(&lag)), "{member:?}");
        assert!(member.ping_ms.is_some() && member.uptime_seconds.is_some() && member.version.is_some());
        assert_eq!((member.votes, member.hidden, member.arbiter), (Some(1), Some(false), false));
        assert_eq!(member.sync_source.is_some(), member.state == MemberState::Secondary, "{member:?}");
    }
    let primaries: Vec<_> =
        snapshot.members.iter().filter(|member| member.state == MemberState::Primary).collect();
    assert_eq!(primaries.len(), 1);
    assert_eq!(snapshot.primary.as_deref(), Some(primaries[0].host.as_str()));
    let json = serde_json::to_value(&snapshot).expect("JSON");
    assert!(json["noPrimarySeconds"].is_null() && json["members"][0]["unreachableReason"].is_null());
}

#[tokio::test]
async fn own_set_a_stopped_member_is_told_within_two_seconds_and_so_is_its_return() {
    let set = replica_set().await;
    let bench = Bench::on(set.uri()).await;
    let before = snapshot(&bench).await;
    let primary = set.primary().await;
    let (sender, mut receiver) = tokio::sync::mpsc::unbounded_channel();
    let engine = bench.engine.clone();
    let request = ReplicaRequest { connection: bench.connection.id.clone() };
    tokio::spawn(async move {
        engine.watch_replica(request, |changed| sender.send(changed.snapshot).is_ok()).await
    });
    receiver.recv().await.expect("a first snapshot");

    let secondary = (primary + 1) % 3;
    let host = set.host(secondary);
    set.stop(secondary).await;
    let stopped_at = Instant::now();
    let told = loop {
        let snapshot = receiver.recv().await.expect("a snapshot");
        if snapshot.verdict.level != VerdictLevel::Healthy {
            break snapshot;
        }
        assert!(stopped_at.elapsed() < Duration::from_secs(2), "not told within 2 s");
    };
    assert_eq!(told.verdict.level, VerdictLevel::Degraded);
    assert!(
        told.verdict.summary.contains(&host) && told.verdict.summary.contains("one more loss stops them"),
        "{:?}",
        told.verdict
    );
    let down = told.members.iter().find(|member| member.host == host).expect("still listed");
    assert_eq!((down.state, down.health), (MemberState::Down, MemberHealth::Down));
    assert!(down.lag_seconds.is_none() && down.ping_ms.is_none() && down.unreachable_reason.is_some());
    assert_eq!(told.primary, before.primary);

    set.start(secondary).await;
    wait_for("the set is healthy again", DEADLINE, async || {
        let snapshot = receiver.recv().await.expect("a snapshot");
        (snapshot.verdict.level == VerdictLevel::Healthy).then_some(())
    })
    .await;
}

#[tokio::test]
async fn own_set_a_set_without_a_majority_says_so_and_for_how_long() {
    let set = replica_set().await;
    let bench = Bench::on(set.uri()).await;
    snapshot(&bench).await;
    let primary = set.primary().await;
    for member in (0..3).filter(|member| *member != (primary + 1) % 3) {
        set.stop(member).await;
    }
    let told = wait_for("the loss of the majority is told", DEADLINE, async || {
        let snapshot = snapshot(&bench).await;
        // For a moment the last member's word is older than what was seen of the others.
        snapshot.verdict.summary.contains("1 of 3 voters reachable, 2 needed").then_some(snapshot)
    })
    .await;
    assert_eq!((told.verdict.level, &told.primary), (VerdictLevel::Critical, &None));
    assert!(told.no_primary_seconds.is_some());
    assert_eq!(told.majority.expect("known").election_margin, -1);
}

#[tokio::test]
async fn a_user_without_the_role_sees_the_primary_and_is_told_what_is_missing() {
    let mongod = Mongod::standalone(&["--auth", "--replSet", "solo", "--keyFile", &key_file()]).await;
    let address = format!("127.0.0.1:{}", mongod.port());
    let local = client(&format!("mongodb://{address}/?directConnection=true")).await;
    let admin = local.database("admin");
    let members = doc! { "_id": "solo", "members": [{ "_id": 0, "host": &address }] };
    admin.run_command(doc! { "replSetInitiate": members }).await.expect("initiated");
    let create = doc! { "createUser": "ada", "pwd": "secret", "roles": ["readWriteAnyDatabase"] };
    wait_for("a first user can be created", DEADLINE, async || admin.run_command(create.clone()).await.ok())
        .await;

    let folder = tempfile::tempdir().expect("a temporary folder");
    let engine = engine(folder.path());
    let connection =
        engine.connect(to(&format!("mongodb://ada:secret@{address}/"))).await.expect("connected");
    let snapshot =
        engine.replica_snapshot(ReplicaRequest { connection: connection.id }).await.expect("asked");
    assert_eq!(snapshot.primary.as_deref(), Some(address.as_str()));
    assert!(snapshot.majority.is_none() && snapshot.configuration.is_none(), "unknown is null, never 0");
    assert_eq!(snapshot.term, Some(1.0), "the primary's `hello` has it");
    assert!(
        snapshot.limits.iter().any(|limit| limit.why.contains("clusterMonitor")),
        "{:?}",
        snapshot.limits
    );
}

/// A key file that only its owner can read, as mongod demands.
fn key_file() -> String {
    use std::os::unix::fs::PermissionsExt;
    let path = std::env::temp_dir().join(format!("trivet-key-{}", std::process::id()));
    std::fs::write(&path, "a2V5IGZvciB0ZXN0cyBvbmx5").expect("written");
    std::fs::set_permissions(&path, std::fs::Permissions::from_mode(0o400)).expect("restricted");
    path.to_string_lossy().into_owned()
}
