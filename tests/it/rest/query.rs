//! Filters, sort orders and projections in an address.

use serde_json::{Value, json};
use trivet_tests::shared_set;

use super::bench::{RestBench, problem};

#[tokio::test]
async fn a_query_takes_mongosh_syntax_and_extended_json() {
    let bench = RestBench::on(shared_set().await).await;
    for n in 0..4_i64 {
        bench.store(bson::rawdoc! { "_id": format!("{n}"), "n": n, "name": format!("n{n}") }).await;
    }
    for (parameters, ids) in [
        ([("filter", "{ n: { $gt: 1 } }"), ("sort", "{ n: -1 }")], json!(["3", "2"])),
        ([("filter", r#"{"n": {"$gt": 1}}"#), ("sort", r#"{"n": -1}"#)], json!(["3", "2"])),
        ([("filter", "{ n: NumberLong('1'), }"), ("projection", "{ 'n': 1 }")], json!(["1"])),
        ([("filter", r#"{"n": {"$numberLong": "1"}}"#), ("projection", r#"{"n": 1}"#)], json!(["1"])),
        ([("filter", "{ name: /^N[23]$/i }"), ("limit", "1")], json!(["2"])),
        ([("filter", "'2'"), ("limit", "1")], json!(["2"])),
    ] {
        let answer = bench.get(bench.documents(&parameters)).await;
        let page: Value = answer.json().await.expect("JSON");
        let found: Vec<_> = page.as_array().expect("documents").iter().map(|it| &it["_id"]).collect();
        assert_eq!(json!(found), ids, "{parameters:?}");
    }
    let told = problem(bench.client.get(bench.documents(&[("filter", "{ n: 1,\n  m: foo }")])), 400).await;
    let detail = told["detail"].as_str().expect("a detail");
    assert!(detail.contains("line 2, column 6: 'foo' is not a value"), "{detail}");
}
