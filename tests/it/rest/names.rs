//! Lock 10: names of databases and collections are parsed, and never pasted into anything.

use reqwest::Method;
use serde_json::json;
use trivet_tests::shared_set;

use super::{
    bench::{JSON, RestBench, problem},
    wire::{Wire, head},
};

/// Names in an address, as they are written there, which no database can have.
fn bad_databases() -> Vec<(&'static str, String)> {
    let mut names = bad_everywhere();
    names.extend([
        ("a dot", "%2e".to_owned()),
        ("a dot inside", "a.b".to_owned()),
        ("a slash", "a%2Fb".to_owned()),
        ("a backslash", "a%5Cb".to_owned()),
        ("a blank", "a%20b".to_owned()),
        ("a quote", "a%22b".to_owned()),
        ("64 bytes", "d".repeat(64)),
    ]);
    names
}

/// The same for a collection.
fn bad_collections() -> Vec<(&'static str, String)> {
    let mut names = bad_everywhere();
    names.extend([
        ("a dot before it", ".items".to_owned()),
        ("a dot behind it", "items.".to_owned()),
        ("255 bytes", "c".repeat(255)),
    ]);
    names
}

fn bad_everywhere() -> Vec<(&'static str, String)> {
    [
        ("NUL", "%00"),
        ("NUL behind a name", "a%00"),
        ("NUL inside", "a%00b"),
        ("nothing", ""),
        ("two dots", "%2e%2e"),
        ("two dots in capitals", "%2E%2E"),
        ("two dots as they are", ".."),
        ("a dot and one that is escaped", ".%2e"),
        ("two dots and a way on", "%2e%2e%2fadmin"),
        ("bytes that are not UTF-8", "%ff"),
        ("half a letter", "a%c3"),
        ("a dot written too long", "%c0%ae"),
    ]
    .map(|(about, name)| (about, name.to_owned()))
    .to_vec()
}

#[tokio::test]
async fn a_name_that_nothing_can_have_is_refused_on_every_route_that_takes_one() {
    let bench = RestBench::on(shared_set().await).await;
    let description = bench.get(format!("{}/openapi.json", bench.server.url())).await;
    let description: serde_json::Value = description.json().await.expect("the description");
    let paths = description["paths"].as_object().expect("paths");
    let named = paths.iter().filter(|(path, _)| path.contains("{database}"));
    let mut routes = 0;
    let mut wrong = Vec::new();
    for (path, methods) in named {
        let path = path.replace("{connection}", "default").replace("{id}", "65a000000000000000000001");
        for method in methods.as_object().expect("methods").keys().map(|method| method.to_uppercase()) {
            routes += 1;
            let databases =
                bad_databases().into_iter().map(|name| (name, "{database}", "{collection}", "items"));
            let collections = bad_collections()
                .into_iter()
                .map(|name| (name, "{collection}", "{database}", &*bench.database));
            for ((about, name), bad, good, good_name) in databases.chain(collections) {
                if !path.contains(bad) {
                    continue;
                }
                let address = path.replace(bad, &name).replace(good, good_name);
                let content_type = if method == "PATCH" { "application/merge-patch+json" } else { JSON };
                let content_type = format!("Content-Type: {content_type}");
                let headers = [content_type.as_str(), "Content-Length: 2", "If-Match: *"];
                let mut wire = Wire::to(&bench.server).await;
                wire.send(head(&bench.server, &format!("{method} {address}"), &headers) + "{}").await;
                let answer = wire.last_answer().await;
                if answer.status != 400 || !answer.head.contains("application/problem+json") {
                    wrong.push(format!("{about} in {method} {path}: {} {}", answer.status, answer.body));
                }
            }
        }
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
    assert!(routes >= 8, "{routes} routes");
}

#[tokio::test]
async fn a_name_that_nothing_can_have_is_refused_inside_a_request_too() {
    let bench = RestBench::on(shared_set().await).await;
    let long = "d".repeat(64);
    for (database, collection) in [
        ("a\0", "items"),
        ("", "items"),
        ("..", "items"),
        ("a/b", "items"),
        (&*long, "items"),
        ("a", "b\0"),
        ("a", ""),
        ("a", ".."),
    ] {
        let namespace = json!({ "database": database, "collection": collection });
        for operation in ["find", "insert", "count"] {
            let request = json!({ "namespace": namespace, "text": "{}", "mode": "exact" });
            let url = bench.url(&format!("/operations/{operation}"));
            let told = problem(bench.with_body(Method::POST, url, JSON, request.to_string()), 400).await;
            assert_eq!(told["code"], "InvalidInput", "{operation} {namespace}");
        }
    }
    let request = json!({ "database": "a\0b" }).to_string();
    problem(bench.with_body(Method::POST, bench.url("/operations/collections"), JSON, request), 400).await;
}

#[tokio::test]
async fn any_name_that_a_collection_can_have_reaches_that_collection_and_no_other() {
    let bench = RestBench::on(shared_set().await).await;
    for (written, name) in [
        ("a%2Fb", "a/b"),
        ("a%252Fb", "a%2Fb"),
        ("%24x", "$x"),
        ("a..b", "a..b"),
        ("a%20b", "a b"),
        ("%C3%A9t%C3%A9", "été"),
        ("a%3Fb%23c", "a?b#c"),
        ("a+b", "a+b"),
        ("%7B%7D", "{}"),
    ] {
        let url = bench.url(&format!("/databases/{}/collections/{written}/documents", bench.database));
        let found = super::bench::status(bench.with_body(Method::POST, url, JSON, r#"{"_id":1}"#)).await;
        // The server itself does not let a `$` begin a name.
        if name == "$x" {
            assert!([400, 422].contains(&found), "{found}");
            continue;
        }
        assert_eq!(found, 201, "{name}");
        let stored = bench.raw.client().database(&bench.database).collection::<bson::Document>(name);
        assert_eq!(stored.count_documents(bson::doc! {}).await.expect("counted"), 1, "{name}");
    }
}

#[tokio::test]
async fn bytes_that_are_not_utf_8_are_a_problem_like_any_other_wherever_they_stand() {
    let bench = RestBench::on(shared_set().await).await;
    for (request_line, expected) in [
        ("GET /api/v1/connections/%ff", 400),
        ("GET /api/v1/connections/%ff/databases", 400),
        ("POST /api/v1/connections/%ff/operations/find", 400),
        ("POST /api/v1/connections/default/operations/%ff", 400),
        ("GET /items/%ff?id_type=string", 400),
        ("GET /docs/%ff", 400),
        ("GET /%ff", 404),
    ] {
        let headers = ["Content-Type: application/json", "Content-Length: 2"];
        let mut wire = Wire::to(&bench.server).await;
        wire.send(head(&bench.server, request_line, &headers) + "{}").await;
        let answer = wire.last_answer().await;
        assert_eq!(answer.status, expected, "{request_line}: {answer:?}");
        assert!(answer.head.contains("application/problem+json"), "{request_line}: {answer:?}");
    }
}
