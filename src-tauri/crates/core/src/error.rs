//! What can go wrong, and the one shape in which it crosses a wire.

mod driver;
mod rules;

use serde::{Deserialize, Serialize};
use specta::Type;
use utoipa::ToSchema;

use crate::{
    document::{DocumentId, EntryId},
    value::ejson::TextError,
};

pub(crate) use driver::{
    from_driver, from_server, in_flight, io_reason, lacks_confirmation, no_such_transaction, transient,
    worth_another_read, write_concern_failed,
};
pub use rules::FailedRule;

/// The result of every operation.
pub type Result<T, E = Error> = std::result::Result<T, E>;

/// What kind of failure it is: the only part of an error that code branches on.
///
/// A code is added only together with somebody who acts on it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize, Type, ToSchema)]
pub enum ErrorCode {
    /// The request cannot be understood: a bad URI, filter, id, value or name.
    InvalidInput,
    /// No such document, collection, connection or member.
    NotFound,
    /// What is there stands against it, and nothing was written: somebody else changed what was read, or another
    /// document has the same key.
    Conflict,
    /// The collection's validation rules refuse the document (server code 121).
    ValidationFailed,
    /// The server does not accept the user name or password.
    Unauthenticated,
    /// The user may not do this (server code 13).
    Forbidden,
    /// The connection is read-only, so nothing was sent.
    ReadOnly,
    /// No server answers: refused, unknown host, or gone.
    Unreachable,
    /// The TLS handshake failed.
    Tls,
    /// The deadline passed and nothing was applied.
    Timeout,
    /// Cancelled by the person who asked.
    Cancelled,
    /// The set has no primary at present; nothing was applied.
    NotPrimary,
    /// A write was sent and no answer came: it may or may not have been applied.
    OutcomeUnknown,
    /// A document above the server's 16 MiB, or nested deeper than it stores.
    TooLarge,
    /// This server or this document does not allow the operation.
    Unsupported,
    /// The server refused for a reason of its own.
    ServerRejected,
    /// A local file could not be read or written.
    Storage,
    /// A mistake of ours.
    Internal,
}

/// The server's own words for an error: its number, its name and its labels.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, Type, ToSchema)]
pub struct ServerCode {
    /// The server's error number, such as 11000.
    pub code: i32,
    /// The server's name for it, such as `DuplicateKey`; empty where it gives none.
    pub name: String,
    /// What the server and its driver say of it, such as `TransientTransactionError`, in the order of the alphabet.
    pub labels: Vec<String>,
}

/// Which of the texts that a person wrote.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, Type, ToSchema)]
#[serde(rename_all = "camelCase")]
pub enum TextPart {
    /// A filter.
    Filter,
    /// A sort order.
    Sort,
    /// A projection.
    Projection,
    /// A collation.
    Collation,
    /// The index to use.
    Hint,
    /// A whole document.
    Document,
    /// An update of many documents.
    Update,
    /// The rule that documents of a new collection have to fit.
    Validator,
    /// The options of a new collection.
    Options,
}

/// Where in a text the mistake is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, Type, ToSchema)]
pub struct TextPlace {
    /// Which text.
    pub part: TextPart,
    /// The line, from 1.
    pub line: u32,
    /// The column in characters, from 1.
    pub column: u32,
}

/// An error as it crosses a wire.
///
/// For a write, every code except `OutcomeUnknown` says that nothing was applied.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, Type, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct ErrorBody {
    /// What kind of failure it is.
    pub code: ErrorCode,
    /// One sentence a person can read. Never holds a password.
    pub message: String,
    /// What to do next, where we know.
    pub hint: Option<String>,
    /// Whether the same request may succeed when sent again unchanged.
    pub retryable: bool,
    /// The server's number and name, where the server spoke.
    pub server: Option<ServerCode>,
    /// Where the mistake is, in a text that a person wrote.
    pub at: Option<TextPlace>,
    /// Of `ValidationFailed`, the rules of the collection that the document fails.
    pub rules: Vec<FailedRule>,
    /// Of an insert whose outcome is unknown, the document to look for.
    pub document: Option<DocumentId>,
    /// Of a write whose outcome is unknown, the entry of the history by which it can be checked.
    pub entry: Option<EntryId>,
}

