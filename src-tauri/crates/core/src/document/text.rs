//! Texts that a person wrote, and the errors of values in the core's own words.

use crate::{
    Error, ErrorCode, Result, TextPart, TextPlace,
    value::{
        edit::EditError,
        ejson::{self, TextError},
        node::ViewError,
        raw::Malformed,
    },
};

/// Parses a document that a person wrote.
pub(super) fn parse_document(text: &str) -> Result<Vec<u8>> {
    parse(TextPart::Document, "document", text)
}

/// Parses a filter, a sort order or a projection; none where the box is blank.
pub(super) fn parse_query(part: TextPart, text: Option<&str>) -> Result<Option<Vec<u8>>> {
    let Some(text) = text.filter(|text| !text.trim().is_empty()) else { return Ok(None) };
    let name = match part {
        TextPart::Filter => "filter",
        TextPart::Sort => "sort order",
        TextPart::Projection => "projection",
        TextPart::Document => "document",
    };
    parse(part, name, text).map(Some)
}

fn parse(part: TextPart, name: &str, text: &str) -> Result<Vec<u8>> {
    ejson::parse_document(text).map_err(|TextError { line, column, message }| {
        Error::invalid(format!("The {name} cannot be read at line {line}, column {column}: {message}."))
            .at(TextPlace { part, line, column })
    })
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
        EditError::Immutable | EditError::Twice { .. } | EditError::Value { .. } => ErrorCode::InvalidInput,
    };
    Error::new(code, format!("Nothing was written: {error}."))
}
