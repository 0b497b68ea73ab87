//! The routes, a file for each kind of thing. Each unpacks a request, calls the core once and packs its answer.

pub(crate) mod bulk;
pub(crate) mod collections;
pub(crate) mod docs;
pub(crate) mod document;
pub(crate) mod documents;
pub(crate) mod items;
pub(crate) mod many;
pub(crate) mod operations;
pub(crate) mod probes;
pub(crate) mod replica;
pub(crate) mod set_operations;

use axum::{
    body::Body,
    http::{
        HeaderValue, StatusCode,
        header::{CONTENT_TYPE, VARY},
    },
    response::Response,
};

use serde::Serialize;
use trivet_core::Error;

use crate::{params::Answer, problem::Problem};

/// What a route answers with.
pub(crate) type Reply = Result<Response, Problem>;

/// A text that is JSON already.
pub(crate) fn json(status: StatusCode, text: String) -> Response {
    of_type(status, "application/json", text)
}

/// A text of a media type.
pub(crate) fn of_type(status: StatusCode, media_type: &'static str, text: String) -> Response {
    let mut response = Response::new(Body::from(text));
    *response.status_mut() = status;
    response.headers_mut().insert(CONTENT_TYPE, HeaderValue::from_static(media_type));
    response
}

/// A text in the form that the caller likes best.
pub(crate) fn in_form(status: StatusCode, answer: Answer, text: String) -> Response {
    let mut response = of_type(status, answer.media_type(), text);
    response.headers_mut().insert(VARY, HeaderValue::from_static("accept"));
    response
}

/// A value as JSON.
pub(crate) fn text_of(value: &impl Serialize) -> Result<String, Error> {
    serde_json::to_string(value)
        .map_err(|error| Error::internal(format!("An answer cannot be written: {error}.")))
}
