//! From the driver's errors to ours.
//!
//! A driver error prints the server's whole reply, user data included, and a connection error may print
//! an address with more than its host. So its kind is mapped here, once, and the error itself is dropped.

use std::io;

use mongodb::error::{
    Error as DriverError, ErrorKind, TRANSIENT_TRANSACTION_ERROR, UNKNOWN_TRANSACTION_COMMIT_RESULT,
    WriteFailure,
};

use super::{Error, ErrorCode};

/// `ExceededTimeLimit`
const EXCEEDED_TIME_LIMIT: i32 = 262;
/// `NoSuchTransaction`
const NO_SUCH_TRANSACTION: i32 = 251;

/// Maps a driver error to ours.
pub(crate) fn from_driver(error: &DriverError) -> Error {
    by_kind(error).with_labels(error.labels().iter().cloned())
}

fn by_kind(error: &DriverError) -> Error {
    match error.kind.as_ref() {
        ErrorKind::Command(command) => from_server(command.code, &command.code_name, &command.message),
        ErrorKind::Write(WriteFailure::WriteError(write)) => {
            from_server(write.code, write.code_name.as_deref().unwrap_or_default(), &write.message)
                .with_rules(write.details.as_ref())
        }
        ErrorKind::Write(WriteFailure::WriteConcernError(concern)) => {
            write_concern_failed(concern.code, &concern.code_name)
        }
        ErrorKind::Authentication { .. } => wrong_credentials(),
        ErrorKind::Io(io) => from_io(io),
        ErrorKind::ServerSelection { .. } => {
            Error::new(ErrorCode::Unreachable, "No server that could do this was found in time.")
                .with_hint("The set may be electing a primary, or its members cannot be reached from here.")
        }
        ErrorKind::ConnectionPoolCleared { .. } => {
            Error::new(ErrorCode::Unreachable, "The connection to the server was lost.")
        }
        ErrorKind::DnsResolve { .. } => Error::new(ErrorCode::Unreachable, "The host name is unknown."),
        ErrorKind::InvalidTlsConfig { .. } => Error::new(ErrorCode::Tls, "The TLS settings cannot be used."),
        ErrorKind::InvalidArgument { message, .. } => Error::invalid(message.clone()),
        ErrorKind::SessionsNotSupported | ErrorKind::IncompatibleServer { .. } => {
            Error::new(ErrorCode::Unsupported, "This server is too old for the operation.")
        }
        ErrorKind::InvalidResponse { .. } => {
            Error::new(ErrorCode::ServerRejected, "The server's answer is not one that MongoDB gives.")
        }
        ErrorKind::Shutdown => Error::new(ErrorCode::Cancelled, "The connection was closed."),
        _ => Error::internal("The driver failed in a way that is not known here."),
    }
}

/// Maps an answer that the server gave: its number, name and words. The name may be empty.
pub(crate) fn from_server(code: i32, name: &str, message: &str) -> Error {
    let kind = code_of(code);
    let name = if name.is_empty() { name_of(code) } else { name };
    let error = match kind {
        ErrorCode::Unauthenticated => wrong_credentials(),
        ErrorCode::NotPrimary => Error::new(kind, "The member is not, or no longer, the primary.")
            .with_hint("The set elects a new primary by itself, usually within seconds."),
        // A step-down says with this number who has not caught up.
        ErrorCode::Timeout if code != EXCEEDED_TIME_LIMIT => {
            Error::new(kind, "The server stopped the operation at its time limit.")
        }
        ErrorCode::Forbidden => Error::new(kind, format!("The user may not do this: {message}")),
        ErrorCode::ValidationFailed => {
            Error::new(kind, "The collection's validation rules refuse this document.")
        }
        _ => Error::new(kind, message),
    };
    error.with_server(code, name)
}

/// A write that was applied on the primary, while its copies did not confirm it in time.
pub(crate) fn write_concern_failed(code: i32, name: &str) -> Error {
    Error::new(
        ErrorCode::OutcomeUnknown,
        "The primary took the write, but a majority did not confirm it in time: it may be undone.",
    )
    .with_hint("Check again once a majority of the members is up.")
    .with_server(code, name)
}

fn wrong_credentials() -> Error {
    Error::new(ErrorCode::Unauthenticated, "The server does not accept this user name or password.")
        .with_hint("Check the user, the password and the database that the user belongs to (authSource).")
}

