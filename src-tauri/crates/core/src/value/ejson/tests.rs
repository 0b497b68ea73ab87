use proptest::prelude::*;

use super::{Form, Layout, Writer, parse_document, parse_value, write};
use crate::value::{node, raw::MAX_DEPTH, samples, typed::Kind};

/// The document of a text, written again.
fn again(text: &str, form: Form) -> String {
    let bytes = parse_document(text).expect(text);
    let written = write(&bytes, form, Layout::Compact).expect("valid");
    assert!(!written.damaged, "{text}");
    written.text
}

fn fault(text: &str) -> (u32, u32, String) {
    let error = parse_document(text).expect_err(text);
    (error.line, error.column, error.message)
}

#[test]
fn canonical_text_comes_back_as_it_was() {
    for value in [
        r#"{"$oid":"55cba2476c522cafdb053add"}"#,
        r#"{"$numberInt":"-1"}"#,
        r#"{"$numberLong":"5"}"#,
        r#"{"$numberDouble":"-0.0"}"#,
        r#"{"$numberDouble":"NaN"}"#,
        r#"{"$numberDouble":"NaN(0xfff8000000000000)"}"#,
        r#"{"$numberDouble":"-Infinity"}"#,
        r#"{"$numberDecimal":"1.00"}"#,
        r#"{"$numberDecimal":"NaN(0x7c000000000000000000000000000001)"}"#,
        r#"{"$date":{"$numberLong":"-1"}}"#,
        r#"{"$binary":{"base64":"c//SZESzTGmQ6OfR38A11A==","subType":"02"}}"#,
        r#"{"$binary":{"base64":"","subType":"80"}}"#,
        r#"{"$regularExpression":{"pattern":"^a\\d\"","options":"im"}}"#,
        r#"{"$timestamp":{"t":4294967295,"i":1}}"#,
        r#"{"$minKey":1}"#,
        r#"{"$maxKey":1}"#,
        r#"{"$undefined":true}"#,
        r#"{"$symbol":"s"}"#,
        r#"{"$code":"f()"}"#,
        r#"{"$code":"f()","$scope":{"x":{"$numberInt":"1"},"y":{}}}"#,
        r#"{"$dbPointer":{"$ref":"d.c","$id":{"$oid":"55cba2476c522cafdb053add"}}}"#,
        r#"{"$ref":"c","$id":null,"$db":"d"}"#,
        r#"{"2":true,"1":false,"":null,"a":[],"a":{}}"#,
        r#""\u0000\u001f\n\"\\é𝄞""#,
        r#"[[],{},"",[null]]"#,
    ] {
        let text = format!("{{\"v\":{value}}}");
        assert_eq!(again(&text, Form::Canonical), text);
    }
}

#[test]
fn relaxed_text_is_plain_and_keeps_every_type() {
    for value in [
        "1",
        "2147483648",
        r#"{"$numberLong":"1"}"#,
        "1.0",
        "1e+300",
        "-0.0",
        r#"{"$date":"2026-11-23T19:30:00Z"}"#,
        r#"{"$date":"2026-11-23T19:30:00.001Z"}"#,
        r#"{"$date":{"$numberLong":"-1"}}"#,
        r#"{"$numberDouble":"Infinity"}"#,
    ] {
        let text = format!("{{\"v\":{value}}}");
        assert_eq!(again(&text, Form::Relaxed), text);
    }
}

