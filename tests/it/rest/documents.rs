//! The documents of a collection: what is sent is what is stored, and what is stored is what is read.

mod guards;
mod ids;
mod pages;
mod patches;
mod refusals;

use bson::{Decimal128, RawDocumentBuf, rawdoc, spec::ElementType};
use reqwest::{Method, header::ACCEPT};
use serde_json::{Value, json};
use trivet_tests::shared_set;

use super::bench::{JSON, RestBench, etag, header, problem, status};

const EJSON: &str = "application/ejson";
const NDJSON: &str = "application/x-ndjson";

/// Names that a JSON object would sort, numbers that it would make one type of, and a name that it would drop.
const AWKWARD: &str = concat!(
    r#"{"_id":7,"10":1,"2":2,"z":1.0,"a":{"$numberLong":"1"},"b":2147483648,"c":-0.0,"#,
    r#""d":{"$numberDecimal":"1.10"},"twice":1,"twice":"2","":"","a.b":{"b":1,"a":[1,1.0,{"$numberLong":"1"}],"b":null}}"#
);

/// The bytes that it stands for.
fn awkward() -> RawDocumentBuf {
    let decimal: Decimal128 = "1.10".parse().expect("a decimal");
    rawdoc! {
        "_id": 7, "10": 1, "2": 2, "z": 1.0, "a": 1_i64, "b": 2_147_483_648_i64, "c": -0.0,
        "d": decimal, "twice": 1, "twice": "2", "": "", "a.b": { "b": 1, "a": [1, 1.0, 1_i64], "b": null },
    }
}

#[tokio::test]
async fn order_number_types_and_repeated_names_are_kept_byte_for_byte() {
    let bench = RestBench::on(shared_set().await).await;
    let made = bench.post(AWKWARD).await;
    let expected = awkward().into_bytes();
    assert_eq!(bench.only_stored().await, expected);
    let url = bench.document("7?id_type=int");
    let relaxed = bench.get(&url).await;
    assert_eq!(etag(&relaxed), etag(&made));
    assert_eq!(relaxed.text().await.expect("a body"), AWKWARD);

    // What either form says is taken back as the same bytes.
    for form in [JSON, EJSON] {
        let answer = bench.client.get(&url).header(ACCEPT, form).send().await.expect("an answer");
        let text = answer.text().await.expect("a body");
        bench.raw.delete_one(bson::doc! {}).await.expect("deleted");
        let again = bench.with_body(Method::POST, bench.documents(&[]), form, text.clone());
        assert_eq!(status(again).await, 201, "{text}");
        assert_eq!(bench.only_stored().await, expected, "{text}");
        let put = bench.with_body(Method::PUT, &url, form, text).header("if-match", etag(&made));
        let put = put.send().await.expect("an answer");
        assert_eq!((put.status().as_u16(), etag(&put)), (204, etag(&made)), "it was the same already");
    }
}

