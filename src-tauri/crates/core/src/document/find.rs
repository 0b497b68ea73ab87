//! One page of documents for the window.

use std::{io, sync::Arc};

use super::{
    DocumentView, FindRequest, PageEnd, RowBatch,
    page::{self, Beside, Browsing, Query, Rows, Terms},
    view::row,
};
use crate::{Error, Result, connection::Session};

/// A page ends early rather than be more JSON than this.
const PAGE_JSON_BYTES: usize = 2 * 1024 * 1024;

/// Finds one page. Its documents are told as they come, each as a bounded view; when `tell` answers false, nobody wants
/// any more, and the query is ended.
pub(crate) async fn find(
    session: &Arc<Session>,
    browsing: &Arc<Browsing>,
    request: FindRequest,
    now_ms: i64,
    tell: impl FnMut(RowBatch) -> bool + Send,
) -> Result<PageEnd> {
    let query = Query::parse(&Terms {
        namespace: &request.namespace,
        filter: request.filter.as_deref(),
        sort: request.sort.as_deref(),
        projection: request.projection.as_deref(),
        collation: request.collation.as_deref(),
        hint: request.hint.as_deref(),
        skip: request.skip,
        limit: request.limit,
        max_time_ms: request.max_time_ms,
        preference: request.read_preference,
        page_size: request.page_size,
        now_ms,
    })?;
    let mut rows = Views {
        tell,
        own_ids: query.own_ids,
        projected: query.projects(),
        before: None,
        taken: Vec::new(),
        count: 0,
        left: PAGE_JSON_BYTES,
    };
    let beside = Beside { explains: true, keeps_cursor: true, draws_bounds: true };
    let ended = page::read(session, browsing, query, request.from, beside, request.query, &mut rows).await?;
    Ok(PageEnd {
        count: rows.count,
        before: ended.before,
        after: ended.after,
        paging: ended.paging,
        plan: ended.plan,
        share: ended.share,
        elapsed_ms: u32::try_from(ended.elapsed.as_millis()).unwrap_or(u32::MAX),
        served_from: ended.served_from,
        shifted: ended.shifted,
    })
}

/// Makes views of documents, as many as a page may hold.
struct Views<T> {
    tell: T,
    own_ids: bool,
    projected: bool,
    /// Where an `_id` may come more than once, how many documents came before the page.
    before: Option<u64>,
    taken: Vec<DocumentView>,
    /// How many documents the page has so far.
    count: u32,
    /// Bytes of JSON.
    left: usize,
}

impl<T: FnMut(RowBatch) -> bool + Send> Rows for Views<T> {
    fn take(&mut self, document: &[u8]) -> Result<bool> {
        let view = row(document)?;
        let id = view.id.filter(|_| self.own_ids).map(|id| match self.before {
            // The hash of what a projection makes finds no document.
            Some(before) => id.at(before + u64::from(self.count), &view.etag, self.projected),
            None => id,
        });
        let view = DocumentView { id, ..view };
        let size = json_len(&view)?;
        // One document at least, else pages would never end.
        if size > self.left && self.count > 0 {
            return Ok(false);
        }
        self.left = self.left.saturating_sub(size);
        self.count += 1;
        self.taken.push(view);
        Ok(true)
    }

    fn repeat_ids(&mut self, given: u64) {
        self.before = Some(given);
    }

    fn hand_on(&mut self) -> bool {
        if self.taken.is_empty() {
            return true;
        }
        (self.tell)(RowBatch { documents: std::mem::take(&mut self.taken) })
    }
}

/// Bytes of a view as JSON, with the comma behind it.
fn json_len(view: &DocumentView) -> Result<usize> {
    struct Counter(usize);
    impl io::Write for Counter {
        fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
            self.0 += bytes.len();
            Ok(bytes.len())
        }
        fn flush(&mut self) -> io::Result<()> {
            Ok(())
        }
    }
    let mut counter = Counter(1);
    serde_json::to_writer(&mut counter, view).map_err(|_| Error::internal("A view cannot be written."))?;
    Ok(counter.0)
}
