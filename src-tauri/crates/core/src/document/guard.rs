//! Guarded writes: read, compare, write, read back, compare, commit, all in one transaction.
//!
//! Until the commit is sent nothing is applied, whatever fails. So only a commit whose answer is lost has
//! an unknown outcome; every other failure is "not applied".

use std::{future::Future, time::Duration};

use bson::Document;
use futures_util::StreamExt;
use mongodb::{
    ClientSession,
    error::Error as DriverError,
    options::{Acknowledgment, TransactionOptions, WriteConcern},
};
use tokio::time::{Instant, sleep, timeout, timeout_at};

use super::{
    ImageState,
    journal::{Image, Record},
    whole_update,
    wire::Writer,
};
use crate::{
    Error, ErrorCode, Result,
    connection::{Permitted, Session},
    error,
    namespace::Namespace,
    value::typed::Kind,
};

/// A write that has not ended after this time is given up: longer than an election with default settings.
pub(super) const WRITE_WITHIN: Duration = Duration::from_secs(20);
/// How long an answer that is known waits for its transaction to be ended.
const ABORT_WITHIN: Duration = Duration::from_millis(500);
/// Between two tries.
const PAUSE: Duration = Duration::from_millis(100);

/// Why a try was left.
pub(super) enum Stop {
    /// The guard says no: nothing is to be written.
    Refused(Error),
    /// The driver failed.
    Driver(DriverError),
}

impl From<Error> for Stop {
    fn from(error: Error) -> Self {
        Self::Refused(error)
    }
}

impl From<DriverError> for Stop {
    fn from(error: DriverError) -> Self {
        Self::Driver(error)
    }
}

/// One try inside a transaction.
pub(super) struct Attempt<'a> {
    pub(super) namespace: &'a Namespace,
    record: &'a Record,
    connection: &'a Session,
    session: &'a mut ClientSession,
}

/// What is tried inside a transaction, again from the start when it has to be run anew.
pub(super) trait Guarded {
    /// What it comes to.
    type Outcome: Send;

