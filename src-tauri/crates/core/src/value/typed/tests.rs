use proptest::prelude::*;

use super::{Kind, TypedValue, ValueError};
use crate::value::{
    raw::{Element, Elements, embedded},
    samples,
};

fn typed(kind: Kind, text: &str) -> TypedValue {
    TypedValue { kind, text: text.to_owned() }
}

fn shown(kind: Kind, value: &[u8]) -> String {
    let typed = TypedValue::of(kind, value);
    assert!(!typed.damaged, "{typed:?}");
    typed.value.text
}

/// The text that a text comes back as after a trip through BSON.
fn tidied(kind: Kind, text: &str) -> String {
    let (byte, value) = typed(kind, text).encode().expect(text);
    assert_eq!(byte, kind.byte());
    shown(kind, &value)
}

fn refusal(kind: Kind, text: &str) -> String {
    typed(kind, text).encode().expect_err(text).to_string()
}

#[test]
fn every_type_has_one_byte_and_one_name() {
    let known: Vec<Kind> = (0..=u8::MAX).filter_map(Kind::from_byte).collect();
    assert_eq!(known.len(), 21);
    for kind in known {
        assert_eq!(Kind::from_byte(kind.byte()), Some(kind));
        // The name is the one that crosses to the window.
        assert_eq!(serde_json::to_value(kind).expect("a string"), kind.name());
    }
}

#[test]
fn texts_are_tidied_and_keep_their_type() {
    assert_eq!(tidied(Kind::Int, " 007 "), "7");
    assert_eq!(tidied(Kind::Long, "9223372036854775807"), "9223372036854775807");
    assert_eq!(tidied(Kind::Double, "1"), "1.0");
    assert_eq!(tidied(Kind::Double, "-0"), "-0.0");
    assert_eq!(tidied(Kind::Double, "NaN"), "NaN");
    assert_eq!(tidied(Kind::Double, "NaN(0x7ff8000000000001)"), "NaN(0x7ff8000000000001)");
    assert_eq!(tidied(Kind::Double, "-Infinity"), "-Infinity");
    assert_eq!(tidied(Kind::Decimal, "1.00"), "1.00");
    assert_eq!(tidied(Kind::Bool, "true"), "true");
    assert_eq!(tidied(Kind::Date, "2026-11-23"), "2026-11-23T00:00:00.000Z");
    assert_eq!(tidied(Kind::Date, "0"), "1970-01-01T00:00:00.000Z");
    assert_eq!(tidied(Kind::Date, "-99999999999999"), "-99999999999999");
    assert_eq!(tidied(Kind::ObjectId, "55CBA2476c522cafdb053add"), "55cba2476c522cafdb053add");
    assert_eq!(tidied(Kind::Null, ""), "");
    assert_eq!(tidied(Kind::String, " a\0b "), " a\0b ");
}

#[test]
fn a_wrong_text_is_named_with_what_is_expected() {
    assert_eq!(
        refusal(Kind::Int, "12a"),
        "'12a' is not a 32-bit integer; it takes -2147483648 to 2147483647"
    );
    assert!(refusal(Kind::Int, "2147483648").contains("32-bit"));
    assert!(refusal(Kind::Long, "9223372036854775808").contains("64-bit"));
    assert!(refusal(Kind::Double, "1e400").contains("1.8e308"));
    assert!(refusal(Kind::Double, "inf").contains("Infinity"));
    assert!(refusal(Kind::Double, "NaN(0x0000000000000001)").contains("double"));
    assert!(refusal(Kind::Decimal, "1,5").contains("34 digits"));
    assert!(refusal(Kind::Bool, "yes").contains("true or false"));
    assert!(refusal(Kind::Date, "23.11.2026").contains("2026-11-23"));
    assert!(refusal(Kind::ObjectId, "55cba2476c522cafdb053ad").contains("24 hex digits"));
    assert!(refusal(Kind::ObjectId, "ééééééééaaaaaaaa").contains("24 hex digits"));
    assert!(refusal(Kind::Null, "x").contains("empty"));
    assert!(refusal(Kind::Int, &"9".repeat(1000)).len() < 200);
    assert_eq!(typed(Kind::Object, "").encode(), Err(ValueError::NotEditable(Kind::Object)));
    assert_eq!(typed(Kind::Array, "[]").encode(), Err(ValueError::NotEditable(Kind::Array)));
}

