//! Sends a change until what became of it is known.
//!
//! A lost answer says nothing. So it is looked again what stands there, as a majority has it, and what is still to be
//! done is sent again where that cannot hit anything else.

use std::{future::Future, time::Duration};

use bson::{Document, RawDocumentBuf};
use mongodb::error::{Error as DriverError, ErrorKind};
use tokio::time::{Instant, sleep, timeout_at};

use crate::{
    Error, ErrorCode, Result,
    connection::{Permitted, Session},
    error,
};

/// A change that has not ended after this time is given up: longer than an election with default settings.
pub(super) const WITHIN: Duration = Duration::from_secs(20);
/// Between two tries.
const PAUSE: Duration = Duration::from_millis(100);
/// The server's number for a name that nothing has.
const NO_SUCH_NAMESPACE: i32 = 26;
/// The server's number for a collection that is not the one that was meant (6.0).
const ANOTHER_UUID: i32 = 361;
/// The server's number for a name that is taken.
const NAMESPACE_EXISTS: i32 = 48;

/// A name is taken: what the server says of it itself, where it is asked.
pub(super) fn taken(message: String) -> Error {
    Error::new(ErrorCode::Conflict, message)
        .with_server(NAMESPACE_EXISTS, "NamespaceExists")
        .with_hint("Choose another name.")
}

/// Another collection has the name by now, as the server says where it compares UUIDs.
pub(super) fn another(message: String) -> Error {
    Error::new(ErrorCode::Conflict, message).with_server(ANOTHER_UUID, "CollectionUUIDMismatch")
}
/// The server's number for a write to a member that takes none: nothing of it was begun.
const NOT_WRITABLE: i32 = 10107;

/// What is to be done next.
pub(super) enum Next {
    /// This is to be sent.
    Send {
        database: String,
        command: RawDocumentBuf,
        /// Even where it is not known what became of the same command: it cannot hit anything else.
        again: bool,
    },
    /// All is as it is to be.
    Done,
}

/// A change of the catalogue.
pub(super) trait Change {
    /// Looks what stands there, and decides. `sent`: something was sent whose answer is not known, so that what is as it
    /// is to be was done by us; what is told then has to be what a majority has.
    ///
    /// An error says that the change must not go on: before anything was sent, that nothing was changed.
    fn next(&self, session: &Session, sent: bool) -> impl Future<Output = Result<Next>> + Send;

    /// How long it may take.
    fn within(&self) -> Duration {
        WITHIN
    }
}

/// What became of a command.
enum Answer {
    Done,
    /// The server did nothing.
    Refused(Error),
    /// The server did nothing, and will not do it either when asked again, unless what stands there has changed.
    Elsewhere(Error),
    /// The server did nothing at present: there is no primary.
    Waiting(Error),
    /// It may have been done.
    Lost(Option<Error>),
}

/// Carries out a change.
///
/// # Errors
///
/// `OutcomeUnknown` when something was sent and it could not be told in time what became of it; any other code says that
/// nothing was changed.
pub(super) async fn carry_out(session: &Session, change: &impl Change) -> Result<()> {
    let began = Instant::now();
    let mut sent = false;
    let mut cause = None;
    let ended = timeout_at(began + change.within(), run(session, change, &mut sent, &mut cause)).await;
    // A collection made anew may be a view of the same name.
    session.kinds.forget_all();
    match ended {
        Ok(ended) => ended,
        Err(_) if sent => Err(unknown(cause.as_ref())),
        Err(_) => Err(nothing_sent(began)),
    }
}

async fn run(
    session: &Session,
    change: &impl Change,
    sent: &mut bool,
    cause: &mut Option<Error>,
) -> Result<()> {
    loop {
        let (database, command) = match change.next(session, *sent).await {
            Ok(Next::Done) => return Ok(()),
            Ok(Next::Send { again: false, .. }) if *sent => return Err(unknown(cause.as_ref())),
            Ok(Next::Send { database, command, .. }) => (database, command),
            Err(error) if passing(&error) && (*sent || session.has_transactions()) => {
                sleep(PAUSE).await;
                continue;
            }
            Err(error) if *sent => return Err(unknown(Some(&error))),
            Err(error) => return Err(error),
        };
        let before = std::mem::replace(sent, true);
        match send(session, &database, command).await {
            Answer::Done => return Ok(()),
            Answer::Refused(error) if before => return Err(unknown(Some(&error))),
            Answer::Refused(error) => return Err(error),
            // Somebody was quicker, or what was sent before is done by now: looking again tells.
            Answer::Elsewhere(error) | Answer::Waiting(error) => {
                *sent = before;
                *cause = Some(error);
            }
            Answer::Lost(lost) => *cause = lost,
        }
        sleep(PAUSE).await;
    }
}

