//! What a request says outside its body: names in the address, parameters, the form of the answer.

use axum::{
    extract::{FromRequestParts, Query, RawPathParams},
    http::{HeaderMap, StatusCode, header::ACCEPT, request::Parts},
};
use serde::{Deserialize, de::DeserializeOwned};
use trivet_core::{
    Error, ErrorCode,
    connection::ConnectionId,
    document::{DocumentId, IdType, TextFormat},
    namespace::Namespace,
};
use utoipa::IntoParams;

use crate::problem::Problem;

/// The names in an address, percent-decoded and not yet parsed.
struct Names(RawPathParams);

impl Names {
    async fn of<S: Send + Sync>(parts: &mut Parts, state: &S) -> Result<Self, Problem> {
        let names = RawPathParams::from_request_parts(parts, state).await;
        names.map(Self).map_err(|_| Error::invalid("A name in the address is not UTF-8.").into())
    }

    fn get(&self, name: &str) -> &str {
        self.0.iter().find(|(known, _)| *known == name).map_or("", |(_, value)| value)
    }
}

/// The connection of an address.
pub(crate) struct At(pub(crate) ConnectionId);

impl<S: Send + Sync> FromRequestParts<S> for At {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Problem> {
        let names = Names::of(parts, state).await?;
        Ok(Self(ConnectionId(names.get("connection").to_owned())))
    }
}

/// The operation of an address, by its name.
pub(crate) struct OperationName(pub(crate) String);

impl<S: Send + Sync> FromRequestParts<S> for OperationName {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Problem> {
        Ok(Self(Names::of(parts, state).await?.get("operation").to_owned()))
    }
}

/// What of an address stands behind the part that its route names.
pub(crate) struct Rest(pub(crate) String);

impl<S: Send + Sync> FromRequestParts<S> for Rest {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Problem> {
        Ok(Self(Names::of(parts, state).await?.get("path").to_owned()))
    }
}

/// The database of an address, which the core parses.
pub(crate) struct Database(pub(crate) String);

impl<S: Send + Sync> FromRequestParts<S> for Database {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Problem> {
        Ok(Self(Names::of(parts, state).await?.get("database").to_owned()))
    }
}

/// The connection and the collection of an address.
pub(crate) struct Place {
    pub(crate) connection: ConnectionId,
    pub(crate) namespace: Namespace,
}

impl<S: Send + Sync> FromRequestParts<S> for Place {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Problem> {
        let names = Names::of(parts, state).await?;
        Ok(Self {
            connection: ConnectionId(names.get("connection").to_owned()),
            namespace: Namespace::parse(names.get("database"), names.get("collection"))?,
        })
    }
}

/// How the `_id` at the end of an address is read.
#[derive(Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(crate) struct IdParameters {
    /// The type of the id in the address; none for 24 hex digits.
    #[param(inline)]
    id_type: Option<IdType>,
}

/// The `_id` at the end of an address.
pub(crate) struct Id(pub(crate) DocumentId);

impl<S: Send + Sync> FromRequestParts<S> for Id {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Problem> {
        let names = Names::of(parts, state).await?;
        let Parameters(IdParameters { id_type }) = Parameters::from_request_parts(parts, state).await?;
        Ok(Self(DocumentId::parse(names.get("id"), id_type)?))
    }
}

/// The parameters behind the `?`. One that is unknown, doubled or malformed is refused.
pub(crate) struct Parameters<T>(pub(crate) T);

impl<S: Send + Sync, T: DeserializeOwned> FromRequestParts<S> for Parameters<T> {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Problem> {
        match Query::try_from_uri(&parts.uri) {
            Ok(Query(parameters)) => Ok(Self(parameters)),
            Err(error) => {
                Err(Error::invalid(format!("A parameter cannot be read: {}.", error.body_text())).into())
            }
        }
    }
}

/// The form of an answer that holds documents.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Answer {
    /// `application/json`: relaxed Extended JSON.
    Json,
    /// `application/ejson`: canonical Extended JSON.
    Canonical,
    /// `application/x-ndjson`: relaxed Extended JSON, one document a line.
    Lines,
}

impl Answer {
    /// The media type.
    pub(crate) fn media_type(self) -> &'static str {
        match self {
            Self::Json => "application/json",
            Self::Canonical => "application/ejson",
            Self::Lines => "application/x-ndjson",
        }
    }

    /// How the core writes it.
    pub(crate) fn format(self) -> TextFormat {
        match self {
            Self::Json | Self::Lines => TextFormat::Relaxed,
            Self::Canonical => TextFormat::Canonical,
        }
    }

    /// What the caller likes best of what there is; of equals the one named first.
    fn liked_best(headers: &HeaderMap) -> Option<Self> {
        let accepted = headers.get_all(ACCEPT).iter().filter_map(|value| value.to_str().ok());
        let ranges: Vec<_> = accepted.flat_map(|value| value.split(',')).map(range).collect();
        let mut best: Option<(f32, usize, Self)> = None;
        for answer in [Self::Json, Self::Canonical, Self::Lines] {
            // The closest range counts, wherever it stands (RFC 9110, 12.5.1).
            let closest = [answer.media_type(), "application/*", "*/*"]
                .iter()
                .find_map(|name| ranges.iter().position(|(range, _)| range == name));
            let Some((at, liking)) = closest.map(|at| (at, ranges[at].1)).filter(|(_, liking)| *liking > 0.0)
            else {
                continue;
            };
            if best.is_none_or(|(most, first, _)| liking > most || (liking >= most && at < first)) {
                best = Some((liking, at, answer));
            }
        }
        best.map(|(.., answer)| answer)
    }
}

/// A media range and how much it is liked, 0 to 1.
fn range(text: &str) -> (String, f32) {
    let mut parts = text.split(';').map(str::trim);
    let name = parts.next().unwrap_or_default().to_ascii_lowercase();
    (name, parts.find_map(|part| part.strip_prefix("q=")?.parse().ok()).unwrap_or(1.0))
}

impl<S: Send + Sync> FromRequestParts<S> for Answer {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Problem> {
        if !parts.headers.contains_key(ACCEPT) {
            return Ok(Self::Json);
        }
        Self::liked_best(&parts.headers).ok_or_else(|| {
            let message = "There is no answer in a form that the Accept header names.";
            Problem::refused(StatusCode::NOT_ACCEPTABLE, ErrorCode::InvalidInput, message)
                .with_hint("Accept application/json, application/ejson or application/x-ndjson.")
        })
    }
}

#[cfg(test)]
mod tests {
    use axum::http::HeaderValue;

    use super::*;

    #[test]
    fn the_form_that_is_liked_best_is_taken() {
        for (accept, expected) in [
            ("*/*", Some(Answer::Json)),
            ("application/json", Some(Answer::Json)),
            ("text/html, application/ejson;q=0.9, */*;q=0.1", Some(Answer::Canonical)),
            ("application/json;q=0.5, application/x-ndjson", Some(Answer::Lines)),
            ("application/ejson, application/json", Some(Answer::Canonical)),
            ("application/json, application/ejson", Some(Answer::Json)),
            ("application/json;q=0", None),
            ("application/json;q=0, */*", Some(Answer::Canonical)),
            ("application/*;q=0.9, application/json;q=0.1, application/ejson;q=0.2", Some(Answer::Lines)),
            ("text/html", None),
        ] {
            let headers = HeaderMap::from_iter([(ACCEPT, HeaderValue::from_static(accept))]);
            assert_eq!(Answer::liked_best(&headers), expected, "{accept}");
        }
    }
}
