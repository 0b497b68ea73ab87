//! Lock 5: asking changes nothing, and a write is JSON that says so.

use bson::{Bson, Document, doc, rawdoc};
use reqwest::{Method, StatusCode, header::CONTENT_TYPE};
use serde_json::Value;
use trivet_tests::{Mongod, client};

use super::bench::{JSON, MERGE_PATCH, RestBench, UPDATE, problem, status};

/// The paths of the description with real names in them, and the methods of each.
pub(super) async fn described(bench: &RestBench) -> Vec<(Method, String)> {
    let answer = bench.get(format!("{}/openapi.json", bench.server.url())).await;
    let description: Value = answer.json().await.expect("the description");
    let paths = description["paths"].as_object().expect("paths");
    let mut described = Vec::new();
    for (path, methods) in paths {
        let path = path
            .replace("{connection}", "default")
            .replace("{database}", &bench.database)
            .replace("{collection}", "items")
            .replace("{id}", "65a000000000000000000001")
            .replace("{operation}", "step-down");
        assert!(!path.contains('{'), "a name for {path}");
        let methods = methods.as_object().expect("methods").keys();
        described
            .extend(methods.map(|method| (method.to_uppercase().parse().expect("a method"), path.clone())));
    }
    described
}

/// How often each command ran that could change something, and a hash of every database.
async fn state(uri: &str) -> (Vec<(String, i64)>, Vec<(String, Bson)>) {
    let client = client(uri).await;
    let status = client.database("admin").run_command(doc! { "serverStatus": 1 }).await.expect("asked");
    let commands = status.get_document("metrics").and_then(|metrics| metrics.get_document("commands"));
    let writes = |name: &str| {
        let starts =
            ["insert", "update", "delete", "findAndModify", "create", "drop", "commit", "rename", "collMod"];
        starts.iter().any(|start| name.starts_with(start))
    };
    let total = |command: &Bson| command.as_document().and_then(|command| command.get_i64("total").ok());
    let commands = commands.expect("counted").iter().filter(|(name, _)| writes(name));
    let commands =
        commands.map(|(name, command)| (name.clone(), total(command).unwrap_or_default())).collect();
    let mut hashes = Vec::new();
    for database in client.list_database_names().await.expect("listed") {
        let hash: Document =
            client.database(&database).run_command(doc! { "dbHash": 1 }).await.expect("hashed");
        hashes.push((database, hash.get("md5").expect("a hash").clone()));
    }
    (commands, hashes)
}

#[tokio::test]
async fn no_get_and_no_head_changes_anything() {
    let mongod = Mongod::standalone(&[]).await;
    let bench = RestBench::on(&mongod.uri()).await;
    let id = bson::oid::ObjectId::parse_str("65a000000000000000000001").expect("an id");
    bench.store(rawdoc! { "_id": id, "a": 1 }).await;
    let reads: Vec<_> = described(&bench)
        .await
        .into_iter()
        .filter(|(method, _)| method == Method::GET)
        .map(|(_, path)| path)
        .collect();
    assert!(reads.len() >= 10, "{reads:?}");
    let before = state(&mongod.uri()).await;
    // Nothing is a method because a header or a parameter says so.
    let ways = ["", "?_method=DELETE", "?confirm=true"];
    for path in reads.iter().filter(|path| !path.ends_with("/events")) {
        for method in [Method::GET, Method::HEAD] {
            for query in ways {
                let url = format!("{}{path}{query}", bench.server.url());
                let request =
                    bench.client.request(method.clone(), url).header("x-http-method-override", "DELETE");
                let answer =
                    request.header(CONTENT_TYPE, JSON).body(r#"{"a":2}"#).send().await.expect("an answer");
                let found = answer.status();
                assert!(
                    found.is_success() || found == StatusCode::BAD_REQUEST,
                    "{method} {path}{query}: {found}"
                );
                assert!(found.is_success() || !query.is_empty(), "{method} {path}: {found}");
            }
        }
    }
    // The stream of events begins, and that is all.
    let events = bench.url("/replica-set/events");
    assert_eq!(status(bench.client.get(&events)).await, 200);
    assert_eq!(state(&mongod.uri()).await, before);

    // The hash would have shown it.
    bench.store(rawdoc! { "_id": 2 }).await;
    let after = state(&mongod.uri()).await;
    assert!(after.0 != before.0 && after.1 != before.1, "{after:?}");
}

#[tokio::test]
async fn a_write_that_does_not_say_that_it_is_json_is_refused() {
    let mongod = Mongod::standalone(&[]).await;
    let bench = RestBench::on(&mongod.uri()).await;
    let id = bson::oid::ObjectId::parse_str("65a000000000000000000001").expect("an id");
    bench.store(rawdoc! { "_id": id, "a": 1 }).await;
    let before = state(&mongod.uri()).await;
    let described = described(&bench).await;
    let writes: Vec<_> = described
        .iter()
        .filter(|(method, _)| [Method::POST, Method::PUT, Method::PATCH].contains(method))
        .collect();
    assert!(writes.len() > 25, "{writes:?}");
    let refused = [
        None,
        Some(""),
        Some("text/plain"),
        Some("text/plain;application/json"),
        Some("text/json"),
        Some("application/x-www-form-urlencoded"),
        Some("multipart/form-data; boundary=x"),
        Some("application/jsonp"),
        Some("application/json, text/plain"),
        Some("*/*"),
    ];
    for (method, path) in writes {
        // What a patch of many documents is about stands in its address.
        let many = method == Method::PATCH && path.ends_with("/documents");
        let which = if many { "?filter=%7Ba%3A1%7D&confirm=true" } else { "" };
        let url = format!("{}{path}{which}", bench.server.url());
        // A patch has types of its own, and only a patch has.
        let others: &[&str] = if method == Method::PATCH { &[JSON] } else { &[MERGE_PATCH, UPDATE] };
        for content_type in refused.into_iter().chain(others.iter().copied().map(Some)) {
            let request =
                bench.client.request(method.clone(), &url).header("if-match", "*").body(r#"{"b":2}"#);
            let request =
                content_type.iter().fold(request, |request, value| request.header(CONTENT_TYPE, *value));
            let found = status(request).await;
            assert_eq!(found, 415, "{method} {path} as {content_type:?}");
        }
    }
    assert_eq!(state(&mongod.uri()).await, before);
    // With the right one they are taken, in any case and with any parameter.
    let request =
        bench.with_body(Method::POST, bench.documents(&[]), "Application/JSON; charset=UTF-8", "{}");
    assert_eq!(status(request).await, 201);
    let told = problem(bench.with_body(Method::POST, bench.documents(&[]), "text/plain", "{}"), 415).await;
    assert!(told["hint"].as_str().is_some_and(|hint| hint.contains("application/json")), "{told}");
}
