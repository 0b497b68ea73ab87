//! What a request can come to besides its own answers.

use std::collections::BTreeMap;

use utoipa::{
    IntoResponses,
    openapi::{
        self, Content, Header, Ref, RefOr, Response, ResponseBuilder,
        schema::{Object, Type},
    },
};

const PROBLEM: &str = "application/problem+json";

/// Every problem by its status: the name it has in the description, and what it means.
const PROBLEMS: [(u16, &str, &str); 15] = [
    (400, "InvalidInput", "The request cannot be read: a filter, an id, a name, a value."),
    (401, "Unauthenticated", "The token is missing or wrong."),
    (403, "Forbidden", "Not from here, not with these rights, or the connection is read-only."),
    (404, "NotFound", "No such document, collection or connection."),
    (406, "NotAcceptable", "No form of answer that the Accept header names."),
    (408, "RequestTimeout", "The body did not arrive within 30 seconds."),
    (409, "Conflict", "A key that is there already, or a write that meets another. Nothing was written."),
    (412, "PreconditionFailed", "What was to be changed is not what it was. Nothing was written."),
    (413, "TooLarge", "The body, or the document, is too large."),
    (415, "UnsupportedMediaType", "The body is not of a type that this request takes."),
    (422, "Refused", "The collection's rules, or the server, refuse it. Nothing was written."),
    (428, "PreconditionRequired", "The request has to say which state of the document it is about."),
    (502, "CredentialsRefused", "The database refuses the credentials of this program, or its TLS."),
    (503, "Unavailable", "No primary, no server, too many requests; or nobody knows (code OutcomeUnknown)."),
    (504, "Timeout", "It took too long. Nothing was written."),
];

macro_rules! problems {
    ($($(#[doc = $about:literal])* $name:ident: $($status:literal)+;)*) => {$(
        $(#[doc = $about])*
        pub(crate) struct $name;

        impl IntoResponses for $name {
            fn responses() -> Problems {
                references(&[$($status),+])
            }
        }
    )*};
}

problems! {
    /// Of what needs no token.
    Open: 403 503;
    /// Of what asks this program alone.
    Locked: 401 403 503;
    /// Of what asks whether a database can be used.
    Tries: 401 403 422 502 503 504;
    /// Of what an address names.
    Names: 400 404;
    /// Of what asks a database.
    Asks: 400 401 403 404 422 502 503 504;
    /// Of what changes something in a database.
    Changes: 400 401 403 404 409 422 502 503 504;
    /// Of what has a body.
    Takes: 400 408 413 415;
    /// Of what answers in several forms.
    Negotiates: 406;
    /// Of what can be about one state of a document.
    Guarded: 412;
    /// Of what has to be.
    MustBeGuarded: 412 428;
    /// Of what stops and starts members of the local set.
    Lab: 401 403 404 412 422 503 504;
}

/// Problems by their statuses.
pub(crate) type Problems = BTreeMap<String, RefOr<Response>>;

fn references(statuses: &[u16]) -> Problems {
    let named = PROBLEMS.iter().filter(|(status, ..)| statuses.contains(status));
    named.map(|(status, name, _)| (status.to_string(), RefOr::Ref(Ref::from_response_name(*name)))).collect()
}

/// Adds what the references refer to.
pub(super) fn add(whole: &mut openapi::OpenApi) {
    let responses = &mut whole.components.get_or_insert_default().responses;
    responses.extend(PROBLEMS.map(|(status, name, about)| (name.to_owned(), problem(status, about).into())));
}

fn problem(status: u16, about: &str) -> Response {
    let content = Content::new(Some(Ref::from_schema_name("Problem")));
    let response = ResponseBuilder::new().description(about).content(PROBLEM, content);
    match status {
        401 => response.header("WWW-Authenticate", header("`Bearer`, and the name of the realm.")),
        503 => response.header("Retry-After", header("Seconds; absent where the outcome is not known.")),
        _ => response,
    }
    .build()
}

fn header(about: &str) -> Header {
    let mut header = Header::new(Object::with_type(Type::String));
    header.description = Some(about.to_owned());
    header
}
