//! Text between double quotes, for JSON and for JavaScript alike.

use std::fmt::Write as _;

/// Puts bytes that ought to be UTF-8 behind a text, as a string in double quotes. Tells whether some were not:
/// they are U+FFFD in the text.
pub(super) fn push(out: &mut String, bytes: &[u8]) -> bool {
    let mut damaged = false;
    out.push('"');
    for chunk in bytes.utf8_chunks() {
        escape(out, chunk.valid());
        if !chunk.invalid().is_empty() {
            damaged = true;
            out.push(char::REPLACEMENT_CHARACTER);
        }
    }
    out.push('"');
    damaged
}

fn escape(out: &mut String, text: &str) {
    let mut rest = text;
    let special = |byte| byte < 0x20 || byte == b'"' || byte == b'\\';
    while let Some(at) = rest.bytes().position(special) {
        out.push_str(&rest[..at]);
        match rest.as_bytes()[at] {
            b'"' => out.push_str("\\\""),
            b'\\' => out.push_str("\\\\"),
            b'\n' => out.push_str("\\n"),
            b'\r' => out.push_str("\\r"),
            b'\t' => out.push_str("\\t"),
            // Writing to a String cannot fail.
            control => drop(write!(out, "\\u{control:04x}")),
        }
        rest = &rest[at + 1..];
    }
    out.push_str(rest);
}
