//! `If-Match` and `If-None-Match` (RFC 9110, 13.1).

use axum::{
    extract::FromRequestParts,
    http::{
        HeaderMap, HeaderName, HeaderValue, StatusCode,
        header::{IF_MATCH, IF_NONE_MATCH},
        request::Parts,
    },
};
use trivet_core::{Error, ErrorCode};

use crate::problem::Problem;

/// What has to be true of a document for a request to be carried out.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Precondition {
    /// Nothing was said.
    None,
    /// `If-Match: *`: it is there, whatever it is.
    Exists,
    /// `If-Match: "hash"`: it is the one that was read.
    Is(String),
    /// `If-None-Match: *`: it is not there.
    Absent,
}

impl<S: Send + Sync> FromRequestParts<S> for Precondition {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Problem> {
        Self::of(&parts.headers)
    }
}

impl Precondition {
    fn of(headers: &HeaderMap) -> Result<Self, Problem> {
        let found = (one(headers, &IF_MATCH)?, one(headers, &IF_NONE_MATCH)?);
        match found {
            (None, None) => Ok(Self::None),
            (Some("*"), None) => Ok(Self::Exists),
            (None, Some("*")) => Ok(Self::Absent),
            (Some(tag), None) => tag_of(tag).map(Self::Is),
            (None, Some(_)) => Err(Error::invalid("For a write only If-None-Match: * is understood.").into()),
            (Some(_), Some(_)) => {
                Err(Error::invalid("If-Match and If-None-Match exclude each other.").into())
            }
        }
    }

    /// The hash to be guarded by; none for whatever is there.
    pub(crate) fn etag(self) -> Result<Option<String>, Problem> {
        match self {
            Self::Is(etag) => Ok(Some(etag)),
            Self::Exists | Self::None => Ok(None),
            Self::Absent => {
                Err(Error::invalid("If-None-Match: * is only for a PUT that makes a document.").into())
            }
        }
    }

    /// The same, where one has to be given.
    pub(crate) fn required(self) -> Result<Option<String>, Problem> {
        if self == Self::None {
            let message = "This request has to say which state of the document it is about.";
            return Err(Problem::refused(
                StatusCode::PRECONDITION_REQUIRED,
                ErrorCode::InvalidInput,
                message,
            )
            .with_hint("Send If-Match with the ETag that was read, or If-Match: * for whatever is there."));
        }
        self.etag()
    }
}

/// Whether a GET is about what the caller has already.
pub(crate) fn is_known(headers: &HeaderMap, etag: &str) -> bool {
    let tags = headers.get_all(IF_NONE_MATCH).iter().filter_map(|value| value.to_str().ok());
    let mut tags = tags.flat_map(|tags| tags.split(',')).map(str::trim);
    tags.any(|tag| tag == "*" || tag.trim_start_matches("W/").trim_matches('"') == etag)
}

/// The header of a hash.
pub(crate) fn quoted(etag: &str) -> HeaderValue {
    // A hash is hex digits: always a header value.
    HeaderValue::try_from(format!("\"{etag}\"")).unwrap_or(HeaderValue::from_static("\"\""))
}

/// The one value of a header. Several tags would need one of them to match, which no guard of the core does.
fn one<'a>(headers: &'a HeaderMap, name: &HeaderName) -> Result<Option<&'a str>, Problem> {
    let mut values = headers.get_all(name).iter();
    match (values.next(), values.next()) {
        (None, _) => Ok(None),
        (Some(value), None) => match value.to_str() {
            Ok(text) if !text.contains(',') => Ok(Some(text.trim())),
            _ => Err(Error::invalid(format!("{name} has to name one entity tag.")).into()),
        },
        _ => Err(Error::invalid(format!("{name} is given more than once.")).into()),
    }
}

/// The hash in a tag. A weak one never matches (RFC 9110, 13.1.1).
fn tag_of(tag: &str) -> Result<String, Problem> {
    if tag.starts_with("W/\"") {
        let message = "A weak entity tag never matches.";
        return Err(Problem::refused(StatusCode::PRECONDITION_FAILED, ErrorCode::Conflict, message));
    }
    let hash = tag.strip_prefix('"').and_then(|tag| tag.strip_suffix('"')).filter(|hash| !hash.is_empty());
    hash.map(str::to_owned)
        .ok_or_else(|| Error::invalid("If-Match has to be an entity tag in quotes, or *.").into())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(pairs: &[(HeaderName, &'static str)]) -> Result<Precondition, Problem> {
        let headers = pairs.iter().map(|(name, value)| (name.clone(), HeaderValue::from_static(value)));
        // `extend` keeps doubles, which collecting would not.
        let mut map = HeaderMap::new();
        for (name, value) in headers {
            map.append(name, value);
        }
        Precondition::of(&map)
    }

    #[test]
    fn a_precondition_is_read_or_refused() {
        assert_eq!(of(&[]).expect("read"), Precondition::None);
        assert_eq!(of(&[(IF_MATCH, "*")]).expect("read"), Precondition::Exists);
        assert_eq!(of(&[(IF_MATCH, "\"ab\"")]).expect("read"), Precondition::Is("ab".to_owned()));
        assert_eq!(of(&[(IF_NONE_MATCH, "*")]).expect("read"), Precondition::Absent);
        for refused in [
            &[(IF_MATCH, "ab")][..],
            &[(IF_MATCH, "W/\"ab\"")],
            &[(IF_MATCH, "\"ab\", \"cd\"")],
            &[(IF_MATCH, "\"ab\""), (IF_MATCH, "\"cd\"")],
            &[(IF_MATCH, "*"), (IF_NONE_MATCH, "*")],
            &[(IF_NONE_MATCH, "\"ab\"")],
        ] {
            assert!(of(refused).is_err(), "{refused:?}");
        }
    }
}
