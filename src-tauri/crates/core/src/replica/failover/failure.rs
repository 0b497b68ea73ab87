//! Why a write was not acknowledged.

use bson::Document;
use mongodb::error::{Error as DriverError, ErrorKind, RETRYABLE_WRITE_ERROR};

use crate::error;

/// The canary's own limits, which a client usually has not set: `MaxTimeMSExpired`, `WriteConcernTimeout`.
const OWN_LIMITS: [i32; 2] = [50, 64];

/// The numbers on which a driver sends a write once more (the specification of retryable writes, and `RetryableWriteError` of the
/// server, which gives the label only to writes that are numbered for it).
const RETRYABLE: [i32; 12] = [6, 7, 89, 91, 189, 262, 9001, 10_107, 11_600, 11_602, 13_435, 13_436];

/// A kind of failure, in the words of the first.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Failure {
    /// The server's number; none where no server spoke.
    pub(crate) code: Option<i32>,
    pub(crate) name: String,
    pub(crate) message: String,
    pub(crate) meaning: Meaning,
}

/// What a driver makes of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Meaning {
    /// Nobody was there to be asked: a driver waits longer than the canary does.
    NoPrimary,
    /// It is sent once more.
    Retryable,
    /// The canary's own limit was met, which a client has not set: such a client waits on.
    OwnLimit,
    /// The application hears of it.
    Final,
}

impl Failure {
    /// Whether it counts as the same.
    pub(crate) fn is_like(&self, other: &Self) -> bool {
        (self.code, &self.name) == (other.code, &other.name)
    }

    pub(crate) fn no_primary() -> Self {
        let message = "No primary was found within 2 s.".to_owned();
        Self { code: None, name: "no primary".to_owned(), message, meaning: Meaning::NoPrimary }
    }

    pub(crate) fn no_answer() -> Self {
        Self::silent("no answer", "The write was sent, and no answer came in time.".to_owned())
    }

    fn silent(name: &str, message: String) -> Self {
        Self { code: None, name: name.to_owned(), message, meaning: Meaning::Retryable }
    }

    /// What the server said.
    pub(crate) fn of_server(code: i32, name: &str, message: &str) -> Self {
        let told = error::from_server(code, name, message);
        let name = told.body().server.as_ref().map(|server| server.name.clone()).unwrap_or_default();
        let meaning = match code {
            code if RETRYABLE.contains(&code) => Meaning::Retryable,
            code if OWN_LIMITS.contains(&code) => Meaning::OwnLimit,
            _ => Meaning::Final,
        };
        Self { code: Some(code), name, message: message.to_owned(), meaning }
    }

    /// What the driver came to.
    pub(crate) fn of_driver(error: &DriverError) -> Self {
        let failure = match error.kind.as_ref() {
            ErrorKind::ServerSelection { .. } => return Self::no_primary(),
            ErrorKind::Command(command) => {
                Self::of_server(command.code, &command.code_name, &command.message)
            }
            ErrorKind::Io(io) => {
                Self::silent(error::io_reason(io), error::from_driver(error).body().message.clone())
            }
            ErrorKind::ConnectionPoolCleared { .. } => {
                Self::silent("connection lost", error::from_driver(error).body().message.clone())
            }
            _ => {
                let told = error::from_driver(error);
                let (name, message) = (format!("{:?}", told.code()), told.body().message.clone());
                Self { code: told.server_code(), name, message, meaning: Meaning::Final }
            }
        };
        if error.contains_label(RETRYABLE_WRITE_ERROR) {
            return Self { meaning: Meaning::Retryable, ..failure };
        }
        failure
    }

    /// What the answer to a write says: `ok` alone does not say that a majority has it.
    pub(crate) fn in_answer(answer: &Document) -> Option<Self> {
        let refused = answer.get_array("writeErrors").ok().and_then(|errors| errors.first()?.as_document());
        let told = refused.or_else(|| answer.get_document("writeConcernError").ok())?;
        let text = |name| told.get_str(name).unwrap_or_default();
        let failure = Self::of_server(told.get_i32("code").unwrap_or(0), text("codeName"), text("errmsg"));
        let labels = answer.get_array("errorLabels").into_iter().flatten();
        let is_labelled =
            labels.filter_map(|label| label.as_str()).any(|label| label == RETRYABLE_WRITE_ERROR);
        Some(if is_labelled { Self { meaning: Meaning::Retryable, ..failure } } else { failure })
    }
}

#[cfg(test)]
mod tests {
    use bson::doc;

    use super::*;

    #[test]
    fn an_answer_that_is_ok_and_not_confirmed_is_a_failure() {
        assert_eq!(Failure::in_answer(&doc! { "n": 1, "ok": 1.0 }), None);
        let lost = doc! {
            "n": 1, "ok": 1.0,
            "writeConcernError": { "code": 189, "codeName": "PrimarySteppedDown", "errmsg": "stepped down" },
        };
        let lost = Failure::in_answer(&lost).expect("not confirmed");
        assert_eq!((lost.code, lost.name.as_str()), (Some(189), "PrimarySteppedDown"));
        assert_eq!((lost.message.as_str(), lost.meaning), ("stepped down", Meaning::Retryable));
        let late = doc! { "ok": 1.0, "writeConcernError": { "code": 64, "codeName": "WriteConcernTimeout" } };
        assert_eq!(Failure::in_answer(&late).map(|late| late.meaning), Some(Meaning::OwnLimit));
        let refused = doc! { "ok": 1.0, "writeErrors": [{ "index": 0, "code": 121, "errmsg": "no" }] };
        let refused = Failure::in_answer(&refused).expect("refused");
        assert_eq!((refused.name.as_str(), refused.meaning), ("DocumentValidationFailure", Meaning::Final));
        let labelled = doc! {
            "ok": 1.0, "errorLabels": ["RetryableWriteError"], "writeConcernError": { "code": 4_242 },
        };
        assert_eq!(Failure::in_answer(&labelled).map(|told| told.meaning), Some(Meaning::Retryable));
    }
}
