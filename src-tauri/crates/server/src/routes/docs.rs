//! The description of the API, and a page that shows it.

use std::sync::Arc;

use axum::{
    body::Body,
    http::{
        HeaderValue, StatusCode,
        header::{CONTENT_ENCODING, CONTENT_TYPE},
    },
    response::{Redirect, Response},
};
use trivet_core::{Error, ErrorCode};
use utoipa_swagger_ui::Config;

use super::{Reply, of_type};
use crate::params::Rest;

/// Starts the page with the token that a person pastes, or that comes behind the `#` of its address.
const INITIALIZER: &str = include_str!("../docs/initializer.js");

/// To the page's own folder, where its files are.
pub(crate) async fn to_page() -> Redirect {
    Redirect::permanent("/docs/")
}

/// The page itself.
pub(crate) async fn page() -> Reply {
    file_of_page("index.html")
}

/// A file of the page.
pub(crate) async fn file(Rest(path): Rest) -> Reply {
    file_of_page(&path)
}

fn file_of_page(path: &str) -> Reply {
    if path == "swagger-initializer.js" {
        return Ok(of_type(StatusCode::OK, "text/javascript", INITIALIZER.to_owned()));
    }
    let found = utoipa_swagger_ui::serve(path, Arc::new(Config::from("/openapi.json")));
    let found = found.map_err(|error| Error::internal(format!("The page cannot be read: {error}.")))?;
    let file = found.ok_or_else(|| Error::new(ErrorCode::NotFound, "The page has no such file."))?;
    let mut response = Response::new(Body::from(file.bytes.into_owned()));
    let headers = response.headers_mut();
    if let Ok(content_type) = HeaderValue::try_from(file.content_type) {
        headers.insert(CONTENT_TYPE, content_type);
    }
    if file.gzpipped {
        headers.insert(CONTENT_ENCODING, HeaderValue::from_static("gzip"));
    }
    Ok(response)
}