#[test]
fn older_and_other_spellings_are_understood() {
    for (other, canonical) in [
        (r#"{"$date":0}"#, r#"{"$date":{"$numberLong":"0"}}"#),
        (r#"{"$date":"1970-01-01T01:00+01:00"}"#, r#"{"$date":{"$numberLong":"0"}}"#),
        (r#"{"$binary":"AQ==","$type":"0"}"#, r#"{"$binary":{"base64":"AQ==","subType":"00"}}"#),
        (r#"{"$type":128,"$binary":"AQ=="}"#, r#"{"$binary":{"base64":"AQ==","subType":"80"}}"#),
        (
            r#"{"$uuid":"00112233-4455-6677-8899-aabbccddeeff"}"#,
            r#"{"$binary":{"base64":"ABEiM0RVZneImaq7zN3u/w==","subType":"04"}}"#,
        ),
        (r#"{"$scope":{},"$code":"f"}"#, r#"{"$code":"f","$scope":{}}"#),
        (r#"{"$timestamp":{"i":1,"t":2}}"#, r#"{"$timestamp":{"t":2,"i":1}}"#),
        ("9223372036854775808", r#"{"$numberDouble":"9.223372036854776e18"}"#),
        ("-0", r#"{"$numberDouble":"-0.0"}"#),
        (r#""\u00e9\ud834\udd1e\/""#, r#""é𝄞/""#),
    ] {
        let read = |value: &str| parse_value(value).expect(value);
        assert_eq!(read(other), read(canonical), "{other}");
    }
}

#[test]
fn operators_of_queries_stay_documents() {
    for text in [
        r#"{"name":{"$regex":"a"}}"#,
        r#"{"name":{"$regex":"a","$options":"i"}}"#,
        r#"{"name":{"$regex":{"$regularExpression":{"pattern":"a","options":""}},"$options":"i"}}"#,
        r#"{"v":{"$type":"string"},"$and":[{"w":{"$in":["x"]}}],"$scope":null}"#,
    ] {
        assert_eq!(again(text, Form::Relaxed), text);
    }
}

#[test]
fn a_wrapper_that_is_wrong_is_named() {
    for (text, part) in [
        (r#"{"a":{"$oid":"12"}}"#, "'$oid' takes a string of 24 hex digits"),
        (r#"{"a":{"$oid":"55cba2476c522cafdb053add","b":1}}"#, "'b' cannot stand beside it"),
        (r#"{"a":{"b":1,"$numberInt":"1"}}"#, "'b' cannot stand beside it"),
        (r#"{"a":{"$numberInt":"1","$numberInt":"1"}}"#, "'$numberInt' cannot stand beside it"),
        (r#"{"a":{"$numberInt":"2147483648"}}"#, "'$numberInt' takes"),
        (r#"{"a":{"$numberInt":" 1"}}"#, "'$numberInt' takes"),
        (r#"{"a":{"$numberLong":1}}"#, "'$numberLong' takes a string"),
        (r#"{"a":{"$date":"yesterday"}}"#, "'$date' takes ISO 8601"),
        (r#"{"a":{"$date":1.5}}"#, "'$date' takes"),
        (r#"{"a":{"$binary":{"base64":"?","subType":"00"}}}"#, "'$binary' takes"),
        (r#"{"a":{"$binary":{"base64":"","subType":"00","x":1}}}"#, "'$binary' takes"),
        (r#"{"a":{"$uuid":"00112233445566778899aabbccddeeff"}}"#, "'$uuid' takes"),
        (r#"{"a":{"$timestamp":{"t":-1,"i":0}}}"#, "'$timestamp' takes"),
        (r#"{"a":{"$minKey":2}}"#, "'$minKey' takes 1"),
        (r#"{"a":{"$undefined":false}}"#, "'$undefined' takes true"),
        (r#"{"a":{"$code":"f","$scope":[]}}"#, "'$code' takes"),
        (r#"{"a":{"$dbPointer":{"$ref":"d.c","$id":1}}}"#, "'$dbPointer' takes"),
        (r#"{"a":{"$regularExpression":{"pattern":"\u0000","options":""}}}"#, "'$regularExpression' takes"),
    ] {
        let (_, _, message) = fault(text);
        assert!(message.contains(part), "{text}: {message}");
    }
}

#[test]
fn an_error_says_where_it_is_and_what_is_expected() {
    for (text, line, column, part) in [
        ("", 1, 1, "a value is expected, not the end"),
        ("[]", 1, 1, "a document between { and } is expected, not a value of type array"),
        (" {\"$oid\": \"55cba2476c522cafdb053add\"}", 1, 2, "not a value of type objectId"),
        ("{\n  \"é\": 1,\n}", 3, 1, "a name in double quotes is expected, not '}'"),
        ("{\"é\" 1}", 1, 6, "':' after the name is expected, not the number 1"),
        ("{\"a\": 1 \"b\": 2}", 1, 9, "',' or '}' is expected, not a string"),
        ("{\"a\": [1 2]}", 1, 10, "',' or ']' is expected"),
        ("{\"a\": [1,]}", 1, 10, "a value is expected, not ']'"),
        ("{\"a\": 1}}", 1, 9, "nothing after the end is expected"),
        ("{a: 1}", 1, 2, "'a' is not JSON; names and strings take double quotes"),
        ("{'a': 1}", 1, 2, "strings take double quotes"),
        ("{\"a\": NaN}", 1, 7, "'NaN' is not JSON"),
        ("{\"a\": 01}", 1, 7, "cannot begin with 0"),
        ("{\"a\": 1.}", 1, 8, "a digit is expected"),
        ("{\"a\": 1e}", 1, 8, "a digit is expected in the exponent"),
        ("{\"a\": -}", 1, 7, "a digit is expected after '-'"),
        ("{\"a\": 1e999}", 1, 7, "'1e999' is not a double"),
        ("{\"a\": \"b", 1, 7, "no closing double quote"),
        ("{\"a\": \"b\n\"}", 1, 7, "no closing double quote on its line"),
        ("{\"a\": \"\u{1}\"}", 1, 8, "written \\u0001"),
        ("{\"a\": \"\\x\"}", 1, 8, "an escape is one of"),
        ("{\"a\": \"\\ud800\"}", 1, 8, "surrogate"),
        ("{\"a\": \"\\ud834\\u0041\"}", 1, 8, "surrogate"),
        ("{\"a\": \"\\u12\"}", 1, 8, "four hex digits"),
        ("{\"a\\u0000\": 1}", 1, 2, "U+0000"),
        ("{\"a\": {", 1, 8, "a name in double quotes or '}' is expected, not the end of the text"),
    ] {
        let (at_line, at_column, message) = fault(text);
        assert_eq!((at_line, at_column), (line, column), "{text}: {message}");
        assert!(message.contains(part), "{text}: {message}");
    }
}

#[test]
fn indented_text_reads_well_and_back() {
    let text = "{\n  \"a\": [\n    1,\n    {}\n  ],\n  \"b\": {\n    \"c\": {\"$oid\": \"55cba2476c522cafdb053add\"}\n  }\n}";
    let bytes = parse_document(text).expect("valid");
    assert_eq!(write(&bytes, Form::Relaxed, Layout::Indented).expect("valid").text, text);
}

#[test]
fn a_document_deeper_than_any_server_stores_passes_on_a_small_stack() {
    let on_small_stack = std::thread::Builder::new().stack_size(64 * 1024).spawn(|| {
        for (open, close) in [("{\"a\":", "}"), ("[", "]")] {
            let nested = |levels: usize, inner: &str| {
                format!("{{\"a\":{}{inner}{}}}", open.repeat(levels), close.repeat(levels))
            };
            for inner in ["{\"$date\":{\"$numberLong\":\"0\"}}", "{\"$numberInt\":\"0\"}"] {
                let text = nested(MAX_DEPTH, inner);
                assert_eq!(again(&text, Form::Canonical), text);
            }
            for levels in [MAX_DEPTH + 1, MAX_DEPTH + 2, 100_000] {
                let message = parse_document(&nested(levels, "0")).expect_err("too deep").message;
                assert!(message.starts_with("nested deeper than 200 levels"), "{message}");
            }
            assert!(parse_document(&nested(MAX_DEPTH, "{\"b\":{}}")).is_err());
        }
    });
    on_small_stack.expect("a thread").join().expect("no panic");
}

#[test]
fn scopes_may_be_nested_as_deep_as_documents() {
    let nested = |levels: usize| {
        // Of every level the code with scope is one of BSON and two of the text.
        let mut bytes = samples::assemble(&[]);
        for _ in 0..levels {
            let len = i32::try_from(4 + 6 + bytes.len()).expect("small");
            let value = [&len.to_le_bytes(), b"\x02\0\0\0f\0".as_slice(), &bytes].concat();
            bytes = samples::assemble(&[(b"a".to_vec(), (Kind::JavascriptWithScope.byte(), value))]);
        }
        bytes
    };
    let bytes = nested(MAX_DEPTH);
    let written = write(&bytes, Form::Canonical, Layout::Compact).expect("valid");
    assert_eq!(parse_document(&written.text), Ok(bytes));
    assert!(write(&nested(MAX_DEPTH + 1), Form::Canonical, Layout::Compact).is_err());
    let inner = "{\"a\":{\"$code\":\"f\",\"$scope\":";
    let deeper = format!("{}{{}}{}", inner.repeat(MAX_DEPTH + 1), "}}".repeat(MAX_DEPTH + 1));
    assert!(parse_document(&deeper).expect_err("too deep").message.starts_with("nested deeper"));
}

#[test]
fn a_list_of_the_deepest_documents_is_read() {
    let deepest = format!("{}{}", "{\"a\":".repeat(MAX_DEPTH), "{}".to_owned() + &"}".repeat(MAX_DEPTH));
    assert_eq!(parse_value(&format!("[{deepest}]")).expect("read").kind, Kind::Array);
    assert!(parse_document(&format!("{{\"a\":{deepest}}}")).is_err());
}

#[test]
fn every_value_that_may_be_bad_utf8_is_shown_and_marked() {
    let bad = b"\x03\0\0\0f\xff\0".as_slice();
    let pointer = [bad, &[7; 12]].concat();
    let code = [&[16, 0, 0, 0], bad, &[5, 0, 0, 0, 0]].concat();
    for (kind, value) in [
        (Kind::String, bad),
        (Kind::Symbol, bad),
        (Kind::Javascript, bad),
        (Kind::JavascriptWithScope, &code),
        (Kind::DbPointer, &pointer),
        (Kind::Regex, b"f\xff\0i\0"),
        (Kind::Regex, b"f\0\xff\0"),
    ] {
        let bytes = samples::assemble(&[(b"a".to_vec(), (kind.byte(), value.to_vec()))]);
        for form in [Form::Canonical, Form::Relaxed] {
            let written = write(&bytes, form, Layout::Compact).expect("valid");
            assert!(written.damaged && written.text.contains('\u{FFFD}'), "{}", written.text);
        }
        let view = node::view(&bytes, node::Budget::DOCUMENT).expect("valid");
        assert!(view.fields[0].damaged && view.fields[0].text.contains('\u{FFFD}'), "{view:?}");
    }
}

#[test]
fn several_documents_go_into_one_text() {
    let bytes = parse_document("{\"a\":1}").expect("read");
    let bad = samples::assemble(&[(b"\xff".to_vec(), (Kind::Null.byte(), Vec::new()))]);
    let mut writer = Writer::new(0, Form::Relaxed, Layout::Compact);
    writer.json("[");
    writer.document(&bytes).expect("valid");
    writer.json(",");
    writer.document(&bad).expect("valid");
    writer.json("]");
    let written = writer.finish();
    assert_eq!((written.text.as_str(), written.damaged), ("[{\"a\":1},{\"\u{FFFD}\":null}]", true));
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
    ] {
        assert!(write(&bytes, Form::Relaxed, Layout::Compact).expect("valid").damaged, "{bytes:x?}");
    }
}

#[test]
fn real_documents_survive_as_text() {
    let Some(documents) = samples::real_documents() else { return };
    for bytes in documents {
        for form in [Form::Canonical, Form::Relaxed] {
            let written = write(&bytes, form, Layout::Indented).expect("valid");
            assert!(!written.damaged);
            assert!(parse_document(&written.text).expect("reads back") == bytes, "{}", written.text);
        }
    }
}

proptest! {
    #[test]
    fn any_document_survives_as_text(bytes in samples::document()) {
        for form in [Form::Canonical, Form::Relaxed] {
            for layout in [Layout::Compact, Layout::Indented] {
                let written = write(&bytes, form, layout).expect("valid");
                prop_assert!(!written.damaged, "{}", written.text);
                prop_assert_eq!(&parse_document(&written.text).expect("reads back"), &bytes, "{}", written.text);
            }
        }
    }

    #[test]
    fn a_damaged_document_is_marked_or_survives(mut bytes in samples::document(), at: usize, byte: u8) {
        let at = at % bytes.len();
        bytes[at] = byte;
        for form in [Form::Canonical, Form::Relaxed] {
            if let Ok(written) = write(&bytes, form, Layout::Compact)
                && !written.damaged
            {
                let again = parse_document(&written.text);
                prop_assert_eq!(again.as_ref(), Ok(&bytes), "{}", written.text);
            }
        }
    }

    #[test]
    fn the_short_way_reads_what_the_general_way_does(
        value in prop_oneof![
            r#"\{ ?"\$(oid|numberInt|numberLong|numberDouble|numberDecimal|date)": ?"[-+]?[0-9a-fENn.T:+Z]{0,24}" ?\}"#,
            r#"\{"\$date":\{"\$numberLong":"-?[0-9]{1,20}"\}\}"#,
            r#"\{"\$timestamp":\{"t":-?[0-9]{1,11},"i":[0-9.e]{1,3}\}\}"#,
            r#"\{"\$binary":\{"base64":"[A-Za-z0-9+/]{0,9}={0,2}","subType":"[+0-9a-fA-F]{1,3}"\}\}"#,
        ],
    ) {
        // An escape in the name is unusual: the general way is taken.
        let general = value.replacen("\"$", "\"\\u0024", 1);
        match (parse_value(&value), parse_value(&general)) {
            (Ok(short), Ok(general)) => prop_assert_eq!(short, general),
            (short, general) => prop_assert_eq!(short.is_err(), general.is_err(), "{}", value),
        }
    }

    #[test]
    fn no_text_makes_it_panic(text: String) {
        let _ = parse_value(&text);
    }

    #[test]
    fn no_broken_json_makes_it_panic(text in r#"([{}\[\]:,"\\ué1e.\-$]|"\$date"|"\$code"|"\$scope"|null){0,40}"#) {
        let _ = parse_value(&text);
    }

    #[test]
    fn no_bytes_make_the_writer_panic(bytes: Vec<u8>) {
        let _ = write(&bytes, Form::Canonical, Layout::Compact);
    }
}

#[test]
fn kinds_of_plain_numbers_follow_their_spelling() {
    for (text, kind) in
        [("1", Kind::Int), ("2147483648", Kind::Long), ("1.0", Kind::Double), ("1e0", Kind::Double)]
    {
        assert_eq!(parse_value(text).expect(text).kind, kind);
    }
}
