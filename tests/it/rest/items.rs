//! The simple resource at `/items`: one collection, `_id` as a string, scalars as filters.

use bson::{doc, oid::ObjectId, rawdoc};
use reqwest::{Method, Response};
use serde_json::{Value, json};
use trivet_tests::{ServerBuilder, shared_set};

use super::bench::{JSON, MERGE_PATCH, RestBench, UPDATE, etag, header, problem, status};

const HEX: &str = "65a000000000000000000001";

fn items(bench: &RestBench, rest: &str) -> String {
    format!("{}/items{rest}", bench.server.url())
}

async fn send(bench: &RestBench, method: Method, rest: &str, content_type: &str, text: &str) -> Response {
    let request = bench.with_body(method, items(bench, rest), content_type, text.to_owned());
    let answer = request.send().await.expect("an answer");
    assert!(answer.status().is_success(), "{text}: {}", answer.text().await.expect("a body"));
    answer
}

async fn json_of(answer: Response) -> Value {
    answer.json().await.expect("JSON")
}

#[tokio::test]
async fn an_item_is_made_read_changed_and_deleted_under_an_id_that_is_a_string() {
    let bench = RestBench::on(shared_set().await).await;
    let made = send(&bench, Method::POST, "", JSON, r#"{"name":"gear","stock":{"$numberLong":"5"}}"#).await;
    assert_eq!(made.status(), 201);
    let (location, tag) = (header(&made, "location").expect("a location").to_owned(), etag(&made));
    let made = json_of(made).await;
    let id = made["_id"].as_str().expect("a string").to_owned();
    assert_eq!((id.len(), made.as_object().map(serde_json::Map::len)), (24, Some(1)), "{made}");
    assert_eq!(location, format!("/items/{id}"));

    let read = bench.get(bench.follow(&location)).await;
    assert_eq!((header(&read, "content-type"), etag(&read)), (Some(JSON), tag.clone()));
    let text = read.text().await.expect("a body");
    assert_eq!(text, format!(r#"{{"_id":"{id}","name":"gear","stock":{{"$numberLong":"5"}}}}"#));
    let known = bench.client.get(bench.follow(&location)).header("if-none-match", &tag);
    assert_eq!(status(known).await, 304);
    let list = bench.get(items(&bench, "")).await;
    assert_eq!(list.text().await.expect("a body"), format!("[{text}]"));

    let rest = format!("/{id}");
    let put = send(&bench, Method::PUT, &rest, JSON, r#"{"stock":6}"#).await;
    assert_eq!((put.status().as_u16(), etag(&put) == tag), (200, false));
    assert_eq!(json_of(put).await, json!({ "_id": id, "changed": true }));
    let merged = send(&bench, Method::PATCH, &rest, MERGE_PATCH, r#"{"name":null,"new":1}"#).await;
    assert_eq!(json_of(merged).await, json!({ "_id": id, "changed": true }));
    let raised = send(&bench, Method::PATCH, &rest, UPDATE, r#"{"$inc":{"stock":1}}"#).await;
    assert_eq!(json_of(raised).await, json!({ "_id": id, "changed": true }));
    let oid = ObjectId::parse_str(&id).expect("an id");
    assert_eq!(bench.only_stored().await, rawdoc! { "_id": oid, "stock": 7, "new": 1 }.into_bytes());

    let deleted = bench.client.delete(items(&bench, &rest)).send().await.expect("an answer");
    assert_eq!(deleted.status(), 200);
    assert_eq!(json_of(deleted).await, json!({ "_id": id, "deleted": true }));
    assert_eq!(bench.stored().await.len(), 0);
    let url = items(&bench, &rest);
    for request in [
        bench.client.get(&url),
        bench.client.delete(&url),
        bench.with_body(Method::PUT, &url, JSON, r#"{"a":1}"#),
        bench.with_body(Method::PATCH, &url, MERGE_PATCH, r#"{"a":1}"#),
    ] {
        assert_eq!(problem(request, 404).await["code"], "NotFound");
    }
    problem(bench.client.get(items(&bench, "/gear-1")), 400).await;
    problem(bench.with_body(Method::POST, items(&bench, ""), JSON, "[{}]"), 400).await;
}

#[tokio::test]
async fn a_put_sets_fields_and_leaves_the_others() {
    let bench = RestBench::on(shared_set().await).await;
    let oid = ObjectId::parse_str(HEX).expect("an id");
    bench.store(rawdoc! { "_id": oid, "a": { "x": 1, "y": 2 }, "b": 1_i64, "c": "c" }).await;
    let rest = format!("/{HEX}");
    send(&bench, Method::PUT, &rest, JSON, r#"{"a":{"x":9},"c":null,"d":1.0}"#).await;
    let expected = rawdoc! { "_id": oid, "a": { "x": 9 }, "b": 1_i64, "c": null, "d": 1.0 };
    assert_eq!(bench.only_stored().await, expected.into_bytes());

    // What was read can be sent back, changed or not.
    let read = bench.get(items(&bench, &rest)).await;
    let tag = etag(&read);
    let text = read.text().await.expect("a body");
    let same = send(&bench, Method::PUT, &rest, JSON, &text).await;
    assert_eq!(etag(&same), tag);
    assert_eq!(json_of(same).await, json!({ "_id": HEX, "changed": false }));
    send(&bench, Method::PUT, &rest, JSON, &text.replace(r#""x":9"#, r#""x":10"#)).await;
    let expected = rawdoc! { "_id": oid, "a": { "x": 10 }, "b": 1_i64, "c": null, "d": 1.0 };
    assert_eq!(bench.only_stored().await, expected.as_bytes());

    let put = |text: &str| bench.with_body(Method::PUT, items(&bench, &rest), JSON, text.to_owned());
    problem(put(r#"{"a":1}"#).header("if-match", &tag), 412).await;
    for refused in
        [r#"{"_id":"65a000000000000000000002"}"#, r#"{"_id":1,"a":1}"#, r#"{"_id":null}"#, "[1]", "{"]
    {
        problem(put(refused), 400).await;
    }
    problem(put("{}").header("if-none-match", "*"), 400).await;
    problem(bench.with_body(Method::PATCH, items(&bench, &rest), JSON, "{}"), 415).await;
    assert_eq!(bench.only_stored().await, expected.into_bytes());
}

#[tokio::test]
async fn an_id_that_is_no_object_id_is_named_with_its_type() {
    let bench = RestBench::on(shared_set().await).await;
    for (id, shown, rest) in [
        (r#""gear/1""#, r#""gear/1""#, "/gear%2F1?id_type=string"),
        ("7", "7", "/7?id_type=int"),
        (r#"{"$numberLong":"8"}"#, r#"{"$numberLong":"8"}"#, "/8?id_type=long"),
        (
            r#"{"$oid":"65a000000000000000000001"}"#,
            r#""65a000000000000000000001""#,
            "/65a000000000000000000001",
        ),
        // A text of hex digits is a text.
        (
            r#""65a000000000000000000001""#,
            r#""65a000000000000000000001""#,
            "/65a000000000000000000001?id_type=string",
        ),
    ] {
        let made = send(&bench, Method::POST, "", JSON, &format!(r#"{{"_id":{id}}}"#)).await;
        assert_eq!(header(&made, "location"), Some(format!("/items{rest}").as_str()));
        assert_eq!(made.text().await.expect("a body"), format!(r#"{{"_id":{shown}}}"#));
        let read = bench.get(items(&bench, rest)).await;
        assert_eq!(read.text().await.expect("a body"), format!(r#"{{"_id":{shown}}}"#));
        let put = send(&bench, Method::PUT, rest, JSON, r#"{"a":1}"#).await;
        assert_eq!(put.text().await.expect("a body"), format!(r#"{{"_id":{shown},"changed":true}}"#));
    }
    assert_eq!(bench.raw.count_documents(doc! { "a": 1 }).await.expect("counted"), 5);
    let told = problem(bench.with_body(Method::POST, items(&bench, ""), JSON, r#"{"_id":7}"#), 409).await;
    assert_eq!(told["mongo"]["code"], 11_000);
    assert_eq!(status(bench.client.delete(items(&bench, "/7?id_type=int"))).await, 200);
    problem(bench.client.get(items(&bench, "/7?id_type=number")), 400).await;
}

#[tokio::test]
async fn links_lead_through_the_items_of_a_filter() {
    let bench = RestBench::on(shared_set().await).await;
    for n in 0..230 {
        bench.store(rawdoc! { "_id": n, "even": n % 2 == 0, "name": "a&b" }).await;
    }
    for (parameters, size, total) in [("", 100, 230), ("?limit=7&name=a%26b&even=true", 7, 115)] {
        let mut found: Vec<i64> = Vec::new();
        let mut url = Some(bench.follow(&format!("/items{parameters}")));
        while let Some(page) = url {
            let answer = bench.get(page).await;
            url = bench.next_page(&answer);
            let list: Vec<Value> = answer.json().await.expect("a plain array");
            assert!(list.len() == size || url.is_none(), "{} on a page", list.len());
            found.extend(list.iter().map(|item| item["_id"].as_i64().expect("a number")));
        }
        assert_eq!(found.len(), total, "{parameters}");
        assert!(found.is_sorted_by(|a, b| a < b), "{parameters}: {found:?}");
    }
    for refused in ["?limit=0", "?limit=1001", "?limit=x", "?after=x", "?limit=1&limit=2"] {
        problem(bench.client.get(items(&bench, refused)), 400).await;
    }
}

#[tokio::test]
async fn items_are_found_by_scalars_and_by_nothing_else() {
    let bench = RestBench::on(shared_set().await).await;
    let oid = ObjectId::parse_str(HEX).expect("an id");
    bench.store(rawdoc! { "_id": "text", "a": "5", "in": { "b": 1 } }).await;
    bench.store(rawdoc! { "_id": "int", "a": 5, "a[$ne]": 1, "limits": 1 }).await;
    bench.store(rawdoc! { "_id": "double", "a": 1.5, "word": "true" }).await;
    bench.store(rawdoc! { "_id": "bool", "a": true, "word": "null" }).await;
    bench.store(rawdoc! { "_id": "null", "a": null }).await;
    bench.store(rawdoc! { "_id": "json", "a": r#"{"$ne":1}"#, "list": ["x", "y"] }).await;
    bench.store(rawdoc! { "_id": oid, "a": "object id" }).await;
    for (parameters, expected) in [
        ("a=5", vec!["int"]),
        ("a=%225%22", vec!["text"]),
        ("a=5.0", vec!["int"]),
        ("a=1.5", vec!["double"]),
        ("a=true", vec!["bool"]),
        ("word=%22true%22", vec!["double"]),
        ("a=null", vec!["null"]),
        (r#"a={"$ne":1}"#, vec!["json"]),
        ("a[$ne]=1", vec!["int"]),
        ("limits=1", vec!["int"]),
        ("in.b=1", vec!["text"]),
        ("list=x", vec!["json"]),
        ("a=object+id", vec![HEX]),
        ("a=object%20id", vec![HEX]),
        // As it is shown, so it is asked for.
        (&format!("_id={HEX}"), vec![HEX]),
        ("_id=int", vec!["int"]),
        ("_id=int&a=5", vec!["int"]),
        ("_id=int&a=6", vec![]),
    ] {
        let list: Vec<Value> = json_of(bench.get(items(&bench, &format!("?{parameters}"))).await)
            .await
            .as_array()
            .expect("an array")
            .clone();
        let ids: Vec<_> = list.iter().map(|item| item["_id"].as_str().expect("a string")).collect();
        assert_eq!(ids, expected, "{parameters}");
    }
    for refused in ["$where=1", "$or=[]", "$expr={}", "a=1&a=2", "=1"] {
        let told = problem(bench.client.get(items(&bench, &format!("?{refused}"))), 400).await;
        assert_eq!(told["code"], "InvalidInput", "{refused}");
    }
}

#[tokio::test]
async fn the_items_are_those_of_the_collection_that_was_said() {
    let uri = shared_set().await;
    let database = trivet_tests::database_name();
    let elsewhere = format!("{database}.spare parts.of.2026");
    let server = ServerBuilder::on(uri).with(&["--items", &elsewhere]).start().ready().await;
    let client = server.client();
    let answer = client.post(format!("{}/items", server.url())).json(&json!({ "n": 1 })).send().await;
    let location = header(&answer.expect("an answer"), "location").expect("a location").to_owned();
    let found: Value =
        json_of(client.get(format!("{}{location}", server.url())).send().await.expect("an answer")).await;
    assert_eq!(found["n"], 1);
    let stored = trivet_tests::client(uri)
        .await
        .database(&database)
        .collection::<bson::Document>("spare parts.of.2026");
    assert_eq!(stored.count_documents(doc! { "n": 1 }).await.expect("counted"), 1);
    for bad in ["items", ".items", "a.", "a b.c", ""] {
        let Err(refused) = ServerBuilder::on(uri).with(&["--items", bad]).try_start() else {
            panic!("{bad} is taken")
        };
        assert_eq!(refused.status.code(), Some(2), "{bad}: {}", refused.said);
    }
}
