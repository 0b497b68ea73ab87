//! Lock 6: nobody holds the listener with a request that is too large, too deep, too slow or one of too many.

use std::{
    fmt::Write as _,
    time::{Duration, Instant},
};

use reqwest::{Method, header::RETRY_AFTER};
use trivet_tests::{ServerBuilder, eventually, shared_set};

use super::{
    bench::{JSON, RestBench, problem, status},
    wire::{Wire, ask, head},
};

/// Nobody listens there: what is asked here never comes as far as a database.
const NOWHERE: &str = "mongodb://127.0.0.1:1/";
const BODY_BYTES: usize = 16 * 1024 * 1024 + 64 * 1024;
const REQUESTS: usize = 64;
const STREAMS: usize = 16;

#[tokio::test]
async fn a_body_that_says_it_is_too_large_is_refused_unread() {
    let server = ServerBuilder::on(NOWHERE).start();
    let length = format!("Content-Length: {}", BODY_BYTES + 1);
    let answer =
        ask(&server, head(&server, "POST /items", &[&length, "Content-Type: application/json"])).await;
    assert_eq!(answer.status, 413, "{answer:?}");
    assert!(
        answer.body.contains("\"TooLarge\"") && answer.head.contains("application/problem+json"),
        "{answer:?}"
    );
}

#[tokio::test]
async fn a_body_that_does_not_say_how_large_it_is_is_read_to_the_limit() {
    let server = ServerBuilder::on(NOWHERE).start();
    let headers = ["Transfer-Encoding: chunked", "Content-Type: application/json"];
    let mut wire = Wire::to(&server).await;
    wire.send(head(&server, "POST /items", &headers)).await;
    let chunk = [b"10000\r\n", " ".repeat(0x1_0000).as_bytes(), b"\r\n"].concat();
    for _ in 0..BODY_BYTES / 0x1_0000 {
        wire.send(&chunk).await;
    }
    wire.send("1\r\n ").await;
    let answer = wire.last_answer().await;
    assert_eq!(answer.status, 413, "{answer:?}");
}