#[test]
fn a_wrong_text_of_any_other_type_is_named_too() {
    for text in ["1", "1:", ":1", "1:-1", "4294967296:0", "1:2:3", "1.5:0"] {
        assert!(refusal(Kind::Timestamp, text).contains("seconds:counter"), "{text}");
    }
    for text in [
        "",
        "YWJj",
        "BinData(0, \"YWJ\u{e9}\")",
        "BinData(256, \"\")",
        "BinData(-1, \"\")",
        "BinData(\"YWJj\")",
        "BinData(0, YWJj)",
        "BinData(0, \"YWJj\"",
        "HexData(0, \"abc\")",
        "UUID(\"0011\")",
        "0011223344556677-8899-aabbccddeeff",
        "Other(0, \"\")",
    ] {
        assert!(refusal(Kind::BinData, text).contains("BinData(0,"), "{text}");
    }
    for text in ["", "a", "/a", "a/", " /a/", "/a\0/", "/a/\0"] {
        assert!(refusal(Kind::Regex, text).contains("/pattern/flags"), "{text}");
    }
    for text in [
        "",
        "f()",
        "Code(\"f\")",
        "Code(\"f\", 1)",
        "Code(\"f\", [])",
        "Code('f', {})",
        "Code(\"f\", {}",
        "Code(\"f\" {})",
        "Code(\"f\", {a: 1})",
        "Code(\"f\", {}, \"$scope\": {})",
        "Code(\"f\", {}, \"x\": 1)",
        "Code(\"f\", {}})",
        "Code(\"\\\", {})",
        "Code(\"f\", {\"$oid\": \"000000000000000000000000\"})",
    ] {
        assert!(refusal(Kind::JavascriptWithScope, text).contains("Code(\"source\""), "{text}");
    }
    for text in ["", "d.c", "6162636465666768696a6b6c", "d.c 6162", "d.c 6162636465666768696a6b6c "] {
        assert!(refusal(Kind::DbPointer, text).contains("a namespace, a space"), "{text}");
    }
    for kind in [Kind::Undefined, Kind::MinKey, Kind::MaxKey] {
        assert!(refusal(kind, "").contains("only text"));
        assert!(refusal(kind, "null").contains(kind.name()));
    }
}

