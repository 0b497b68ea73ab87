use proptest::prelude::*;

use super::{Converted, Loss, NoValue, Part, convert, make::make};
use crate::value::{
    samples,
    typed::{Kind, TypedValue},
};

fn typed(kind: Kind, text: &str) -> TypedValue {
    TypedValue { kind, text: text.to_owned() }
}

fn converted(from: (Kind, &str), to: Kind) -> Converted {
    convert(&typed(from.0, from.1), to).expect("a value")
}

/// The new text and what is lost.
fn made(from: (Kind, &str), to: Kind) -> (String, Loss) {
    let Converted { value, loss } = converted(from, to);
    let value = value.unwrap_or_else(|| panic!("{from:?} as {to:?}: {loss:?}"));
    assert_eq!(value.kind, to);
    (value.text, loss)
}

fn exact(from: (Kind, &str), to: (Kind, &str)) {
    assert_eq!(made(from, to.0), (to.1.to_owned(), Loss::Exact), "{from:?}");
}

fn rewritten(from: (Kind, &str), to: (Kind, &str)) {
    let loss = Loss::Rewritten { from: from.1.to_owned(), to: to.1.to_owned() };
    assert_eq!(made(from, to.0), (to.1.to_owned(), loss), "{from:?}");
}

fn rounded(from: (Kind, &str), to: (Kind, &str)) {
    let loss = Loss::Rounded { from: from.1.to_owned(), to: to.1.to_owned() };
    assert_eq!(made(from, to.0), (to.1.to_owned(), loss), "{from:?}");
}

fn truncated(from: (Kind, &str), to: (Kind, &str), fraction: &str) {
    let loss = Loss::Truncated { from: from.1.to_owned(), to: to.1.to_owned(), lost: fraction.to_owned() };
    assert_eq!(made(from, to.0), (to.1.to_owned(), loss), "{from:?}");
}

fn meaning(from: (Kind, &str), to: (Kind, &str)) {
    assert_eq!(made(from, to.0), (to.1.to_owned(), Loss::Meaning), "{from:?}");
}

fn part(from: (Kind, &str), to: (Kind, &str), left: Part) {
    assert_eq!(made(from, to.0), (to.1.to_owned(), Loss::Part { left }), "{from:?}");
}

fn impossible(from: (Kind, &str), to: Kind, why: NoValue) {
    let expected = Converted { value: None, loss: Loss::Impossible { why } };
    assert_eq!(converted(from, to), expected, "{from:?} as {to:?}");
}

use Kind::{
    Array, BinData, Bool, Date, DbPointer, Decimal, Double, Int, Javascript, JavascriptWithScope, Long,
    MaxKey, MinKey, Null, Object, ObjectId, Regex, String as Text, Symbol, Timestamp, Undefined,
};

#[test]
fn a_number_that_the_type_holds_loses_nothing() {
    exact((Int, "5"), (Long, "5"));
    exact((Int, "5"), (Double, "5.0"));
    exact((Int, "-5"), (Decimal, "-5"));
    exact((Long, "9007199254740992"), (Double, "9007199254740992.0"));
    exact((Long, "9223372036854774784"), (Double, "9.223372036854775e+18"));
    exact((Long, "9223372036854775807"), (Decimal, "9223372036854775807"));
    exact((Double, "2.0"), (Int, "2"));
    exact((Double, "9.223372036854775e+18"), (Long, "9223372036854774784"));
    exact((Double, "0.1"), (Decimal, "0.1"));
    exact((Double, "1.7976931348623157e308"), (Decimal, "1.7976931348623157E+308"));
    exact((Double, "-0.0"), (Decimal, "-0.0"));
    exact((Double, "-Infinity"), (Decimal, "-Infinity"));
    exact((Decimal, "2.5"), (Double, "2.5"));
    exact((Decimal, "NaN"), (Double, "NaN"));
    exact((Decimal, "7"), (Int, "7"));
}

#[test]
fn a_number_that_is_written_otherwise_says_so() {
    rewritten((Decimal, "1.00"), (Double, "1.0"));
    rewritten((Decimal, "2.00"), (Int, "2"));
    rewritten((Decimal, "2E+3"), (Long, "2000"));
    rewritten((Decimal, "0E+6000"), (Int, "0"));
    rewritten((Double, "-0.0"), (Int, "0"));
    rewritten((Double, "NaN(0x7ff8000000000001)"), (Decimal, "NaN"));
    rewritten((Decimal, "9223372036854774784"), (Double, "9.223372036854775e+18"));
}

