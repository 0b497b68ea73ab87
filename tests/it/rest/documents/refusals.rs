//! What stands against a request, as a status that says what to do about it.

use bson::{doc, rawdoc};
use reqwest::{Method, RequestBuilder, header::ALLOW, header::RETRY_AFTER};
use serde_json::{Value, json};
use trivet_tests::{Mongod, ServerBuilder, client, set_of_one, shared_set};

use super::super::bench::{JSON, MERGE_PATCH, RestBench, UPDATE, problem, status};

const ONE: &str = "1?id_type=int";

fn insert(bench: &RestBench, text: &str) -> RequestBuilder {
    bench.with_body(Method::POST, bench.documents(&[]), JSON, text.to_owned())
}

fn put(bench: &RestBench, text: &str) -> RequestBuilder {
    bench.with_body(Method::PUT, bench.document(ONE), JSON, text.to_owned()).header("if-match", "*")
}

/// Makes the server answer these commands of the API so, until it is told otherwise.
async fn fail(mongod: &Mongod, commands: &[&str], how: bson::Document) {
    let commands = commands.to_vec();
    let mut data = doc! { "failCommands": commands, "appName": "Trivet" };
    data.extend(how);
    let point = doc! { "configureFailPoint": "failCommand", "mode": "alwaysOn", "data": data };
    client(&mongod.uri()).await.database("admin").run_command(point).await.expect("configured");
}

async fn fail_no_more(mongod: &Mongod) {
    let point = doc! { "configureFailPoint": "failCommand", "mode": "off" };
    client(&mongod.uri()).await.database("admin").run_command(point).await.expect("configured");
}

/// A server that can be told to fail, and the API on it.
async fn failing() -> (Mongod, RestBench) {
    let mongod = Mongod::standalone(&["--setParameter", "enableTestCommands=1"]).await;
    // After a feigned change of state the server has nothing new to tell: the driver has to ask, and not once in ten seconds.
    let uri = format!("{}&serverMonitoringMode=poll&heartbeatFrequencyMS=500", mongod.uri());
    let bench = RestBench::on(&uri).await;
    (mongod, bench)
}

/// Numbers of the server, the status of each, our code, and whether the same request may be sent again. Left out are 121
/// and 11000, which it does not feign, and others of `NotPrimary`: after each of those the driver looks at the server anew.
const TABLE: [(i32, u16, &str, bool); 15] = [
    (2, 400, "InvalidInput", false),
    (9, 400, "InvalidInput", false),
    (40, 400, "InvalidInput", false),
    (13, 403, "Forbidden", false),
    (26, 404, "NotFound", false),
    (48, 409, "Conflict", false),
    (112, 409, "Conflict", false),
    (10_334, 413, "TooLarge", false),
    (20, 422, "Unsupported", false),
    (96, 422, "ServerRejected", false),
    (18, 502, "Unauthenticated", false),
    (50, 504, "Timeout", true),
    (262, 504, "Timeout", true),
    (91, 503, "NotPrimary", true),
    (10_107, 503, "NotPrimary", true),
];

