//! What is kept of a set's health while nobody looks: the timeline, the history and the alerts.

use std::time::{Duration, SystemTime};

use bson::doc;
use serde_json::Value;
use trivet_core::{
    Engine,
    connection::{ConnectionId, DisconnectRequest},
    replica::{
        AddressMapping, AlertSignal, HealthSettings, MemberHealth, ReplicaHistory, ReplicaHistoryRequest,
        SetHealthSettingsRequest, TimelineEntry, TimelineKind, TimelineRequest, TimelineSource,
    },
};
use trivet_lab::LabFault;
use trivet_tests::{Bench, DEADLINE, client, engine, eventually, replica_set, shared_set, to, wait_for};

use super::snapshot;

async fn timeline(engine: &Engine, connection: &ConnectionId) -> Vec<TimelineEntry> {
    let request = TimelineRequest { connection: connection.clone(), limit: Some(1_000), before: None };
    engine.replica_timeline(request).await.expect("told").entries
}

async fn history(bench: &Bench) -> ReplicaHistory {
    let request = ReplicaHistoryRequest { connection: bench.connection.id.clone(), seconds: None };
    bench.engine.replica_history(request).await.expect("told")
}

async fn set(bench: &Bench, settings: HealthSettings) {
    let request = SetHealthSettingsRequest { connection: bench.connection.id.clone(), settings };
    bench.engine.set_health_settings(request).await.expect("kept");
}

/// When a member's own log says that it takes writes, seconds since 1970.
async fn writable_at(host: &str) -> f64 {
    let admin = client(&format!("mongodb://{host}/?directConnection=true")).await.database("admin");
    let log = admin.run_command(doc! { "getLog": "global" }).await.expect("a log");
    let mut lines = log.get_array("log").expect("lines").iter().filter_map(|line| line.as_str());
    let line = lines.rfind(|line| line.contains("\"id\":21331,")).expect("it became primary");
    let line: Value = serde_json::from_str(line).expect("JSON");
    let date = line["t"]["$date"].as_str().expect("a date");
    let millis = bson::DateTime::parse_rfc3339_str(date).expect("a date").timestamp_millis();
    Duration::from_millis(u64::try_from(millis).expect("after 1970")).as_secs_f64()
}

#[tokio::test]
async fn own_set_the_death_of_a_primary_is_kept_with_its_reason_and_how_long_writes_were_away() {
    let lab = replica_set().await;
    let bench = Bench::on(lab.uri()).await;
    let id = bench.connection.id.clone();
    assert!(history(&bench).await.times.is_empty(), "nobody looks, and nobody has asked to be told");
    let mut alerts = bench.engine.alerts();
    set(&bench, HealthSettings { alerts: true, record: true, ..HealthSettings::default() }).await;
    wait_for("the first election is read in the logs", DEADLINE, async || {
        let entries = timeline(&bench.engine, &id).await;
        entries
            .into_iter()
            .find(|entry| entry.election.as_ref().is_some_and(|course| !course.votes.is_empty()))
    })
    .await;

    eventually(
        "the present primary is recorded for good: of a second the last sample counts",
        DEADLINE,
        async || history(&bench).await.primary.iter().flatten().count() >= 2,
    )
    .await;
    let primary = lab.primary().await;
    let killed = lab.host(primary);
    let began = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH).expect("after 1970").as_secs_f64();
    lab.lab.fault(primary, LabFault::Kill).await.expect("it is killed");
    let election = wait_for("the election is told whole", 2 * DEADLINE, async || {
        let entries = timeline(&bench.engine, &id).await;
        entries.into_iter().find(|entry| {
            entry.election.as_ref().is_some_and(|course| {
                course.winner != killed && !course.votes.is_empty() && course.writes_away_seconds.is_some()
            })
        })
    })
    .await;
    let course = election.election.clone().expect("an election");
    assert_eq!(election.source, TimelineSource::Log);
    assert!(
        course.reason.as_deref().is_some_and(|why| why.contains("no primary was heard of")),
        "{course:?}"
    );
    let measured = writable_at(&course.winner).await - began;
    let told = course.writes_away_seconds.expect("known");
    assert!((told - measured).abs() < 2.0, "told {told} s, the log says {measured} s: {election:?}");
    let majority = wait_for("the first majority write is told", DEADLINE, async || {
        let entries = timeline(&bench.engine, &id).await;
        entries.iter().find(|entry| entry.id == election.id)?.election.as_ref()?.majority_away_seconds
    })
    .await;
    assert!(majority >= told - 0.1, "no majority write before any write: {majority} s, {told} s");

    let (raised, over) = wait_for("the lost primary is an alert, and over", DEADLINE, async || {
        let entries = timeline(&bench.engine, &id).await;
        let find = |kind| {
            let about = move |entry: &&TimelineEntry| {
                entry.kind == kind && entry.signal == Some(AlertSignal::NoPrimary)
            };
            entries.iter().find(about).cloned()
        };
        Some((find(TimelineKind::AlertRaised)?, find(TimelineKind::AlertOver)?))
    })
    .await;
    assert!(raised.at <= over.at && raised.level.is_some());
    let mut notices = Vec::new();
    while let Ok(notice) = alerts.try_recv() {
        if notice.alert.signal == AlertSignal::NoPrimary {
            notices.push(notice.over);
        }
    }
    assert_eq!(notices, [false, true], "raised once and over once");

    let columns = history(&bench).await;
    assert_eq!(columns.members.len(), 3);
    let mut primaries: Vec<_> = columns.primary.iter().copied().flatten().collect();
    primaries.dedup();
    assert!(primaries.len() >= 2 && columns.primary.contains(&None), "{:?}", columns.primary);

    let before = timeline(&bench.engine, &id).await;
    let restarted = engine(bench.data_dir());
    let connection = restarted.connect(to(lab.uri())).await.expect("connected").id;
    let after = timeline(&restarted, &connection).await;
    assert!(after.iter().any(|entry| entry.id == election.id), "kept across a restart: {after:?}");
    assert!(after.len() >= before.len(), "{} of {}", after.len(), before.len());
    lab.start(primary).await;
}

#[tokio::test]
async fn a_member_is_dialled_where_a_person_said_that_it_is_reached() {
    let bench = Bench::on(shared_set().await).await;
    let host = snapshot(&bench).await.members[0].host.clone();
    let address = host.replace("127.0.0.1", "localhost");
    let mapping = AddressMapping { host: host.clone(), address: address.clone() };
    set(&bench, HealthSettings { addresses: vec![mapping], ..HealthSettings::default() }).await;
    let member = wait_for("it answers under its other address", DEADLINE, async || {
        let members = snapshot(&bench).await.members;
        members.into_iter().find(|member| member.address.as_ref() == Some(&address))
    })
    .await;
    assert_eq!((member.host, member.health), (host, MemberHealth::Up));
}

#[tokio::test]
async fn scrapes_that_follow_each_other_find_what_needs_more_than_one_look() {
    let bench = Bench::on(shared_set().await).await;
    let scrape = async || bench.engine.metrics().await.expect("told");
    wait_for("the operations a second, of two samples", DEADLINE, async || {
        scrape().await.contains("trivet_replica_member_operations_per_second{").then_some(())
    })
    .await;
    let connection = bench.connection.id.clone();
    bench.engine.disconnect(DisconnectRequest { connection }).await.expect("closed");
    assert_eq!(scrape().await, "");
}
