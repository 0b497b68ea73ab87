//! A page over HTTP comes line by line, and what fails before its first document has a status.

use serde_json::{Value, json};
use trivet_tests::{Bench, Server, shared_set};

use super::fill;

async fn find(server: &Server, bench: &Bench, request: Value) -> reqwest::Response {
    let mut whole = json!({
        "namespace": { "database": bench.namespace.database(), "collection": bench.namespace.collection() },
    });
    for (name, value) in request.as_object().expect("an object") {
        whole[name] = value.clone();
    }
    let address = format!("{}/api/v1/connections/default/operations/find", server.url());
    server.client().post(address).json(&whole).send().await.expect("an answer")
}

async fn lines(answer: reqwest::Response) -> Vec<Value> {
    assert_eq!(answer.status(), 200);
    assert_eq!(answer.headers()["content-type"], "application/x-ndjson");
    let text = answer.text().await.expect("a body");
    text.lines().map(|line| serde_json::from_str(line).expect("JSON")).collect()
}

#[tokio::test]
async fn a_page_comes_in_lines_and_leads_to_the_next_and_back() {
    let bench = Bench::on(shared_set().await).await;
    let server = Server::start(shared_set().await).await;
    fill(&bench, 30, |_| bson::doc! {}).await;
    let first = lines(find(&server, &bench, json!({ "pageSize": 10 })).await).await;
    let [rows, end] = first.as_slice() else { panic!("{first:?}") };
    assert_eq!(rows["item"]["documents"].as_array().map(Vec::len), Some(10));
    let end = &end["outcome"];
    assert_eq!((&end["before"], &end["paging"]), (&Value::Null, &"keyset".into()), "{end}");
    let after = json!({ "pageSize": 10, "from": { "kind": "after", "cursor": end["after"] } });
    let second = lines(find(&server, &bench, after).await).await;
    assert_eq!(second[0]["item"]["documents"][0]["fields"][0]["text"], "10");
    let before = json!({ "from": { "kind": "before", "cursor": second[1]["outcome"]["before"] } });
    let again = lines(find(&server, &bench, before).await).await;
    assert_eq!(again[0]["item"]["documents"][0]["fields"][0]["text"], "9", "from there backward");
    let last = lines(find(&server, &bench, json!({ "from": { "kind": "last" } })).await).await;
    assert_eq!(last[0]["item"]["documents"][0]["fields"][0]["text"], "29");
    let middle = json!({ "from": { "kind": "at", "share": 0.5 } });
    let middle = lines(find(&server, &bench, middle).await).await;
    assert_eq!(middle[0]["item"]["documents"][0]["fields"][0]["text"], "15");
    assert_eq!(middle[1]["outcome"]["share"], 0.5);
}

#[tokio::test]
async fn what_fails_before_the_first_document_has_a_status() {
    let bench = Bench::on(shared_set().await).await;
    let server = Server::start(shared_set().await).await;
    fill(&bench, 3, |_| bson::doc! {}).await;
    for (request, status) in [
        (json!({ "filter": "{" }), 400),
        (json!({ "filter": r#"{"a": {"$nosuch": 1}}"# }), 400),
        (json!({ "pageSize": 0 }), 400),
        (json!({ "from": { "kind": "after", "cursor": "nonsense" } }), 400),
        (json!({ "from": { "kind": "at", "share": 2 } }), 400),
        (json!({ "from": { "kind": "middle" } }), 400),
        (json!({ "limit": 2, "from": { "kind": "last" } }), 422),
        (json!({ "connection": "other" }), 400),
    ] {
        let answer = find(&server, &bench, request.clone()).await;
        let found = answer.status().as_u16();
        let problem: Value = answer.json().await.expect("a problem");
        assert_eq!((found, &problem["status"]), (status, &status.into()), "{request}: {problem}");
    }
    assert_eq!(lines(find(&server, &bench, json!({ "filter": r#"{"a": 1}"# })).await).await.len(), 1);
}
