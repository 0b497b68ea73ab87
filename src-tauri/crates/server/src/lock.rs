//! Who may pass: asked once, before any route is looked up.

use std::{
    sync::atomic::{AtomicU32, Ordering},
    time::Duration,
};

use axum::http::{
    HeaderMap, HeaderName, HeaderValue, Method, StatusCode,
    header::{AUTHORIZATION, CONTENT_LENGTH, CONTENT_TYPE, HOST, ORIGIN},
    request::Parts,
};
use trivet_core::ErrorCode;

use crate::{
    body::{BODY_BYTES, Content, not_json, too_large},
    problem::Problem,
    token::Token,
};

const SEC_FETCH_SITE: HeaderName = HeaderName::from_static("sec-fetch-site");
/// The first wrong token costs this much; each after it twice as much, up to [`SLOWEST`].
const FIRST_DELAY: Duration = Duration::from_millis(25);
/// No wrong token costs more: who holds the connection open pays with a connection.
const SLOWEST: Duration = Duration::from_millis(800);

/// The locks that do not depend on the route.
pub(crate) struct Lock {
    authority: String,
    own_origin: String,
    allowed_origins: Vec<String>,
    token: Token,
    /// Wrong tokens since the last right one.
    failures: AtomicU32,
}

impl Lock {
    pub(crate) fn new(authority: String, allowed_origins: Vec<String>, token: Token) -> Self {
        let own_origin = format!("http://{authority}");
        Self { authority, own_origin, allowed_origins, token, failures: AtomicU32::new(0) }
    }

    /// Refuses whoever may not pass. A wrong token is answered the later the more of them came.
    pub(crate) async fn check(&self, parts: &Parts) -> Result<(), Problem> {
        self.called_by_its_name(parts)?;
        let from_allowed_page = self.comes_from_a_page_that_may(&parts.headers)?;
        let preflight = from_allowed_page && parts.method == Method::OPTIONS;
        if !is_open(&parts.method, parts.uri.path()) && !preflight {
            self.knows_the_token(&parts.headers).await?;
        }
        carries_json(parts)
    }

    /// `Host` exactly as the listener prints it. A page whose own name was made to point here (DNS rebinding) sends
    /// that name.
    fn called_by_its_name(&self, parts: &Parts) -> Result<(), Problem> {
        let mut hosts = parts.headers.get_all(HOST).iter();
        let named = match (hosts.next(), hosts.next()) {
            (Some(host), None) => host.as_bytes().eq_ignore_ascii_case(self.authority.as_bytes()),
            _ => false,
        };
        // A request line may name the host a second time; then that one counts for routing, so it has to agree.
        let agrees = parts.uri.authority().is_none_or(|authority| authority.as_str() == self.authority);
        if named && agrees {
            return Ok(());
        }
        let message =
            format!("This listener is called {}, and the request calls it otherwise.", self.authority);
        Err(Problem::refused(StatusCode::FORBIDDEN, ErrorCode::Forbidden, message)
            .with_hint("Use the address that trivet-server prints when it starts, letter for letter."))
    }

    /// Whether a page of an allow-listed origin asks. No page at all and our own page may as well.
    fn comes_from_a_page_that_may(&self, headers: &HeaderMap) -> Result<bool, Problem> {
        let refused = |message: String| {
            Err(Problem::refused(StatusCode::FORBIDDEN, ErrorCode::Forbidden, message)
                .with_hint("Allow the origin in the settings of the REST API, or call without a browser."))
        };
        let mut origins = headers.get_all(ORIGIN).iter();
        match (origins.next().map(HeaderValue::as_bytes), origins.next()) {
            (Some(origin), None)
                if self.allowed_origins.iter().any(|allowed| allowed.as_bytes() == origin) =>
            {
                return Ok(true);
            }
            (Some(origin), None) if origin == self.own_origin.as_bytes() => {}
            (None, None) => {}
            _ => return refused("Pages of this origin may not call.".to_owned()),
        }
        if headers.get_all(SEC_FETCH_SITE).iter().any(|site| site == "cross-site") {
            return refused("Pages of another site may not call.".to_owned());
        }
        Ok(false)
    }

    async fn knows_the_token(&self, headers: &HeaderMap) -> Result<(), Problem> {
        let mut sent = headers.get_all(AUTHORIZATION).iter();
        let (first, second) = (sent.next(), sent.next());
        let Some(value) = first else {
            return Err(Problem::unauthenticated("This request needs the token."));
        };
        let token = match value.as_bytes().split_at_checked(7) {
            Some((scheme, token)) if scheme.eq_ignore_ascii_case(b"bearer ") && second.is_none() => token,
            _ => b"",
        };
        if self.token.is(token) {
            self.failures.store(0, Ordering::Relaxed);
            return Ok(());
        }
        let failures = self.failures.fetch_add(1, Ordering::Relaxed);
        tokio::time::sleep(FIRST_DELAY.saturating_mul(1 << failures.min(5)).min(SLOWEST)).await;
        Err(Problem::unauthenticated("The token of this request is not the listener's."))
    }
}

/// What needs no token: whether the process is up, and files that are the same for everybody.
fn is_open(method: &Method, path: &str) -> bool {
    let reads = method == Method::GET || method == Method::HEAD;
    let file = ["/healthz", "/", "/index.html", "/docs", "/favicon.ico"].contains(&path);
    reads && (file || path.starts_with("/docs/") || path.starts_with("/assets/"))
}

/// A write has a JSON content type, which no form of a foreign page can send, and a body within its limit.
fn carries_json(parts: &Parts) -> Result<(), Problem> {
    if ![Method::POST, Method::PUT, Method::PATCH].contains(&parts.method) {
        return Ok(());
    }
    let content_type = parts.headers.get(CONTENT_TYPE).and_then(|value| value.to_str().ok());
    if content_type.and_then(Content::of).is_none() {
        return Err(not_json());
    }
    let length = parts.headers.get(CONTENT_LENGTH).and_then(|value| value.to_str().ok()?.parse::<u64>().ok());
    if length.is_some_and(|length| length > BODY_BYTES as u64) {
        return Err(too_large());
    }
    Ok(())
}