#[tokio::test]
async fn a_document_above_what_a_server_stores_is_too_large() {
    let bench = RestBench::on(shared_set().await).await;
    let document = format!(r#"{{"_id":1,"text":"{}"}}"#, "x".repeat(16 * 1024 * 1024));
    assert!(document.len() < BODY_BYTES, "the body itself is not");
    let told = problem(bench.with_body(Method::POST, bench.documents(&[]), JSON, document), 413).await;
    assert_eq!(told["code"], "TooLarge");
    let largest = 16 * 1024 * 1024 - bson::rawdoc! { "_id": 1, "text": "" }.as_bytes().len();
    let document = format!(r#"{{"_id":1,"text":"{}"}}"#, "x".repeat(largest));
    assert_eq!(status(bench.with_body(Method::POST, bench.documents(&[]), JSON, document)).await, 201);
    assert_eq!(bench.only_stored().await.len(), 16 * 1024 * 1024);
}

#[tokio::test]
async fn nesting_without_end_is_refused_and_does_not_end_the_program() {
    let bench = RestBench::on(shared_set().await).await;
    let nested = |open: &str, close: &str| format!("{}1{}", open.repeat(10_000), close.repeat(10_000));
    let (objects, arrays) = (nested(r#"{"a":"#, "}"), nested("[", "]"));
    let in_a_field = |value: &str| format!(r#"{{"a":{value}}}"#);
    let documents = bench.documents(&[]);
    let count = bench.url(&format!("/databases/{}/collections/items/count", bench.database));
    for (url, body) in [
        (documents.to_string(), objects.clone()),
        (documents.to_string(), arrays.clone()),
        (documents.to_string(), in_a_field(&arrays)),
        (format!("{}/items", bench.server.url()), objects.clone()),
        (count, format!(r#"{{"filter":{objects}}}"#)),
        (bench.url("/operations/find"), objects.clone()),
        (bench.url("/operations/find"), arrays.clone()),
        (bench.url("/operations/find"), in_a_field(&objects)),
    ] {
        problem(bench.with_body(Method::POST, &url, JSON, body), 400).await;
    }
    // An address is at most 64 KiB long.
    let filter = format!("{}1{}", r#"{"a":"#.repeat(2_000), "}".repeat(2_000));
    problem(bench.client.get(bench.documents(&[("filter", &filter)])), 400).await;
    problem(bench.client.get(bench.document(&format!("{filter}?id_type=ejson"))), 400).await;
    assert_eq!(bench.stored().await.len(), 0);
    assert_eq!(status(bench.client.get(format!("{}/healthz", bench.server.url()))).await, 200);
}

#[tokio::test]
async fn a_page_a_skip_and_a_time_out_of_their_range_are_refused() {
    let bench = RestBench::on(shared_set().await).await;
    for (name, value, expected) in [
        ("limit", "1000", 200),
        ("limit", "1001", 400),
        ("limit", "0", 400),
        ("limit", "-1", 400),
        ("limit", "4294967296", 400),
        ("limit", "ten", 400),
        ("skip", "100000", 200),
        ("skip", "100001", 400),
        ("maxTimeMS", "600000", 200),
        ("maxTimeMS", "0", 400),
        ("maxTimeMS", "600001", 400),
        ("maxTimeMS", "-1", 400),
        ("max_time_ms", "10", 400),
        ("limits", "10", 400),
        ("", "", 400),
    ] {
        let found = status(bench.client.get(bench.documents(&[(name, value)]))).await;
        assert_eq!(found, expected, "{name}={value}");
    }
    // The least there is, taken; whether a millisecond is enough is for the server to say.
    let least = status(bench.client.get(bench.documents(&[("maxTimeMS", "1")]))).await;
    assert!(matches!(least, 200 | 504), "{least}");
    problem(bench.client.get(bench.documents(&[("limit", "1"), ("limit", "2")])), 400).await;
    let items = format!("{}/items", bench.server.url());
    problem(bench.client.get(format!("{items}?limit=1001")), 400).await;
    assert_eq!(status(bench.client.get(format!("{items}?limit=1000"))).await, 200);
}

#[tokio::test]
async fn a_query_that_takes_longer_than_it_may_is_ended_by_the_server() {
    let bench = RestBench::on(shared_set().await).await;
    bench.raw.insert_many((0..50).map(|n| bson::rawdoc! { "_id": n })).await.expect("stored");
    let slow =
        r#"{"$expr":{"$function":{"body":"function() { sleep(50); return true; }","args":[],"lang":"js"}}}"#;
    let told =
        problem(bench.client.get(bench.documents(&[("filter", slow), ("maxTimeMS", "200")])), 504).await;
    assert_eq!((&told["code"], &told["mongo"]["code"]), (&"Timeout".into(), &50.into()), "{told}");
}

/// A request whose header has come and whose body is awaited, which is when the listener says so.
async fn half_a_request(bench: &RestBench) -> Wire {
    let mut wire = Wire::to(&bench.server).await;
    let headers = ["Content-Type: application/json", "Content-Length: 8", "Expect: 100-continue"];
    let path = format!("POST {}", bench.documents(&[]).path());
    wire.send(head(&bench.server, &path, &headers)).await;
    wire.read_until("100 Continue\r\n\r\n").await;
    wire
}

#[tokio::test]
async fn one_request_too_many_is_asked_to_come_again_and_all_others_are_answered() {
    let bench = RestBench::on(shared_set().await).await;
    let mut halves = Vec::new();
    for _ in 0..REQUESTS {
        halves.push(half_a_request(&bench).await);
    }
    let answer = bench.client.get(bench.documents(&[])).send().await.expect("an answer");
    assert_eq!(answer.status(), 503);
    assert_eq!(answer.headers()[RETRY_AFTER], "1");
    let told = problem(bench.client.get(bench.documents(&[])), 503).await;
    assert_eq!((&told["code"], &told["retryable"]), (&"Unreachable".into(), &true.into()), "{told}");
    // One less, and there is room again.
    let mut first = halves.swap_remove(0);
    first.send(r#"{"n": 1}"#).await;
    assert_eq!(first.last_answer().await.status, 201);
    bench.get(bench.documents(&[])).await;
    for half in &mut halves {
        half.send(r#"{"n": 2}"#).await;
    }
    for half in &mut halves {
        assert_eq!(half.last_answer().await.status, 201);
    }
    assert_eq!(bench.stored().await.len(), REQUESTS);
}

#[tokio::test]
async fn one_stream_too_many_is_refused_until_another_ends() {
    let bench = RestBench::on(shared_set().await).await;
    let events = bench.url("/replica-set/events");
    let mut open = Vec::new();
    for _ in 0..STREAMS {
        open.push(bench.get(&events).await);
    }
    problem(bench.client.get(&events), 503).await;
    let lines = bench.with_body(Method::POST, bench.url("/operations/watch_replica"), JSON, "{}");
    problem(lines, 503).await;
    let measure = bench.url("/operations/measure_failover");
    let stopwatch = bench.with_body(Method::POST, measure, JSON, r#"{"label": "one more"}"#);
    problem(stopwatch, 503).await;
    // Other requests go on.
    bench.get(bench.documents(&[])).await;
    // Who goes away makes room.
    open.pop();
    eventually("there is room", Duration::from_secs(10), async || {
        status(bench.client.get(&events)).await == 200
    })
    .await;
}

#[tokio::test]
async fn who_sends_a_header_slowly_is_hung_up_on() {
    let server = ServerBuilder::on(NOWHERE).start();
    let mut wire = Wire::to(&server).await;
    let started = Instant::now();
    wire.send("GET /healthz HTTP/1.1\r\nHost: ").await;
    let said = wire.read_to_the_end().await;
    let took = started.elapsed();
    assert!((Duration::from_secs(9)..Duration::from_secs(15)).contains(&took), "closed after {took:?}");
    assert!(!said.contains("200"), "{said}");
}

#[tokio::test]
async fn a_header_without_end_is_refused() {
    let server = ServerBuilder::on(NOWHERE).start();
    let mut many = String::new();
    for n in 0..1_000 {
        write!(many, "X-{n}: x\r\n").expect("written");
    }
    let long = format!("X-Long: {}\r\n", "x".repeat(1_000_000));
    for headers in [many, long] {
        let mut wire = Wire::to(&server).await;
        wire.send("GET /healthz HTTP/1.1\r\n").await;
        wire.send(headers).await;
        let answer = wire.last_answer().await;
        assert_ne!(answer.status, 200, "{answer:?}");
    }
    assert_eq!(status(server.client().get(format!("{}/healthz", server.url()))).await, 200);
}
