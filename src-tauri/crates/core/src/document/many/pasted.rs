//! Many documents in one text: an array, or documents one after the other, as they are copied from a shell, an export or
//! another window.

use crate::{
    Error, Result, TextPart,
    document::text::{damaged, either},
    value::{ejson::TextError, raw::Elements, typed::Kind},
};

/// Reads every document of a text, in either syntax. Between two documents there may be commas, semicolons, or nothing.
///
/// # Errors
///
/// `InvalidInput` with the place in the whole text.
pub(super) fn parse_pasted(text: &str, now_ms: i64) -> Result<Vec<Vec<u8>>> {
    let mut documents = Vec::new();
    for piece in pieces(text) {
        let (kind, bytes) = either(&text[piece.clone()], now_ms)
            .map_err(|error| unreadable(&moved(text, piece.start, error)))?;
        match kind {
            Kind::Object => documents.push(bytes),
            Kind::Array => {
                for element in Elements::new(&bytes).map_err(damaged)? {
                    let element = element.map_err(damaged)?;
                    if element.kind != Kind::Object {
                        let number = documents.len() + 1;
                        return Err(Error::invalid(format!(
                            "Value {number} of the array is not a document."
                        )));
                    }
                    documents.push(element.value.to_vec());
                }
            }
            _ => {
                let message = "documents are expected, each in braces".to_owned();
                let mistake = TextError { line: 1, column: 1, message };
                return Err(unreadable(&moved(text, piece.start, mistake)));
            }
        }
    }
    Ok(documents)
}

fn unreadable(mistake: &TextError) -> Error {
    Error::unreadable(TextPart::Document, "text", mistake)
}

/// A mistake in a piece, as one of the whole text.
fn moved(text: &str, start: usize, mistake: TextError) -> TextError {
    let before = &text[..start];
    let line_start = before.rfind('\n').map_or(0, |at| at + 1);
    let lines = before.matches('\n').count();
    let columns = if mistake.line == 1 { before[line_start..].chars().count() } else { 0 };
    let add = |number: u32, more: usize| number.saturating_add(u32::try_from(more).unwrap_or(u32::MAX));
    TextError { line: add(mistake.line, lines), column: add(mistake.column, columns), ..mistake }
}

/// What the walk over a text is in.
enum Inside {
    Code,
    Text(char),
    Regex { class: bool },
    LineComment,
    BlockComment,
}

/// The parts of a text that are values by themselves: each ends with its last bracket. Whatever stands outside brackets is a
/// part too, for the parser to tell what is wrong with it.
fn pieces(text: &str) -> Vec<std::ops::Range<usize>> {
    let (mut pieces, mut start, mut depth) = (Vec::new(), None, 0_usize);
    let (mut inside, mut last) = (Inside::Code, ' ');
    let mut signs = text.char_indices().peekable();
    while let Some((at, sign)) = signs.next() {
        let next = signs.peek().map(|(_, sign)| *sign);
        match inside {
            Inside::Code => {}
            Inside::Text(quote) => {
                if sign == '\\' {
                    signs.next();
                } else if sign == quote {
                    inside = Inside::Code;
                }
                continue;
            }
            Inside::Regex { class } => {
                match sign {
                    '\\' => drop(signs.next()),
                    '[' => inside = Inside::Regex { class: true },
                    ']' => inside = Inside::Regex { class: false },
                    '/' if !class => inside = Inside::Code,
                    _ => {}
                }
                continue;
            }
            Inside::LineComment => {
                if sign == '\n' {
                    inside = Inside::Code;
                }
                continue;
            }
            Inside::BlockComment => {
                if sign == '*' && next == Some('/') {
                    signs.next();
                    inside = Inside::Code;
                }
                continue;
            }
        }
        let comment = match (sign, next) {
            ('/', Some('/')) => Some(Inside::LineComment),
            ('/', Some('*')) => Some(Inside::BlockComment),
            _ => None,
        };
        if let Some(comment) = comment {
            signs.next();
            inside = comment;
            continue;
        }
        if sign.is_whitespace() {
            continue;
        }
        if depth == 0 && matches!(sign, ',' | ';') {
            pieces.extend(start.take().map(|start| start..at));
            continue;
        }
        start.get_or_insert(at);
        match sign {
            '"' | '\'' | '`' => inside = Inside::Text(sign),
            // After a value it divides; a value begins after these.
            '/' if matches!(last, ':' | ',' | '[' | '(') => inside = Inside::Regex { class: false },
            '{' | '[' | '(' => depth += 1,
            '}' | ']' | ')' => {
                depth = depth.saturating_sub(1);
                if depth == 0 && sign != ')' {
                    pieces.extend(start.take().map(|start| start..at + 1));
                }
            }
            _ => {}
        }
        last = sign;
    }
    pieces.extend(start.map(|start| start..text.len()));
    pieces
}

#[cfg(test)]
mod tests {
    use bson::{Document, doc};

    use super::*;

    fn parsed(text: &str) -> Vec<Document> {
        let documents = parse_pasted(text, 0).expect(text);
        documents.iter().map(|bytes| bson::deserialize_from_slice(bytes).expect("BSON")).collect()
    }

    #[test]
    fn documents_are_read_in_whatever_way_they_stand_one_after_the_other() {
        let two = [doc! { "a": 1 }, doc! { "a": 2 }];
        for text in [
            "[{\"a\": 1}, {\"a\": 2}]",
            "{\"a\": 1}\n{\"a\": 2}\n",
            "{\"a\":1}{\"a\":2}",
            "{ a: 1 },\n{ a: 2 },",
            "{ a: 1 };\n{ a: 2 };",
            "// the first\n{ a: 1 } /* { */ { a: 2 }",
            "{\n  a: 1\n}\n\n{\n  a: 2\n}",
            "[{a: 1}]\n[{a: 2}]",
        ] {
            assert_eq!(parsed(text), two, "{text}");
        }
        assert!(parsed("").is_empty() && parsed(" \n // nothing\n").is_empty() && parsed("[]").is_empty());
    }

    #[test]
    fn brackets_and_quotes_inside_values_end_nothing() {
        for text in [
            r#"{ a: "}{" } { a: '}\'{' }"#,
            "{ a: /[/}]\\/{/ }{ a: /}/i }",
            "{ a: [{ b: [] }, [[]]] }{ a: ISODate('2024-01-01') }",
        ] {
            assert_eq!(parsed(text).len(), 2, "{text}");
        }
    }

    #[test]
    fn a_mistake_is_told_with_its_place_in_the_whole_text() {
        for (text, line, column) in [
            ("{ a: 1 }\n{ a: oops }", 2, 6),
            ("{ a: 1 } { a: }", 1, 15),
            ("{ a: 1 }\n  5", 2, 3),
            ("{ a: 1 }\n{ a: 2", 2, 7),
        ] {
            let error = parse_pasted(text, 0).expect_err(text);
            let at = error.body().at.expect("a place");
            assert_eq!((at.line, at.column), (line, column), "{text}: {error}");
        }
        let error = parse_pasted("[{a: 1}, 2]", 0).expect_err("no document");
        assert!(error.to_string().contains("Value 2"), "{error}");
    }
}