    /// Reads, decides, writes and reads back. It must not keep anything from one try to the next.
    fn attempt(&self, attempt: &mut Attempt<'_>) -> impl Future<Output = Result<Self::Outcome, Stop>> + Send;
}

/// Runs `guarded` in a transaction with majority write concern until it is committed, refused, or out of time, and keeps
/// in its record which it was.
///
/// # Errors
///
/// `OutcomeUnknown` when a commit was sent and not answered in time; any other code says that nothing was applied.
pub(super) async fn in_transaction<G: Guarded>(
    session: &Session,
    record: &Record,
    guarded: &G,
) -> Result<G::Outcome> {
    closed(record, transact(session, record, guarded).await).await
}

/// Keeps in a write's record how it ended, and tells of the record where that is not known.
pub(super) async fn closed<T>(record: &Record, outcome: Result<T>) -> Result<T> {
    match outcome {
        Ok(value) => {
            record.settle_soon(ImageState::Applied);
            Ok(value)
        }
        Err(error) if error.code() == ErrorCode::OutcomeUnknown => {
            record.settle(ImageState::Unknown).await;
            Err(error.recorded(record.entry()))
        }
        Err(error) => {
            record.take_back().await;
            Err(error)
        }
    }
}

/// The same, and leaves what is in the record for the caller to settle.
pub(super) async fn transact<G: Guarded>(
    session: &Session,
    record: &Record,
    guarded: &G,
) -> Result<G::Outcome> {
    session.permit_writes()?;
    let began = Instant::now();
    let deadline = began + WRITE_WITHIN;
    loop {
        let (mut transaction, outcome) = tried(session, record, guarded, (began, deadline)).await?;
        match commit(&mut transaction, deadline).await {
            Ok(()) => return Ok(outcome),
            Err(Committing::Unknown(error)) => {
                // A transaction that is still open holds its documents for a minute, and a commit that comes late would
                // apply what was checked meanwhile and found not applied.
                session.end_transaction(transaction.id()).await;
                return Err(error);
            }
            Err(Committing::NotApplied(error)) if again(&error, deadline) => sleep(PAUSE).await,
            Err(Committing::NotApplied(error)) => return Err(not_applied(&error, began)),
        }
    }
}

/// Tries it in a transaction that is given up, whatever it comes to: what the server would make of it.
pub(super) async fn rehearse<G: Guarded>(
    session: &Session,
    record: &Record,
    guarded: &G,
) -> Result<G::Outcome> {
    session.permit_writes()?;
    let began = Instant::now();
    let (mut transaction, outcome) = tried(session, record, guarded, (began, began + WRITE_WITHIN)).await?;
    // Heard or not, nothing of it is ever committed.
    let _ = timeout(ABORT_WITHIN, transaction.abort_transaction()).await;
    Ok(outcome)
}

/// Tries until there is something to commit.
async fn tried<G: Guarded>(
    session: &Session,
    record: &Record,
    guarded: &G,
    (began, deadline): (Instant, Instant),
) -> Result<(ClientSession, G::Outcome)> {
    loop {
        match timeout_at(deadline, try_once(session, record, guarded)).await {
            Ok(Ok(ready)) => return Ok(ready),
            Ok(Err(Stop::Refused(error))) => return Err(error),
            Ok(Err(Stop::Driver(error))) if again(&error, deadline) => sleep(PAUSE).await,
            Ok(Err(Stop::Driver(error))) => return Err(not_applied(&error, began)),
            Err(_) => return Err(no_primary(began)),
        }
    }
}

async fn try_once<G: Guarded>(
    session: &Session,
    record: &Record,
    guarded: &G,
) -> Result<(ClientSession, G::Outcome), Stop> {
    let mut transaction = session.start_transaction_session().await?;
    let majority = WriteConcern::builder().w(Acknowledgment::Majority).build();
    let options = TransactionOptions::builder().write_concern(majority).build();
    transaction.start_transaction().with_options(options).await?;
    let namespace = record.namespace();
    let mut attempt = Attempt { namespace, record, connection: session, session: &mut transaction };
    let tried = guarded.attempt(&mut attempt).await;
    match tried {
        Ok(outcome) => Ok((transaction, outcome)),
        Err(stop) => {
            // Whether the abort is heard or not, nothing was committed: the server ends what is left open. The
            // answer is known, and must not wait for a primary to hear the abort.
            let _ = timeout(ABORT_WITHIN, transaction.abort_transaction()).await;
            Err(stop)
        }
    }
}

enum Committing {
    NotApplied(DriverError),
    Unknown(Error),
}

async fn commit(transaction: &mut ClientSession, deadline: Instant) -> Result<(), Committing> {
    let mut in_flight = false;
    loop {
        match timeout_at(deadline, transaction.commit_transaction()).await {
            Ok(Ok(())) => return Ok(()),
            // The server's own word that there is no such transaction: it settles an earlier commit too.
            Ok(Err(error)) if error::transient(&error) => return Err(Committing::NotApplied(error)),
            Ok(Err(error)) if error::in_flight(&error) || error::no_such_transaction(&error) => {
                in_flight = true;
                if Instant::now() + PAUSE >= deadline {
                    return Err(Committing::Unknown(unknown(Some(&error))));
                }
                sleep(PAUSE).await;
            }
            Ok(Err(error)) if in_flight || error::lacks_confirmation(&error) => {
                return Err(Committing::Unknown(unknown(Some(&error))));
            }
            Ok(Err(error)) => return Err(Committing::NotApplied(error)),
            Err(_) => return Err(Committing::Unknown(unknown(None))),
        }
    }
}

/// Another try makes sense: a write conflict, a fail-over, a lost connection.
fn again(error: &DriverError, deadline: Instant) -> bool {
    // Before the commit is sent, a transaction that is gone has left nothing behind.
    let passing =
        error::transient(error) || error::worth_another_read(error) || error::no_such_transaction(error);
    passing && Instant::now() + PAUSE < deadline
}

/// The same error, in words that say what it means for the write.
fn not_applied(error: &DriverError, began: Instant) -> Error {
    let error = error::from_driver(error);
    match error.code() {
        ErrorCode::Unreachable | ErrorCode::NotPrimary => no_primary(began),
        _ => error,
    }
}

fn no_primary(began: Instant) -> Error {
    let waited = began.elapsed().as_secs();
    Error::new(
        ErrorCode::NotPrimary,
        format!("Nothing was written: no primary took the write within {waited} s."),
    )
    .with_hint("Save again once the set has a primary.")
}

/// Whether an error is not about the documents that it came of.
pub(super) fn ends_all(error: &Error) -> bool {
    match error.code() {
        ErrorCode::NotPrimary
        | ErrorCode::Unreachable
        | ErrorCode::Timeout
        | ErrorCode::Tls
        | ErrorCode::Unauthenticated
        | ErrorCode::Forbidden
        | ErrorCode::ReadOnly
        | ErrorCode::Storage
        | ErrorCode::Cancelled
        | ErrorCode::Internal => true,
        // The server's word is about a document, the journal's about its room.
        ErrorCode::TooLarge => error.server_code().is_none(),
        _ => false,
    }
}

/// Says that a write may or may not have been applied, and why that is not known.
pub(super) fn unknown(cause: Option<&DriverError>) -> Error {
    let cause = cause.map(error::from_driver);
    let why = match cause.as_ref().map(Error::code) {
        Some(ErrorCode::OutcomeUnknown) => "the primary took it, but a majority did not confirm it in time",
        Some(_) => "the connection was lost before the answer came",
        None => "no answer came in time",
    };
    let error = Error::new(
        ErrorCode::OutcomeUnknown,
        format!("It is not known whether the write was applied: {why}."),
    )
    .with_hint("Check: the document is read again and compared.");
    match cause.and_then(|cause| cause.body().server.clone()) {
        Some(server) => error.with_server(server.code, server.name).with_labels(server.labels),
        None => error,
    }
}

impl<'a> Attempt<'a> {
    /// What is to be waited for before the commit, and beside the write: the journal has what is intended. Images that
    /// cannot be kept are refused at once, before the write is sent.
    pub(super) fn intend(
        &self,
        images: Vec<Image>,
    ) -> Result<impl Future<Output = Result<()>> + Send + use<'a>, Stop> {
        let record: &'a Record = self.record;
        record.check_fits(&images)?;
        Ok(record.intend(images))
    }

