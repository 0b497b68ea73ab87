//! Reads the documents of one page from a server, batch by batch.

use std::sync::Arc;

use futures_util::StreamExt as _;
use mongodb::{
    ClientSession,
    error::{Error as DriverError, ErrorKind},
    raw_batch_cursor::{RawBatch, SessionRawBatchCursor},
};
use tokio::time::timeout;

use super::query::{Part, Query};
use crate::{
    Error, ErrorCode, Result,
    connection::{Lane, Permitted, ServedFrom, Session, unanswered},
    error,
};

/// Where the documents of a page go.
pub(in crate::document) trait Rows: Send {
    /// Takes a document, unless the page is full of those before it.
    fn take(&mut self, document: &[u8]) -> Result<bool>;
    /// An `_id` may come more than once: a document is told from the others by its position in what the query gives, of
    /// which so many were given before.
    fn repeat_ids(&mut self, given: u64);
    /// What was taken so far has come together, and is handed on; false where nobody wants any more.
    fn hand_on(&mut self) -> bool;
}

/// What a page is read with.
pub(super) struct Reader<'a> {
    pub(super) session: &'a Arc<Session>,
    pub(super) lane: &'a Arc<Lane>,
    pub(super) query: &'a Query,
}

/// Documents as a server gives them, batch after batch.
pub(super) struct Batches {
    cursor: SessionRawBatchCursor,
    pub(super) served_from: ServedFrom,
}

impl Batches {
    /// Leaves the rest. The driver closes a cursor that is dropped, but asks the primary to, whichever member holds it.
    pub(super) fn close(self, session: &Arc<Session>, lane: &Arc<Lane>) {
        if self.served_from == ServedFrom::Secondary {
            let (session, lane) = (Arc::clone(session), Arc::clone(lane));
            tokio::spawn(async move { session.end(&lane).await });
        }
    }
}

/// Why a read stopped.
pub(super) enum Broken {
    /// The driver or the server says why.
    Driver(DriverError),
    /// We do.
    Ours(Error),
}

impl From<DriverError> for Broken {
    fn from(error: DriverError) -> Self {
        Self::Driver(error)
    }
}

impl From<Error> for Broken {
    fn from(error: Error) -> Self {
        Self::Ours(error)
    }
}

impl From<Broken> for Error {
    fn from(broken: Broken) -> Self {
        match broken {
            Broken::Driver(error) => error::from_driver(&error),
            Broken::Ours(error) => error,
        }
    }
}

impl Broken {
    /// The same read may succeed at once. The driver does not retry raw commands: once more is ours to do.
    pub(super) fn may_pass(&self) -> bool {
        matches!(self, Self::Driver(error) if error::worth_another_read(error))
    }

    /// The server does not have the cursor any more: it was killed, or its index or collection is gone, or what it
    /// pointed at.
    pub(super) fn is_loss_of_cursor(&self) -> bool {
        self.server_code().is_some_and(|code| LOSSES.contains(&code))
    }

    /// The time of the query is up. It counts from the query's beginning, over all pages.
    pub(super) fn is_end_of_time(&self) -> bool {
        self.server_code() == Some(MAX_TIME_EXPIRED)
    }

    fn server_code(&self) -> Option<i32> {
        let Self::Driver(error) = self else { return None };
        match error.kind.as_ref() {
            ErrorKind::Command(command) => Some(command.code),
            _ => None,
        }
    }

    /// Nobody wants the page any more.
    pub(super) fn unwanted() -> Self {
        Self::Ours(Error::new(ErrorCode::Cancelled, "Nobody waits for this page any more."))
    }
}

/// CursorNotFound, CappedPositionLost, QueryPlanKilled, CursorKilled.
const LOSSES: [i32; 4] = [43, 136, 175, 237];
const MAX_TIME_EXPIRED: i32 = 50;

impl Reader<'_> {
    /// Begins to find a part of what was asked for.
    pub(super) async fn open(&self, lane: &mut ClientSession, part: &Part<'_>) -> Result<Batches, Broken> {
        let command = self.query.find(part)?;
        let Permitted { database, command } =
            self.session.permit(self.query.namespace.database(), command)?;
        let (criteria, served_from) = self.session.read_preferring(self.query.preference);
        let opening = database
            .run_raw_cursor_command(command)
            .selection_criteria(criteria)
            .batch_size(self.query.page_size)
            .session(lane)
            .batch();
        let cursor = self.within(opening).await??;
        Ok(Batches { cursor, served_from })
    }

    /// The next documents; none where there are no more.
    pub(super) async fn next(
        &self,
        lane: &mut ClientSession,
        batches: &mut Batches,
    ) -> Result<Option<Batch>, Broken> {
        let mut stream = batches.cursor.stream(lane);
        let Some(batch) = self.within(stream.next()).await? else { return Ok(None) };
        Ok(Some(Batch(batch?)))
    }

    async fn within<T>(&self, answer: impl Future<Output = T>) -> Result<T, Broken> {
        let patience = self.query.time.patience();
        timeout(patience, answer).await.map_err(|_| Broken::Ours(unanswered(patience)))
    }
}

/// Documents that came together.
pub(super) struct Batch(RawBatch);

impl Batch {
    /// The bytes of each.
    pub(super) fn documents(&self) -> Result<impl Iterator<Item = Result<&[u8], Broken>>, Broken> {
        let documents = self.0.doc_slices()?.into_iter();
        Ok(documents.filter_map(|document| match document {
            Ok(document) => document.as_document().map(|document| Ok(document.as_bytes())),
            Err(error) => Some(Err(Broken::Driver(error.into()))),
        }))
    }

    /// The server has nothing more.
    pub(super) fn is_last(&self) -> bool {
        let reply = self.0.as_raw_document();
        reply.get_document("cursor").and_then(|cursor| cursor.get_i64("id")).is_ok_and(|id| id == 0)
    }
}
