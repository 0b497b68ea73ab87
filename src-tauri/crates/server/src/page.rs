//! A page of documents as an answer.

use axum::{
    http::{HeaderName, HeaderValue, StatusCode, Uri, header::LINK},
    response::{IntoResponse, Response},
};
use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};
use trivet_core::document::{Count, TextPage};

use crate::{params::Answer, routes::in_form};

/// Documents on a page where nothing is said.
pub(crate) const LIMIT: u32 = 100;
/// How many documents there are in all.
const X_TOTAL_COUNT: HeaderName = HeaderName::from_static("x-total-count");
/// A document holds what JSON cannot, such as bad UTF-8: what was written here cannot be put back as it is.
pub(crate) const DAMAGED: HeaderName = HeaderName::from_static("trivet-damaged");
/// What came before a page has changed: documents may be missing on it, or come a second time.
pub(crate) const SHIFTED: HeaderName = HeaderName::from_static("trivet-shifted");

/// A page of documents, and what it was asked with.
pub(crate) struct Page<'a> {
    pub(crate) found: TextPage,
    pub(crate) total: Option<Count>,
    pub(crate) answer: Answer,
    /// The address of this page.
    pub(crate) uri: &'a Uri,
}

impl IntoResponse for Page<'_> {
    fn into_response(self) -> Response {
        let Self { found, total, answer, uri } = self;
        let text = match answer {
            Answer::Lines => lines(&found.documents),
            Answer::Json | Answer::Canonical => found.documents,
        };
        let mut response = in_form(StatusCode::OK, answer, text);
        let headers = response.headers_mut();
        // A link is percent-encoded and a count is digits: always header values.
        if let Some(Ok(link)) = found.next.map(|next| HeaderValue::try_from(link(uri, &next))) {
            headers.insert(LINK, link);
        }
        if let Some(Ok(total)) = total.map(|total| HeaderValue::try_from(total.count.get().to_string())) {
            headers.insert(X_TOTAL_COUNT, total);
        }
        if found.damaged {
            headers.insert(DAMAGED, HeaderValue::from_static("true"));
        }
        if found.shifted {
            headers.insert(SHIFTED, HeaderValue::from_static("true"));
        }
        response
    }
}

/// The core writes an array with one document on a line.
fn lines(array: &str) -> String {
    let inside = array.strip_prefix('[').and_then(|text| text.strip_suffix(']')).unwrap_or(array).trim();
    let mut lines = inside.replace(",\n", "\n");
    if !lines.is_empty() {
        lines.push('\n');
    }
    lines
}

/// The same address with another place to go on from; nothing is passed over again.
fn link(uri: &Uri, next: &str) -> String {
    let asked = uri.query().unwrap_or_default().split('&');
    let kept = asked.filter(|pair| {
        let name = pair.split('=').next().unwrap_or_default();
        !pair.is_empty() && name != "after" && name != "skip"
    });
    let mut query: String = kept.flat_map(|pair| [pair, "&"]).collect();
    query.push_str("after=");
    query.extend(utf8_percent_encode(next, NON_ALPHANUMERIC));
    format!("<{}?{query}>; rel=\"next\"", uri.path())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_next_page_is_asked_for_as_this_one_was() {
        let uri = Uri::from_static("/items?limit=2&skip=3&after=old&name=a%26b");
        assert_eq!(link(&uri, "x=="), "</items?limit=2&name=a%26b&after=x%3D%3D>; rel=\"next\"");
        assert_eq!(link(&Uri::from_static("/items"), "x"), "</items?after=x>; rel=\"next\"");
    }

    #[test]
    fn an_array_becomes_lines() {
        assert_eq!(lines("[{\"a\":\"[1,\\n2]\"},\n{\"a\":2}]"), "{\"a\":\"[1,\\n2]\"}\n{\"a\":2}\n");
        assert_eq!(lines("[]"), "");
    }
}
