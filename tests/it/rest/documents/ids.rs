//! Ids in an address: each type names its own document, and what is none is refused.

use bson::{Binary, Bson, RawDocumentBuf, doc, oid::ObjectId, spec::BinarySubtype};
use reqwest::Method;
use trivet_tests::shared_set;

use super::super::bench::{JSON, MERGE_PATCH, RestBench, etag, header, problem, status};

const HEX: &str = "65a000000000000000000001";

fn document(id: Bson, n: i32) -> RawDocumentBuf {
    RawDocumentBuf::try_from(doc! { "_id": id, "n": n }).expect("BSON")
}

#[tokio::test]
async fn an_id_of_every_type_names_its_document() {
    let bench = RestBench::on(shared_set().await).await;
    let uuid = Binary { subtype: BinarySubtype::Uuid, bytes: (0..16).collect() };
    let rows: [(Bson, &str); 14] = [
        (ObjectId::parse_str(HEX).expect("an id").into(), HEX),
        (ObjectId::parse_str(HEX).expect("an id").into(), "65a000000000000000000001?id_type=objectid"),
        // The same digits as a text are another document.
        (HEX.into(), "65a000000000000000000001?id_type=string"),
        ("a/b ü?#%".into(), "a%2Fb%20%C3%BC%3F%23%25?id_type=string"),
        ("7".into(), "7?id_type=string"),
        ((-7).into(), "-7?id_type=int"),
        (i64::MIN.into(), "-9223372036854775808?id_type=long"),
        (uuid.into(), "00010203-0405-0607-0809-0a0b0c0d0e0f?id_type=uuid"),
        ("".into(), "%22%22?id_type=ejson"),
        (1.5.into(), "1.5?id_type=ejson"),
        (Bson::Null, "null?id_type=ejson"),
        (Bson::MinKey, r#"{"$minKey":1}?id_type=ejson"#),
        (Bson::DateTime(bson::DateTime::from_millis(0)), r#"{"$date":"1970-01-01T00:00:00Z"}?id_type=ejson"#),
        (doc! { "b": 1, "a": 1_i64 }.into(), r#"{"b":1,"a":{"$numberLong":"1"}}?id_type=ejson"#),
    ];
    for (id, address) in rows {
        bench.raw.delete_many(doc! {}).await.expect("emptied");
        // Its neighbours have other types or other values, and stay.
        for other in [Bson::Boolean(true), Bson::Int32(1), doc! { "a": 1_i64, "b": 1 }.into()] {
            bench.store(document(other, 0)).await;
        }
        bench.store(document(id, 1)).await;
        let url = bench.document(address);
        let answer = bench.get(&url).await;
        let tag = etag(&answer);
        assert!(answer.text().await.expect("a body").ends_with(r#""n":1}"#), "{address}");
        let put = bench.with_body(Method::PUT, &url, JSON, r#"{"n":2}"#).header("if-match", tag);
        assert_eq!(status(put).await, 204, "{address}");
        let patch = bench.with_body(Method::PATCH, &url, MERGE_PATCH, r#"{"m":3}"#);
        assert_eq!(status(patch).await, 204, "{address}");
        let found = bench.get(&url).await.text().await.expect("a body");
        assert!(found.ends_with(r#""n":2,"m":3}"#), "{address}: {found}");
        assert_eq!(status(bench.client.delete(&url).header("if-match", "*")).await, 204, "{address}");
        problem(bench.client.get(&url), 404).await;
        assert_eq!(bench.raw.count_documents(doc! { "n": 0 }).await.expect("counted"), 3, "{address}");
    }
}

#[tokio::test]
async fn a_location_leads_to_what_was_made_whatever_its_id_is() {
    let bench = RestBench::on(shared_set().await).await;
    for id in [
        r#"{"$oid":"65a000000000000000000001"}"#,
        r#""65a000000000000000000001""#,
        r#""a/b ü?#%+&=""#,
        r#""""#,
        // What a client would take for a step in the path, as it is and escaped.
        r#"".""#,
        r#""..""#,
        r#""%2e%2e""#,
        r#""...""#,
        r#""\u0000""#,
        r#""\n\"\\""#,
        "0",
        "-2147483648",
        "9007199254740993",
        "2.5",
        r#"{"$numberDecimal":"2.75"}"#,
        r#"{"$binary":{"base64":"AAECAwQFBgcICQoLDA0ODw==","subType":"04"}}"#,
        r#"{"$binary":{"base64":"AQI=","subType":"00"}}"#,
        r#"{"$date":"2026-11-05T12:00:00Z"}"#,
        r#"{"$timestamp":{"t":5,"i":1}}"#,
        r#"{"b":1,"a":{"$numberLong":"1"}}"#,
        "true",
        "null",
        r#"{"$minKey":1}"#,
        r#"{"$maxKey":1}"#,
    ] {
        let answer = bench.post(&format!(r#"{{"_id":{id},"mark":1}}"#)).await;
        let location = header(&answer, "location").expect("a location").to_owned();
        let found = bench.client.get(bench.follow(&location)).send().await.expect("an answer");
        assert_eq!(found.status(), 200, "{id} at {location}");
        assert_eq!(etag(&found), etag(&answer), "{id} at {location}");
        let text = found.text().await.expect("a body");
        assert_eq!(text, format!(r#"{{"_id":{id},"mark":1}}"#), "{location}");
    }
}

#[tokio::test]
async fn an_id_that_is_none_is_refused_with_what_was_expected() {
    let bench = RestBench::on(shared_set().await).await;
    for (address, expected) in [
        ("65a0", "24 hex digits"),
        ("65a00000000000000000000g", "24 hex digits"),
        ("65a0000000000000000000011", "24 hex digits"),
        ("%20", "24 hex digits"),
        ("abcdefghijkl", "24 hex digits"),
        ("7?id_type=objectid", "24 hex digits"),
        ("2147483648?id_type=int", "32-bit"),
        ("1.0?id_type=int", "32-bit"),
        ("0x10?id_type=int", "32-bit"),
        ("9223372036854775808?id_type=long", "64-bit"),
        ("00010203?id_type=uuid", "UUID"),
        ("65a000000000000000000001?id_type=uuid", "UUID"),
        ("{?id_type=ejson", "Extended JSON"),
        ("%20?id_type=ejson", "Extended JSON"),
        (r#"{"$oid":"65a0"}?id_type=ejson"#, "Extended JSON"),
        ("7?id_type=number", "id_type"),
        ("7?id_type=", "id_type"),
        ("7?id_type=int&id_type=int", "id_type"),
        ("7?idType=int", "idType"),
    ] {
        let url = bench.document(address);
        let told = problem(bench.client.get(&url), 400).await;
        assert_eq!(told["code"], "InvalidInput", "{address}");
        assert!(told["detail"].as_str().is_some_and(|detail| detail.contains(expected)), "{address}: {told}");
        for request in [
            bench.with_body(Method::PUT, &url, JSON, "{}").header("if-none-match", "*"),
            bench.with_body(Method::PATCH, &url, MERGE_PATCH, "{}"),
            bench.client.delete(&url).header("if-match", "*"),
        ] {
            problem(request, 400).await;
        }
    }
    assert_eq!(bench.stored().await.len(), 0);
    let told = problem(bench.client.get(bench.document("gear-1")), 400).await;
    assert!(told["hint"].as_str().is_some_and(|hint| hint.contains("id_type=string")), "{told}");
}
