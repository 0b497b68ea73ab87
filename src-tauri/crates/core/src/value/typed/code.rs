//! JavaScript with a scope as text: `Code("source", {"name": 1})`, as mongosh has it, with the scope as Extended JSON.

use super::{Kind, text::Text};
use crate::value::{
    ejson::{self, Form, Layout},
    quote, raw,
};

const BEFORE: &str = "Code(";

/// The text of a value, of which source and scope together end at about `limit` bytes: then the scope is left out.
pub(super) fn text(value: &[u8], limit: usize) -> Option<Text> {
    let (source, scope) = raw::code_with_scope(value)?;
    let mut shown = BEFORE.to_owned();
    if source.len() + scope.len() > limit {
        let source = Text::utf8(source, limit);
        quote::push(&mut shown, source.shown.as_bytes());
        return Some(Text { shown, cut: true, damaged: source.damaged });
    }
    let source_damaged = quote::push(&mut shown, source);
    let scope = ejson::write(scope, Form::Relaxed, Layout::Compact).ok()?;
    shown.push_str(", ");
    shown.push_str(&scope.text);
    shown.push(')');
    Some(Text { shown, cut: false, damaged: source_damaged || scope.damaged })
}

/// The value of a text.
pub(super) fn from_text(text: &str) -> Option<Vec<u8>> {
    let arguments = text.strip_prefix(BEFORE)?.strip_suffix(')')?.trim_start();
    let (source, scope) = arguments.split_at(string_end(arguments)?);
    let scope = scope.trim_start().strip_prefix(',')?;
    // Extended JSON knows how to put the two together, and what a scope is.
    let value = ejson::parse_value(&format!(r#"{{"$code":{source},"$scope":{scope}}}"#)).ok()?;
    (value.kind == Kind::JavascriptWithScope).then_some(value.bytes)
}

/// The text of a source without variables.
pub(super) fn without_scope(source: &str) -> String {
    let mut text = BEFORE.to_owned();
    quote::push(&mut text, source.as_bytes());
    text + ", {})"
}

/// The source of a text, and whether its scope is empty.
pub(super) fn source_of(text: &str) -> Option<(String, bool)> {
    let value = from_text(text)?;
    let (source, scope) = raw::code_with_scope(&value)?;
    Some((String::from_utf8(source.to_vec()).ok()?, raw::Elements::new(scope).ok()?.next().is_none()))
}

/// Where the string in double quotes at the start ends.
fn string_end(text: &str) -> Option<usize> {
    let inside = text.strip_prefix('"')?;
    let mut escaped = false;
    let end = inside.bytes().position(|byte| {
        let ends = byte == b'"' && !escaped;
        escaped = byte == b'\\' && !escaped;
        ends
    })?;
    Some(end + 2)
}