#[test]
fn a_number_that_the_type_does_not_hold_becomes_the_nearest() {
    rounded((Long, "9007199254740993"), (Double, "9007199254740992.0"));
    rounded((Long, "9223372036854775807"), (Double, "9.223372036854776e+18"));
    rounded((Decimal, "0.1000000000000000000000000000000001"), (Double, "0.1"));
    rounded((Decimal, "1E-400"), (Double, "0.0"));
    rounded((Text, "1.00000000000000000001"), (Double, "1.0"));
    let ones = "1".repeat(34);
    rounded((Text, &format!("{ones}5")), (Decimal, "1.111111111111111111111111111111112E+34"));
    rounded((Text, &format!("0.{ones}49")), (Decimal, &format!("0.{ones}")));
    rounded((Text, &format!("-{}.5", "9".repeat(34))), (Decimal, "-1.000000000000000000000000000000000E+34"));
}

#[test]
fn a_fraction_is_cut_off_and_told() {
    truncated((Double, "2.75"), (Int, "2"), "0.75");
    truncated((Double, "-2.75"), (Long, "-2"), "-0.75");
    truncated((Double, "1e-7"), (Int, "0"), "0.0000001");
    truncated((Double, "5e-324"), (Int, "0"), "5E-324");
    truncated((Decimal, "12.050"), (Int, "12"), "0.05");
    truncated((Decimal, "1E-6000"), (Long, "0"), "1E-6000");
    truncated((Text, "2.75"), (Int, "2"), "0.75");
    truncated((Text, "99.5e-1"), (Int, "9"), "0.95");
    truncated((Double, "0.5"), (Date, "1970-01-01T00:00:00.000Z"), "0.5");
}

#[test]
fn a_number_beyond_the_type_is_impossible() {
    impossible((Long, "2147483648"), Int, NoValue::OutOfRange);
    impossible((Double, "9.223372036854776e+18"), Long, NoValue::OutOfRange);
    impossible((Double, "1e300"), Int, NoValue::OutOfRange);
    impossible((Decimal, "1E+6000"), Long, NoValue::OutOfRange);
    impossible((Decimal, "1E+400"), Double, NoValue::OutOfRange);
    impossible((Text, "1e99999999999999999999"), Decimal, NoValue::OutOfRange);
    for number in ["NaN", "Infinity", "-Infinity"] {
        impossible((Double, number), Int, NoValue::NotFinite);
        impossible((Decimal, number), Long, NoValue::NotFinite);
        impossible((Text, number), Int, NoValue::NotFinite);
    }
}

#[test]
fn a_text_becomes_the_number_that_it_says() {
    exact((Text, "42"), (Int, "42"));
    exact((Text, "94.5"), (Double, "94.5"));
    exact((Text, "1.10"), (Decimal, "1.10"));
    exact((Int, "42"), (Text, "42"));
    exact((Decimal, "1.10"), (Text, "1.10"));
    rewritten((Text, " 007 "), (Int, "7"));
    rewritten((Text, "+1e3"), (Long, "1000"));
    rewritten((Text, "94.50"), (Double, "94.5"));
    for text in ["", "-", "1,5", "0x10", "twelve", "1e", ".", "1 2"] {
        for kind in [Int, Long, Double, Decimal] {
            impossible((Text, text), kind, NoValue::Unreadable);
        }
    }
}

#[test]
fn a_boolean_is_0_or_1() {
    exact((Bool, "true"), (Int, "1"));
    exact((Bool, "false"), (Double, "0.0"));
    exact((Bool, "true"), (Text, "true"));
    exact((Int, "0"), (Bool, "false"));
    exact((Long, "1"), (Bool, "true"));
    part((Int, "5"), (Bool, "true"), Part::Truth);
    part((Double, "NaN"), (Bool, "true"), Part::Truth);
    rewritten((Double, "-0.0"), (Bool, "false"));
    rewritten((Text, " TRUE"), (Bool, "true"));
    impossible((Text, "yes"), Bool, NoValue::Unreadable);
}

