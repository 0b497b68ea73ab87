//! Texts that a person wrote, and the errors of values in the core's own words.

use super::TextSyntax;
use crate::{
    Error, ErrorCode, Result, TextPart,
    value::{
        edit::EditError,
        ejson::{self, TextError},
        node::ViewError,
        raw::{self, Malformed},
        shell,
        typed::Kind,
    },
};

/// Parses a document that a person wrote.
pub(super) fn parse_document(text: &str) -> Result<Vec<u8>> {
    ejson::parse_document(text).map_err(|error| Error::unreadable(TextPart::Document, "document", &error))
}

/// Parses a document of either syntax. What is no Extended JSON is read as mongosh does; `now_ms` is what `new Date()` says.
pub(super) fn parse_any_document(text: &str, syntax: TextSyntax, now_ms: i64) -> Result<Vec<u8>> {
    let shell = || shell::parse_document(text, now_ms);
    let parsed = match syntax {
        TextSyntax::Shell => shell(),
        _ => ejson::parse_document(text).or_else(|error| shell().map_err(|other| furthest(error, other))),
    };
    parsed.map_err(|error| Error::unreadable(TextPart::Document, "document", &error))
}

/// Parses a value of either syntax.
pub(super) fn parse_any_value(text: &str, now_ms: i64) -> Result<(Kind, Vec<u8>)> {
    either(text, now_ms).map_err(|error| Error::unreadable(TextPart::Document, "value", &error))
}

/// Parses an update of either syntax.
pub(super) fn parse_update(text: &str, now_ms: i64) -> Result<(Kind, Vec<u8>)> {
    either(text, now_ms).map_err(|error| Error::unreadable(TextPart::Update, "update", &error))
}

pub(super) fn either(text: &str, now_ms: i64) -> Result<(Kind, Vec<u8>), TextError> {
    ejson::parse_value(text)
        .or_else(|error| shell::parse_value(text, now_ms).map_err(|other| furthest(error, other)))
        .map(|value| (value.kind, value.bytes))
}

/// Of two readings the one that came further is the one that was meant.
fn furthest(one: TextError, other: TextError) -> TextError {
    if (other.line, other.column) > (one.line, one.column) { other } else { one }
}

/// Parses an array of documents.
pub(super) fn parse_documents(text: &str) -> Result<Vec<Vec<u8>>> {
    let (kind, bytes) = parse_value(text)?;
    if kind != Kind::Array {
        return Err(Error::invalid("An array of documents is expected."));
    }
    let mut documents = Vec::new();
    for element in raw::Elements::new(&bytes).map_err(damaged)? {
        let element = element.map_err(damaged)?;
        if element.kind != Kind::Object {
            let at = documents.len() + 1;
            return Err(Error::invalid(format!("Element {at} of the array is not a document.")));
        }
        documents.push(element.value.to_vec());
    }
    Ok(documents)
}

/// Parses a patch: its type and its bytes.
pub(super) fn parse_patch(text: &str) -> Result<(Kind, Vec<u8>)> {
    parse_value(text)
}

fn parse_value(text: &str) -> Result<(Kind, Vec<u8>)> {
    ejson::parse_value(text)
        .map(|value| (value.kind, value.bytes))
        .map_err(|error| Error::unreadable(TextPart::Document, "text", &error))
}

/// Parses a filter, a sort order or a projection, in mongosh syntax or as Extended JSON; none where the box is blank.
/// A value alone is a filter by `_id`. `now_ms` is what `new Date()` and its like say.
pub(super) fn parse_query(part: TextPart, text: Option<&str>, now_ms: i64) -> Result<Option<Vec<u8>>> {
    let Some(text) = text.filter(|text| !text.trim().is_empty()) else { return Ok(None) };
    let name = match part {
        TextPart::Filter => "filter",
        TextPart::Sort => "sort order",
        TextPart::Projection => "projection",
        TextPart::Collation => "collation",
        TextPart::Hint => "hint",
        TextPart::Document | TextPart::Update | TextPart::Validator | TextPart::Options => "document",
    };
    let parsed = match part {
        TextPart::Filter => shell::parse_filter(text, now_ms).map(|filter| filter.bytes),
        _ => shell::parse_document(text, now_ms),
    };
    parsed.map(Some).map_err(|error| Error::unreadable(part, name, &error))
}

/// Bytes from a server that are not BSON.
pub(super) fn damaged(malformed: Malformed) -> Error {
    Error::new(
        ErrorCode::ServerRejected,
        format!("The server sent a document that cannot be read: {malformed}."),
    )
}

/// Why a part of a document cannot be shown.
pub(super) fn view_error(error: ViewError) -> Error {
    match error {
        ViewError::Malformed(malformed) => damaged(malformed),
        ViewError::Gone => Error::new(
            ErrorCode::NotFound,
            "This value is not there any more: somebody changed the document.",
        ),
    }
}

/// Why an edit cannot be applied to what stands there; in every case nothing was written.
pub(super) fn edit_error(error: EditError) -> Error {
    let code = match &error {
        EditError::Malformed(malformed) => return damaged(malformed.clone()),
        EditError::Gone { .. } | EditError::Changed { .. } => ErrorCode::Conflict,
        EditError::Damaged { .. } | EditError::NotEditable { .. } => ErrorCode::Unsupported,
        EditError::TooLarge => ErrorCode::TooLarge,
        EditError::Immutable | EditError::Name { .. } | EditError::Twice { .. } | EditError::Value { .. } => {
            ErrorCode::InvalidInput
        }
    };
    Error::new(code, format!("Nothing was written: {error}."))
}