    /// The document's bytes now, inside the transaction.
    pub(super) async fn read(&mut self, id: (u8, &[u8])) -> Result<Option<Vec<u8>>, Stop> {
        Ok(self.read_all(by_id(self.namespace, id)).await?.into_iter().next())
    }

    /// What a command finds, inside the transaction.
    pub(super) async fn read_all(&mut self, find: Writer) -> Result<Vec<Vec<u8>>, Stop> {
        let command = find.command()?;
        let Permitted { database, command } = self.connection.permit(self.namespace.database(), command)?;
        let mut batches =
            database.run_raw_cursor_command(command).session(&mut *self.session).batch().await?;
        let mut batches = batches.stream(self.session);
        let mut found = Vec::new();
        while let Some(batch) = batches.next().await {
            for document in batch?.doc_slices().map_err(Stop::Driver)? {
                let document = document.map_err(|error| Stop::Driver(error.into()))?;
                found.extend(document.as_document().map(|document| document.as_bytes().to_vec()));
            }
        }
        Ok(found)
    }

    /// Reads back, and refuses everything if other bytes would be stored than were meant.
    pub(super) async fn expect(&mut self, id: (u8, &[u8]), target: &[u8]) -> Result<(), Stop> {
        if self.read(id).await?.as_deref() == Some(target) {
            return Ok(());
        }
        let message = "The server would store other bytes than these; nothing was written.";
        Err(Stop::Refused(Error::new(ErrorCode::Unsupported, message)))
    }

