//! How documents look, and what no text says.

use super::NOW;
use crate::value::{
    ejson::{self, Layout},
    samples,
    shell::{parse_document, parse_value, write},
    typed::Kind,
};

/// A document of Extended JSON in mongosh syntax, which gives the same bytes back.
fn shown(text: &str, layout: Layout) -> String {
    let bytes = ejson::parse_document(text).expect(text);
    let written = write(&bytes, layout).expect("valid");
    assert!(!written.damaged, "{text}");
    assert_eq!(parse_document(&written.text, NOW), Ok(bytes), "{}", written.text);
    written.text
}

#[test]
fn every_type_is_written_as_mongosh_knows_it() {
    for (value, shell) in [
        ("1", "1"),
        (r#"{"$numberLong":"5"}"#, r#"NumberLong("5")"#),
        ("1.5", "1.5"),
        ("1.0", "1.0"),
        ("-0.0", "-0.0"),
        ("1e300", "1e+300"),
        (r#"{"$numberDouble":"NaN"}"#, "NaN"),
        (r#"{"$numberDouble":"-Infinity"}"#, "-Infinity"),
        (r#"{"$numberDouble":"NaN(0xfff8000000000000)"}"#, r#"Double("NaN(0xfff8000000000000)")"#),
        (r#"{"$numberDecimal":"1.00"}"#, r#"NumberDecimal("1.00")"#),
        (
            r#"{"$numberDecimal":"NaN(0x7c000000000000000000000000000001)"}"#,
            r#"NumberDecimal("NaN(0x7c000000000000000000000000000001)")"#,
        ),
        (r#"{"$oid":"55cba2476c522cafdb053add"}"#, r#"ObjectId("55cba2476c522cafdb053add")"#),
        (r#"{"$date":"2026-11-23T19:30:00Z"}"#, r#"ISODate("2026-11-23T19:30:00.000Z")"#),
        (r#"{"$date":"0001-01-01T00:00:00Z"}"#, r#"ISODate("0001-01-01T00:00:00.000Z")"#),
        (r#"{"$date":{"$numberLong":"253402300800000"}}"#, "new Date(253402300800000)"),
        (r#"{"$date":{"$numberLong":"-9223372036854775808"}}"#, "new Date(-9223372036854775808)"),
        (
            r#"{"$uuid":"00112233-4455-6677-8899-aabbccddeeff"}"#,
            r#"UUID("00112233-4455-6677-8899-aabbccddeeff")"#,
        ),
        (r#"{"$binary":{"base64":"AQID","subType":"80"}}"#, r#"BinData(128, "AQID")"#),
        (r#"{"$binary":{"base64":"AQ==","subType":"02"}}"#, r#"BinData(2, "AQ==")"#),
        (r#"{"$binary":{"base64":"AQ==","subType":"04"}}"#, r#"BinData(4, "AQ==")"#),
        (r#"{"$regularExpression":{"pattern":"^a","options":"im"}}"#, "/^a/im"),
        (r#"{"$regularExpression":{"pattern":"[/]\\/","options":""}}"#, r"/[/]\//"),
        (r#"{"$regularExpression":{"pattern":"","options":""}}"#, r#"BSONRegExp("", "")"#),
        (r#"{"$regularExpression":{"pattern":"a/b","options":""}}"#, r#"BSONRegExp("a/b", "")"#),
        (r#"{"$regularExpression":{"pattern":"*a","options":""}}"#, r#"BSONRegExp("*a", "")"#),
        (r#"{"$regularExpression":{"pattern":"a\\","options":""}}"#, r#"BSONRegExp("a\\", "")"#),
        (r#"{"$regularExpression":{"pattern":"a\nb","options":"i"}}"#, r#"BSONRegExp("a\nb", "i")"#),
        (r#"{"$regularExpression":{"pattern":"a","options":"x"}}"#, r#"BSONRegExp("a", "x")"#),
        (r#"{"$regularExpression":{"pattern":"a","options":"u"}}"#, r#"BSONRegExp("a", "u")"#),
        (
            r#"{"$regularExpression":{"pattern":"a","options":"mi"}}"#,
            r#"{ $regularExpression: { pattern: "a", options: "mi" } }"#,
        ),
        (r#"{"$timestamp":{"t":4294967295,"i":1}}"#, "Timestamp(4294967295, 1)"),
        (r#"{"$code":"f(\"x\")"}"#, r#"Code("f(\"x\")")"#),
        (r#"{"$code":"f()","$scope":{"x":1}}"#, r#"Code("f()", { x: 1 })"#),
        (r#"{"$code":"f()","$scope":{}}"#, r#"Code("f()", {})"#),
        (r#"{"$symbol":"s"}"#, r#"BSONSymbol("s")"#),
        (r#"{"$minKey":1}"#, "MinKey()"),
        (r#"{"$maxKey":1}"#, "MaxKey()"),
        (r#"{"$undefined":true}"#, "undefined"),
        (
            r#"{"$dbPointer":{"$ref":"d.c","$id":{"$oid":"55cba2476c522cafdb053add"}}}"#,
            r#"{ $dbPointer: { $ref: "d.c", $id: ObjectId("55cba2476c522cafdb053add") } }"#,
        ),
        (r#"{"$ref":"c","$id":1}"#, r#"{ $ref: "c", $id: 1 }"#),
        ("[1,[],{}]", "[1, [], {}]"),
        ("true", "true"),
        ("null", "null"),
    ] {
        let text = format!(r#"{{"v":{value}}}"#);
        assert_eq!(shown(&text, Layout::Compact), format!("{{ v: {shell} }}"));
    }
}

#[test]
fn names_are_quoted_where_they_have_to_be() {
    for (name, written) in [
        ("a", "a"),
        ("$gt", "$gt"),
        ("_id", "_id"),
        ("a1", "a1"),
        ("class", "class"),
        ("1", r#""1""#),
        ("", r#""""#),
        ("a.b", r#""a.b""#),
        ("a b", r#""a b""#),
        ("__proto__", r#""__proto__""#),
        ("é", r#""é""#),
        ("it's", r#""it's""#),
        (r#"\"`"#, r#""\"`""#),
        (r"a\nb", r#""a\nb""#),
        (r"\u0001", r#""\u0001""#),
        ("\u{2028}\u{2029}", r#""\u2028\u2029""#),
        ("😀", r#""😀""#),
    ] {
        assert_eq!(
            shown(&format!(r#"{{"{name}":"{name}"}}"#), Layout::Compact).split(": ").next(),
            Some(&*format!("{{ {written}"))
        );
    }
}

#[test]
fn indented_text_reads_well() {
    let text =
        r#"{"a":[1,{}],"b":{"c":{"$oid":"55cba2476c522cafdb053add"}},"d":{"$code":"f","$scope":{"x":1}}}"#;
    let indented = "{\n  a: [\n    1,\n    {}\n  ],\n  b: {\n    c: ObjectId(\"55cba2476c522cafdb053add\")\n  },\n  \
                    d: Code(\"f\", {\n    x: 1\n  })\n}";
    assert_eq!(shown(text, Layout::Indented), indented);
}

#[test]
fn a_text_that_does_not_say_all_is_marked() {
    let one = |name: &[u8], kind: Kind, value: &[u8]| {
        samples::assemble(&[(name.to_vec(), (kind.byte(), value.to_vec()))])
    };
    for bytes in [
        one(b"a", Kind::String, b"\x02\0\0\0\xff\0"),
        one(b"\xff", Kind::Null, b""),
        // An object that reads as a type.
        one(b"a", Kind::Object, &one(b"$oid", Kind::Null, b"")),
        // An array whose only element is named 5.
        one(b"a", Kind::Array, &one(b"5", Kind::Null, b"")),
        // A bool that is neither true nor false.
        one(b"a", Kind::Bool, b"\x02"),
        // An old binary whose inner length is wrong.
        one(b"a", Kind::BinData, b"\x04\0\0\0\x02\x07\0\0\0"),
        one(b"a", Kind::Regex, b"\xff\0\0"),
        one(b"a", Kind::Symbol, b"\x02\0\0\0\xff\0"),
    ] {
        assert!(write(&bytes, Layout::Compact).expect("valid").damaged, "{bytes:x?}");
    }
}

#[test]
fn a_document_of_depth_180_is_written_and_read_back() {
    let mut bytes = samples::assemble(&[]);
    for level in 0..crate::value::shell::build::MAX_DEPTH {
        let kind = if level % 2 == 0 { Kind::Object } else { Kind::Array };
        bytes = samples::assemble(&[(b"0".to_vec(), (kind.byte(), bytes))]);
    }
    let written = write(&bytes, Layout::Indented).expect("valid");
    assert_eq!(parse_document(&written.text, NOW), Ok(bytes));
}

#[test]
fn a_new_id_and_a_new_uuid_are_new() {
    let new = |text: &str| parse_value(text, NOW).expect(text).bytes;
    assert_ne!(new("ObjectId()"), new("ObjectId()"));
    assert_eq!(new("new ObjectId()")[..4], 1_700_000_000_u32.to_be_bytes());
    let uuid = new("UUID()");
    assert_ne!(uuid, new("UUID()"));
    assert_eq!((uuid[4], uuid[5 + 6] >> 4), (4, 4), "subtype 4, version 4");
}

#[test]
fn real_documents_survive_as_text() {
    let Some(documents) = samples::real_documents() else { return };
    for bytes in documents {
        let written = write(&bytes, Layout::Indented).expect("valid");
        assert!(!written.damaged);
        assert!(parse_document(&written.text, NOW).expect("reads back") == bytes, "{}", written.text);
    }
}
