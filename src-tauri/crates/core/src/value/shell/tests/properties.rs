//! What holds for any document and for any text.

use proptest::prelude::*;

use super::NOW;
use crate::value::{
    ejson::{self, Form, Layout},
    samples,
    shell::{parse_document, parse_filter, parse_value, write},
};

proptest! {
    #[test]
    fn any_document_survives_as_text(bytes in samples::document()) {
        for layout in [Layout::Compact, Layout::Indented] {
            let written = write(&bytes, layout).expect("valid");
            prop_assert!(!written.damaged, "{}", written.text);
            let read = parse_value(&written.text, NOW).map(|value| value.bytes);
            prop_assert_eq!(read.as_ref(), Ok(&bytes), "{}", written.text);
            prop_assert_eq!(&parse_document(&written.text, NOW).expect("reads back"), &bytes, "{}", written.text);
        }
    }

    #[test]
    fn what_extended_json_writes_is_read_the_same(bytes in samples::document()) {
        for form in [Form::Canonical, Form::Relaxed] {
            for layout in [Layout::Compact, Layout::Indented] {
                let text = ejson::write(&bytes, form, layout).expect("valid").text;
                let read = parse_value(&text, NOW).map(|value| value.bytes);
                prop_assert_eq!(read.as_ref(), Ok(&bytes), "{}", text);
                prop_assert_eq!(&ejson::parse_document(&text).expect("reads back"), &bytes, "{}", text);
            }
        }
    }

    #[test]
    fn what_is_extended_json_is_read_the_same(
        text in r#"([{}\[\]:, ]|"a"|"\$oid"|"\$numberInt"|"\$code"|"\\u00e9\\n"|-?[0-9]{1,20}|1\.5e[0-9]|true|null){0,30}"#,
    ) {
        if let Ok(read) = ejson::parse_value(&text) {
            prop_assert_eq!(parse_value(&text, NOW), Ok(read));
        }
    }

    #[test]
    fn a_damaged_document_is_marked_or_survives(mut bytes in samples::document(), at: usize, byte: u8) {
        let at = at % bytes.len();
        bytes[at] = byte;
        if let Ok(written) = write(&bytes, Layout::Compact)
            && !written.damaged
        {
            prop_assert_eq!(parse_document(&written.text, NOW), Ok(bytes), "{}", written.text);
        }
    }

    #[test]
    fn any_name_survives(name in "[^\0]{0,8}", inner in r#"[^\x00]{0,3}['"`\\\n\r\u{2028}\u{2029}$/*]{1,3}[^\x00]{0,3}"#) {
        // An object with such a field stands for a value.
        prop_assume!(!ejson::is_type_key(name.as_bytes()) && !ejson::is_type_key(inner.as_bytes()));
        let field = |name: &str, kind: u8, value: &[u8]| samples::assemble(&[(name.into(), (kind, value.into()))]);
        let bytes = field(&inner, 3, &field(&name, 8, &[1]));
        for layout in [Layout::Compact, Layout::Indented] {
            let written = write(&bytes, layout).expect("valid");
            prop_assert_eq!(&parse_document(&written.text, NOW).expect("reads back"), &bytes, "{}", written.text);
        }
    }

    #[test]
    fn no_text_makes_it_panic(text: String) {
        let _ = parse_value(&text, NOW);
        let _ = parse_filter(&text, NOW);
    }

    #[test]
    fn no_broken_syntax_makes_it_panic(
        text in r#"([{}\[\]():,.'"`\\/*+%\n $_éa-]|new |Date|Math\.max|ObjectId|ISODate|Timestamp|Code|DBRef|RegExp|0x|1e|\$date|-|12|\*\*|n|this|=>|//){0,40}"#,
    ) {
        let _ = parse_value(&text, NOW);
    }

    #[test]
    fn no_bytes_make_the_writer_panic(bytes: Vec<u8>) {
        let _ = write(&bytes, Layout::Compact);
    }

    #[test]
    fn no_arguments_make_a_call_panic(
        name in "(NumberInt|NumberLong|Long|Long\\.fromString|NumberDecimal|Double|ObjectId|ObjectId\\.createFromTime|\
                 ISODate|Date|Date\\.UTC|UUID|BinData|HexData|Binary|Timestamp|DBRef|Code|BSONRegExp|RegExp|Math\\.(imul|clz32|pow|round|max))",
        arguments in prop::collection::vec(
            prop_oneof![
                Just("9223372036854775807".to_owned()),
                Just("-9223372036854775808".to_owned()),
                Just("1e300".to_owned()),
                Just("NaN".to_owned()),
                Just("{ t: 1, i: -1 }".to_owned()),
                Just("[]".to_owned()),
                any::<i64>().prop_map(|number| number.to_string()),
                "[0-9T:.+Zé-]{0,26}".prop_map(|text| format!("'{text}'")),
            ],
            0..8,
        ),
    ) {
        let _ = parse_value(&format!("{name}({})", arguments.join(", ")), NOW);
    }
}