/// Maps an error of the socket.
pub(crate) fn from_io(error: &io::Error) -> Error {
    Error::new(ErrorCode::Unreachable, format!("The connection failed: {}.", io_reason(error)))
}

/// Says in words why a socket failed: "connection refused".
pub(crate) fn io_reason(error: &io::Error) -> &'static str {
    match error.kind() {
        io::ErrorKind::ConnectionRefused => "connection refused",
        io::ErrorKind::ConnectionReset | io::ErrorKind::ConnectionAborted => "connection reset",
        io::ErrorKind::TimedOut | io::ErrorKind::WouldBlock => "no answer in time",
        io::ErrorKind::UnexpectedEof | io::ErrorKind::BrokenPipe => "connection closed",
        io::ErrorKind::HostUnreachable | io::ErrorKind::NetworkUnreachable => "no route to the host",
        io::ErrorKind::InvalidData => "the TLS handshake failed",
        _ => "the network failed",
    }
}

/// Whether a request that ended so may have reached the server: nothing came back that settles it.
pub(crate) fn in_flight(error: &DriverError) -> bool {
    if error.contains_label(UNKNOWN_TRANSACTION_COMMIT_RESULT) {
        return true;
    }
    matches!(
        error.kind.as_ref(),
        ErrorKind::Io(_) | ErrorKind::ConnectionPoolCleared { .. } | ErrorKind::InvalidResponse { .. }
    )
}

/// Whether a write was applied on the primary and not confirmed by those who were to.
pub(crate) fn lacks_confirmation(error: &DriverError) -> bool {
    matches!(error.kind.as_ref(), ErrorKind::Write(WriteFailure::WriteConcernError(_)))
}

/// Whether a transaction that ended so left nothing behind and may be run again.
pub(crate) fn transient(error: &DriverError) -> bool {
    error.contains_label(TRANSIENT_TRANSACTION_ERROR)
}

/// Whether the server knows of no such transaction, and does not say for sure that there was none: it leaves the label away where a
/// majority could not confirm its answer, as in the middle of a fail-over.
pub(crate) fn no_such_transaction(error: &DriverError) -> bool {
    matches!(error.kind.as_ref(), ErrorKind::Command(command) if command.code == NO_SUCH_TRANSACTION)
}

/// Whether a read that ended so may succeed at once: the connection was lost, or the primary changed.
pub(crate) fn worth_another_read(error: &DriverError) -> bool {
    match error.kind.as_ref() {
        ErrorKind::Io(_) | ErrorKind::ConnectionPoolCleared { .. } => true,
        ErrorKind::Command(command) => code_of(command.code) == ErrorCode::NotPrimary,
        _ => false,
    }
}

/// The server's name for a number (`error_codes.yml`) that it gives alone: those of a write of one document.
fn name_of(code: i32) -> &'static str {
    match code {
        2 => "BadValue",
        9 => "FailedToParse",
        14 => "TypeMismatch",
        28 => "PathNotViable",
        40 => "ConflictingUpdateOperators",
        52 => "DollarPrefixedFieldName",
        56 => "EmptyFieldName",
        66 => "ImmutableField",
        72 => "InvalidOptions",
        112 => "WriteConflict",
        121 => "DocumentValidationFailure",
        10334 => "BSONObjectTooLarge",
        11000 => "DuplicateKey",
        _ => "",
    }
}

/// The server's error numbers (`error_codes.yml`) by what a person can do about them.
fn code_of(code: i32) -> ErrorCode {
    match code {
        13 => ErrorCode::Forbidden,
        18 => ErrorCode::Unauthenticated,
        26 => ErrorCode::NotFound,
        48 | 112 | 11000 | 11001 | 12582 => ErrorCode::Conflict,
        121 => ErrorCode::ValidationFailed,
        2 | 9 | 14 | 40 | 66 | 73 => ErrorCode::InvalidInput,
        50 | 262 => ErrorCode::Timeout,
        91 | 189 | 10107 | 11600 | 11602 | 13435 | 13436 => ErrorCode::NotPrimary,
        11601 => ErrorCode::Cancelled,
        20 | 59 | 115 | 166 | 263 => ErrorCode::Unsupported,
        15 | 10334 | 17280 | 17419 | 17420 => ErrorCode::TooLarge,
        _ => ErrorCode::ServerRejected,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_number_that_says_there_is_no_primary_is_known() {
        for number in [91, 189, 10_107, 11_600, 11_602, 13_435, 13_436] {
            assert_eq!(code_of(number), ErrorCode::NotPrimary, "{number}");
        }
    }
}
