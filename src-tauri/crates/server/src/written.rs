//! What is said of a write that was applied, and what is asked of one.

use axum::{
    http::{
        HeaderValue, StatusCode,
        header::{ETAG, LOCATION},
    },
    response::{IntoResponse as _, Response},
};
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
use serde::Serialize;
use serde_json::value::RawValue;
use trivet_core::{
    Error,
    document::{DocumentId, PatchForm, TextFormat, Written},
};
use utoipa::ToSchema;

use crate::{
    body::{Content, not_json},
    preconditions::quoted,
    problem::Problem,
};

/// What of an id stands in an address as it is (RFC 3986, 2.3).
const ENCODED: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'_').remove(b'.').remove(b'~');

/// A document that was made.
#[derive(Serialize, ToSchema)]
pub(crate) struct Made {
    /// Its `_id`, as Extended JSON.
    #[serde(rename = "_id")]
    #[schema(value_type = serde_json::Value)]
    id: Box<RawValue>,
}

impl Made {
    pub(crate) fn of(id: &DocumentId, format: TextFormat) -> Self {
        Self { id: id_text(id, format) }
    }
}

/// An `_id`, as Extended JSON.
pub(crate) fn id_text(id: &DocumentId, format: TextFormat) -> Box<RawValue> {
    // What the core writes is JSON.
    RawValue::from_string(id.to_json(format)).unwrap_or_default()
}

/// The `_id` of a document that was inserted.
pub(crate) fn id_of(written: &Written) -> Result<&DocumentId, Error> {
    written.document.id.as_ref().ok_or_else(|| Error::internal("A document was inserted without an _id."))
}

/// Where a document of a collection of documents can be read.
pub(crate) fn location(collection: &str, id: &DocumentId) -> String {
    let (text, id_type) = id.address();
    let id = utf8_percent_encode(&text, ENCODED);
    let collection = collection.trim_end_matches('/');
    match id_type.and_then(|id_type| serde_json::to_value(id_type).ok()) {
        Some(serde_json::Value::String(id_type)) => format!("{collection}/{id}?id_type={id_type}"),
        _ => format!("{collection}/{id}"),
    }
}

/// Adds where the document is, and which state of it this is about.
pub(crate) fn found_at(mut response: Response, location: &str, etag: &str) -> Response {
    if let Ok(location) = HeaderValue::try_from(location) {
        response.headers_mut().insert(LOCATION, location);
    }
    response.headers_mut().insert(ETAG, quoted(etag));
    response
}

/// A document was changed, or was as asked already.
pub(crate) fn changed(etag: &str) -> Response {
    (StatusCode::NO_CONTENT, [(ETAG, quoted(etag))]).into_response()
}

/// How a patch is read, by its media type.
pub(crate) fn patch_form(content: Content) -> Result<PatchForm, Problem> {
    match content {
        Content::MergePatch => Ok(PatchForm::Merge),
        Content::Update => Ok(PatchForm::Update),
        Content::Json => Err(not_json()),
    }
}

#[cfg(test)]
mod tests {
    use trivet_core::document::IdType;

    use super::*;

    #[test]
    fn a_location_is_an_address_of_its_own() {
        let id = |text, id_type| DocumentId::parse(text, id_type).expect("an id");
        let there = |id| location("/items", &id);
        assert_eq!(there(id("65f0a1b2c3d4e5f60718293a", None)), "/items/65f0a1b2c3d4e5f60718293a");
        assert_eq!(there(id("a/b?ü", Some(IdType::String))), "/items/a%2Fb%3F%C3%BC?id_type=string");
        assert_eq!(there(id("-7", Some(IdType::Int))), "/items/-7?id_type=int");
    }
}
