//! What the stopwatch keeps, and what it leaves in the database: nothing.

use std::{
    sync::Arc,
    time::{Duration, SystemTime},
};

use rustix::process::Signal;
use serde_json::{Value, json};
use trivet_core::{
    Engine, EngineConfig, ErrorCode, Startup,
    connection::{CancelRequest, ConnectRequest, ConnectionId, QueryId},
    replica::{
        ExportMeasurementRequest, FailoverMeasurement, FailoverProgress, ForgetMeasurementRequest,
        MeasureFailoverRequest, MeasurementFormat, MeasurementRequest, MeasurementsRequest, TimelineKind,
        TimelineRequest,
    },
};
use trivet_tests::{
    Bench, DEADLINE, Mongod, ServerBuilder, Stopwatch, client, eventually, replica_set, shared_set, to,
    wait_for,
};

const DATABASE: &str = "trivet_failover";

fn asked(connection: &ConnectionId, seconds: u32) -> MeasureFailoverRequest {
    let (connection, label) = (connection.clone(), "a look".to_owned());
    MeasureFailoverRequest { connection, label, seconds: Some(seconds), query: None }
}

async fn canaries(uri: &str) -> Vec<String> {
    client(uri).await.database(DATABASE).list_collection_names().await.expect("told")
}

async fn gone(uri: &str) {
    eventually("the collection is gone", DEADLINE, async || canaries(uri).await.is_empty()).await;
}

#[tokio::test]
async fn own_set_what_was_measured_is_kept_listed_exported_and_forgotten() {
    let set = replica_set().await;
    let bench = Bench::on(set.uri()).await;
    let (engine, id) = (&bench.engine, &bench.connection.id);
    let mut told = Vec::<FailoverProgress>::new();
    let tell = |far| {
        told.push(far);
        true
    };
    let measured = engine.measure_failover(asked(id, 2), tell).await.expect("measured");
    assert!(told.len() >= 4 && told.is_sorted_by_key(|far| far.acknowledged), "{told:?}");
    assert!((1..=60).contains(&measured.acknowledged) && measured.failed == 0, "{measured:?}");
    assert_eq!((measured.seconds, measured.set_name.as_deref()), (3, Some("lab")));
    assert_eq!(measured.took_ms.len(), measured.acknowledged as usize);
    assert_eq!(canaries(set.uri()).await, Vec::<String>::new(), "it is gone when the outcome is there");

    let list = async |engine: &Engine, id: &ConnectionId| {
        engine.measurements(MeasurementsRequest { connection: id.clone() }).await.expect("told")
    };
    let bare = FailoverMeasurement { sent_ms: Vec::new(), took_ms: Vec::new(), ..measured.clone() };
    assert_eq!(list(engine, id).await, std::slice::from_ref(&bare));
    let again = trivet_tests::engine(bench.data_dir());
    let connection = again.connect(to(set.uri())).await.expect("connected").id;
    assert_eq!(list(&again, &connection).await, [bare], "it is kept");
    let one = MeasurementRequest { connection: id.clone(), id: measured.id.clone() };
    assert_eq!(engine.measurement(one).await.expect("told"), measured);

    let export = async |format| {
        let (connection, id) = (id.clone(), measured.id.clone());
        engine.export_measurement(ExportMeasurementRequest { connection, id, format }).await.expect("written")
    };
    let json: Value = serde_json::from_str(&export(MeasurementFormat::Json).await.text).expect("JSON");
    assert_eq!(json["label"], "a look");
    let csv = export(MeasurementFormat::Csv).await;
    assert!(csv.name.starts_with("failover-20"), "{}", csv.name);
    assert_eq!(csv.text.lines().count(), measured.sent_ms.len() + 1);

    let request = TimelineRequest { connection: id.clone(), limit: None, before: None };
    let entries = engine.replica_timeline(request).await.expect("told").entries;
    let done = entries.iter().find(|entry| entry.kind == TimelineKind::Done).expect("noted");
    assert!(done.message.contains("a look"), "{}", done.message);

    let forget = ForgetMeasurementRequest { connection: id.clone(), id: measured.id.clone() };
    engine.forget_measurement(forget.clone()).await.expect("forgotten");
    assert_eq!(engine.forget_measurement(forget).await.expect_err("gone").code(), ErrorCode::NotFound);
    assert!(list(engine, id).await.is_empty());
}

