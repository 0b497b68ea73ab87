use proptest::prelude::*;

use super::{Kind, TypedValue, ValueError};

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
    assert_eq!(typed(Kind::Regex, "/a/").encode(), Err(ValueError::NotEditable(Kind::Regex)));
}

#[test]
fn types_that_are_only_shown_have_a_text() {
    assert_eq!(shown(Kind::Regex, b"^a\0im\0"), "/^a/im");
    assert_eq!(shown(Kind::BinData, b"\x03\0\0\0\x80abc"), "BinData(128, \"YWJj\")");
    assert_eq!(
        shown(
            Kind::BinData,
            b"\x10\0\0\0\x04\x00\x11\x22\x33\x44\x55\x66\x77\x88\x99\xaa\xbb\xcc\xdd\xee\xff"
        ),
        "00112233-4455-6677-8899-aabbccddeeff"
    );
    assert_eq!(shown(Kind::Timestamp, &[2, 0, 0, 0, 1, 0, 0, 0]), "1:2");
    assert_eq!(shown(Kind::Javascript, b"\x02\0\0\0f\0"), "f");
    assert_eq!(shown(Kind::JavascriptWithScope, b"\x0f\0\0\0\x02\0\0\0f\0\x05\0\0\0\0"), "f");
    assert_eq!(shown(Kind::DbPointer, b"\x04\0\0\0d.c\0abcdefghijkl"), "d.c 6162636465666768696a6b6c");
    assert_eq!(shown(Kind::MinKey, b""), "minKey");
    assert_eq!(shown(Kind::Undefined, b""), "undefined");
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
}

proptest! {
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
