//! Many documents in one request: by a filter, or one by one.

use bson::{doc, rawdoc};
use reqwest::{Method, RequestBuilder};
use serde_json::{Value, json};
use trivet_core::value::etag::etag;
use trivet_tests::shared_set;

use super::bench::{JSON, MERGE_PATCH, RestBench, UPDATE, problem};

const FILTER: (&str, &str) = ("filter", r#"{"kind": "a"}"#);
const CONFIRM: (&str, &str) = ("confirm", "true");

async fn five(bench: &RestBench) {
    for n in 1..=5 {
        bench.store(rawdoc! { "_id": n, "kind": if n < 4 { "a" } else { "b" }, "n": n }).await;
    }
}

/// The status and the JSON of an answer.
async fn answer(request: RequestBuilder) -> (u16, Value) {
    let answer = request.send().await.expect("an answer");
    (answer.status().as_u16(), answer.json().await.expect("JSON"))
}

#[tokio::test]
async fn documents_that_a_filter_finds_are_changed_and_deleted_and_undone() {
    let bench = RestBench::on(shared_set().await).await;
    five(&bench).await;
    let before = bench.stored().await;
    let url = bench.documents(&[FILTER, CONFIRM]);
    let (status, changed) =
        answer(bench.with_body(Method::PATCH, url.clone(), UPDATE, r#"{"$inc": {"n": 10}}"#)).await;
    assert_eq!((status, &changed["matched"], &changed["changed"]), (200, &json!(3), &json!(3)), "{changed}");
    let (status, merged) =
        answer(bench.with_body(Method::PATCH, url.clone(), MERGE_PATCH, r#"{"n": null, "m": 1}"#)).await;
    assert_eq!((status, &merged["changed"]), (200, &json!(3)), "{merged}");
    let (status, deleted) = answer(bench.client.delete(url)).await;
    assert_eq!((status, &deleted["changed"]), (200, &json!(3)), "{deleted}");
    assert_eq!(bench.stored().await.len(), 2);
    for report in [deleted, merged, changed] {
        let undo = bench.with_body(
            Method::POST,
            bench.url("/operations/undo"),
            JSON,
            json!({ "entry": report["entry"] }).to_string(),
        );
        let text = undo.send().await.expect("an answer").text().await.expect("lines");
        let last: Value = serde_json::from_str(text.lines().last().expect("a line")).expect("JSON");
        assert_eq!(last["outcome"]["restored"], 3, "{text}");
    }
    assert_eq!(bench.stored().await, before);
}

#[tokio::test]
async fn what_could_not_be_written_is_named_beside_what_was() {
    let bench = RestBench::on(shared_set().await).await;
    five(&bench).await;
    bench.raw.update_one(doc! { "_id": 2 }, doc! { "$set": { "n": "text" } }).await.expect("set");
    let url = bench.documents(&[FILTER, CONFIRM]);
    let (status, report) = answer(bench.with_body(Method::PATCH, url, UPDATE, r#"{"$inc": {"n": 1}}"#)).await;
    assert_eq!((status, &report["changed"], &report["failed"]), (207, &json!(2), &json!(1)), "{report}");
    assert_eq!(report["documents"][0]["_id"], 2, "{report}");
    assert_eq!(report["documents"][0]["reason"]["server"]["code"], 14, "{report}");
}

#[tokio::test]
async fn nothing_is_written_without_a_filter_and_a_word() {
    let bench = RestBench::on(shared_set().await).await;
    five(&bench).await;
    let before = bench.stored().await;
    for parameters in [
        &[][..],
        &[FILTER],
        &[CONFIRM],
        &[("filter", "{}"), CONFIRM],
        &[("filter", ""), CONFIRM],
        &[FILTER, ("confirm", "")],
        &[FILTER, ("confirm", "yes")],
        &[FILTER, ("confirm", "items")],
        &[("filter", "{"), CONFIRM],
        &[("filter", r#"{"$nope": 1}"#), CONFIRM],
        &[FILTER, CONFIRM, ("limit", "1")],
    ] {
        let url = bench.documents(parameters);
        problem(bench.client.delete(url.clone()), 400).await;
        problem(bench.with_body(Method::PATCH, url, UPDATE, r#"{"$set": {"n": 1}}"#), 400).await;
    }
    let url = bench.documents(&[FILTER, CONFIRM]);
    problem(bench.with_body(Method::PATCH, url.clone(), JSON, r#"{"$set": {"n": 1}}"#), 415).await;
    for update in ["{}", r#"{"n": 1}"#, "5", "{"] {
        problem(bench.with_body(Method::PATCH, url.clone(), UPDATE, update), 400).await;
    }
    assert_eq!(bench.stored().await, before);
    // The collection's full name is a word too.
    let name = format!("{}.items", bench.database);
    let (status, report) = answer(bench.client.delete(bench.documents(&[FILTER, ("confirm", &name)]))).await;
    assert_eq!((status, &report["changed"]), (200, &json!(3)));
}

#[tokio::test]
async fn each_of_several_writes_has_an_outcome_of_its_own() {
    let bench = RestBench::on(shared_set().await).await;
    five(&bench).await;
    let url = bench.url(&format!("/databases/{}/collections/items/bulk", bench.database));
    let bulk = |operations: Value, unordered: bool| {
        let body = json!({ "operations": operations, "unordered": unordered }).to_string();
        bench.with_body(Method::POST, url.clone(), JSON, body)
    };
    let two = etag(rawdoc! { "_id": 2, "kind": "a", "n": 2 }.as_bytes());
    let operations = json!([
        { "insert": { "document": { "_id": "new", "z": 1.5 } } },
        { "merge": { "id": 1, "patch": { "n": null } } },
        { "update": { "id": 2, "etag": two, "update": { "$inc": { "n": 1 } } } },
        { "update": { "id": 2, "etag": two, "update": { "$inc": { "n": 1 } } } },
        { "replace": { "id": 3, "document": { "a": 2, "b": 1 } } },
        { "delete": { "id": 4 } },
        { "delete": { "id": { "$oid": "000000000000000000000000" } } },
    ]);
    let (status, report) = answer(bulk(operations, true)).await;
    let outcomes: Vec<_> =
        report["outcomes"].as_array().expect("outcomes").iter().map(|one| one["outcome"].clone()).collect();
    assert_eq!(status, 207, "{report}");
    assert_eq!(
        json!(outcomes),
        json!(["applied", "applied", "applied", "failed", "applied", "applied", "failed"])
    );
    assert_eq!(report["outcomes"][0]["_id"], "new");
    assert_eq!(report["outcomes"][3]["error"]["code"], "Conflict");
    assert_eq!(report["outcomes"][6]["error"]["code"], "NotFound");
    let three = rawdoc! { "_id": 3, "a": 2, "b": 1 };
    assert_eq!(report["outcomes"][4]["etag"], etag(three.as_bytes()));
    assert!(bench.stored().await.contains(&three.into_bytes()));

    let (status, report) = answer(bulk(json!([{ "insert": { "document": {} } }]), false)).await;
    assert_eq!((status, &report["outcomes"][0]["changed"]), (200, &json!(true)), "{report}");
    for wrong in [
        json!([]),
        json!([{ "drop": {} }]),
        json!([{ "insert": {} }]),
        json!([{ "insert": { "document": {}, "more": 1 } }]),
        json!([{ "insert": { "document": {} } }, { "update": { "id": 1, "update": { "n": 1 } } }]),
        json!([{ "delete": {} }]),
    ] {
        let before = bench.stored().await;
        problem(bulk(wrong.clone(), true), 400).await;
        assert_eq!(bench.stored().await, before, "{wrong}");
    }
}
