//! The table of what texts say: `cases.txt`.

use super::NOW;
use crate::value::{
    ejson,
    shell::{parse_filter, parse_value},
};

/// One row of the table.
struct Row {
    text: String,
    /// It is an error.
    wrong: bool,
    /// The value in Extended JSON, or the place and a part of the message.
    says: &'static str,
}

fn rows() -> impl Iterator<Item = Row> {
    let lines = include_str!("../cases.txt").lines();
    lines.filter(|line| !line.is_empty() && !line.starts_with('#')).map(|line| {
        let split = |sign: &str| line.rfind(sign).map(|at| (at, at + sign.len(), sign == " !! "));
        let (end, start, wrong) = split(" => ").max(split(" !! ")).expect(line);
        Row { text: line[..end].replace('⏎', "\n"), wrong, says: &line[start..] }
    })
}

#[test]
fn every_row_of_the_table_holds() {
    let mut differ = Vec::new();
    for Row { text, wrong, says } in rows() {
        let read = parse_value(&text, NOW);
        let holds = match &read {
            Ok(value) => !wrong && *value == ejson::parse_value(says).expect(says),
            Err(error) => {
                let (place, words) = says.split_once(' ').expect(says);
                wrong && place == format!("{}:{}", error.line, error.column) && error.message.contains(words)
            }
        };
        if !holds {
            differ.push(format!("{text}\n    is   {read:?}\n    not  {says}"));
        }
    }
    assert!(differ.is_empty(), "{} rows differ:\n{}", differ.len(), differ.join("\n"));
}

#[test]
fn the_table_has_enough_rows() {
    let wrong = rows().filter(|row| row.wrong).count();
    assert!(rows().count() - wrong >= 150);
    assert!(wrong >= 30);
}

#[test]
fn a_value_alone_is_a_search_by_id() {
    for (text, document) in [
        ("55cba2476c522cafdb053add", r#"{"_id":{"$oid":"55cba2476c522cafdb053add"}}"#),
        (" 55CBA2476C522CAFDB053ADD\n", r#"{"_id":{"$oid":"55cba2476c522cafdb053add"}}"#),
        ("123456789012345678901234", r#"{"_id":{"$oid":"123456789012345678901234"}}"#),
        ("ObjectId('55cba2476c522cafdb053add')", r#"{"_id":{"$oid":"55cba2476c522cafdb053add"}}"#),
        (r#"{"$oid":"55cba2476c522cafdb053add"}"#, r#"{"_id":{"$oid":"55cba2476c522cafdb053add"}}"#),
        ("'55cba2476c522cafdb053add'", r#"{"_id":"55cba2476c522cafdb053add"}"#),
        (r#""a""#, r#"{"_id":"a"}"#),
        ("5", r#"{"_id":5}"#),
        ("NumberLong(5)", r#"{"_id":{"$numberLong":"5"}}"#),
        (
            "00112233-4455-6677-8899-aabbccddeeff",
            r#"{"_id":{"$uuid":"00112233-4455-6677-8899-aabbccddeeff"}}"#,
        ),
        (
            "UUID('00112233445566778899aabbccddeeff')",
            r#"{"_id":{"$uuid":"00112233-4455-6677-8899-aabbccddeeff"}}"#,
        ),
        ("ISODate('2020-01-02')", r#"{"_id":{"$date":"2020-01-02T00:00:00Z"}}"#),
        ("null", r#"{"_id":null}"#),
    ] {
        let filter = parse_filter(text, NOW).expect(text);
        assert!(filter.by_id, "{text}");
        assert_eq!(Ok(filter.bytes), ejson::parse_document(document), "{text}");
    }
}

#[test]
fn a_document_is_the_filter_itself() {
    for (text, document) in
        [("{ a: 1 }", r#"{"a":1}"#), (r#"{"a":1}"#, r#"{"a":1}"#), ("{ _id: 'x' }", r#"{"_id":"x"}"#)]
    {
        let filter = parse_filter(text, NOW).expect(text);
        assert!(!filter.by_id, "{text}");
        assert_eq!(Ok(filter.bytes), ejson::parse_document(document), "{text}");
    }
}

#[test]
fn what_no_id_can_be_is_no_filter() {
    for text in ["[1]", "undefined", "[{ a: 1 }]"] {
        let error = parse_filter(text, NOW).expect_err(text);
        assert!(error.message.starts_with("a document between { and } is expected"), "{text}: {error}");
    }
    for text in ["55cba2476c522cafdb053ad", "00112233-4455-6677-8899_aabbccddeeff", "hello"] {
        parse_filter(text, NOW).expect_err(text);
    }
}
