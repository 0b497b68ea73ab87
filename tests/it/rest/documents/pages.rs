//! Pages: every document once and in order, how many there are, and within which bounds.

use bson::{Bson, Document, RawDocumentBuf, doc, oid::ObjectId, rawdoc};
use mongodb::Collection;
use reqwest::{Url, header::RETRY_AFTER};
use serde_json::Value;
use trivet_tests::{set_of_one, shared_set};

use super::{
    super::bench::{RestBench, header, problem, status},
    NDJSON,
};

/// Follows the links from this page on: the `n` of each document, page by page.
async fn pages(bench: &RestBench, first: Url) -> Vec<Vec<i64>> {
    let mut pages = Vec::new();
    let mut url = Some(first);
    while let Some(page) = url {
        let answer = bench.get(page).await;
        url = bench.next_page(&answer);
        let documents: Vec<Value> = answer.json().await.expect("an array");
        pages.push(documents.iter().map(|document| document["n"].as_i64().expect("a number")).collect());
        assert!(pages.len() < 100, "the links go round in a circle");
    }
    pages
}

/// Stores documents whose `n` tells their place in the order of `_id`.
async fn store_mixed_ids(bench: &RestBench) -> i64 {
    let ids: [Bson; 14] = [
        Bson::MinKey,
        Bson::Null,
        (-5).into(),
        2.5.into(),
        (1_i64 << 60).into(),
        "".into(),
        "a".into(),
        "ä".into(),
        doc! { "a": 1 }.into(),
        ObjectId::from_bytes([1; 12]).into(),
        ObjectId::from_bytes([2; 12]).into(),
        true.into(),
        bson::DateTime::from_millis(0).into(),
        Bson::MaxKey,
    ];
    let documents = ids.into_iter().zip(0..).map(|(id, n)| doc! { "_id": id, "n": n, "even": n % 2 == 0 });
    let documents: Vec<_> =
        documents.map(|document| RawDocumentBuf::try_from(document).expect("BSON")).collect();
    let count = i64::try_from(documents.len()).expect("few");
    bench.raw.insert_many(documents).await.expect("stored");
    count
}

