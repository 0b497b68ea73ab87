//! What Prometheus itself says of `/metrics`.

use std::process::{Command, Stdio};

use reqwest::{Method, StatusCode};
use serde_json::Value;
use trivet_lab::LabFault;
use trivet_tests::{DEADLINE, replica_set, wait_for};

use super::bench::{JSON, RestBench};

/// Waits until each of these stands in one line of the text, all of it.
async fn metrics(bench: &RestBench, wanted: &[&[&str]]) -> String {
    wait_for(&format!("the metrics have {wanted:?}"), DEADLINE, async || {
        let answer = bench.get(format!("{}/metrics", bench.server.url())).await;
        assert_eq!(answer.status(), StatusCode::OK);
        let text = answer.text().await.expect("a text");
        let has = |parts: &&[&str]| text.lines().any(|line| parts.iter().all(|part| line.contains(part)));
        wanted.iter().all(has).then_some(text)
    })
    .await
}

/// What `promtool check metrics` has against a text; none where there is no promtool.
fn promtool_says(text: &str) -> Option<String> {
    let mut promtool = Command::new("promtool")
        .args(["check", "metrics"])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .ok()?;
    let mut input = promtool.stdin.take().expect("it was piped");
    std::io::Write::write_all(&mut input, text.as_bytes()).expect("it reads");
    drop(input);
    let output = promtool.wait_with_output().expect("it ends");
    let said = String::from_utf8_lossy(&[output.stdout, output.stderr].concat()).into_owned();
    Some(if output.status.success() { said } else { format!("{said}\n{}", output.status) })
}

#[tokio::test]
async fn own_set_promtool_has_nothing_against_the_metrics_of_a_set_and_of_one_that_lost_a_member() {
    if promtool_says("").is_none() {
        println!("skipped: there is no promtool; it is in Debian's package prometheus");
        return;
    }
    let lab = replica_set().await;
    let bench = RestBench::on(lab.uri()).await;
    let settings = bench.url("/replica-set/settings");
    let mut watched: Value = bench.get(&settings).await.json().await.expect("settings");
    watched["record"] = true.into();
    let put = bench.with_body(Method::PUT, settings, JSON, watched.to_string());
    assert_eq!(put.send().await.expect("an answer").status(), StatusCode::OK);
    let figures =
        ["_operations_per_second", "_oplog_window_seconds", "_cache_dirty_ratio", "mongodb_rs_term"];
    let well = metrics(&bench, &figures.each_ref().map(std::slice::from_ref)).await;
    assert_eq!(promtool_says(&well).as_deref(), Some(""), "{well}");
    assert!(promtool_says("bad metric\n").is_some_and(|said| !said.is_empty()), "it would say so");

    let id = (lab.primary().await + 1) % 3;
    lab.lab.fault(id, LabFault::Kill).await.expect("it is killed");
    let dead = format!("member=\"{}\"", lab.host(id));
    let down = ["trivet_replica_member_up{", &dead, "} 0"];
    let one_less = metrics(&bench, &[&down, &["trivet_replica_alert{"], &["_member_down_seconds"]]).await;
    assert_eq!(promtool_says(&one_less).as_deref(), Some(""), "{one_less}");
}
