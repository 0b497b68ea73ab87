//! Errors as RFC 9457 has them.

use axum::{
    body::Body,
    http::{HeaderValue, Response, StatusCode, header},
    response::IntoResponse,
};
use serde::Serialize;
use trivet_core::{
    Error, ErrorBody, ErrorCode, FailedRule, ServerCode, TextPlace,
    document::{DocumentId, EntryId},
};
use utoipa::ToSchema;

tokio::task_local! {
    /// Numbers the request that is being answered.
    pub(crate) static REQUEST_ID: u64;
}

/// The media type of a problem.
const PROBLEM_JSON: HeaderValue = HeaderValue::from_static("application/problem+json");

/// What went wrong, as a response.
#[derive(Debug)]
pub(crate) struct Problem {
    status: StatusCode,
    /// In a box: every route returns one or nothing.
    error: Box<ErrorBody>,
    authenticate: bool,
}

/// A problem as it crosses the wire (RFC 9457). It never holds a connection string.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = Problem)]
pub(crate) struct Schema {
    /// Always `about:blank`: `code` tells what kind of problem it is.
    r#type: &'static str,
    /// The status in words.
    title: &'static str,
    /// The status.
    status: u16,
    /// One sentence a person can read.
    detail: String,
    /// What kind of problem it is.
    code: ErrorCode,
    /// What to do next, where we know.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    hint: Option<String>,
    /// Whether the same request may succeed when sent again unchanged.
    retryable: bool,
    /// The request in the listener's log.
    request_id: String,
    /// The server's own words, where it spoke.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    mongo: Option<Mongo>,
    /// Where the mistake is, in a text that a person wrote.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    at: Option<TextPlace>,
    /// Of a document that fails the collection's validation, the rules that it fails.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    rules: Vec<FailedRule>,
    /// Of an insert whose outcome is unknown, the document to look for.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    document: Option<DocumentId>,
    /// Of a write whose outcome is unknown, the entry of the history by which it can be checked.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    entry: Option<EntryId>,
}

/// The server's number, name and labels of an error.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
struct Mongo {
    /// Such as 11000.
    code: i32,
    /// Such as `DuplicateKey`; empty where the server gives none.
    code_name: String,
    /// Such as `TransientTransactionError`.
    labels: Vec<String>,
}

impl Problem {
    /// A refusal of the listener itself.
    pub(crate) fn refused(status: StatusCode, code: ErrorCode, message: impl Into<String>) -> Self {
        Self { status, ..Error::new(code, message).into() }
    }

    /// What to do instead.
    pub(crate) fn with_hint(mut self, hint: &str) -> Self {
        self.error.hint = Some(hint.to_owned());
        self
    }

    /// The token is missing or wrong.
    pub(crate) fn unauthenticated(message: &str) -> Self {
        let refused = Self::refused(StatusCode::UNAUTHORIZED, ErrorCode::Unauthenticated, message);
        Self { authenticate: true, ..refused }.with_hint(
            "Send Authorization: Bearer with the token of the file that trivet-server names at its start.",
        )
    }
}

impl From<Error> for Problem {
    fn from(error: Error) -> Self {
        let status = status_of(&error);
        Self { status, error: Box::new(error.into()), authenticate: false }
    }
}

/// The one table from codes to statuses.
fn status_of(error: &Error) -> StatusCode {
    match error.code() {
        ErrorCode::InvalidInput => StatusCode::BAD_REQUEST,
        ErrorCode::NotFound => StatusCode::NOT_FOUND,
        // Where the server did not speak, a guard of ours refused: what was read is not there any more.
        ErrorCode::Conflict if error.server_code().is_none() => StatusCode::PRECONDITION_FAILED,
        ErrorCode::Conflict => StatusCode::CONFLICT,
        ErrorCode::ValidationFailed | ErrorCode::Unsupported | ErrorCode::ServerRejected => {
            StatusCode::UNPROCESSABLE_ENTITY
        }
        // The database refuses the credentials that this program holds: not the caller's fault.
        ErrorCode::Unauthenticated | ErrorCode::Tls => StatusCode::BAD_GATEWAY,
        ErrorCode::Forbidden | ErrorCode::ReadOnly => StatusCode::FORBIDDEN,
        ErrorCode::Timeout => StatusCode::GATEWAY_TIMEOUT,
        ErrorCode::Unreachable | ErrorCode::Cancelled | ErrorCode::NotPrimary | ErrorCode::OutcomeUnknown => {
            StatusCode::SERVICE_UNAVAILABLE
        }
        ErrorCode::TooLarge => StatusCode::PAYLOAD_TOO_LARGE,
        ErrorCode::Storage | ErrorCode::Internal => StatusCode::INTERNAL_SERVER_ERROR,
    }
}

impl IntoResponse for Problem {
    fn into_response(self) -> Response<Body> {
        let Self { status, error, authenticate } = self;
        let error = *error;
        let unknown = error.code == ErrorCode::OutcomeUnknown;
        let body = Schema {
            r#type: "about:blank",
            title: status.canonical_reason().unwrap_or("Error"),
            status: status.as_u16(),
            detail: error.message,
            code: error.code,
            hint: error.hint,
            retryable: error.retryable,
            request_id: REQUEST_ID.try_with(u64::to_string).unwrap_or_default(),
            mongo: error.server.map(|ServerCode { code, name, labels }| Mongo {
                code,
                code_name: name,
                labels,
            }),
            at: error.at,
            rules: error.rules,
            document: error.document,
            entry: error.entry,
        };
        let mut response = Response::new(Body::from(serde_json::to_vec(&body).unwrap_or_default()));
        *response.status_mut() = status;
        let headers = response.headers_mut();
        headers.insert(header::CONTENT_TYPE, PROBLEM_JSON);
        // What may have been applied already must not be sent again unseen.
        if status == StatusCode::SERVICE_UNAVAILABLE && !unknown {
            headers.insert(header::RETRY_AFTER, HeaderValue::from_static("1"));
        }
        if authenticate {
            headers.insert(header::WWW_AUTHENTICATE, HeaderValue::from_static("Bearer realm=\"trivet\""));
        }
        response
    }
}