#[tokio::test]
async fn links_lead_through_documents_with_ids_of_all_types_each_once_and_in_order() {
    let bench = RestBench::on(shared_set().await).await;
    let count = store_mixed_ids(&bench).await;
    let all: Vec<i64> = (0..count).collect();
    for limit in ["1", "5", "14", "15"] {
        let pages = pages(&bench, bench.documents(&[("limit", limit)])).await;
        let full: usize = limit.parse().expect("a number");
        assert!(pages.iter().rev().skip(1).all(|page| page.len() == full), "{limit}: {pages:?}");
        assert!(pages.iter().all(|page| !page.is_empty()), "{limit}: {pages:?}");
        assert_eq!(pages.concat(), all, "pages of {limit}");
    }
    let backwards = [("limit", "5"), ("sort", r#"{"_id":-1}"#)];
    let mut reversed = pages(&bench, bench.documents(&backwards)).await.concat();
    reversed.reverse();
    assert_eq!(reversed, all);
    // The first page begins further on; the links go on from there and pass nothing over again.
    assert_eq!(pages(&bench, bench.documents(&[("limit", "5"), ("skip", "3")])).await.concat(), all[3..]);
}

#[tokio::test]
async fn a_link_asks_for_the_next_page_as_this_one_was_asked_for() {
    let bench = RestBench::on(shared_set().await).await;
    let count = store_mixed_ids(&bench).await;
    let even: Vec<i64> = (0..count).filter(|n| n % 2 == 0).collect();
    for sort in [None, Some(r#"{"even":1,"n":-1}"#)] {
        let mut asked = vec![
            ("filter", r#"{"even": true}"#),
            ("projection", r#"{"n":1,"_id":1}"#),
            ("limit", "3"),
            ("count", "exact"),
        ];
        asked.extend(sort.map(|sort| ("sort", sort)));
        let mut found = pages(&bench, bench.documents(&asked)).await.concat();
        if sort.is_some() {
            found.reverse();
        }
        assert_eq!(found, even, "{sort:?}");

        let first = bench.get(bench.documents(&asked)).await;
        let next = bench.next_page(&first).expect("there are more");
        let second = bench.client.get(next).header("accept", NDJSON).send().await.expect("an answer");
        assert_eq!(header(&second, "x-total-count"), Some("7"), "{sort:?}");
        let text = second.text().await.expect("a body");
        assert_eq!(text.lines().count(), 3, "{text}");
        assert!(!text.contains("even"), "the projection holds: {text}");
    }
}

#[tokio::test]
async fn what_others_write_meanwhile_moves_no_page() {
    let bench = RestBench::on(shared_set().await).await;
    for n in 0..6 {
        bench.store(rawdoc! { "_id": n * 10, "n": n }).await;
    }
    let first = bench.get(bench.documents(&[("limit", "3")])).await;
    bench.store(rawdoc! { "_id": 1, "n": -1 }).await;
    bench.raw.delete_one(doc! { "_id": 20 }).await.expect("deleted");
    let next = bench.next_page(&first).expect("there are more");
    assert_eq!(pages(&bench, next).await.concat(), [3, 4, 5]);
}

#[tokio::test]
async fn how_many_there_are_is_told_where_it_is_asked_for() {
    let bench = RestBench::on(shared_set().await).await;
    store_mixed_ids(&bench).await;
    let even = ("filter", r#"{"even":true}"#);
    for (asked, expected) in [
        (vec![], None),
        (vec![("count", "none")], None),
        (vec![("count", "exact")], Some("14")),
        (vec![("count", "estimated")], Some("14")),
        (vec![("count", "exact"), even], Some("7")),
        (vec![("count", "exact"), ("filter", r#"{"even":1}"#)], Some("0")),
        (vec![("count", "exact"), ("skip", "13"), ("limit", "1")], Some("14")),
    ] {
        let answer = bench.get(bench.documents(&asked)).await;
        assert_eq!(header(&answer, "x-total-count"), expected, "{asked:?}");
    }
    for refused in [vec![("count", "estimated"), even], vec![("count", "all")], vec![("count", "")]] {
        problem(bench.client.get(bench.documents(&refused)), 400).await;
    }
}

#[tokio::test]
async fn a_page_that_cannot_be_is_refused_with_the_reason() {
    let bench = RestBench::on(shared_set().await).await;
    store_mixed_ids(&bench).await;
    let answer = bench.get(bench.documents(&[("limit", "2")])).await;
    let next = bench.next_page(&answer).expect("there are more");
    let after = next.query_pairs().find(|(name, _)| name == "after").expect("a cursor").1.into_owned();
    for (asked, expected) in [
        (vec![("after", after.as_str()), ("skip", "1")], "not both"),
        (vec![("after", &*after), ("sort", r#"{"n":1}"#)], "another query"),
        (vec![("after", "nonsense")], "cursor"),
        (vec![("filter", r#"{"n":}"#)], "line 1"),
        (vec![("filter", "[1]")], "filter"),
        (vec![("filter", r#"{"n":{"$nosuch":1}}"#)], "$nosuch"),
        (vec![("readPreference", "fastest")], "fastest"),
        (vec![("readpreference", "primary")], "readpreference"),
    ] {
        let told = problem(bench.client.get(bench.documents(&asked)), 400).await;
        assert_eq!(told["code"], "InvalidInput", "{asked:?}");
        assert!(told["detail"].as_str().is_some_and(|detail| detail.contains(expected)), "{asked:?}: {told}");
    }
    let told = problem(bench.client.get(bench.documents(&[("filter", "{\"n\":\n 1,,}")])), 400).await;
    assert_eq!(told["at"], serde_json::json!({ "part": "filter", "line": 2, "column": 4 }), "{told}");
}

#[tokio::test]
async fn a_read_and_its_count_go_where_the_preference_says() {
    let (_mongod, uri) = set_of_one(&[]).await;
    let bench = RestBench::on(&format!("{uri}&serverSelectionTimeoutMS=300")).await;
    bench.store(rawdoc! { "_id": 1 }).await;
    for preference in ["primary", "primaryPreferred", "secondaryPreferred", "nearest"] {
        let asked = [("readPreference", preference), ("count", "exact")];
        assert_eq!(status(bench.client.get(bench.documents(&asked))).await, 200, "{preference}");
    }
    // There is no secondary, and nobody else may answer.
    let asked = [("readPreference", "secondary")];
    let answer = bench.client.get(bench.documents(&asked)).send().await.expect("an answer");
    assert_eq!(answer.headers()[RETRY_AFTER], "1");
    for asked in [&asked[..], &[asked[0], ("count", "exact")], &[asked[0], ("count", "estimated")]] {
        let told = problem(bench.client.get(bench.documents(asked)), 503).await;
        assert_eq!((&told["code"], &told["retryable"]), (&"Unreachable".into(), &true.into()), "{told}");
    }
}

/// What the server was asked for since it writes a profile: the commands of one kind that have a time limit.
async fn time_limits(profile: &Collection<Document>, command: &str) -> Vec<i64> {
    let exists = format!("command.{command}");
    let mut cursor = profile.find(doc! { exists: "items" }).await.expect("found");
    let mut limits = Vec::new();
    while cursor.advance().await.expect("read") {
        let profiled = cursor.deserialize_current().expect("a document");
        let limit = profiled.get_document("command").expect("a command").get("maxTimeMS");
        limits.push(limit.map(|limit| limit.as_i64().or(limit.as_i32().map(i64::from)).expect("a number")));
    }
    limits.into_iter().map(|limit| limit.expect("a time limit, always")).collect()
}

#[tokio::test]
async fn a_time_limit_holds_for_the_page_and_its_count_and_there_always_is_one() {
    let bench = RestBench::on(shared_set().await).await;
    let database = bench.raw.client().database(&bench.database);
    database.run_command(doc! { "profile": 2 }).await.expect("profiled");
    let profile = database.collection("system.profile");
    for asked in [
        &[("maxTimeMS", "1234"), ("count", "exact")][..],
        &[("maxTimeMS", "1234"), ("count", "estimated")],
        &[("count", "exact")],
    ] {
        bench.get(bench.documents(asked)).await;
    }
    database.run_command(doc! { "profile": 0 }).await.expect("no longer profiled");
    assert_eq!(time_limits(&profile, "find").await, [1_234, 1_234, 20_000]);
    assert_eq!(time_limits(&profile, "aggregate").await, [1_234, 20_000]);
    assert_eq!(time_limits(&profile, "count").await, [1_234]);
}