#[tokio::test]
async fn own_set_a_measuring_that_is_cancelled_by_its_name_gives_what_was_measured_until_then() {
    let set = replica_set().await;
    let bench = Bench::on(set.uri()).await;
    let query = QueryId("the stopwatch".to_owned());
    let request = MeasureFailoverRequest { query: Some(query.clone()), ..asked(&bench.connection.id, 600) };
    let (sender, mut told) = tokio::sync::mpsc::unbounded_channel();
    let engine = bench.engine.clone();
    let measuring = tokio::spawn(async move {
        engine.measure_failover(request, move |far: FailoverProgress| sender.send(far).is_ok()).await
    });
    wait_for("some writes", DEADLINE, async || told.recv().await.filter(|far| far.acknowledged >= 10)).await;
    let cancel = CancelRequest { connection: bench.connection.id.clone(), query };
    assert!(bench.engine.cancel_query(cancel).await.expect("asked").found);
    let measured = measuring.await.expect("no panic").expect("an outcome");
    assert!(measured.acknowledged >= 10 && measured.seconds < 60, "{measured:?}");
    gone(set.uri()).await;
}

#[tokio::test]
async fn own_set_a_measuring_that_nobody_waits_for_any_more_cleans_up() {
    let set = replica_set().await;
    let bench = Bench::on(set.uri()).await;
    let stopwatch = Stopwatch::start(&bench.engine, &bench.connection.id, "dropped");
    stopwatch.until("some writes", |far| far.acknowledged >= 5).await;
    assert_eq!(canaries(set.uri()).await.len(), 1);
    stopwatch.give_up();
    gone(set.uri()).await;
}

#[tokio::test]
async fn own_set_what_a_program_that_was_killed_leaves_behind_is_removed_an_hour_later() {
    let set = replica_set().await;
    let server = ServerBuilder::on(set.uri()).start().ready().await;
    let url = format!("{}/api/v1/connections/default/operations/measure_failover", server.url());
    let measuring = server.client().post(url).json(&json!({ "label": "killed" })).send();
    let measuring = tokio::spawn(measuring);
    eventually("it writes", DEADLINE, async || canaries(set.uri()).await.len() == 1).await;
    server.signal(Signal::KILL);
    server.ended().await;
    measuring.abort();

    let left = canaries(set.uri()).await;
    assert_eq!(left.len(), 1);
    let measure_at = async |hours: u64| {
        let folder = tempfile::tempdir().expect("a folder");
        let engine = Engine::new(EngineConfig {
            data_dir: folder.path().to_owned(),
            clock: Arc::new(move || SystemTime::now() + Duration::from_hours(hours)),
            startup: Startup::Nothing,
            local_port: trivet_tests::free_port(),
            read_only: false,
        });
        let id = engine.connect(to(set.uri())).await.expect("connected").id;
        engine.measure_failover(asked(&id, 1), |_| true).await.expect("measured");
    };
    measure_at(0).await;
    assert_eq!(canaries(set.uri()).await, left, "somebody may still measure with it");
    measure_at(2).await;
    assert_eq!(canaries(set.uri()).await, Vec::<String>::new());
}

#[tokio::test]
async fn a_read_only_connection_measures_nothing_and_forgets_nothing() {
    let uri = shared_set().await;
    let request = ConnectRequest { read_only: Some(true), ..to(uri) };
    let bench = Bench::asking(request, uri).await;
    let id = &bench.connection.id;
    let error = bench.engine.measure_failover(asked(id, 1), |_| true).await.expect_err("refused");
    assert_eq!(error.code(), ErrorCode::ReadOnly);
    let forget = ForgetMeasurementRequest { connection: id.clone(), id: "1-0".to_owned() };
    assert_eq!(
        bench.engine.forget_measurement(forget).await.expect_err("refused").code(),
        ErrorCode::ReadOnly
    );
    let list = MeasurementsRequest { connection: id.clone() };
    assert!(bench.engine.measurements(list).await.expect("told").is_empty());
}

#[tokio::test]
async fn where_nothing_fails_over_nothing_is_measured() {
    let mongod = Mongod::standalone(&[]).await;
    let bench = Bench::on(&mongod.uri()).await;
    let asked = asked(&bench.connection.id, 1);
    let error = bench.engine.measure_failover(asked, |_| true).await.expect_err("refused");
    assert_eq!(error.code(), ErrorCode::Unsupported);
}
