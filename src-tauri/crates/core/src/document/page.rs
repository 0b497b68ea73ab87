//! A page of documents: where it begins, how it is read, and where the ones around it are found.
//!
//! There are two ways. Where every document has one place in the order that its own values tell, pages are found by the
//! keys of their first and last documents. Everywhere else the query runs as it was asked for, nothing added, by a cursor
//! that the server holds open.

mod begin;
mod bounds;
mod choice;
mod cursor;
mod explained;
mod held;
mod key;
mod keyset;
mod marks;
mod options;
mod order;
mod plan;
mod projection;
mod query;
mod read;
mod reading;
mod token;

use std::{
    sync::Arc,
    time::{Duration, Instant},
};

use self::{
    begin::Begin, bounds::KnownBounds, cursor::OpenCursor, held::OpenCursors, plan::Plans, reading::Page,
};
pub(super) use self::{
    options::{Hint, TimeLimit},
    query::{Query, Terms},
    read::Rows,
};
use super::{PageFrom, Paging, QueryPlan};
use crate::{
    Result,
    connection::{QueryId, ServedFrom, Session},
    number::Share,
};

/// What a connection remembers of the pages that were read through it.
#[derive(Default)]
pub(crate) struct Browsing {
    cursors: Arc<OpenCursors<OpenCursor>>,
    plans: Plans,
    bounds: KnownBounds,
}

/// What is done beside the page itself.
#[derive(Clone, Copy)]
pub(super) struct Beside {
    /// The server is asked how it finds the documents.
    pub(super) explains: bool,
    /// The cursor is left open.
    pub(super) keeps_cursor: bool,
    /// Shares of all documents are made ready to be gone to.
    pub(super) draws_bounds: bool,
}

/// How a page ended.
pub(super) struct Ended {
    pub(super) before: Option<String>,
    pub(super) after: Option<String>,
    pub(super) paging: Paging,
    pub(super) plan: Option<QueryPlan>,
    pub(super) share: Option<Share>,
    pub(super) served_from: ServedFrom,
    pub(super) shifted: bool,
    pub(super) elapsed: Duration,
}

/// Reads one page, and hands its documents on as they come.
///
/// # Errors
///
/// `InvalidInput` for a cursor that is not one or of another query, `Unsupported` where this order cannot be read from
/// there, `Cancelled`, and whatever the server says.
pub(super) async fn read(
    session: &Arc<Session>,
    browsing: &Arc<Browsing>,
    query: Query,
    from: PageFrom,
    beside: Beside,
    name: Option<QueryId>,
    rows: &mut dyn Rows,
) -> Result<Ended> {
    let started = Instant::now();
    let begin = Begin::of(&query, from)?;
    let open = match &begin {
        Begin::Place(place) => browsing.cursors.take(place.name, place.given),
        _ => None,
    };
    // What a member that has gone held open is not waited for.
    let open = open.filter(|open| open.losses == session.pulse.losses());
    let lane = match &open {
        Some(open) => Arc::clone(&open.lane),
        None => session.lane().await?,
    };
    let running = session.begin(&lane, name);
    let page = Page { session, browsing, query: Arc::new(query), lane: &lane, beside };
    let ended = running.wait_for(Box::pin(page.read(begin, open, rows))).await?;
    Ok(Ended { elapsed: started.elapsed(), ..ended })
}