#[test]
fn every_type_has_a_text_that_gives_its_bytes_back() {
    let uuid = b"\x10\0\0\0\x04\x00\x11\x22\x33\x44\x55\x66\x77\x88\x99\xaa\xbb\xcc\xdd\xee\xff";
    let with_scope = b"\x1b\0\0\0\x04\0\0\0f\"\n\0\x0f\0\0\0\x10a\0\x01\0\0\0\x0ab\0\0";
    let values: [(Kind, &[u8], &str); 16] = [
        (Kind::Regex, b"^a/b\0im\0", "/^a/b/im"),
        (Kind::Regex, b"\0\0", "//"),
        (Kind::Regex, b"a\0xsi\0", "/a/xsi"),
        (Kind::BinData, b"\x03\0\0\0\x80abc", "BinData(128, \"YWJj\")"),
        (Kind::BinData, b"\0\0\0\0\0", "BinData(0, \"\")"),
        (Kind::BinData, b"\x07\0\0\0\x02\x03\0\0\0abc", "BinData(2, \"YWJj\")"),
        (Kind::BinData, b"\x03\0\0\0\x04abc", "BinData(4, \"YWJj\")"),
        (Kind::BinData, uuid, "00112233-4455-6677-8899-aabbccddeeff"),
        (Kind::Timestamp, &[2, 0, 0, 0, 1, 0, 0, 0], "1:2"),
        (Kind::Javascript, b"\x02\0\0\0f\0", "f"),
        (Kind::JavascriptWithScope, with_scope, r#"Code("f\"\n", {"a":1,"b":null})"#),
        (Kind::DbPointer, b"\x06\0\0\0d. c \0abcdefghijkl", "d. c  6162636465666768696a6b6c"),
        (Kind::Symbol, b"\x03\0\0\0s \0", "s "),
        (Kind::MinKey, b"", "minKey"),
        (Kind::MaxKey, b"", "maxKey"),
        (Kind::Undefined, b"", "undefined"),
    ];
    for (kind, value, text) in values {
        assert_eq!(shown(kind, value), text);
        assert_eq!(typed(kind, text).encode(), Ok((kind.byte(), value.to_vec())), "{text}");
    }
}

#[test]
fn binaries_are_read_as_mongosh_writes_them() {
    let uuid = "00112233-4455-6677-8899-aabbccddeeff";
    for text in [
        "UUID(\"00112233-4455-6677-8899-AABBCCDDEEFF\")",
        "UUID(\"00112233445566778899aabbccddeeff\")",
        "HexData(4, \"00112233445566778899aabbccddeeff\")",
        " BinData( 4 , \"ABEiM0RVZneImaq7zN3u/w\" ) ",
    ] {
        assert_eq!(tidied(Kind::BinData, text), uuid);
    }
    assert_eq!(tidied(Kind::BinData, "HexData(2, \"616263\")"), "BinData(2, \"YWJj\")");
    assert_eq!(tidied(Kind::Timestamp, " 01 : 2 "), "1:2");
}

#[test]
fn a_value_that_its_text_does_not_give_back_is_damaged() {
    let damaged = |kind, value: &[u8]| TypedValue::of(kind, value).damaged;
    assert!(damaged(Kind::BinData, b"\x07\0\0\0\x02\x04\0\0\0abc"), "an inner length of its own");
    assert!(damaged(Kind::Regex, b"a\0i/s\0"), "flags with a slash");
    assert!(damaged(Kind::JavascriptWithScope, b"\x0f\0\0\0\x02\0\0\0\xff\0\x05\0\0\0\0"), "no UTF-8");
    let oid = b"\x18\0\0\0\x02\0\0\0f\0\x0e\0\0\0\x08$oid\0\x01\0";
    assert!(damaged(Kind::JavascriptWithScope, oid), "a scope that reads as a value");
}

#[test]
fn text_that_is_not_utf8_is_shown_as_damaged() {
    let typed = TypedValue::of(Kind::String, b"\x03\0\0\0a\xff\0");
    assert_eq!(typed.value.text, "a\u{FFFD}");
    assert!(typed.damaged);
    assert!(TypedValue::of(Kind::Bool, &[2]).damaged, "a bool that is neither 0 nor 1");
}

#[test]
fn a_cut_text_ends_between_characters() {
    let text = super::read_text(Kind::String, "\x07\0\0\0aéüß\0".as_bytes(), 4);
    assert_eq!(text.shown, "aé");
    assert!(text.cut && !text.damaged);
    let with_scope = b"\x13\0\0\0\x06\0\0\0abcde\0\x05\0\0\0\0";
    let text = super::read_text(Kind::JavascriptWithScope, with_scope, 4);
    assert_eq!(text.shown, "Code(\"abcd\"");
    assert!(text.cut);
}

/// The single values of a document, at any depth.
fn singles<'a>(bytes: &'a [u8], found: &mut Vec<Element<'a>>) {
    for element in Elements::new(bytes).expect("valid") {
        let element = element.expect("valid");
        if element.kind.is_editable() {
            found.push(element);
        }
        if let Some(inner) = embedded(element.kind, element.value) {
            singles(inner, found);
        }
    }
}

proptest! {
    #[test]
    fn every_value_survives_its_text(bytes in samples::document()) {
        let mut all = Vec::new();
        singles(&bytes, &mut all);
        for Element { kind, value, .. } in all {
            let text = TypedValue::of(kind, value);
            prop_assert!(!text.damaged, "{:?}", text.value);
            prop_assert_eq!(text.value.encode(), Ok((kind.byte(), value.to_vec())));
        }
    }

    #[test]
    fn no_text_makes_it_panic(byte: u8, text in "\\PC{0,40}|[-+0-9.:eE\"(){},/ a-f]{0,60}|Code\\(.{0,40}\\)") {
        if let Some(kind) = Kind::from_byte(byte) {
            let _ = typed(kind, &text).encode();
        }
    }

    #[test]
    fn a_value_survives_its_text(bits: u64, int: i32, long: i64, id: [u8; 12], string: String) {
        let values: [(Kind, Vec<u8>); 6] = [
            (Kind::Double, bits.to_le_bytes().to_vec()),
            (Kind::Int, int.to_le_bytes().to_vec()),
            (Kind::Long, long.to_le_bytes().to_vec()),
            (Kind::Date, long.to_le_bytes().to_vec()),
            (Kind::ObjectId, id.to_vec()),
            (Kind::String, typed(Kind::String, &string).encode().expect("a string").1),
        ];
        for (kind, value) in values {
            let text = TypedValue::of(kind, &value);
            prop_assert_eq!(text.value.encode(), Ok((kind.byte(), value)));
        }
    }

    #[test]
    fn no_bytes_make_it_panic(byte: u8, value: Vec<u8>, limit in 0..20_usize) {
        if let Some(kind) = Kind::from_byte(byte) {
            let _ = super::read_text(kind, &value, limit);
        }
    }
}
