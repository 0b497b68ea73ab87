//! Entity tags: who writes says on which state, and of many who say the same one is right.

use bson::{Bson, Document, doc, rawdoc};
use futures_util::future::join_all;
use reqwest::{Method, RequestBuilder};
use trivet_tests::{Mongod, shared_set};

use super::{
    super::bench::{JSON, MERGE_PATCH, RestBench, UPDATE, etag, header, problem, status},
    EJSON, NDJSON,
};

/// The only document of these tests.
const ONE: &str = "1?id_type=int";

fn put(bench: &RestBench, text: &str) -> RequestBuilder {
    bench.with_body(Method::PUT, bench.document(ONE), JSON, text.to_owned())
}

fn patch(bench: &RestBench, text: &str) -> RequestBuilder {
    bench.with_body(Method::PATCH, bench.document(ONE), MERGE_PATCH, text.to_owned())
}

async fn tag(bench: &RestBench) -> String {
    etag(&bench.get(bench.document(ONE)).await)
}

#[tokio::test]
async fn a_tag_is_strong_and_is_that_of_the_bytes() {
    let bench = RestBench::on(shared_set().await).await;
    bench.store(rawdoc! { "_id": 1, "a": 1 }).await;
    let first = tag(&bench).await;
    let inside = first.strip_prefix('"').and_then(|tag| tag.strip_suffix('"')).expect("quotes, and no W/");
    assert!(inside.len() >= 32 && inside.bytes().all(|byte| byte.is_ascii_hexdigit()), "{first}");
    for accept in [JSON, EJSON, NDJSON] {
        let answer = bench.client.get(bench.document(ONE)).header("accept", accept).send().await;
        assert_eq!(etag(&answer.expect("an answer")), first, "of the document, not of its text");
    }
    // Each changes nothing but a type, the sign of a zero, or the order.
    let mut seen = vec![first.clone()];
    for change in [
        doc! { "_id": 1, "a": 1_i64 },
        doc! { "_id": 1, "a": 1.0 },
        doc! { "_id": 1, "a": 0.0 },
        doc! { "_id": 1, "a": -0.0 },
        doc! { "_id": 1, "a": Bson::Null },
        doc! { "_id": 1, "a": 1, "b": 1 },
        doc! { "_id": 1, "b": 1, "a": 1 },
    ] {
        bench.raw.delete_one(doc! {}).await.expect("deleted");
        bench.store(bson::RawDocumentBuf::try_from(change.clone()).expect("BSON")).await;
        let tag = tag(&bench).await;
        assert!(!seen.contains(&tag), "{change}");
        seen.push(tag);
    }
    bench.raw.delete_one(doc! {}).await.expect("deleted");
    bench.store(rawdoc! { "_id": 1, "a": 1 }).await;
    assert_eq!(tag(&bench).await, first, "the same bytes again");
}

#[tokio::test]
async fn who_has_the_state_already_is_told_so_without_it() {
    let bench = RestBench::on(shared_set().await).await;
    bench.store(rawdoc! { "_id": 1 }).await;
    let tag = tag(&bench).await;
    for (known, expected) in [
        (tag.clone(), 304),
        (format!("W/{tag}"), 304),
        (format!("\"other\", {tag}"), 304),
        ("*".to_owned(), 304),
        ("\"other\"".to_owned(), 200),
        (format!("\"{}\"", tag.trim_matches('"').to_uppercase()), 200),
        (String::new(), 200),
    ] {
        for method in [Method::GET, Method::HEAD] {
            let request = bench.client.request(method, bench.document(ONE)).header("if-none-match", &known);
            let answer = request.send().await.expect("an answer");
            assert_eq!(answer.status(), expected, "{known}");
            assert_eq!((etag(&answer), header(&answer, "vary")), (tag.clone(), Some("accept")), "{known}");
            if expected == 304 {
                assert!(answer.bytes().await.expect("nothing").is_empty(), "{known}");
            }
        }
    }
    let gone = bench.client.get(bench.document("2?id_type=int")).header("if-none-match", "*");
    problem(gone, 404).await;
}

