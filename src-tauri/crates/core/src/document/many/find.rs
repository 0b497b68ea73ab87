//! Which documents a filter finds: all their `_id`s, before the first of them is written.

use std::{future::IntoFuture as _, sync::Arc, time::Duration};

use futures_util::StreamExt as _;
use mongodb::options::{ReadPreference, SelectionCriteria};
use tokio::time::{Instant, sleep};

use crate::{
    Error, ErrorCode, Result,
    connection::{Lane, Permitted, QueryId, Session, bounded_by},
    document::{text::damaged, wire::Writer},
    error::from_driver,
    namespace::Namespace,
    value::{raw, typed::Kind},
};

/// What the server may take for a batch: a filter may have to look at every document.
const BATCH_MS: u32 = 600_000;
const BATCH_WITHIN: Duration = Duration::from_secs(605);
/// Where the connection is lost or the primary changes, the search begins anew, for so long. A server that cannot be reached
/// at all was waited for longer already.
const PATIENCE: Duration = Duration::from_secs(10);
const PAUSE: Duration = Duration::from_millis(250);

/// A document that was found.
pub(super) struct Found<'a> {
    pub(super) id: (u8, &'a [u8]),
    pub(super) size_bytes: u32,
}

/// Hands on every document that a filter finds now on the primary, `limit` at most. `begin` is called before the first, and
/// again where the search had to begin anew; `pause` after each batch, and ends the search with its error.
pub(super) async fn each(
    session: &Arc<Session>,
    (namespace, filter): (&Namespace, &[u8]),
    limit: Option<u32>,
    query: Option<&QueryId>,
    to: &mut (impl Collect + Send),
) -> Result<()> {
    let deadline = Instant::now() + PATIENCE;
    loop {
        to.begin();
        let lane = session.lane().await?;
        let running = session.begin(&lane, query.cloned());
        let found = running.wait_for(once(session, &lane, (namespace, filter), limit, to)).await;
        match found {
            Err(error) if passes(&error) && Instant::now() < deadline => sleep(PAUSE).await,
            found => return found,
        }
    }
}

/// Takes what is found.
pub(super) trait Collect {
    /// The first batch follows.
    fn begin(&mut self);
    fn take(&mut self, found: Found<'_>);
    /// A batch has ended.
    fn pause(&mut self) -> Result<()>;
}

fn passes(error: &Error) -> bool {
    matches!(error.code(), ErrorCode::NotPrimary | ErrorCode::Unreachable)
}

async fn once(
    session: &Session,
    lane: &Lane,
    (namespace, filter): (&Namespace, &[u8]),
    limit: Option<u32>,
    to: &mut (impl Collect + Send),
) -> Result<()> {
    let size = Writer::new().text("$bsonSize", "$$ROOT").finish();
    let projection = Writer::new().int("_id", 1).document("size", &size).finish();
    let mut command = Writer::new()
        .text("find", namespace.collection())
        .document("filter", filter)
        .document("projection", &projection)
        .long("maxTimeMS", BATCH_MS.into());
    if let Some(limit) = limit {
        command = command.long("limit", limit.into());
    }
    let Permitted { database, command } = session.permit(namespace.database(), command.command()?)?;
    let primary = SelectionCriteria::from(ReadPreference::Primary);
    let mut lane = lane.session().await;
    let opening = database.run_raw_cursor_command(command).selection_criteria(primary).session(&mut *lane);
    let mut cursor = bounded_by(BATCH_WITHIN, opening.batch().into_future()).await?;
    let mut batches = cursor.stream(&mut lane);
    loop {
        let next = async { batches.next().await.transpose() };
        let Some(batch) = bounded_by(BATCH_WITHIN, next).await? else { return Ok(()) };
        for document in batch.doc_slices().map_err(|error| from_driver(&error))? {
            let document = document.map_err(|error| from_driver(&error.into()))?;
            let document =
                document.as_document().ok_or_else(|| Error::internal("A batch of no documents."))?;
            to.take(read(document.as_bytes())?);
        }
        to.pause()?;
    }
}

fn read(document: &[u8]) -> Result<Found<'_>> {
    let id = raw::get(document, "_id").map_err(damaged)?;
    let id = id.ok_or_else(|| Error::internal("A document without an _id."))?;
    let size = raw::get(document, "size").map_err(damaged)?.filter(|size| size.kind == Kind::Int);
    let size = size.and_then(|size| size.value.try_into().ok()).map_or(0, u32::from_le_bytes);
    Ok(Found { id: (id.kind.byte(), id.value), size_bytes: size })
}
