//! All routes, and what is said with every answer.

use std::path::Path;

use axum::{
    Router,
    body::Body,
    http::{
        HeaderName, HeaderValue, Method, StatusCode,
        header::{self, CACHE_CONTROL, CONTENT_SECURITY_POLICY, REFERRER_POLICY, X_CONTENT_TYPE_OPTIONS},
    },
    response::Response,
    routing::{get, post},
};
use tower_http::{
    cors::{AllowOrigin, CorsLayer},
    services::{ServeDir, ServeFile},
};
use trivet_core::{Error, ErrorCode};
use utoipa_axum::{router::OpenApiRouter, routes};

use crate::{
    api::Api,
    openapi,
    page::{DAMAGED, SHIFTED},
    problem::Problem,
    routes::{
        bulk, collections, docs, document, documents, items, many, operations, probes, replica,
        set_operations,
    },
};

/// Pages of the listener load nothing from anywhere else.
const PAGES: HeaderValue = HeaderValue::from_static(
    "default-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; base-uri 'none'; form-action 'none'; \
     frame-ancestors 'none'",
);

/// The routes of the API with their description.
fn described() -> (Router<Api>, utoipa::openapi::OpenApi) {
    let (router, mut description) = OpenApiRouter::with_openapi(openapi::whole())
        .routes(routes!(probes::healthz))
        .routes(routes!(probes::readyz))
        .routes(routes!(items::list, items::insert))
        .routes(routes!(items::get, items::put, items::patch, items::delete))
        .routes(routes!(collections::connections))
        .routes(routes!(collections::connection))
        .routes(routes!(collections::databases))
        .routes(routes!(collections::collections))
        .routes(routes!(documents::list, documents::insert, many::patch, many::delete))
        .routes(routes!(document::get, document::put, document::patch, document::delete))
        .routes(routes!(bulk::bulk))
        .routes(routes!(documents::count))
        .routes(routes!(replica::snapshot))
        .routes(routes!(replica::changes))
        .routes(routes!(replica::history))
        .routes(routes!(replica::timeline))
        .routes(routes!(replica::settings, replica::set_settings))
        .routes(routes!(replica::incident))
        .routes(routes!(replica::measurements))
        .routes(routes!(replica::metrics))
        .routes(routes!(set_operations::operate))
        .split_for_parts();
    openapi::finish(&mut description);
    // Described one by one, from the list of operations.
    (
        router.route("/api/v1/connections/{connection}/operations/{operation}", post(operations::call)),
        description,
    )
}

/// The description of the API (OpenAPI 3.1) as JSON.
#[must_use]
pub fn openapi_json() -> String {
    described().1.to_pretty_json().unwrap_or_default()
}

/// All routes, and the files of the user interface where they are served.
pub(crate) fn router(api: Api, allowed_origins: &[String], ui: Option<&Path>) -> Router {
    let (described, description) = described();
    let description = description.to_json().unwrap_or_default();
    let router = described
        .route("/openapi.json", get(async move || crate::routes::json(StatusCode::OK, description)))
        .route("/docs", get(docs::to_page))
        .route("/docs/", get(docs::page))
        .route("/docs/{*path}", get(docs::file))
        .method_not_allowed_fallback(wrong_method)
        .with_state(api);
    let router = match ui {
        Some(folder) => {
            router.fallback_service(ServeDir::new(folder).fallback(ServeFile::new(folder.join("index.html"))))
        }
        None => router.fallback(nothing_here),
    };
    // Without an allowed origin there is no header of CORS at all.
    if allowed_origins.is_empty() { router } else { router.layer(cors(allowed_origins)) }
}

async fn nothing_here() -> Problem {
    Error::new(ErrorCode::NotFound, "There is nothing at this address.").into()
}

async fn wrong_method() -> Problem {
    let message = "This address does not take this method.";
    Problem::refused(StatusCode::METHOD_NOT_ALLOWED, ErrorCode::InvalidInput, message)
}

fn cors(allowed_origins: &[String]) -> CorsLayer {
    let origins = allowed_origins.iter().filter_map(|origin| HeaderValue::try_from(origin).ok());
    CorsLayer::new()
        .allow_origin(AllowOrigin::list(origins))
        .allow_methods([Method::GET, Method::POST, Method::PUT, Method::PATCH, Method::DELETE])
        .allow_headers([
            header::AUTHORIZATION,
            header::CONTENT_TYPE,
            header::ACCEPT,
            header::IF_MATCH,
            header::IF_NONE_MATCH,
        ])
        .expose_headers([
            header::ETAG,
            header::LINK,
            header::LOCATION,
            header::RETRY_AFTER,
            HeaderName::from_static("x-total-count"),
            DAMAGED,
            SHIFTED,
        ])
}

/// What a browser has to know of every answer.
pub(crate) fn with_headers(mut response: Response<Body>) -> Response<Body> {
    let headers = response.headers_mut();
    headers.insert(X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"));
    headers.insert(REFERRER_POLICY, HeaderValue::from_static("no-referrer"));
    headers.insert(CONTENT_SECURITY_POLICY, PAGES);
    headers.insert(
        HeaderName::from_static("cross-origin-resource-policy"),
        HeaderValue::from_static("same-origin"),
    );
    headers.entry(CACHE_CONTROL).or_insert(HeaderValue::from_static("no-store"));
    response
}
