//! Whether the process is up, and whether its database can be used: what a supervisor asks.

use std::time::Instant;

use bson::{doc, rawdoc};
use reqwest::header::RETRY_AFTER;
use serde_json::{Value, json};
use trivet_tests::{DEADLINE, ServerBuilder, client, eventually, set_of_one};

use super::bench::{RestBench, problem, status};

#[tokio::test]
async fn that_the_process_is_up_is_told_to_anybody_and_asks_no_database() {
    let server = ServerBuilder::on("mongodb://127.0.0.1:1/?serverSelectionTimeoutMS=30000").start();
    let nobody = reqwest::Client::builder().no_proxy().build().expect("a client");
    let began = Instant::now();
    let answer = nobody.get(format!("{}/healthz", server.url())).send().await.expect("an answer");
    assert!(began.elapsed() < std::time::Duration::from_secs(1), "it waited for a database");
    assert_eq!(answer.status(), 200);
    assert_eq!(answer.json::<Value>().await.expect("JSON"), json!({ "status": "ok" }));
    problem(nobody.get(format!("{}/readyz", server.url())), 401).await;
}

#[tokio::test]
async fn a_set_without_a_primary_is_not_ready_and_is_again_once_it_has_one() {
    let (mongod, uri) = set_of_one(&[]).await;
    let bench = RestBench::on(&uri).await;
    bench.store(rawdoc! { "_id": 1 }).await;
    let ready = || bench.client.get(format!("{}/readyz", bench.server.url()));
    let answer = ready().send().await.expect("an answer");
    assert_eq!(answer.json::<Value>().await.expect("JSON"), json!({ "status": "ready", "writable": true }));

    let admin = client(&mongod.uri()).await.database("admin");
    let down = doc! { "replSetStepDown": 60, "force": true };
    admin.run_command(down).await.expect("stepped down");
    let answer = ready().send().await.expect("an answer");
    assert_eq!((answer.status().as_u16(), answer.headers()[RETRY_AFTER].as_bytes()), (503, &b"1"[..]));
    let began = Instant::now();
    let told = problem(ready(), 503).await;
    assert!(began.elapsed() < std::time::Duration::from_secs(4), "who asks wants to know soon");
    assert_eq!((&told["code"], &told["retryable"]), (&"NotPrimary".into(), &true.into()), "{told}");
    assert_eq!(status(bench.client.get(bench.documents(&[]))).await, 200, "who only reads may go on");

    admin.run_command(doc! { "replSetFreeze": 0 }).await.expect("it may stand for election");
    eventually("it is ready again", DEADLINE, async || status(ready()).await == 200).await;
}
