//! The body of a request: limited in size and in time, and text.

use std::time::Duration;

use axum::{
    extract::{FromRequest, Request},
    http::{StatusCode, header::CONTENT_TYPE},
};
use http_body_util::{BodyExt as _, LengthLimitError, Limited};
use tokio::time::timeout;
use trivet_core::{Error, ErrorCode};

use crate::problem::Problem;

/// A document of the largest size that a server stores, and a little for what is around it.
pub(crate) const BODY_BYTES: usize = 16 * 1024 * 1024 + 64 * 1024;
/// How long a body may take to arrive.
const BODY_WITHIN: Duration = Duration::from_secs(30);

/// What a body is, by its `Content-Type`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Content {
    /// `application/json` or `application/ejson`.
    Json,
    /// `application/merge-patch+json`, RFC 7396.
    MergePatch,
    /// `application/vnd.mongodb.update+json`: operators or a pipeline.
    Update,
}

impl Content {
    /// By the media type alone; its parameters, such as a character set, say nothing that counts here.
    pub(crate) fn of(content_type: &str) -> Option<Self> {
        let media_type = content_type.split(';').next().unwrap_or_default().trim().to_ascii_lowercase();
        match media_type.as_str() {
            "application/json" | "application/ejson" => Some(Self::Json),
            "application/merge-patch+json" => Some(Self::MergePatch),
            "application/vnd.mongodb.update+json" => Some(Self::Update),
            _ => None,
        }
    }
}

/// The body of a request as text.
pub(crate) struct Text {
    pub(crate) content: Content,
    pub(crate) text: String,
}

impl<S: Send + Sync> FromRequest<S> for Text {
    type Rejection = Problem;

    async fn from_request(request: Request, _: &S) -> Result<Self, Problem> {
        let content_type = request.headers().get(CONTENT_TYPE).and_then(|value| value.to_str().ok());
        let content = content_type.and_then(Content::of).ok_or_else(not_json)?;
        let collected = Limited::new(request.into_body(), BODY_BYTES).collect();
        let bytes = match timeout(BODY_WITHIN, collected).await {
            Ok(Ok(collected)) => collected.to_bytes(),
            Ok(Err(error)) if error.is::<LengthLimitError>() => return Err(too_large()),
            Ok(Err(_)) => return Err(Error::invalid("The body of the request was cut off.").into()),
            Err(_) => {
                let message = "The body of the request did not arrive within 30 s.";
                return Err(Problem::refused(StatusCode::REQUEST_TIMEOUT, ErrorCode::Timeout, message));
            }
        };
        match String::from_utf8(bytes.into()) {
            Ok(text) => Ok(Self { content, text }),
            Err(_) => Err(Error::invalid("The body of the request is not UTF-8.").into()),
        }
    }
}

impl Text {
    /// The text, where it is plain JSON.
    pub(crate) fn json(self) -> Result<String, Problem> {
        match self.content {
            Content::Json => Ok(self.text),
            Content::MergePatch | Content::Update => Err(not_json()),
        }
    }
}

/// A body of another type than JSON.
pub(crate) fn not_json() -> Problem {
    let message = "The body of the request has to be JSON, and its Content-Type has to say so.";
    Problem::refused(StatusCode::UNSUPPORTED_MEDIA_TYPE, ErrorCode::InvalidInput, message).with_hint(
        "Send Content-Type: application/json or application/ejson; for PATCH application/merge-patch+json or \
         application/vnd.mongodb.update+json.",
    )
}

/// A body over its limit.
pub(crate) fn too_large() -> Problem {
    let message = "The body of the request is larger than 16 MiB and 64 KiB.";
    Problem::refused(StatusCode::PAYLOAD_TOO_LARGE, ErrorCode::TooLarge, message)
}
