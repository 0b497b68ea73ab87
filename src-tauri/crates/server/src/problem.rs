//! Errors as RFC 9457 has them.

use axum::{
    body::Body,
    http::{HeaderValue, Response, StatusCode, header},
    response::IntoResponse,
};
use serde::Serialize;
use trivet_core::{Error, ErrorBody, ErrorCode, TextPlace, document::DocumentId};

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
    error: ErrorBody,
    authenticate: bool,
}

/// The body that crosses the wire. It never holds a connection string.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Body9457<'a> {
    r#type: &'static str,
    title: &'static str,
    status: u16,
    detail: &'a str,
    code: ErrorCode,
    #[serde(skip_serializing_if = "Option::is_none")]
    hint: Option<&'a str>,
    retryable: bool,
    request_id: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    mongo: Option<Mongo<'a>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    at: Option<TextPlace>,
    #[serde(skip_serializing_if = "Option::is_none")]
    document: Option<&'a DocumentId>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Mongo<'a> {
    code: i32,
    code_name: &'a str,
}

impl Problem {
    /// A refusal of the listener itself.
    pub(crate) fn refused(status: StatusCode, code: ErrorCode, message: impl Into<String>) -> Self {
        Self { status, error: Error::new(code, message).into(), authenticate: false }
    }

    /// What to do instead.
    pub(crate) fn with_hint(mut self, hint: &str) -> Self {
        self.error.hint = Some(hint.to_owned());
        self
    }

    /// The token is missing or wrong.
    pub(crate) fn unauthenticated(message: &str) -> Self {
        let refused = Self::refused(StatusCode::UNAUTHORIZED, ErrorCode::Unauthenticated, message);
        Self { authenticate: true, ..refused }
            .with_hint("Send Authorization: Bearer with the token of the file that trivet-server names at its start.")
    }

    /// The same problem under another status.
    pub(crate) fn under(mut self, status: StatusCode) -> Self {
        self.status = status;
        self
    }

    /// The server's number of the error, where the server spoke.
    pub(crate) fn server_code(&self) -> Option<i32> {
        self.error.server.as_ref().map(|server| server.code)
    }
}

impl From<Error> for Problem {
    fn from(error: Error) -> Self {
        let status = status_of(&error);
        Self { status, error: error.into(), authenticate: false }
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
        let error = &self.error;
        let body = Body9457 {
            r#type: "about:blank",
            title: self.status.canonical_reason().unwrap_or("Error"),
            status: self.status.as_u16(),
            detail: &error.message,
            code: error.code,
            hint: error.hint.as_deref(),
            retryable: error.retryable,
            request_id: REQUEST_ID.try_with(u64::to_string).unwrap_or_default(),
            mongo: error.server.as_ref().map(|server| Mongo { code: server.code, code_name: &server.name }),
            at: error.at,
            document: error.document.as_ref(),
        };
        let mut response = Response::new(Body::from(serde_json::to_vec(&body).unwrap_or_default()));
        *response.status_mut() = self.status;
        let headers = response.headers_mut();
        headers.insert(header::CONTENT_TYPE, PROBLEM_JSON);
        if self.status == StatusCode::SERVICE_UNAVAILABLE && error.code != ErrorCode::OutcomeUnknown
            || self.status == StatusCode::TOO_MANY_REQUESTS
        {
            headers.insert(header::RETRY_AFTER, HeaderValue::from_static("1"));
        }
        if self.authenticate {
            headers.insert(header::WWW_AUTHENTICATE, HeaderValue::from_static("Bearer realm=\"trivet\""));
        }
        response
    }
}
