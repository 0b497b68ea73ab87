//! Connections, what they hold, their replica set, and every operation by its name.

use bson::{doc, rawdoc};
use reqwest::Method;
use serde_json::{Value, json};
use trivet_tests::{DEADLINE, Mongod, ServerBuilder, client, eventually, shared_set};

use super::{
    bench::{JSON, RestBench, problem},
    stream::Pieces,
};

async fn json_of(bench: &RestBench, url: &str) -> Value {
    bench.get(url).await.json().await.expect("JSON")
}

async fn operation(bench: &RestBench, name: &str, request: Value) -> Value {
    let url = bench.url(&format!("/operations/{name}"));
    let answer = bench.with_body(Method::POST, url, JSON, request.to_string()).send().await;
    let answer = answer.expect("an answer");
    assert_eq!(answer.status(), 200, "{name}");
    answer.json().await.expect("JSON")
}

#[tokio::test]
async fn a_connection_is_told_by_its_names_and_never_by_its_string() {
    let mongod = Mongod::standalone(&[]).await;
    let admin = client(&mongod.uri()).await.database("admin");
    let create = doc! { "createUser": "ada", "pwd": "canary", "roles": ["root"] };
    admin.run_command(create).await.expect("created");
    let uri = format!("mongodb://ada:canary@127.0.0.1:{}/?appName=books", mongod.port());
    let bench = RestBench::of(ServerBuilder::on(&uri), &mongod.uri()).await;
    let list = json_of(&bench, &format!("{}/api/v1/connections", bench.server.url())).await;
    let one = json_of(&bench, &bench.url("")).await;
    assert_eq!(list, json!([one]));
    let host = format!("127.0.0.1:{}", mongod.port());
    assert_eq!((&one["hosts"], &one["user"]), (&json!(host), &json!("ada")), "{one}");
    assert_eq!((&one["topology"], &one["readOnly"]), (&json!("standalone"), &json!(false)), "{one}");
    // Its own id names it too, and nothing else does.
    let id = one["id"].as_str().expect("an id");
    let connections = format!("{}/api/v1/connections", bench.server.url());
    assert_eq!(json_of(&bench, &format!("{connections}/{id}")).await, one);
    let by_id = json_of(&bench, &format!("{connections}/{id}/databases")).await;
    assert_eq!(by_id, json_of(&bench, &bench.url("/databases")).await);
    for absent in ["Default", "books", "c0", "%20"] {
        problem(bench.client.get(format!("{connections}/{absent}")), 404).await;
    }
    let snapshot = json_of(&bench, &bench.url("/replica-set")).await;
    for told in [&list, &snapshot, &operation(&bench, "app_info", json!({})).await] {
        let text = told.to_string();
        assert!(!text.contains("canary") && !text.contains("mongodb://"), "{text}");
    }
}

#[tokio::test]
async fn databases_and_collections_are_listed_by_name() {
    let bench = RestBench::on(shared_set().await).await;
    bench.store(rawdoc! { "_id": 1 }).await;
    let database = bench.raw.client().database(&bench.database);
    let view = doc! { "create": "a view", "viewOn": "items", "pipeline": [] };
    database.run_command(view).await.expect("created");
    let databases = json_of(&bench, &bench.url("/databases")).await;
    let names: Vec<_> =
        databases.as_array().expect("a list").iter().map(|own| own["name"].as_str()).collect();
    assert!(names.is_sorted() && names.contains(&Some(&bench.database)), "{databases}");
    let path = |database: &str| bench.url(&format!("/databases/{database}/collections"));
    let collections = json_of(&bench, &path(&bench.database)).await;
    let collections: Vec<_> = collections
        .as_array()
        .expect("a list")
        .iter()
        .filter(|own| own["name"] != "system.views")
        .cloned()
        .collect();
    let expected =
        [json!({ "name": "a view", "kind": "view" }), json!({ "name": "items", "kind": "collection" })];
    assert_eq!(collections, expected);
    assert_eq!(json_of(&bench, &path("absent")).await, json!([]));
}

/// Leaves out what another moment tells otherwise.
fn still(mut snapshot: Value) -> Value {
    const MOVING: [&str; 21] = [
        "takenAt",
        "pingMs",
        "syncSource",
        "commitPoint",
        "seconds",
        "operations",
        "current",
        "available",
        "cacheDirty",
        "cacheUsed",
        "oplogWindowHours",
        "headroomHours",
        "staleInHours",
        "committed",
        "electionsCalled",
        "featureCompatibility",
        "writeConcern",
        "oplogFull",
        "flowControlLagged",
        "connections",
        // Of an oplog that was full once, which is known a moment later.
        "alerts",
    ];
    fn settle(value: &mut Value, name: &str) {
        match value {
            moving if MOVING.contains(&name) => *moving = json!("another moment"),
            Value::Object(fields) => fields.iter_mut().for_each(|(name, value)| settle(value, name)),
            Value::Array(list) => list.iter_mut().for_each(|value| settle(value, name)),
            moving if name.ends_with("Seconds") || MOVING.contains(&name) => {
                *moving = json!("another moment");
            }
            _ => {}
        }
    }
    settle(&mut snapshot, "");
    snapshot
}

