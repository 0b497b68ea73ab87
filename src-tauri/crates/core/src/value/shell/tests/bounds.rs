//! What is nested deep, long, or made to exhaust a parser that recurses.

use super::NOW;
use crate::value::{
    ejson::{TextError, TextValue},
    shell::{build::MAX_DEPTH, parse_filter, parse_value},
    typed::Kind,
};

/// Runs on a stack of 2 MiB, as a thread of the runtime has: an overflow would end the process.
fn on_a_small_stack(test: impl FnOnce() + Send + 'static) {
    let thread = std::thread::Builder::new().stack_size(2 << 20).spawn(test).expect("a thread");
    thread.join().expect("no panic");
}

fn parse(text: &str) -> Result<TextValue, TextError> {
    parse_value(text, NOW)
}

#[test]
fn a_document_of_depth_180_is_read_on_a_small_stack() {
    on_a_small_stack(|| {
        for (open, close) in [("{ a: ", " }"), ("[", "]")] {
            let nested = |levels: usize, inner: &str| {
                format!("{{ a: {}{inner}{} }}", open.repeat(levels), close.repeat(levels))
            };
            for inner in [
                "1 + 2",
                "ISODate('2020-01-02')",
                "{ $date: { $numberLong: '0' } }",
                "Timestamp({ t: 1, i: 2 })",
            ] {
                assert_eq!(parse(&nested(MAX_DEPTH, inner)).expect(inner).kind, Kind::Object);
            }
            for (levels, inner) in [
                (MAX_DEPTH + 1, "0"),
                (MAX_DEPTH + 30, "0"),
                (MAX_DEPTH, "{}"),
                (MAX_DEPTH, "DBRef('c', 1)"),
                (MAX_DEPTH, "Code('f', {})"),
                (MAX_DEPTH - 1, "DBRef('c', {})"),
                (MAX_DEPTH - 1, "Code('f', { a: [] })"),
            ] {
                let message = parse(&nested(levels, inner)).expect_err(inner).message;
                assert!(message.starts_with("nested deeper than 180 levels"), "{levels} {inner}: {message}");
            }
            assert!(parse(&nested(MAX_DEPTH - 1, "DBRef('c', 1)")).is_ok());
            assert!(parse(&nested(MAX_DEPTH - 1, "Code('f', {})")).is_ok());
        }
    });
}

#[test]
fn a_hundred_thousand_of_anything_are_read_or_refused_on_a_small_stack() {
    on_a_small_stack(|| {
        const MANY: usize = 100_000;
        for (open, inner, close) in [
            ("{a:", "1", "}"),
            ("[", "1", "]"),
            ("(", "1", ")"),
            ("f(", "1", ")"),
            ("new f(", "1", ")"),
            ("[{a:", "1", "}]"),
            ("{$date:", "1", "}"),
            ("DBRef('c',", "1", ")"),
            ("[", "", ""),
            ("- ", "1", ""),
            ("-", "1", ""),
            ("+ ", "1", ""),
            ("!", "1", ""),
            ("~", "1", ""),
            ("new ", "f", ""),
            ("1**", "1", ""),
            ("1+", "1", ""),
            ("1-", "1", ""),
            ("1*2+", "1", ""),
            ("typeof ", "1", ""),
            ("await ", "1", ""),
            ("x=>", "1", ""),
            ("async x=>", "1", ""),
            ("a=", "1", ""),
            ("1?", "1", ":1"),
            ("`${", "1", "}`"),
            ("a:", "1", ""),
            ("{m(){", "", "}}"),
            ("function(){", "", "}"),
            ("if(1)", "1", ""),
            ("class extends ", "a", ""),
            ("<a>", "", "</a>"),
            ("", "a", ".b"),
            ("", "a", "()"),
            ("", "new Date()", ".getTime()"),
            ("", "a", "[0]"),
            ("", "a", "`x`"),
            ("", "1", "\n"),
            ("//\n", "1", ""),
            ("/**/", "1", ""),
            ("...", "1", ""),
            ("{...", "1", "}"),
            ("{[", "1", "]:1}"),
        ] {
            for before in ["", "{ a: ", "[/'/, ", "'\\xZ", "`\\u", "1__0 ", "/x/gg ", "a / ", "typeof /'/, '"]
            {
                let text = format!("{before}{}{inner}{}", open.repeat(MANY), close.repeat(MANY));
                let _ = parse(&text);
            }
        }
    });
}

#[test]
fn what_hides_a_bracket_from_the_parser_hides_it_from_the_count() {
    on_a_small_stack(|| {
        let brackets = "[".repeat(100_000);
        for (before, after) in [
            ("'", "'"),
            ("\"", "\""),
            ("`", "`"),
            ("/[", "]/"),
            ("/* ", " */ 1"),
            ("// ", "\n1"),
            ("// ", "\u{2028}1"),
            ("1 // ", ""),
            ("[1 / 2, /", "/]"),
            ("[')', /'", "'/]"),
        ] {
            let _ = parse(&format!("{before}{brackets}{after}"));
        }
        assert!(parse(&format!("'{brackets}'")).is_ok());
        assert!(parse(&format!("// {brackets}\n1")).is_ok());
        assert!(parse(&format!("/* {brackets} */ 1")).is_ok());
        assert!(parse(&format!("/[{}]/", "(".repeat(100_000))).is_ok());
        // The end of the comment is one for JavaScript too.
        assert!(parse(&format!("// \u{2028}{brackets}")).is_err());
        assert!(parse(&format!("1 / {brackets}")).is_err());
        assert!(parse(&format!("[/'/, {brackets}")).is_err());
    });
}

#[test]
fn operators_are_counted_between_commas() {
    let sum = |count: usize| format!("1{}", " + 1".repeat(count));
    assert_eq!(parse(&sum(200)), parse("201"));
    let error = parse(&sum(201)).expect_err("too many");
    assert_eq!(error.message, "an expression has at most 200 operators");
    assert_eq!(error.column, 1 + 4 * 200 + 2);
    assert!(parse(&format!("[{}]", vec![sum(150); 20].join(", "))).is_ok());
    // Those around an open bracket count together with those inside.
    assert!(parse(&format!("{} + ({})", sum(150), sum(150))).is_err());
}

#[test]
fn a_long_text_is_read_as_extended_json_only() {
    let list =
        |quote: char| format!("{{ \"a\": [{}] }}", vec![format!("{quote}x{quote}"); 300_000].join(","));
    assert!(list('"').len() > 1 << 20);
    assert!(!parse_filter(&list('"'), NOW).expect("Extended JSON").by_id);
    let error = parse_filter(&list('\''), NOW).expect_err("neither");
    assert_eq!((error.line, error.column), (1, 9));
    assert!(parse(&list('\'')).expect_err("too long").message.starts_with("a text above 1 MiB"));
}

#[test]
fn many_values_are_read() {
    let ids = vec!["ObjectId('55cba2476c522cafdb053add')"; 20_000].join(", ");
    let read = parse(&format!("{{ _id: {{ $in: [{ids}] }} }}")).expect("a filter");
    assert!(read.bytes.len() > 20_000 * 12);
}
