//! The program from its start to its end: what it says, what it waits for, and what it leaves behind.

use std::{
    fs,
    time::{Duration, Instant},
};

use bson::{doc, rawdoc};
use reqwest::{Method, header::RETRY_AFTER};
use rustix::process::Signal;
use serde_json::{Value, json};
use tokio::net::TcpStream;
use trivet_tests::{DEADLINE, Mongod, ServerBuilder, client, eventually, free_port, set_of_one};

use super::{
    bench::{JSON, RestBench, problem, status},
    stream::Pieces,
    wire::Wire,
};

const NOWHERE: &str = "mongodb://127.0.0.1:1/";
/// What the program gives running requests at its end, and a little.
const DRAINED: Duration = Duration::from_secs(8);

#[tokio::test]
async fn it_says_where_it_listens_and_where_its_token_is() {
    let server = ServerBuilder::on(NOWHERE).start();
    let said = server.said();
    let lines: Vec<_> = said.lines().take(2).collect();
    let token_file = server.data_dir().join("rest-token");
    assert_eq!(lines[0], format!("listening on {}", server.url()));
    assert_eq!(lines[1], format!("token in {}", token_file.display()));
    let token = fs::read_to_string(token_file).expect("it is there");
    let url = format!("{}/api/v1/connections", server.url());
    assert_eq!(status(trivet_tests::Server::client_with(token.trim()).get(url)).await, 200);
    assert!(!said.contains(token.trim()), "the token itself is not said");
}

#[tokio::test]
async fn who_stops_it_as_soon_as_it_listens_sees_it_end_in_order() {
    for signal in [Signal::TERM, Signal::INT, Signal::TERM, Signal::INT, Signal::TERM, Signal::INT] {
        let server = ServerBuilder::on(NOWHERE).start();
        server.signal(signal);
        let ended = server.ended().await;
        assert!(ended.status.success(), "{signal:?}: {} {}", ended.status, ended.said);
    }
}

#[tokio::test]
async fn what_to_serve_and_where_its_files_are_can_come_by_the_environment() {
    let (_mongod, uri) = set_of_one(&[]).await;
    let folder = tempfile::tempdir().expect("a temporary folder");
    let data = folder.path().join("of the environment");
    let server = ServerBuilder::bare()
        .env("TRIVET_URI", &format!("{uri}&appName=canary"))
        .in_folder(&data)
        .data_dir_by_environment()
        .start()
        .ready()
        .await;
    assert_eq!(server.token_file(), data.join("rest-token"));
    let url = format!("{}/items", server.url());
    assert_eq!(status(server.client().get(&url)).await, 200);
    assert_eq!(status(server.client().post(&url).json(&json!({ "n": 1 }))).await, 201);
    let stored = client(&uri).await.database("mydatabase").collection::<bson::Document>("items");
    assert_eq!(stored.count_documents(doc! { "n": 1 }).await.expect("counted"), 1);
    assert!(!server.said().contains("canary"), "what it serves is not said in full: {}", server.said());
    // What stands on the command line counts before what stands in the environment.
    let other = ServerBuilder::on(NOWHERE).env("TRIVET_URI", &uri).start();
    problem(other.client().get(format!("{}/readyz", other.url())), 503).await;
    assert!(other.stop().await.success());
}

#[tokio::test]
async fn a_database_that_comes_later_is_connected_to_and_so_is_one_that_comes_again() {
    let port = free_port();
    let server =
        ServerBuilder::on(&format!("mongodb://127.0.0.1:{port}/?serverSelectionTimeoutMS=500")).start();
    let client = server.client();
    let get = |path: &str| client.get(format!("{}{path}", server.url()));
    assert_eq!(status(get("/healthz")).await, 200);
    let connections: Value =
        get("/api/v1/connections").send().await.expect("an answer").json().await.expect("JSON");
    assert_eq!(connections, json!([]), "none is there yet");
    // Nobody is told that something does not exist only because the database is not there yet.
    for path in [
        "/readyz",
        "/items",
        "/items/65a000000000000000000001",
        "/api/v1/connections/default",
        "/api/v1/connections/default/databases",
        "/api/v1/connections/default/replica-set",
    ] {
        let answer = get(path).send().await.expect("an answer");
        assert_eq!(
            answer.headers().get(RETRY_AFTER).map(reqwest::header::HeaderValue::as_bytes),
            Some(&b"1"[..]),
            "{path}"
        );
        let told = problem(get(path), 503).await;
        assert_eq!(
            (&told["code"], &told["retryable"]),
            (&"Unreachable".into(), &true.into()),
            "{path}: {told}"
        );
    }
    problem(get("/api/v1/connections/c1"), 404).await;

    let mut mongod = Mongod::standalone_on(port, &[]).await;
    let ready = async || status(get("/readyz")).await == 200;
    eventually("it is connected to", DEADLINE, ready).await;
    assert_eq!(status(get("/items")).await, 200);
    mongod.kill();
    let told = problem(get("/items"), 503).await;
    assert_eq!(told["retryable"], true, "{told}");
    let _mongod = Mongod::standalone_on(port, &[]).await;
    eventually("it is used again", DEADLINE, ready).await;
    assert_eq!(status(client.post(format!("{}/items", server.url())).json(&json!({ "n": 1 }))).await, 201);
    assert!(server.stop().await.success());
}

