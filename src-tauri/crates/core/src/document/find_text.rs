//! One page of documents as text.

use std::sync::Arc;

use super::{
    FindTextRequest, PageFrom, TextPage,
    page::{self, Beside, Browsing, Query, Rows, Terms},
    text::damaged,
};
use crate::{
    Error, Result,
    connection::Session,
    value::ejson::{self, Form, Layout, Written},
};

/// A page ends early rather than hold more than this of BSON.
const PAGE_BYTES: usize = 8 * 1024 * 1024;
/// Of most pages. A larger one makes more room as it grows.
const USUAL_PAGE_BYTES: usize = 16 * 1024;
/// The server would walk past all of it.
const MAX_SKIP: u32 = 100_000;

/// Finds one page and writes it as one JSON array.
pub(crate) async fn find_text(
    session: &Arc<Session>,
    browsing: &Arc<Browsing>,
    request: FindTextRequest,
    now_ms: i64,
) -> Result<TextPage> {
    if request.after.is_some() && request.skip.is_some() {
        return Err(Error::invalid("A page begins after another one or by skipping, not both."));
    }
    if request.skip.is_some_and(|skip| skip > MAX_SKIP) {
        return Err(Error::invalid(format!("At most {MAX_SKIP} documents can be passed over."))
            .with_hint("Narrow the filter, or go on after a page."));
    }
    let query = Query::parse(&Terms {
        namespace: &request.namespace,
        filter: request.filter.as_deref(),
        sort: request.sort.as_deref(),
        projection: request.projection.as_deref(),
        collation: request.collation.as_deref(),
        hint: request.hint.as_deref(),
        skip: None,
        limit: None,
        max_time_ms: request.max_time_ms,
        preference: request.read_preference,
        page_size: request.limit,
        now_ms,
    })?;
    let skipped = request.skip.unwrap_or_default();
    // Most callers want one page. A cursor is left open for those who come for the next.
    let beside = Beside { explains: false, keeps_cursor: request.after.is_some(), draws_bounds: false };
    let from = request.after.map_or(PageFrom::First, |cursor| PageFrom::After { cursor });
    let mut rows = Array::new(request.format.form());
    let query = query.passing_over(skipped);
    let ended = page::read(session, browsing, query, from, beside, request.query, &mut rows).await?;
    let (count, written) = (rows.count, rows.finish());
    Ok(TextPage {
        documents: written.text,
        count,
        next: ended.after,
        paging: ended.paging,
        elapsed_ms: u32::try_from(ended.elapsed.as_millis()).unwrap_or(u32::MAX),
        served_from: ended.served_from,
        damaged: written.damaged,
        shifted: ended.shifted,
    })
}

/// A JSON array while it is written.
struct Array {
    writer: ejson::Writer,
    count: u32,
    bytes: usize,
}

impl Array {
    fn new(form: Form) -> Self {
        let mut writer = ejson::Writer::new(USUAL_PAGE_BYTES, form, Layout::Compact);
        writer.json("[");
        Self { writer, count: 0, bytes: 0 }
    }

    fn finish(mut self) -> Written {
        self.writer.json("]");
        self.writer.finish()
    }
}

impl Rows for Array {
    fn take(&mut self, document: &[u8]) -> Result<bool> {
        // One document at least, else pages would never end.
        if self.count > 0 && self.bytes + document.len() > PAGE_BYTES {
            return Ok(false);
        }
        if self.count > 0 {
            self.writer.json(",\n");
        }
        self.writer.document(document).map_err(damaged)?;
        self.bytes += document.len();
        self.count += 1;
        Ok(true)
    }

    /// Documents as text have no names.
    fn repeat_ids(&mut self, _: u64) {}

    fn hand_on(&mut self) -> bool {
        true
    }
}
