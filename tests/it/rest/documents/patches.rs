//! Patches of one document: a merge patch, operators, a pipeline.

use bson::{RawDocumentBuf, doc, rawdoc};
use reqwest::Method;
use serde_json::Value;
use trivet_tests::shared_set;

use super::super::bench::{JSON, MERGE_PATCH, RestBench, UPDATE, etag, problem};

const ONE: &str = "1?id_type=int";

async fn start_from(bench: &RestBench, document: RawDocumentBuf) {
    bench.raw.delete_many(doc! {}).await.expect("emptied");
    bench.store(document).await;
}

/// Patches the only document, which succeeds, and compares what is stored.
async fn becomes(bench: &RestBench, content_type: &str, text: &str, expected: RawDocumentBuf) {
    let request = bench.with_body(Method::PATCH, bench.document(ONE), content_type, text.to_owned());
    let answer = request.send().await.expect("an answer");
    assert_eq!(answer.status(), 204, "{text}: {}", answer.text().await.expect("a body"));
    assert_eq!(bench.only_stored().await, expected.into_bytes(), "{text}");
    assert_eq!(etag(&bench.get(bench.document(ONE)).await), etag(&answer), "{text}");
}

#[tokio::test]
async fn a_merge_patch_puts_removes_and_merges_and_leaves_the_rest_as_it_was() {
    let bench = RestBench::on(shared_set().await).await;
    let before = rawdoc! { "_id": 1, "z": 1_i64, "in": { "a": 1, "b": { "c": 2, "d": 3 } }, "list": [1, 2], "x": -0.0 };
    for (text, expected) in [
        (
            r#"{"in":{"b":{"c":null,"e":5}},"new":true}"#,
            rawdoc! { "_id": 1, "z": 1_i64, "in": { "a": 1, "b": { "d": 3, "e": 5 } }, "list": [1, 2], "x": -0.0, "new": true },
        ),
        (r#"{"in":null,"list":null,"no":null}"#, rawdoc! { "_id": 1, "z": 1_i64, "x": -0.0 }),
        (
            r#"{"list":[{"a":null}],"in":7,"_id":1}"#,
            rawdoc! { "_id": 1, "z": 1_i64, "in": 7, "list": [{ "a": null }], "x": -0.0 },
        ),
        (
            r#"{"z":{"$numberLong":"2"},"x":{"y":{"z":null}}}"#,
            rawdoc! { "_id": 1, "z": 2_i64, "in": { "a": 1, "b": { "c": 2, "d": 3 } }, "list": [1, 2], "x": { "y": {} } },
        ),
        ("{}", before.clone()),
    ] {
        start_from(&bench, before.clone()).await;
        becomes(&bench, MERGE_PATCH, text, expected).await;
    }
    // A name that stands twice is not touched, and what stands beside it can be patched.
    start_from(&bench, rawdoc! { "_id": 1, "twice": 1, "twice": 2, "a": 1 }).await;
    becomes(&bench, MERGE_PATCH, r#"{"a":2}"#, rawdoc! { "_id": 1, "twice": 1, "twice": 2, "a": 2 }).await;
}

#[tokio::test]
async fn operators_and_pipelines_do_what_the_server_makes_of_them() {
    let bench = RestBench::on(shared_set().await).await;
    let before = rawdoc! { "_id": 1, "a": 2, "b": 3, "list": [1, 2] };
    for (text, expected) in [
        (r#"{"$inc":{"a":1}}"#, rawdoc! { "_id": 1, "a": 3, "b": 3, "list": [1, 2] }),
        (
            r#"{"$set":{"in.new":{"$numberLong":"1"}},"$unset":{"b":""},"$push":{"list":3}}"#,
            rawdoc! { "_id": 1, "a": 2, "list": [1, 2, 3], "in": { "new": 1_i64 } },
        ),
        (
            r#"[{"$set":{"sum":{"$add":["$a","$b"]}}},{"$unset":"list"}]"#,
            rawdoc! { "_id": 1, "a": 2, "b": 3, "sum": 5 },
        ),
        (r#"[{"$replaceWith":{"_id":1,"only":"$a"}}]"#, rawdoc! { "_id": 1, "only": 2 }),
        (r#"{"$set":{"a":2}}"#, before.clone()),
    ] {
        start_from(&bench, before.clone()).await;
        becomes(&bench, UPDATE, text, expected).await;
    }
}

#[tokio::test]
async fn a_patch_that_cannot_be_applied_changes_nothing_and_says_why() {
    let bench = RestBench::on(shared_set().await).await;
    bench.store(rawdoc! { "_id": 1, "text": "x", "twice": 1, "twice": 2 }).await;
    bench.store(rawdoc! { "_id": 2, "text": "x" }).await;
    let before = bench.stored().await;
    let one = bench.document(ONE);
    let two = bench.document("2?id_type=int");
    for (url, content_type, text, expected, mongo) in [
        (&two, MERGE_PATCH, r#"{"a":"#, 400, Value::Null),
        (&two, MERGE_PATCH, "[]", 400, Value::Null),
        (&two, MERGE_PATCH, "null", 400, Value::Null),
        (&two, MERGE_PATCH, "", 400, Value::Null),
        (&two, MERGE_PATCH, r#"{"_id":3}"#, 400, Value::Null),
        (&two, MERGE_PATCH, r#"{"_id":null}"#, 400, Value::Null),
        (&two, MERGE_PATCH, r#"{"a":1,"a":2}"#, 422, Value::Null),
        (&one, MERGE_PATCH, r#"{"twice":3}"#, 422, Value::Null),
        (&two, UPDATE, "7", 400, Value::Null),
        (&two, UPDATE, "{}", 400, Value::Null),
        // Taken for a whole document, it would replace the other one.
        (&two, UPDATE, r#"{"a":1}"#, 400, Value::Null),
        (&two, UPDATE, r#"{"$set":{"a":1},"b":1}"#, 400, Value::Null),
        (&one, UPDATE, r#"{"$set":{"a":1}}"#, 422, Value::Null),
        (&two, UPDATE, r#"{"$nosuch":{"a":1}}"#, 400, 9.into()),
        (&two, UPDATE, r#"{"$inc":{"text":1}}"#, 400, 14.into()),
        (&two, UPDATE, r#"{"$set":{"a":1},"$inc":{"a":1}}"#, 400, 40.into()),
        (&two, UPDATE, r#"{"$set":{"_id":3}}"#, 400, 66.into()),
        (&two, UPDATE, r#"{"$set":{"a.":1}}"#, 422, 56.into()),
        (&two, UPDATE, r#"{"$set":{"text.a":1}}"#, 422, 28.into()),
        (&two, UPDATE, r#"[{"$set":{"a":{"$divide":["$text",0]}}}]"#, 400, 14.into()),
        (&two, UPDATE, r#"[{"$match":{}}]"#, 422, 72.into()),
        (&two, JSON, "{}", 415, Value::Null),
    ] {
        let request = bench.with_body(Method::PATCH, url, content_type, text.to_owned());
        let told = problem(request, expected).await;
        assert_eq!(told["mongo"]["code"], mongo, "{text}: {told}");
        assert_eq!(told["retryable"], false, "{text}");
    }
    assert_eq!(bench.stored().await, before);
}