/// An error of the core.
#[derive(Clone, Debug, thiserror::Error)]
#[error("{}", body.message)]
pub struct Error {
    body: Box<ErrorBody>,
}

impl Error {
    /// An error with a code and one sentence.
    pub fn new(code: ErrorCode, message: impl Into<String>) -> Self {
        let retryable = matches!(code, ErrorCode::Unreachable | ErrorCode::Timeout | ErrorCode::NotPrimary);
        Self {
            body: Box::new(ErrorBody {
                code,
                message: message.into(),
                hint: None,
                retryable,
                server: None,
                at: None,
                rules: Vec::new(),
                document: None,
                entry: None,
            }),
        }
    }

    /// Adds what to do next.
    #[must_use]
    pub fn with_hint(mut self, hint: impl Into<String>) -> Self {
        self.body.hint = Some(hint.into());
        self
    }

    /// Adds what else went wrong at the same time.
    #[must_use]
    pub(crate) fn and_also(mut self, others: &[String]) -> Self {
        for other in others {
            self.body.message.push(' ');
            self.body.message.push_str(other);
        }
        self
    }

    /// Adds the server's own number and name.
    #[must_use]
    pub fn with_server(mut self, code: i32, name: impl Into<String>) -> Self {
        self.body.server = Some(ServerCode { code, name: name.into(), labels: Vec::new() });
        self
    }

    /// Adds the labels of an error that the server told.
    #[must_use]
    pub(crate) fn with_labels(mut self, labels: impl IntoIterator<Item = String>) -> Self {
        if let Some(server) = &mut self.body.server {
            server.labels.extend(labels);
            server.labels.sort_unstable();
            server.labels.dedup();
        }
        self
    }

    /// Adds the validation rules that the server says a document fails.
    #[must_use]
    pub(crate) fn with_rules(mut self, info: Option<&bson::Document>) -> Self {
        self.body.rules = info.map(rules::failed_rules).unwrap_or_default();
        self
    }

    /// Adds where in a text the mistake is.
    #[must_use]
    pub(crate) fn at(mut self, place: TextPlace) -> Self {
        self.body.at = Some(place);
        self
    }

    /// Adds the document that a write of unknown outcome was about.
    #[must_use]
    pub(crate) fn about(mut self, document: DocumentId) -> Self {
        self.body.document = Some(document);
        self
    }

    /// Adds the entry of a write of unknown outcome.
    #[must_use]
    pub(crate) fn recorded(mut self, entry: Option<EntryId>) -> Self {
        self.body.entry = entry;
        self
    }

    /// What kind of failure it is.
    #[must_use]
    pub fn code(&self) -> ErrorCode {
        self.body.code
    }

    /// The server's number, where the server spoke.
    #[must_use]
    pub fn server_code(&self) -> Option<i32> {
        self.body.server.as_ref().map(|server| server.code)
    }

    /// The shape that crosses a wire.
    #[must_use]
    pub fn body(&self) -> &ErrorBody {
        &self.body
    }

    /// Bad input, named.
    pub fn invalid(message: impl Into<String>) -> Self {
        Self::new(ErrorCode::InvalidInput, message)
    }

    /// A text that a person wrote and that cannot be read; `name` says in words which one.
    pub(crate) fn unreadable(part: TextPart, name: &str, mistake: &TextError) -> Self {
        let TextError { line, column, message } = mistake;
        let told = format!("The {name} cannot be read at line {line}, column {column}: {message}.");
        Self::invalid(told).at(TextPlace { part, line: *line, column: *column })
    }

    /// A mistake of ours.
    pub fn internal(message: impl Into<String>) -> Self {
        Self::new(ErrorCode::Internal, message)
    }
}

impl From<Error> for ErrorBody {
    fn from(error: Error) -> Self {
        *error.body
    }
}
