//! One value as text, in either syntax: what a person copies.

use super::{
    ejson::{self, Form, Layout, Written},
    raw::{Element, Malformed},
    shell,
    typed::Kind,
};

/// How a value is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Syntax {
    /// Extended JSON v2.
    Json(Form),
    /// As mongosh reads it.
    Shell,
}

impl Syntax {
    /// Writes a document.
    pub fn write(self, bytes: &[u8], layout: Layout) -> Result<Written, Malformed> {
        match self {
            Self::Json(form) => ejson::write(bytes, form, layout),
            Self::Shell => shell::write(bytes, layout),
        }
    }

    /// Writes the value of an element, without its name.
    pub fn write_value(self, element: &Element<'_>, layout: Layout) -> Result<Written, Malformed> {
        if element.kind == Kind::Object {
            return self.write(element.value, layout);
        }
        // Both writers know documents only: the value goes into one of its own, and comes out of its text.
        let written = self.write(&document_of(element), layout)?;
        Ok(Written { text: inside(&written.text), ..written })
    }
}

/// A document with the value under a name that both syntaxes write without quotes or with them, and nothing else.
fn document_of(element: &Element<'_>) -> Vec<u8> {
    let length = u32::try_from(element.value.len() + 4 + 1 + NAME.len() + 1 + 1).unwrap_or(u32::MAX);
    let mut bytes = length.to_le_bytes().to_vec();
    bytes.push(element.kind.byte());
    bytes.extend_from_slice(NAME.as_bytes());
    bytes.push(0);
    bytes.extend_from_slice(element.value);
    bytes.push(0);
    bytes
}

const NAME: &str = "v";

/// What stands behind the name and before the last bracket, one step less indented. No string breaks a line in either syntax.
fn inside(text: &str) -> String {
    let value = text.split_once(':').map_or(text, |(_, value)| value);
    let value = value.strip_suffix('}').unwrap_or(value).trim();
    value.replace("\n  ", "\n")
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::value::{raw::Elements, samples};

    fn shell(text: &str) -> Vec<u8> {
        shell::parse_document(text, 0).expect(text)
    }

    #[test]
    fn a_value_alone_is_written_as_it_stands_in_its_document() {
        let bytes = shell(
            r#"{ at: ISODate("2026-01-05T08:34:46.954Z"), tags: ["a:b", { "}": 1 }], none: [], of: { n: NumberLong("5") } }"#,
        );
        let elements: Vec<_> =
            Elements::new(&bytes).expect("a document").map(|element| element.expect("one")).collect();
        let text = |at: usize, syntax: Syntax, layout| {
            syntax.write_value(&elements[at], layout).expect("written").text
        };
        let json = Syntax::Json(Form::Relaxed);
        assert_eq!(text(0, Syntax::Shell, Layout::Compact), r#"ISODate("2026-01-05T08:34:46.954Z")"#);
        assert_eq!(text(0, json, Layout::Compact), r#"{"$date":"2026-01-05T08:34:46.954Z"}"#);
        assert_eq!(text(1, json, Layout::Compact), r#"["a:b",{"}":1}]"#);
        assert_eq!(text(1, json, Layout::Indented), "[\n  \"a:b\",\n  {\n    \"}\": 1\n  }\n]");
        assert_eq!(text(2, json, Layout::Indented), "[]");
        assert_eq!(text(3, Syntax::Shell, Layout::Indented), "{\n  n: NumberLong(\"5\")\n}");
    }

    proptest! {
        #[test]
        fn every_value_alone_reads_back_to_its_bytes(bytes in samples::document()) {
            for element in Elements::new(&bytes).expect("a document") {
                let element = element.expect("an element");
                for syntax in [Syntax::Shell, Syntax::Json(Form::Canonical), Syntax::Json(Form::Relaxed)] {
                    for layout in [Layout::Compact, Layout::Indented] {
                        let written = syntax.write_value(&element, layout).expect("written");
                        let text = format!("{{\"{NAME}\": {}}}", written.text);
                        let read = match syntax {
                            Syntax::Shell => shell(&text),
                            Syntax::Json(_) => ejson::parse_document(&text).expect(&text),
                        };
                        prop_assert!(written.damaged || read == document_of(&element), "{text}");
                    }
                }
            }
        }
    }
}