#[tokio::test]
async fn a_write_on_a_state_that_is_gone_changes_nothing() {
    let bench = RestBench::on(shared_set().await).await;
    bench.store(rawdoc! { "_id": 1, "a": 1 }).await;
    let stale = tag(&bench).await;
    bench.raw.update_one(doc! {}, doc! { "$set": { "a": 2 } }).await.expect("somebody else saved");
    let before = bench.only_stored().await;
    let increment = bench.with_body(Method::PATCH, bench.document(ONE), UPDATE, r#"{"$inc":{"a":1}}"#);
    for request in [
        put(&bench, r#"{"a":3}"#),
        // What it would change is so already, and it was still not the state that was meant.
        put(&bench, r#"{"a":2}"#),
        patch(&bench, r#"{"a":3}"#),
        patch(&bench, "{}"),
        increment,
        bench.client.delete(bench.document(ONE)),
    ] {
        let told = problem(request.header("if-match", &stale), 412).await;
        assert_eq!((&told["code"], &told["retryable"]), (&"Conflict".into(), &false.into()), "{told}");
        assert_eq!(bench.only_stored().await, before);
    }
    for (tag, expected) in
        [(format!("W/{}", tag(&bench).await), 412), ("none".into(), 400), (String::new(), 400)]
    {
        problem(put(&bench, "{}").header("if-match", &tag), expected).await;
    }
    let several = format!("{stale}, {}", tag(&bench).await);
    problem(put(&bench, "{}").header("if-match", several), 400).await;
    assert_eq!(bench.only_stored().await, before);

    let right = put(&bench, r#"{"a":3}"#).header("if-match", tag(&bench).await).send().await;
    let right = right.expect("an answer");
    assert_eq!((right.status().as_u16(), etag(&right)), (204, tag(&bench).await));
    assert_eq!(bench.only_stored().await, rawdoc! { "_id": 1, "a": 3 }.into_bytes());
    let deleted = bench.client.delete(bench.document(ONE)).header("if-match", etag(&right));
    assert_eq!(status(deleted).await, 204);
    assert_eq!(bench.stored().await.len(), 0);
}

#[tokio::test]
async fn what_replaces_or_deletes_has_to_say_which_state_it_is_about() {
    let bench = RestBench::on(shared_set().await).await;
    bench.store(rawdoc! { "_id": 1, "a": 1 }).await;
    let before = bench.only_stored().await;
    for request in [put(&bench, "{}"), bench.client.delete(bench.document(ONE))] {
        let told = problem(request, 428).await;
        assert!(told["hint"].as_str().is_some_and(|hint| hint.contains("If-Match: *")), "{told}");
    }
    assert_eq!(bench.only_stored().await, before);
    // A patch says what it changes; whatever is there is meant where that is said.
    assert_eq!(status(patch(&bench, r#"{"b":2}"#)).await, 204);
    assert_eq!(status(patch(&bench, r#"{"c":3}"#).header("if-match", "*")).await, 204);
    assert_eq!(bench.only_stored().await, rawdoc! { "_id": 1, "a": 1, "b": 2, "c": 3 }.into_bytes());
    assert_eq!(status(put(&bench, r#"{"d":4}"#).header("if-match", "*")).await, 204);
    assert_eq!(bench.only_stored().await, rawdoc! { "_id": 1, "d": 4 }.into_bytes());
    let delete = || bench.client.delete(bench.document(ONE)).header("if-match", "*");
    assert_eq!(status(delete()).await, 204);
    // Where there is none, there is none whatever was said.
    for request in [delete(), put(&bench, "{}").header("if-match", "*"), patch(&bench, "{}")] {
        let told = problem(request, 404).await;
        assert_eq!(told["code"], "NotFound");
    }
    assert_eq!(bench.stored().await.len(), 0);
}

#[tokio::test]
async fn a_put_makes_a_document_only_where_there_is_none() {
    let bench = RestBench::on(shared_set().await).await;
    let unique = doc! { "key": { "code": 1 }, "name": "code", "unique": true };
    let database = bench.raw.client().database(&bench.database);
    database.run_command(doc! { "createIndexes": "items", "indexes": [unique] }).await.expect("created");
    let put = |id: &str, text: &str| {
        let url = bench.document(&format!("{id}?id_type=string"));
        bench.with_body(Method::PUT, url, JSON, text.to_owned()).header("if-none-match", "*")
    };
    let made = put("a b", r#"{"z":1,"_id":"a b","code":1}"#).send().await.expect("an answer");
    assert_eq!(made.status(), 201);
    assert_eq!(bench.only_stored().await, rawdoc! { "_id": "a b", "z": 1, "code": 1 }.into_bytes());
    let found = bench.get(bench.follow(header(&made, "location").expect("a location"))).await;
    assert_eq!(etag(&found), etag(&made));

    let told = problem(put("a b", r#"{"code":2}"#), 412).await;
    assert_eq!(told["code"], "Conflict");
    // Nobody is at this address: it is the other key that is taken.
    let told = problem(put("c", r#"{"code":1}"#), 409).await;
    assert_eq!((&told["code"], &told["mongo"]["code"]), (&"Conflict".into(), &11_000.into()), "{told}");
    problem(put("c", r#"{"_id":"d","code":3}"#), 400).await;
    problem(put("c", "{}").header("if-match", "*"), 400).await;
    let named = bench.with_body(Method::PUT, bench.document("c?id_type=string"), JSON, "{}");
    problem(named.header("if-none-match", etag(&made)), 400).await;
    for request in [patch(&bench, "{}"), bench.client.delete(bench.document(ONE))] {
        problem(request.header("if-none-match", "*"), 400).await;
    }
    assert_eq!(bench.stored().await.len(), 1);

    let makers = join_all((0..16).map(|n| status(put("one", &format!(r#"{{"code":{}}}"#, 100 + n))))).await;
    assert_eq!(makers.iter().filter(|status| **status == 201).count(), 1, "{makers:?}");
    assert!(makers.iter().all(|status| [201, 412].contains(status)), "{makers:?}");
}

#[tokio::test]
async fn a_write_that_changes_nothing_is_not_sent() {
    let bench = RestBench::on(shared_set().await).await;
    bench.store(rawdoc! { "_id": 1, "a": 1, "b": { "c": 1.0 } }).await;
    let before = tag(&bench).await;
    let database = bench.raw.client().database(&bench.database);
    database.run_command(doc! { "profile": 2 }).await.expect("profiled");
    let profile = database.collection::<Document>("system.profile");
    let updates = async || profile.count_documents(doc! { "op": "update" }).await.expect("counted");
    for request in [
        put(&bench, r#"{"_id":1,"a":1,"b":{"c":1.0}}"#).header("if-match", &before),
        put(&bench, r#"{"a":1,"b":{"c":1.0}}"#).header("if-match", "*"),
        patch(&bench, "{}"),
        patch(&bench, r#"{"b":{"c":1.0,"x":null},"a":1,"y":null}"#),
    ] {
        let answer = request.send().await.expect("an answer");
        assert_eq!((answer.status().as_u16(), etag(&answer)), (204, before.clone()));
    }
    assert_eq!(updates().await, 0);
    let answer = patch(&bench, r#"{"a":{"$numberLong":"1"}}"#).send().await.expect("an answer");
    assert_ne!(etag(&answer), before);
    assert_eq!(updates().await, 1, "another type is another value");
    database.run_command(doc! { "profile": 0 }).await.expect("no longer profiled");
}

/// Sixteen writers on one state, some rounds: who wins is what is stored, and nobody else.
async fn one_of_many_wins(bench: &RestBench) {
    bench.store(rawdoc! { "_id": 1, "n": -1 }).await;
    for round in 0..4 {
        let state = tag(bench).await;
        let write = async |writer: i32| {
            let n = round * 100 + writer;
            let request = match writer % 3 {
                0 => put(bench, &format!(r#"{{"n":{n}}}"#)),
                1 => patch(bench, &format!(r#"{{"n":{n}}}"#)),
                _ => {
                    let operators = format!(r#"{{"$set":{{"n":{n}}}}}"#);
                    bench.with_body(Method::PATCH, bench.document(ONE), UPDATE, operators)
                }
            };
            (n, status(request.header("if-match", &state)).await)
        };
        let told = join_all((0..16).map(write)).await;
        assert!(told.iter().all(|(_, status)| [204, 412].contains(status)), "{told:?}");
        let winners: Vec<_> = told.iter().filter(|(_, status)| *status == 204).collect();
        assert_eq!(winners.len(), 1, "{told:?}");
        assert_eq!(bench.only_stored().await, rawdoc! { "_id": 1, "n": winners[0].0 }.into_bytes());
    }
    let state = tag(bench).await;
    let delete = || status(bench.client.delete(bench.document(ONE)).header("if-match", &state));
    let told = join_all((0..8).map(|_| delete())).await;
    assert_eq!(told.iter().filter(|status| **status == 204).count(), 1, "{told:?}");
    assert!(told.iter().all(|status| [204, 404].contains(status)), "{told:?}");
}

#[tokio::test]
async fn of_many_writers_on_one_state_exactly_one_wins() {
    one_of_many_wins(&RestBench::on(shared_set().await).await).await;
}

#[tokio::test]
async fn on_a_standalone_too_exactly_one_of_many_writers_wins() {
    let mongod = Mongod::standalone(&[]).await;
    one_of_many_wins(&RestBench::on(&mongod.uri()).await).await;
}

#[tokio::test]
async fn every_increment_of_many_writers_counts() {
    let bench = RestBench::on(shared_set().await).await;
    bench.store(rawdoc! { "_id": 1, "n": 0 }).await;
    let add = || status(bench.with_body(Method::PATCH, bench.document(ONE), UPDATE, r#"{"$inc":{"n":1}}"#));
    let told = join_all((0..16).map(|_| add())).await;
    assert_eq!(told, [204; 16]);
    assert_eq!(bench.only_stored().await, rawdoc! { "_id": 1, "n": 16 }.into_bytes());
}