async fn send(session: &Session, database: &str, command: RawDocumentBuf) -> Answer {
    let Permitted { database, command } = match session.permit(database, command) {
        Ok(permitted) => permitted,
        Err(error) => return Answer::Refused(error),
    };
    match database.run_raw_command(command).await {
        Ok(reply) => answered(&reply),
        Err(error) => failed(&error),
    }
}

fn answered(reply: &Document) -> Answer {
    match reply.get_document("writeConcernError") {
        Ok(concern) => {
            let code = concern.get_i32("code").unwrap_or_default();
            let name = concern.get_str("codeName").unwrap_or_default();
            Answer::Lost(Some(error::write_concern_failed(code, name)))
        }
        Err(_) => Answer::Done,
    }
}

fn failed(error: &DriverError) -> Answer {
    let told = error::from_driver(error);
    match error.kind.as_ref() {
        _ if error::in_flight(error) || error::lacks_confirmation(error) => Answer::Lost(Some(told)),
        ErrorKind::Command(command) => match command.code {
            NO_SUCH_NAMESPACE | ANOTHER_UUID => Answer::Elsewhere(told),
            NOT_WRITABLE => Answer::Waiting(told),
            // It had begun: a drop of a database may be half-way.
            _ if told.code() == ErrorCode::NotPrimary => Answer::Lost(Some(told)),
            _ => Answer::Refused(told),
        },
        ErrorKind::ServerSelection { .. } => Answer::Waiting(told),
        _ => Answer::Refused(told),
    }
}

/// What is over once there is a primary.
fn passing(error: &Error) -> bool {
    matches!(error.code(), ErrorCode::Unreachable | ErrorCode::NotPrimary)
}

fn nothing_sent(began: Instant) -> Error {
    let waited = began.elapsed().as_secs();
    Error::new(
        ErrorCode::NotPrimary,
        format!("Nothing was changed: no primary took the change within {waited} s."),
    )
    .with_hint("Try again once the set has a primary.")
}

fn unknown(cause: Option<&Error>) -> Error {
    let why = match cause.map(Error::code) {
        Some(ErrorCode::OutcomeUnknown) => "the primary took it, but a majority did not confirm it in time",
        Some(ErrorCode::Unreachable) => "the connection was lost before the answer came",
        Some(ErrorCode::NotPrimary) => "the primary stepped down before it answered",
        Some(_) => "what stands there now does not tell",
        None => "no answer came in time",
    };
    let error =
        Error::new(ErrorCode::OutcomeUnknown, format!("It is not known whether the change was made: {why}."))
            .with_hint("Check: what a majority of the members has is looked up again.");
    match cause.and_then(|cause| cause.body().server.clone()) {
        Some(server) => error.with_server(server.code, server.name).with_labels(server.labels),
        None => error,
    }
}

#[cfg(test)]
mod tests {
    use bson::doc;

    use super::*;

    #[test]
    fn an_answer_that_was_not_confirmed_by_a_majority_is_no_success() {
        assert!(matches!(answered(&doc! { "ok": 1 }), Answer::Done));
        let reply = doc! { "ok": 1, "writeConcernError": { "code": 64, "codeName": "WriteConcernFailed" } };
        assert!(matches!(answered(&reply), Answer::Lost(Some(_))));
    }

    #[test]
    fn an_unknown_outcome_says_why_and_what_to_do() {
        let lost = Error::new(ErrorCode::Unreachable, "gone");
        for (cause, why) in [(None, "no answer"), (Some(&lost), "connection was lost")] {
            let error = unknown(cause);
            assert_eq!(error.code(), ErrorCode::OutcomeUnknown);
            assert!(error.to_string().contains(why), "{error}");
            assert!(error.body().hint.is_some() && !error.body().retryable);
        }
    }
}