#[tokio::test]
async fn an_answer_has_the_form_that_is_asked_for() {
    let bench = RestBench::on(shared_set().await).await;
    bench.store(rawdoc! { "_id": 1, "n": 1.5 }).await;
    bench.store(rawdoc! { "_id": 2, "text": "a,\nb" }).await;
    let relaxed = [r#"{"_id":1,"n":1.5}"#, r#"{"_id":2,"text":"a,\nb"}"#];
    let canonical = [
        r#"{"_id":{"$numberInt":"1"},"n":{"$numberDouble":"1.5"}}"#,
        r#"{"_id":{"$numberInt":"2"},"text":"a,\nb"}"#,
    ];
    let array = |documents: [&str; 2]| format!("[{},\n{}]", documents[0], documents[1]);
    let lines = format!("{}\n{}\n", relaxed[0], relaxed[1]);
    for (accept, form, all, one) in [
        (None, JSON, array(relaxed), relaxed[0]),
        (Some("*/*"), JSON, array(relaxed), relaxed[0]),
        (Some(JSON), JSON, array(relaxed), relaxed[0]),
        (Some("application/*"), JSON, array(relaxed), relaxed[0]),
        (Some("text/html, */*;q=0.1"), JSON, array(relaxed), relaxed[0]),
        (Some(EJSON), EJSON, array(canonical), canonical[0]),
        (Some("application/json;q=0.5, Application/EJSON"), EJSON, array(canonical), canonical[0]),
        (Some("application/json;q=0, */*;q=0.5"), EJSON, array(canonical), canonical[0]),
        (Some(NDJSON), NDJSON, lines.clone(), relaxed[0]),
    ] {
        for (url, expected) in
            [(bench.documents(&[]).to_string(), all.as_str()), (bench.document("1?id_type=int"), one)]
        {
            let request = bench.client.get(&url);
            let request = accept.iter().fold(request, |request, accept| request.header(ACCEPT, *accept));
            let answer = request.send().await.expect("an answer");
            assert_eq!(header(&answer, "content-type"), Some(form), "{accept:?} of {url}");
            assert_eq!(header(&answer, "vary"), Some("accept"), "{accept:?} of {url}");
            assert_eq!(answer.text().await.expect("a body"), expected, "{accept:?} of {url}");
        }
    }
    for url in [bench.documents(&[]).to_string(), bench.document("1?id_type=int")] {
        for accept in ["text/html", "application/json;q=0", "application/xml, text/*"] {
            let told = problem(bench.client.get(&url).header(ACCEPT, accept), 406).await;
            assert!(told["hint"].as_str().is_some_and(|hint| hint.contains(EJSON)), "{told}");
        }
    }
}

#[tokio::test]
async fn a_document_is_made_and_found_where_the_answer_says() {
    let bench = RestBench::on(shared_set().await).await;
    for (accept, id) in [
        (JSON, r#"{"_id":{"$oid":"65a000000000000000000001"}}"#),
        (EJSON, r#"{"_id":{"$oid":"65a000000000000000000002"}}"#),
        (NDJSON, r#"{"_id":{"$oid":"65a000000000000000000003"}}"#),
    ] {
        let request = bench.with_body(Method::POST, bench.documents(&[]), JSON, id);
        let answer = request.header(ACCEPT, accept).send().await.expect("an answer");
        assert_eq!(answer.status(), 201);
        assert_eq!(
            (header(&answer, "content-type"), header(&answer, "vary")),
            (Some(accept), Some("accept"))
        );
        let (tag, location) = (etag(&answer), header(&answer, "location").map(str::to_owned));
        assert_eq!(answer.text().await.expect("a body").trim_end(), id);
        let found = bench.get(bench.follow(&location.expect("a location"))).await;
        assert_eq!((etag(&found), found.text().await.expect("a body").as_str()), (tag, id));
    }
    let answer = bench.post(r#"{"name":"Lamp"}"#).await;
    let location = bench.follow(header(&answer, "location").expect("a location"));
    let made: Value = answer.json().await.expect("a body");
    assert_eq!(made["_id"]["$oid"].as_str().map(str::len), Some(24), "it was given an ObjectId: {made}");
    let found: Value = bench.get(location).await.json().await.expect("a body");
    assert_eq!(found, json!({ "_id": made["_id"], "name": "Lamp" }));
}

#[tokio::test]
async fn an_answer_that_cannot_be_given_is_refused_before_anything_is_written() {
    let bench = RestBench::on(shared_set().await).await;
    let request = bench.with_body(Method::POST, bench.documents(&[]), JSON, "{}");
    problem(request.header(ACCEPT, "text/html"), 406).await;
    assert_eq!(bench.stored().await.len(), 0);
}

#[tokio::test]
async fn several_documents_are_made_in_their_order_all_or_none() {
    let bench = RestBench::on(shared_set().await).await;
    let insert = |text: &str| bench.with_body(Method::POST, bench.documents(&[]), JSON, text.to_owned());
    let three = r#"[{"_id":"c"},{"n":1},{"_id":{"$numberLong":"5"}}]"#;
    let answer = insert(three).send().await.expect("an answer");
    assert_eq!(answer.status(), 201);
    assert!(header(&answer, "location").is_none() && header(&answer, "etag").is_none(), "they are several");
    let made: Value = answer.json().await.expect("a body");
    assert_eq!((&made[0]["_id"], &made[2]["_id"]), (&json!("c"), &json!({ "$numberLong": "5" })), "{made}");
    assert!(made[1]["_id"]["$oid"].is_string(), "{made}");
    let mut natural = bench.raw.find(bson::doc! {}).sort(bson::doc! { "$natural": 1 }).await.expect("found");
    let mut kinds = Vec::new();
    while natural.advance().await.expect("read") {
        kinds.push(natural.current().get("_id").expect("read").expect("an _id").element_type());
    }
    assert_eq!(kinds, [ElementType::String, ElementType::ObjectId, ElementType::Int64]);

    let lines = insert(r#"[{"_id":1},{"_id":2}]"#).header(ACCEPT, NDJSON).send().await.expect("an answer");
    assert_eq!(header(&lines, "content-type"), Some(NDJSON));
    assert_eq!(lines.text().await.expect("a body"), "{\"_id\":1}\n{\"_id\":2}\n");

    let before = bench.stored().await;
    let told = problem(insert(r#"[{"_id":3},{"_id":1},{"_id":4}]"#), 409).await;
    assert_eq!(told["mongo"]["code"], 11000);
    let many = format!("[{}]", ["{}"; 1_001].join(","));
    for text in ["[]", "[1]", r#"[{"_id":5},[]]"#, r#"[{"_id":5}"#, &many] {
        problem(insert(text), 400).await;
    }
    assert_eq!(bench.stored().await, before, "none of them was made");
}

#[tokio::test]
async fn head_says_what_get_says_without_the_body() {
    let bench = RestBench::on(shared_set().await).await;
    for n in 0..3 {
        bench.store(rawdoc! { "_id": n }).await;
    }
    let parameters = [("limit", "2"), ("count", "exact")];
    for (url, expected) in [
        (bench.documents(&parameters).to_string(), 200),
        (bench.document("1?id_type=int"), 200),
        (bench.document("9?id_type=int"), 404),
        (bench.document("9"), 400),
    ] {
        let [get, head] = [Method::GET, Method::HEAD].map(|method| bench.client.request(method, &url).send());
        let (get, head) = (get.await.expect("an answer"), head.await.expect("an answer"));
        assert_eq!(head.status(), expected, "{url}");
        let names = ["content-type", "content-length", "etag", "vary", "link", "x-total-count"];
        for name in names {
            // A problem tells the number of its request, which may be longer by a digit.
            if name == "content-length" && expected != 200 {
                continue;
            }
            assert_eq!(header(&head, name), header(&get, name), "{name} of {url}");
        }
        assert!(head.bytes().await.expect("nothing").is_empty(), "{url}");
        assert!(!get.bytes().await.expect("a body").is_empty(), "{url}");
    }
}

#[tokio::test]
async fn a_document_that_json_cannot_hold_is_shown_and_says_so() {
    let bench = RestBench::on(shared_set().await).await;
    let mut bytes = rawdoc! { "_id": 1, "text": "?" }.into_bytes();
    let at = bytes.iter().rposition(|byte| *byte == b'?').expect("the text");
    bytes[at] = 0xff;
    bench.store(RawDocumentBuf::from_bytes(bytes.clone()).expect("BSON")).await;
    for url in [bench.documents(&[]).to_string(), bench.document("1?id_type=int")] {
        let answer = bench.get(&url).await;
        assert_eq!(header(&answer, "trivet-damaged"), Some("true"), "{url}");
        assert!(answer.text().await.expect("a body").contains('\u{fffd}'), "{url}");
    }
    assert_eq!(bench.only_stored().await, bytes);
    bench.raw.delete_one(bson::doc! {}).await.expect("deleted");
    bench.store(rawdoc! { "_id": 1 }).await;
    assert_eq!(header(&bench.get(bench.documents(&[])).await, "trivet-damaged"), None);
}