#[tokio::test]
async fn each_number_of_the_server_has_its_status() {
    let (mongod, bench) = failing().await;
    for (number, expected, code, retryable) in TABLE {
        fail(&mongod, &["insert", "find"], doc! { "errorCode": number }).await;
        let read = || bench.client.get(bench.documents(&[]));
        // What may pass is tried until a write's own time is over: the ledger sees to that.
        let write = [2, 13, 26, 96].contains(&number).then(|| insert(&bench, r#"{"_id":1}"#));
        for request in write.into_iter().chain([read()]) {
            let told = problem(request, expected).await;
            assert_eq!((&told["code"], &told["retryable"]), (&code.into(), &retryable.into()), "{told}");
            assert_eq!(told["mongo"]["code"], number, "{told}");
            assert!(told["mongo"]["codeName"].as_str().is_some_and(|name| !name.is_empty()), "{told}");
            assert_eq!(told["mongo"]["labels"], json!([]), "{told}");
        }
        // The driver looks at the server anew after each of these, which takes half a second: two stand for all.
        if [2, 91].contains(&number) {
            let again = read().send().await.expect("an answer");
            let wait = again.headers().get(RETRY_AFTER).map(reqwest::header::HeaderValue::as_bytes);
            assert_eq!(wait, (expected == 503).then_some(&b"1"[..]), "{number}");
        }
    }
    fail(
        &mongod,
        &["insert"],
        doc! { "errorCode": 251, "errorLabels": ["TransientTransactionError", "Other"] },
    )
    .await;
    let told = problem(insert(&bench, "{}"), 422).await;
    assert_eq!(told["mongo"]["labels"], json!(["Other", "TransientTransactionError"]), "{told}");
    fail_no_more(&mongod).await;
    assert_eq!(bench.stored().await.len(), 0, "nothing that was refused was written");
    assert_eq!(status(insert(&bench, "{}")).await, 201);
}

#[tokio::test]
async fn a_write_whose_outcome_nobody_knows_is_never_to_be_sent_again_unseen() {
    let (mongod, bench) = failing().await;
    let concern = doc! { "code": 64, "codeName": "WriteConcernFailed", "errmsg": "too few" };
    for (how, number, stored) in [
        (doc! { "closeConnection": true }, Value::Null, 0),
        // The reply says ok, and still not that it will stay.
        (doc! { "writeConcernError": concern }, 64.into(), 1),
    ] {
        fail(&mongod, &["insert"], how).await;
        let answer = insert(&bench, r#"{"_id":5}"#).send().await.expect("an answer");
        assert_eq!((answer.status().as_u16(), answer.headers().get(RETRY_AFTER)), (503, None));
        let told: Value = answer.json().await.expect("a problem");
        assert_eq!((&told["code"], &told["retryable"]), (&"OutcomeUnknown".into(), &false.into()), "{told}");
        assert_eq!(told["mongo"]["code"], number, "{told}");
        assert!(told["document"].is_string(), "it says which document to look for: {told}");
        fail_no_more(&mongod).await;
        assert_eq!(bench.stored().await.len(), stored);
    }
}

#[tokio::test]
async fn what_the_rules_of_a_collection_refuse_is_told_with_the_servers_number() {
    let bench = RestBench::on(shared_set().await).await;
    let database = bench.raw.client().database(&bench.database);
    database.create_collection("items").validator(doc! { "price": { "$gte": 0 } }).await.expect("created");
    let unique = doc! { "key": { "code": 1 }, "name": "code", "unique": true };
    database.run_command(doc! { "createIndexes": "items", "indexes": [unique] }).await.expect("created");
    bench.post(r#"{"_id":1,"price":1,"code":1}"#).await;
    bench.post(r#"{"_id":2,"price":1,"code":2}"#).await;
    let before = bench.stored().await;
    let patch = |content_type, text: &str| {
        bench.with_body(Method::PATCH, bench.document(ONE), content_type, text.to_owned())
    };
    for (request, expected, code, number, name) in [
        (insert(&bench, r#"{"_id":1,"price":1}"#), 409, "Conflict", 11_000, "DuplicateKey"),
        (insert(&bench, r#"{"price":1,"code":2}"#), 409, "Conflict", 11_000, "DuplicateKey"),
        (put(&bench, r#"{"price":1,"code":2}"#), 409, "Conflict", 11_000, "DuplicateKey"),
        (patch(MERGE_PATCH, r#"{"code":2}"#), 409, "Conflict", 11_000, "DuplicateKey"),
        (patch(UPDATE, r#"{"$set":{"code":2}}"#), 409, "Conflict", 11_000, "DuplicateKey"),
        (insert(&bench, r#"{"price":-1}"#), 422, "ValidationFailed", 121, "DocumentValidationFailure"),
        (
            insert(&bench, r#"[{"price":1,"code":3},{}]"#),
            422,
            "ValidationFailed",
            121,
            "DocumentValidationFailure",
        ),
        (put(&bench, r#"{"price":-1}"#), 422, "ValidationFailed", 121, "DocumentValidationFailure"),
        (patch(MERGE_PATCH, r#"{"price":null}"#), 422, "ValidationFailed", 121, "DocumentValidationFailure"),
        (
            patch(UPDATE, r#"{"$inc":{"price":-9}}"#),
            422,
            "ValidationFailed",
            121,
            "DocumentValidationFailure",
        ),
    ] {
        let told = problem(request, expected).await;
        assert_eq!((&told["code"], &told["mongo"]["code"]), (&code.into(), &number.into()), "{told}");
        assert_eq!(told["mongo"]["codeName"], name, "{told}");
        assert_eq!(bench.stored().await, before, "{told}");
    }
}

#[tokio::test]
async fn what_cannot_be_read_is_refused_before_it_is_sent() {
    let bench = RestBench::on(shared_set().await).await;
    bench.store(rawdoc! { "_id": 1 }).await;
    let before = bench.stored().await;
    for text in [
        "",
        "{",
        "null",
        "7",
        r#""text""#,
        r#"{"a":1,}"#,
        r#"{"a":1} {"b":2}"#,
        r#"{"a":NaN}"#,
        "{'a':1}",
        r#"{"a":{"$numberInt":"x"}}"#,
        r#"{"a":{"$oid":"65a0"}}"#,
        r#"{"a":{"$date":"yesterday"}}"#,
        r#"{"a\u0000b":1}"#,
        "{\"a\":\"\\ud800\"}",
    ] {
        for request in [insert(&bench, text), put(&bench, text)] {
            let told = problem(request, 400).await;
            assert_eq!(
                (&told["code"], &told["mongo"]),
                (&"InvalidInput".into(), &Value::Null),
                "{text}: {told}"
            );
        }
    }
    let told = problem(insert(&bench, "{\"a\": 1,\n \"b\": x}"), 400).await;
    assert_eq!(told["at"], json!({ "part": "document", "line": 2, "column": 7 }), "{told}");
    let bytes = bench.with_body(Method::POST, bench.documents(&[]), JSON, b"{\"a\":\"\xff\"}".to_vec());
    problem(bytes, 400).await;
    problem(put(&bench, r#"{"_id":2}"#), 400).await;
    assert_eq!(bench.stored().await, before);
}

#[tokio::test]
async fn what_is_not_there_is_not_found_and_a_collection_without_documents_is_empty() {
    let bench = RestBench::on(shared_set().await).await;
    let database = format!("/databases/{}", bench.database);
    let items = format!("{database}/collections/items");
    let no_documents = format!("{database}/collections/absent/documents");
    for path in
        [&no_documents, "/databases/absent/collections/items/documents", &format!("{database}/collections")]
    {
        let answer = bench.get(bench.url(path)).await;
        assert_eq!(answer.text().await.expect("a body"), "[]", "{path}");
    }
    let absent = bench.url("/databases/absent/collections/items/documents/65a000000000000000000001");
    let absent_connection = bench.server.url() + "/api/v1/connections/absent";
    let items_of_absent = format!("{absent_connection}{items}/documents");
    let count_of_absent = format!("{absent_connection}{items}/count");
    for url in [
        &absent,
        &bench.document("65a000000000000000000001"),
        &absent_connection,
        &format!("{absent_connection}/databases"),
        &format!("{absent_connection}{database}/collections"),
        &format!("{absent_connection}/replica-set"),
        &format!("{absent_connection}/replica-set/events"),
        &items_of_absent,
        &format!("{items_of_absent}/65a000000000000000000001"),
        &format!("{}/items/65a000000000000000000001", bench.server.url()),
        &format!("{}/nothing", bench.server.url()),
        &format!("{}/api/v1", bench.server.url()),
        &format!("{}/api/v2/connections", bench.server.url()),
        &format!("{}/items/", bench.server.url()),
        &bench.url("/nothing"),
    ] {
        let told = problem(bench.client.get(url), 404).await;
        assert_eq!((&told["code"], &told["retryable"]), (&"NotFound".into(), &false.into()), "{url}: {told}");
    }
    for (method, url) in [
        (Method::POST, &items_of_absent),
        (Method::POST, &count_of_absent),
        (Method::PUT, &absent),
        (Method::POST, &format!("{absent_connection}/operations/databases")),
    ] {
        problem(bench.with_body(method, url, JSON, "{}").header("if-match", "*"), 404).await;
    }
    problem(bench.with_body(Method::PATCH, &absent, UPDATE, r#"{"$set":{"a":1}}"#), 404).await;
    problem(bench.client.delete(&absent).header("if-match", "*"), 404).await;
    let names = bench.raw.client().list_database_names().await.expect("listed");
    assert!(!names.contains(&"absent".to_owned()), "nothing was made by looking for it");
}

#[tokio::test]
async fn a_method_that_an_address_does_not_take_is_refused_with_those_it_takes() {
    let bench = RestBench::on(shared_set().await).await;
    let root = |path: &str| format!("{}{path}", bench.server.url());
    for (method, url, taken) in [
        (Method::PUT, bench.documents(&[]).to_string(), "DELETE,GET,HEAD,PATCH,POST"),
        (Method::POST, bench.document(ONE), "DELETE,GET,HEAD,PATCH,PUT"),
        (Method::DELETE, root("/api/v1/connections"), "GET,HEAD"),
        (Method::DELETE, bench.url(""), "GET,HEAD"),
        (Method::POST, bench.url("/replica-set"), "GET,HEAD"),
        (Method::GET, bench.url("/operations/find"), "POST"),
        (Method::PATCH, root("/items"), "GET,HEAD,POST"),
        (Method::POST, root("/items/65a000000000000000000001"), "DELETE,GET,HEAD,PATCH,PUT"),
        (Method::POST, root("/healthz"), "GET,HEAD"),
    ] {
        let content_type = if method == Method::PATCH { MERGE_PATCH } else { JSON };
        let request = || bench.with_body(method.clone(), &url, content_type, "{}");
        let answer = request().send().await.expect("an answer");
        let allow = answer.headers().get(ALLOW).and_then(|allow| allow.to_str().ok()).unwrap_or_default();
        let mut allowed: Vec<_> = allow.split(',').map(str::trim).collect();
        allowed.sort_unstable();
        assert_eq!(allowed.join(","), taken, "{method} {url}");
        problem(request(), 405).await;
    }
    assert_eq!(bench.stored().await.len(), 0);
}

#[tokio::test]
async fn a_read_only_server_reads_and_refuses_every_write() {
    let (_mongod, uri) = set_of_one(&[]).await;
    let bench = RestBench::of(ServerBuilder::on(&uri).with(&["--read-only"]), &uri).await;
    bench.store(rawdoc! { "_id": 1, "a": 1 }).await;
    let before = bench.stored().await;
    let item = format!("{}/items/{ONE}", bench.server.url());
    for request in [
        insert(&bench, "{}"),
        insert(&bench, "[{}]"),
        put(&bench, "{}"),
        bench
            .with_body(Method::PUT, bench.document("2?id_type=int"), JSON, "{}")
            .header("if-none-match", "*"),
        bench.with_body(Method::PATCH, bench.document(ONE), MERGE_PATCH, "{}"),
        bench.with_body(Method::PATCH, bench.document(ONE), UPDATE, r#"{"$set":{"a":2}}"#),
        bench.client.delete(bench.document(ONE)).header("if-match", "*"),
        bench.with_body(Method::PUT, &item, JSON, r#"{"a":2}"#),
        bench.client.delete(&item),
        bench.with_body(Method::POST, bench.url("/operations/insert"), JSON, "{}"),
        bench.with_body(Method::POST, bench.url("/operations/lab_start"), JSON, "{}"),
    ] {
        assert_eq!(problem(request, 403).await["code"], "ReadOnly");
    }
    assert_eq!(bench.stored().await, before);
    bench.get(bench.document(ONE)).await;
    bench.get(&item).await;
    let ready: Value =
        bench.get(format!("{}/readyz", bench.server.url())).await.json().await.expect("a body");
    assert_eq!(ready["writable"], false);
}
