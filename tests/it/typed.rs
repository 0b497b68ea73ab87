//! Values of every type, edited as texts: the server holds exactly the bytes that the texts say.

use trivet_core::{
    document::FilterByValueRequest,
    value::{
        ejson::parse_document,
        typed::{Kind, TypedValue},
    },
};
use trivet_tests::{Bench, edit, field, id_of, shared_set};

/// A value of every type that is not an object or an array.
const EVERY_TYPE: &str = r#"{
    "_id": 1, "double": 1.5, "string": "a", "binData": {"$binary": {"base64": "YWJj", "subType": "80"}},
    "undefined": {"$undefined": true}, "objectId": {"$oid": "65a000000000000000000001"}, "bool": true,
    "date": {"$date": "2026-11-23T19:30:00.5Z"}, "null": null,
    "regex": {"$regularExpression": {"pattern": "^a/b", "options": "im"}},
    "dbPointer": {"$dbPointer": {"$ref": "d.c", "$id": {"$oid": "65a000000000000000000002"}}},
    "javascript": {"$code": "f()"}, "symbol": {"$symbol": "s"},
    "javascriptWithScope": {"$code": "g(x)", "$scope": {"x": {"$numberLong": "1"}}}, "int": {"$numberInt": "7"},
    "timestamp": {"$timestamp": {"t": 5, "i": 1}}, "long": {"$numberLong": "9007199254740993"},
    "decimal": {"$numberDecimal": "1.10"}, "minKey": {"$minKey": 1}, "maxKey": {"$maxKey": 1}
}"#;

/// What each of them becomes, beside the Extended JSON of it.
const NEW: [(Kind, &str, &str); 19] = [
    (Kind::Double, "-0.0", r#"{"$numberDouble": "-0.0"}"#),
    (Kind::String, " b\n", r#"" b\n""#),
    (Kind::BinData, "BinData(2, \"YWJj\")", r#"{"$binary": {"base64": "YWJj", "subType": "02"}}"#),
    (Kind::Undefined, "undefined", r#"{"$undefined": true}"#),
    (Kind::ObjectId, "65a0000000000000000000ff", r#"{"$oid": "65a0000000000000000000ff"}"#),
    (Kind::Bool, "false", "false"),
    (Kind::Date, "2026-11-23T21:30:00.001+02:00", r#"{"$date": "2026-11-23T19:30:00.001Z"}"#),
    (Kind::Null, "", "null"),
    (Kind::Regex, "/a/\\/b/isx", r#"{"$regularExpression": {"pattern": "a/\\/b", "options": "isx"}}"#),
    (
        Kind::DbPointer,
        "d. c 65a000000000000000000003",
        r#"{"$dbPointer": {"$ref": "d. c", "$id": {"$oid": "65a000000000000000000003"}}}"#,
    ),
    (Kind::Javascript, "function () {\n}", r#"{"$code": "function () {\n}"}"#),
    (Kind::Symbol, "t", r#"{"$symbol": "t"}"#),
    (
        Kind::JavascriptWithScope,
        r#"Code("h(\"x\")", {"x": [1, {"$numberLong": "2"}]})"#,
        r#"{"$code": "h(\"x\")", "$scope": {"x": [1, {"$numberLong": "2"}]}}"#,
    ),
    (Kind::Int, "8", r#"{"$numberInt": "8"}"#),
    (Kind::Timestamp, "4294967295:0", r#"{"$timestamp": {"t": 4294967295, "i": 0}}"#),
    (Kind::Long, "-9223372036854775808", r#"{"$numberLong": "-9223372036854775808"}"#),
    (Kind::Decimal, "1.100", r#"{"$numberDecimal": "1.100"}"#),
    (Kind::MinKey, "minKey", r#"{"$minKey": 1}"#),
    (Kind::MaxKey, "maxKey", r#"{"$maxKey": 1}"#),
];

fn bytes(text: &str) -> Vec<u8> {
    parse_document(text).expect(text)
}

#[tokio::test]
async fn a_value_of_every_type_is_saved_as_its_text_says() {
    let bench = Bench::on(shared_set().await).await;
    let view = bench.insert(EVERY_TYPE).await.expect("inserted").document;
    let edits: Vec<_> = NEW.iter().map(|(kind, text, _)| edit(&view, &[kind.name()], *kind, text)).collect();
    bench.update(&id_of(&view), edits).await.expect("saved");
    let text_of = |kind: &str| NEW.iter().find(|(new, ..)| new.name() == kind).expect(kind).2;
    let fields: Vec<_> =
        view.fields[1..].iter().map(|node| format!("\"{}\": {}", node.name, text_of(&node.name))).collect();
    let expected = bytes(&format!("{{\"_id\": 1, {}}}", fields.join(", ")));
    assert_eq!(bench.only_bytes().await, expected);
}

#[tokio::test]
async fn a_value_of_any_type_takes_the_place_of_one_of_any_other() {
    let bench = Bench::on(shared_set().await).await;
    let mut view = bench.insert(r#"{"_id": 1, "v": 0}"#).await.expect("inserted").document;
    for (kind, text, json) in NEW {
        view = bench.update(&id_of(&view), vec![edit(&view, &["v"], kind, text)]).await.expect(text).document;
        assert_eq!(bench.only_bytes().await, bytes(&format!("{{\"_id\": 1, \"v\": {json}}}")), "{text}");
    }
}

#[tokio::test]
async fn an_empty_timestamp_stays_empty() {
    let bench = Bench::on(shared_set().await).await;
    let view = bench.insert(r#"{"_id": 1, "v": 0, "w": {"v": 0}}"#).await.expect("inserted").document;
    let edits =
        vec![edit(&view, &["v"], Kind::Timestamp, "0:0"), edit(&view, &["w", "v"], Kind::Timestamp, "0:0")];
    bench.update(&id_of(&view), edits).await.expect("saved");
    let empty = r#"{"$timestamp": {"t": 0, "i": 0}}"#;
    let expected = bytes(&format!(r#"{{"_id": 1, "v": {empty}, "w": {{"v": {empty}}}}}"#));
    assert_eq!(bench.only_bytes().await, expected);
}

#[tokio::test]
async fn a_filter_by_value_finds_values_of_every_type() {
    let bench = Bench::on(shared_set().await).await;
    let view = bench.insert(EVERY_TYPE).await.expect("inserted").document;
    // A text that the pattern matches is no value equal to it.
    bench.insert(r#"{"_id": 2, "regex": "a/b"}"#).await.expect("inserted");
    for node in &view.fields[1..] {
        let value = TypedValue { kind: node.kind, text: field(&view, &node.name).text.clone() };
        let request = FilterByValueRequest { field: node.name.clone(), value };
        let filter = bench.engine.filter_by_value(request).await.expect("a filter").text;
        let mut find = bench.find();
        find.filter = Some(filter.clone());
        let found = bench.page(find).await.expect(&filter).documents;
        let ids: Vec<_> = found.iter().map(|document| field(document, "_id").text.as_str()).collect();
        // Null finds what has no such field too.
        let expected: &[&str] = if node.kind == Kind::Null { &["1", "2"] } else { &["1"] };
        assert_eq!(ids, expected, "{filter}");
    }
}