    /// Sends updates, each of one document, in order.
    pub(super) async fn update(&mut self, statements: &[Vec<u8>]) -> Result<(), Stop> {
        let command = whole_update::command(self.namespace.collection(), statements);
        self.write_to(statements.len(), command).await
    }

    /// Sends one write command and checks that it touched exactly one document.
    pub(super) async fn write(&mut self, command: Writer) -> Result<(), Stop> {
        self.write_to(1, command).await
    }

    /// The same for a command that is to touch so many.
    pub(super) async fn write_to(&mut self, documents: usize, command: Writer) -> Result<(), Stop> {
        let command = command.command()?;
        let Permitted { database, command } = self.connection.permit(self.namespace.database(), command)?;
        let reply = database.run_raw_command(command).session(&mut *self.session).await?;
        if usize::try_from(settled(&reply)?) == Ok(documents) {
            return Ok(());
        }
        Err(Stop::Refused(vanished()))
    }
}

/// Writes while the journal keeps what is intended: the transaction is committed only once both are done.
pub(super) async fn both<T>(
    write: impl Future<Output = Result<T, Stop>>,
    intend: impl Future<Output = Result<()>>,
) -> Result<T, Stop> {
    let (written, intended) = futures_util::join!(write, intend);
    let written = written?;
    intended?;
    Ok(written)
}

/// `find` of one document by its exact `_id`.
pub(super) fn by_id(namespace: &Namespace, id: (u8, &[u8])) -> Writer {
    all_by_id(namespace, id).int("limit", 1).bool("singleBatch", true)
}

/// `find` of all documents that have this `_id`.
pub(super) fn all_by_id(namespace: &Namespace, id: (u8, &[u8])) -> Writer {
    Writer::new()
        .text("find", namespace.collection())
        .document("filter", &id_filter(id))
        .long("maxTimeMS", i64::try_from(WRITE_WITHIN.as_millis()).unwrap_or(i64::MAX))
}

/// An `_id` that is a document may look like operators, so it needs `$eq`. Others are asked for plainly: servers before 7.0
/// go straight to a document only by that (a fifth less work for mongod 6.0).
pub(super) fn id_filter(id: (u8, &[u8])) -> Vec<u8> {
    if ![Kind::Object.byte(), Kind::Regex.byte()].contains(&id.0) {
        return Writer::new().raw("_id", id.0, id.1).finish();
    }
    let equal = Writer::new().raw("$eq", id.0, id.1).finish();
    Writer::new().raw("_id", Kind::Object.byte(), &equal).finish()
}

/// How many documents a write touched. A reply can say `ok: 1` and hold errors all the same.
pub(super) fn settled(reply: &Document) -> Result<i32> {
    let labels = reply.get_array("errorLabels").map(Vec::as_slice).unwrap_or_default();
    let labels = labels.iter().filter_map(|label| label.as_str().map(str::to_owned));
    let first_error =
        reply.get_array("writeErrors").ok().and_then(|errors| errors.first()?.as_document().cloned());
    if let Some(refused) = first_error {
        let code = refused.get_i32("code").unwrap_or_default();
        let name = refused.get_str("codeName").unwrap_or_default();
        let message = refused.get_str("errmsg").unwrap_or_default();
        let info = refused.get_document("errInfo").ok();
        return Err(error::from_server(code, name, message).with_rules(info).with_labels(labels));
    }
    if let Ok(concern) = reply.get_document("writeConcernError") {
        let code = concern.get_i32("code").unwrap_or_default();
        let name = concern.get_str("codeName").unwrap_or_default();
        return Err(error::write_concern_failed(code, name).with_labels(labels));
    }
    Ok(reply.get_i32("n").unwrap_or_default())
}

pub(super) fn vanished() -> Error {
    Error::new(ErrorCode::NotFound, "There is no document with this _id.")
}