#[tokio::test]
async fn a_resource_says_what_its_operation_says() {
    let bench = RestBench::on(shared_set().await).await;
    for n in 0..3 {
        bench.store(rawdoc! { "_id": n, "n": i64::from(n) }).await;
    }
    let namespace = json!({ "database": bench.database, "collection": "items" });
    let connections = format!("{}/api/v1/connections", bench.server.url());
    assert_eq!(json_of(&bench, &connections).await, operation(&bench, "connections", json!({})).await);
    let collections = operation(&bench, "collections", json!({ "database": bench.database })).await;
    let path = bench.url(&format!("/databases/{}/collections", bench.database));
    assert_eq!(json_of(&bench, &path).await, collections);

    let found = json!({ "namespace": namespace, "filter": r#"{"n":{"$gt":0}}"#, "limit": 1 });
    let found = operation(&bench, "find_text", found).await;
    let asked = [("filter", r#"{"n":{"$gt":0}}"#), ("limit", "1")];
    let page = bench.get(bench.documents(&asked)).await;
    let next = bench.next_page(&page).expect("there are more");
    let after = next.query_pairs().find(|(name, _)| name == "after").expect("a cursor").1.into_owned();
    assert_eq!(found["next"], after);
    assert_eq!(found["documents"], page.text().await.expect("a body"));

    let count = operation(&bench, "count", json!({ "namespace": namespace, "mode": "exact" })).await;
    let url = bench.url(&format!("/databases/{}/collections/items/count", bench.database));
    let counted = bench.with_body(Method::POST, url, JSON, "{}").send().await.expect("an answer");
    assert_eq!((counted.json::<Value>().await.expect("JSON"), &count["count"]), (count.clone(), &json!(3)));

    let snapshot = operation(&bench, "replica_snapshot", json!({})).await;
    let members = snapshot["members"].as_array().expect("members");
    assert!(members.len() == 3 && snapshot["verdict"]["level"].is_string(), "{snapshot}");
    assert_eq!(still(json_of(&bench, &bench.url("/replica-set")).await), still(snapshot.clone()));
    let mut events = Pieces::events(bench.get(bench.url("/replica-set/events")).await);
    let event = events.next_event("replica-changed").await.expect("the state now");
    assert_eq!(event["connection"], "default");
    assert_eq!(still(event["snapshot"].clone()), still(snapshot.clone()));
    let watch = bench.with_body(Method::POST, bench.url("/operations/watch_replica"), JSON, "{}");
    let mut lines = Pieces::lines(watch.send().await.expect("an answer"));
    let line = lines.next_line().await.expect("the state now");
    assert_eq!(still(line["item"]["snapshot"].clone()), still(snapshot));
}

#[tokio::test]
async fn an_operation_that_there_is_not_is_not_found_and_a_request_that_is_none_is_refused() {
    let bench = RestBench::on(shared_set().await).await;
    let call = |name: &str, text: &str| {
        bench.with_body(Method::POST, bench.url(&format!("/operations/{name}")), JSON, text.to_owned())
    };
    // What belongs to the person at the machine is not there for a listener either.
    for name in
        ["nothing", "Find", "find_", "connect", "disconnect", "settings", "save_settings", "rest_stop"]
    {
        let told = problem(call(name, "{}"), 404).await;
        assert!(told["detail"].as_str().is_some_and(|detail| detail.contains(name)), "{told}");
    }
    let names = json!({ "database": bench.database, "collection": "items" });
    let other = json!({ "connection": "c99", "database": bench.database }).to_string();
    for (name, text) in [
        ("find", "{}"),
        ("find", "[]"),
        ("find", "{"),
        ("find", &*json!({ "namespace": names, "limit": "ten" }).to_string()),
        ("find", &*json!({ "namespace": "a.b" }).to_string()),
        ("insert", &*json!({ "namespace": names, "text": { "a": 1 } }).to_string()),
        ("get_text", &*json!({ "namespace": names, "id": "no id" }).to_string()),
        ("collections", &*other),
    ] {
        let told = problem(call(name, text), 400).await;
        assert_eq!(told["code"], "InvalidInput", "{name} {text}");
    }
    // The connection of the address may be named once more, and a blank body is a request without fields.
    let with_connection = json!({ "connection": "default", "database": bench.database });
    assert_eq!(operation(&bench, "collections", with_connection).await, json!([]));
    assert_eq!(call("databases", "").send().await.expect("an answer").status(), 200);
}

#[tokio::test]
async fn own_set_events_tell_of_a_member_that_stops_and_end_when_the_server_does() {
    let server = ServerBuilder::lab().start().ready().await;
    let client = server.client();
    let url = |path: &str| format!("{}/api/v1/connections/default{path}", server.url());
    let post =
        |name: &str, request: Value| client.post(url(&format!("/operations/{name}"))).json(&request).send();
    let mut events = Pieces::events(client.get(url("/replica-set/events")).send().await.expect("an answer"));
    let mut lines = Pieces::lines(post("watch_replica", json!({})).await.expect("an answer"));
    let mut healthy = Value::Null;
    while healthy["verdict"]["level"] != "healthy" {
        healthy = events.next_event("replica-changed").await.expect("a state")["snapshot"].take();
    }
    let primary = healthy["primary"].clone();
    let status: Value = post("lab_status", json!({})).await.expect("an answer").json().await.expect("JSON");
    let members = status["members"].as_array().expect("members");
    let pids: Vec<_> = members.iter().map(|member| member["pid"].as_u64().expect("it runs")).collect();
    let leaving = members.iter().find(|member| member["host"] != primary).expect("a secondary");
    let stopped = post("lab_stop_member", json!({ "member": leaving["id"] })).await.expect("an answer");
    assert_eq!(stopped.status(), 200);

    let down = |snapshot: &Value| {
        let members = snapshot["members"].as_array().expect("members");
        let member = members.iter().find(|member| member["host"] == leaving["host"]).expect("still listed");
        member["health"] == "down" && snapshot["verdict"]["level"] == "degraded"
    };
    while !down(&events.next_event("replica-changed").await.expect("a state")["snapshot"]) {}
    while !down(&lines.next_line().await.expect("a state")["item"]["snapshot"]) {}

    server.signal(rustix::process::Signal::TERM);
    while events.next_event("replica-changed").await.is_some() {}
    let mut last = Value::Null;
    while let Some(line) = lines.next_line().await {
        last = line;
    }
    assert_eq!(last["error"]["code"], "Cancelled", "the last line says why: {last}");
    assert!(server.ended().await.status.success());
    for pid in pids {
        eventually("its members are gone", DEADLINE, async || {
            !std::path::Path::new(&format!("/proc/{pid}")).exists()
        })
        .await;
    }
}

#[tokio::test]
async fn own_set_a_local_set_is_started_step_by_step() {
    let server = ServerBuilder::on("mongodb://127.0.0.1:1/").start();
    let client = server.client();
    let post = |name: &str| {
        let url = format!("{}/api/v1/connections/default/operations/{name}", server.url());
        client.post(url).json(&json!({})).send()
    };
    let mut lines = Pieces::lines(post("lab_start").await.expect("an answer"));
    let mut steps: Vec<Value> = Vec::new();
    let outcome = loop {
        let mut line = lines.next_line().await.expect("an outcome at the end");
        match line.get_mut("item") {
            Some(step) => steps.push(step.take()),
            None => break line["outcome"].take(),
        }
    };
    assert_eq!(lines.next_line().await, None, "the outcome is the last line");
    let kinds: Vec<_> = steps.iter().filter_map(|step| step["kind"].as_str()).collect();
    for kind in ["findMongod", "startMember", "initiate", "waitForPrimary", "seed"] {
        assert!(kinds.contains(&kind), "{kind}: {kinds:?}");
    }
    assert!(steps.iter().any(|step| step["elapsedMs"].is_null()), "a step is told when it begins");
    assert!(steps.iter().any(|step| step["elapsedMs"].is_u64()), "and when it is done");
    assert_eq!((&outcome["state"], &outcome["attached"]), (&json!("running"), &json!(false)), "{outcome}");
    let status: Value = post("lab_status").await.expect("an answer").json().await.expect("JSON");
    assert_eq!(status, outcome);
    // It runs: asked again, there is nothing to do.
    let mut again = Pieces::lines(post("lab_start").await.expect("an answer"));
    assert_eq!(again.next_line().await, Some(json!({ "outcome": outcome })));
    assert_eq!(again.next_line().await, None);
    assert!(server.stop().await.success());
    for member in outcome["members"].as_array().expect("members") {
        let process = format!("/proc/{}", member["pid"]);
        assert!(!std::path::Path::new(&process).exists(), "{process} outlived the program");
    }
}