#[test]
fn a_date_is_milliseconds_a_text_and_nearly_a_timestamp() {
    let (date, plain) = ("2026-11-23T19:30:00.500Z", "2026-11-23T19:30:00.000Z");
    exact((Date, date), (Text, date));
    exact((Date, date), (Long, "1795462200500"));
    exact((Long, "1795462200500"), (Date, date));
    exact((Date, date), (Double, "1795462200500.0"));
    exact((Date, "9223372036854775807"), (Text, "9223372036854775807"));
    impossible((Date, date), Int, NoValue::OutOfRange);
    exact((Date, plain), (Timestamp, "1795462200:0"));
    assert_eq!(made((Date, date), Timestamp), ("1795462200:0".to_owned(), Loss::Milliseconds { lost: 500 }));
    impossible((Date, "1969-12-31T23:59:59.999Z"), Timestamp, NoValue::OutOfRange);
    exact((Timestamp, "1795462200:0"), (Date, plain));
    part((Timestamp, "1795462200:7"), (Date, plain), Part::Seconds);
    exact((Timestamp, "1:2"), (Text, "1:2"));
    exact((Text, "1:2"), (Timestamp, "1:2"));
}

#[test]
fn a_text_becomes_a_date_in_utc() {
    let date = "2026-11-23T19:30:00.000Z";
    exact((Text, date), (Date, date));
    rewritten((Text, "2026-11-23T19:30Z"), (Date, date));
    rewritten((Text, "2026-11-23 19:30"), (Date, date));
    rewritten((Text, "2026-11-23T19:30+00:00"), (Date, date));
    rewritten((Text, "2026-11-23"), (Date, "2026-11-23T00:00:00.000Z"));
    for (text, offset) in [("2026-11-23T21:30:00+02:00", "+02:00"), ("2026-11-23T14:30-0500", "-0500")] {
        let lost = Loss::Offset { lost: offset.to_owned() };
        assert_eq!(made((Text, text), Date), (date.to_owned(), lost));
    }
    for text in ["", "yesterday", "2026-02-30", "2026-11-23T25:00Z", "2026-11-23é+02:00"] {
        impossible((Text, text), Date, NoValue::Unreadable);
    }
}

#[test]
fn ids_and_references_are_texts() {
    let id = "65a000000000000000000001";
    exact((ObjectId, id), (Text, id));
    exact((Text, id), (ObjectId, id));
    rewritten((Text, "65A000000000000000000001"), (ObjectId, id));
    part((ObjectId, id), (Date, "2024-01-11T14:49:36.000Z"), Part::CreationTime);
    part((DbPointer, "d.c 65a000000000000000000001"), (ObjectId, id), Part::Id);
    exact((DbPointer, "d.c 65a000000000000000000001"), (Text, "d.c 65a000000000000000000001"));
    impossible((Text, "65a0"), ObjectId, NoValue::Unreadable);
}

#[test]
fn a_binary_is_base64_or_a_uuid() {
    let uuid = "00112233-4455-6677-8899-aabbccddeeff";
    exact((BinData, uuid), (Text, uuid));
    exact((Text, uuid), (BinData, uuid));
    exact((BinData, "BinData(0, \"YWI=\")"), (Text, "YWI="));
    exact((Text, "YWI="), (BinData, "BinData(0, \"YWI=\")"));
    rewritten((Text, "YWI"), (BinData, "BinData(0, \"YWI=\")"));
    rewritten((Text, "HexData(5, \"61\")"), (BinData, "BinData(5, \"YQ==\")"));
    part((BinData, "BinData(5, \"YWI=\")"), (Text, "YWI="), Part::Data);
    impossible((Text, "no base64"), BinData, NoValue::Unreadable);
}