#[tokio::test]
async fn a_password_that_is_refused_ends_it_with_the_reason_and_without_the_password() {
    let mongod = Mongod::standalone(&[]).await;
    let uri = format!("mongodb://ada:canary@127.0.0.1:{}/", mongod.port());
    let ended = ServerBuilder::on(&uri).start().ended().await;
    assert_eq!(ended.status.code(), Some(2), "{}", ended.said);
    assert!(
        ended.said.contains("user name or password") && ended.said.contains("authSource"),
        "{}",
        ended.said
    );
    assert!(!ended.said.contains("canary"), "{}", ended.said);
}

/// A server on which a command of the API takes its time.
async fn slow(commands: &[&str], milliseconds: i32) -> (Mongod, RestBench) {
    let mongod = Mongod::standalone(&["--setParameter", "enableTestCommands=1"]).await;
    let bench = RestBench::on(&mongod.uri()).await;
    let commands: Vec<_> = commands.to_vec();
    let data = doc! { "failCommands": commands, "appName": "Trivet", "blockConnection": true, "blockTimeMS": milliseconds };
    let point = doc! { "configureFailPoint": "failCommand", "mode": "alwaysOn", "data": data };
    client(&mongod.uri()).await.database("admin").run_command(point).await.expect("configured");
    (mongod, bench)
}

/// Waits until so many commands are under way.
async fn under_way(mongod: &Mongod, commands: i32) {
    let wait = doc! { "waitForFailPoint": "failCommand", "timesEntered": commands, "maxTimeMS": 10_000 };
    client(&mongod.uri()).await.database("admin").run_command(wait).await.expect("they are under way");
}

#[tokio::test]
async fn at_its_end_what_runs_is_finished_streams_end_and_nothing_new_is_taken() {
    let (mongod, bench) = slow(&["find", "insert"], 1_500).await;
    bench.store(rawdoc! { "_id": 1 }).await;
    let mut events = Pieces::events(bench.get(bench.url("/replica-set/events")).await);
    events.next_event("replica-changed").await.expect("the state now");
    let mut idle = Wire::to(&bench.server).await;
    let again = format!("GET /healthz HTTP/1.1\r\nHost: {}\r\n\r\n", bench.server.authority());
    idle.send(&again).await;
    idle.read_until(r#"{"status":"ok"}"#).await;

    let read = tokio::spawn(bench.client.get(bench.document("1?id_type=int")).send());
    let written =
        tokio::spawn(bench.with_body(Method::POST, bench.documents(&[]), JSON, r#"{"_id":2}"#).send());
    under_way(&mongod, 2).await;
    bench.server.signal(Signal::TERM);
    while events.next_event("replica-changed").await.is_some() {}
    assert!(!read.is_finished() && !written.is_finished(), "they are still under way");
    let authority = bench.server.authority().to_owned();
    assert!(TcpStream::connect(&authority).await.is_err(), "nobody listens any more");
    // On a connection that was kept open: closed, or told that it is over.
    let answer = idle.ask_again(&again).await;
    assert!([0, 503].contains(&answer.status), "{answer:?}");

    let read = read.await.expect("no panic").expect("an answer");
    assert_eq!((read.status().as_u16(), read.text().await.expect("a body").as_str()), (200, r#"{"_id":1}"#));
    assert_eq!(written.await.expect("no panic").expect("an answer").status(), 201);
    assert_eq!(bench.stored().await.len(), 2);
    let RestBench { server, .. } = bench;
    assert!(server.ended().await.status.success());
}

#[tokio::test]
async fn who_takes_too_long_does_not_keep_it_from_ending() {
    let (mongod, bench) = slow(&["find"], 60_000).await;
    let read = tokio::spawn(bench.client.get(bench.document("1?id_type=int")).send());
    under_way(&mongod, 1).await;
    let began = Instant::now();
    bench.server.signal(Signal::INT);
    let RestBench { server, .. } = bench;
    assert!(server.ended().await.status.success());
    assert!(began.elapsed() < DRAINED, "it took {:?}", began.elapsed());
    assert!(read.await.expect("no panic").is_err(), "nobody answers any more");
}

#[tokio::test]
async fn own_set_a_local_set_is_stopped_with_it_also_in_the_middle_of_its_start() {
    let server = ServerBuilder::lab().start();
    let client = server.client();
    let post = async |name: &str| -> Value {
        let url = format!("{}/api/v1/connections/default/operations/{name}", server.url());
        client.post(url).json(&json!({})).send().await.expect("an answer").json().await.expect("JSON")
    };
    let folder = post("lab_status").await["dataDir"].as_str().expect("a folder").to_owned();
    eventually("a member runs", DEADLINE, async || !members_in(&folder).is_empty()).await;
    assert_eq!(post("lab_status").await["state"], "starting");
    assert!(server.stop().await.success());
    eventually("its members are gone", DEADLINE, async || members_in(&folder).is_empty()).await;
}

/// The mongods whose data is in this folder.
fn members_in(folder: &str) -> Vec<String> {
    let processes = fs::read_dir("/proc").expect("/proc").filter_map(Result::ok);
    let lines = processes.filter_map(|process| fs::read(process.path().join("cmdline")).ok());
    let lines = lines.map(|line| String::from_utf8_lossy(&line).replace('\0', " "));
    lines.filter(|line| line.contains("mongod") && line.contains(folder)).collect()
}