#[test]
fn code_and_patterns_keep_their_text() {
    exact((Text, "s"), (Symbol, "s"));
    exact((Symbol, "s"), (Text, "s"));
    exact((Symbol, "7"), (Int, "7"));
    meaning((Javascript, "f()"), (Text, "f()"));
    meaning((Text, "f()"), (Javascript, "f()"));
    meaning((Regex, "/a/i"), (Text, "/a/i"));
    meaning((Text, "/a/i"), (Regex, "/a/i"));
    meaning((Text, "a/b"), (Regex, "/a/b/"));
    impossible((Text, "a\0"), Regex, NoValue::Unreadable);
    exact((Javascript, "\"f\"\n"), (JavascriptWithScope, r#"Code("\"f\"\n", {})"#));
    exact((JavascriptWithScope, r#"Code("\"f\"\n", {})"#), (Javascript, "\"f\"\n"));
    part((JavascriptWithScope, r#"Code("f", {"a":1})"#), (Javascript, "f"), Part::Source);
    meaning((JavascriptWithScope, r#"Code("f", {"a":1})"#), (Text, r#"Code("f", {"a":1})"#));
    meaning((Text, r#"Code("f", {"a":1})"#), (JavascriptWithScope, r#"Code("f", {"a":1})"#));
    meaning((Text, "f"), (JavascriptWithScope, r#"Code("f", {})"#));
}

#[test]
fn what_says_nothing_keeps_nothing() {
    for (nothing, text) in [(Null, ""), (Undefined, "undefined"), (MinKey, "minKey"), (MaxKey, "maxKey")] {
        assert_eq!(made((Int, "5"), nothing), (text.to_owned(), Loss::Everything));
        assert_eq!(made((Object, ""), nothing), (text.to_owned(), Loss::Everything));
        assert_eq!(made((nothing, text), nothing), (text.to_owned(), Loss::Exact));
        for kind in [Int, Text, Date, Regex] {
            impossible((nothing, text), kind, NoValue::Unrelated);
        }
    }
    assert_eq!(made((Undefined, "undefined"), Null), (String::new(), Loss::Meaning));
}

#[test]
fn what_has_nothing_to_do_with_each_other_is_impossible() {
    impossible((ObjectId, "65a000000000000000000001"), Int, NoValue::Unrelated);
    impossible((Date, "1970-01-01T00:00:00.000Z"), Bool, NoValue::Unrelated);
    impossible((Int, "5"), Object, NoValue::Unrelated);
    impossible((Array, ""), Text, NoValue::Unrelated);
}

#[test]
fn a_text_that_is_no_value_is_refused() {
    assert!(convert(&typed(Int, "x"), Long).is_err());
    assert!(convert(&typed(Int, "x"), Int).is_err());
}

#[test]
fn a_long_text_is_told_shortened() {
    let text = format!("{}1", " ".repeat(1000));
    let (_, loss) = made((Text, &text), Int);
    assert!(matches!(loss, Loss::Rewritten { from, .. } if from.chars().count() == 61));
}

const KINDS: [Kind; 21] = [
    Double,
    Text,
    Object,
    Array,
    BinData,
    Undefined,
    ObjectId,
    Bool,
    Date,
    Null,
    Regex,
    DbPointer,
    Javascript,
    Symbol,
    JavascriptWithScope,
    Int,
    Timestamp,
    Long,
    Decimal,
    MinKey,
    MaxKey,
];

proptest! {
    #[test]
    fn what_is_exact_comes_back_to_the_bit_and_every_new_value_can_be_stored(
        value in samples::scalar(),
        to in prop::sample::select(&KINDS[..]),
    ) {
        let kind = Kind::from_byte(value.0).expect("a type");
        let before = TypedValue::of(kind, &value.1).value;
        let Converted { value: after, loss } = convert(&before, to).expect("a value");
        prop_assert_eq!(after.is_none(), matches!(loss, Loss::Impossible { .. }));
        if let Some(after) = after {
            prop_assert_eq!(after.kind, to);
            let bytes = after.encode().expect("a value").1;
            prop_assert_eq!(&TypedValue::of(to, &bytes).value, &after, "it is written as the core writes it");
            let back = make(&after, kind).ok().map(|(back, _)| back);
            prop_assert!(loss != Loss::Exact || back.as_ref() == Some(&before), "{before:?} {after:?} {back:?}");
        }
    }

    #[test]
    fn a_whole_double_becomes_the_integer_that_it_is(long: i64) {
        #[expect(clippy::cast_precision_loss, reason = "the nearest double is wanted")]
        let double = long as f64;
        let text = TypedValue::of(Double, &double.to_le_bytes()).value.text;
        let Converted { value, .. } = converted((Double, &text), Long);
        // 2^63 is a double and no 64-bit integer.
        prop_assert_eq!(value.is_none(), double >= 9_223_372_036_854_775_808.0);
        if let Some(value) = value {
            #[expect(clippy::cast_possible_truncation, reason = "checked above")]
            let expected = (double as i64).to_string();
            prop_assert_eq!(value.text, expected);
        }
    }

    #[test]
    fn a_long_as_a_double_is_exact_or_said_to_be_rounded(long: i64) {
        #[expect(clippy::cast_precision_loss, clippy::cast_possible_truncation, reason = "what is tested")]
        let holds = long as f64 as i128 == i128::from(long);
        let Converted { loss, .. } = converted((Long, &long.to_string()), Double);
        prop_assert_eq!(holds, loss == Loss::Exact);
        let is_rounded = matches!(loss, Loss::Rounded { .. });
        prop_assert_eq!(!holds, is_rounded);
    }

    #[test]
    fn no_text_makes_it_panic(text in "\\PC{0,40}|[-+0-9.eE:TZ() ]{0,50}", to in prop::sample::select(&KINDS[..])) {
        for kind in KINDS {
            let _ = convert(&typed(kind, &text), to);
        }
    }
}
