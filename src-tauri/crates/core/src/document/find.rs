//! One page of documents, for the window or as text.

use std::time::{Duration, Instant};

use super::{
    DocumentView, FindRequest, FindTextRequest, Page, Paging, TextPage,
    page_cursor::PageCursor,
    page_query::{PageTerms, Query},
    page_read::{Documents, read_page},
    text::damaged,
    view::row,
};
use crate::{
    Result,
    connection::{Permitted, ServedFrom, Session, bounded},
    namespace::Namespace,
    value::ejson::{self, Layout},
};

/// Finds one page, each document as a bounded view.
pub(crate) async fn find(session: &Session, request: FindRequest, now_ms: i64) -> Result<Page> {
    let terms = PageTerms {
        namespace: &request.namespace,
        filter: request.filter.as_deref(),
        sort: request.sort.as_deref(),
        projection: request.projection.as_deref(),
        collation: request.collation.as_deref(),
        hint: request.hint.as_deref(),
        limit: request.limit,
        after: request.after.as_deref(),
        skip: request.skip,
        max_time_ms: request.max_time_ms,
        now_ms,
    };
    let found = Found::of(session, &terms, request.read_preference).await?;
    let mut views = Vec::with_capacity(found.documents.len());
    for document in found.documents.iter() {
        let view = row(document)?;
        views.push(DocumentView { id: view.id.filter(|_| found.own_ids), ..view });
    }
    Ok(Page {
        documents: views,
        paging: found.paging(),
        next: found.next.map(|cursor| cursor.encode()),
        elapsed_ms: milliseconds(found.elapsed),
        served_from: found.served_from,
    })
}

/// Finds one page and writes it as one JSON array.
pub(crate) async fn find_text(session: &Session, request: FindTextRequest, now_ms: i64) -> Result<TextPage> {
    let terms = PageTerms {
        namespace: &request.namespace,
        filter: request.filter.as_deref(),
        sort: request.sort.as_deref(),
        projection: request.projection.as_deref(),
        collation: request.collation.as_deref(),
        hint: request.hint.as_deref(),
        limit: request.limit,
        after: request.after.as_deref(),
        skip: request.skip,
        max_time_ms: request.max_time_ms,
        now_ms,
    };
    let found = Found::of(session, &terms, request.read_preference).await?;
    let mut writer = ejson::Writer::new(found.documents.byte_len(), request.format.form(), Layout::Compact);
    writer.json("[");
    for (index, document) in found.documents.iter().enumerate() {
        if index > 0 {
            writer.json(",\n");
        }
        writer.document(document).map_err(damaged)?;
    }
    writer.json("]");
    let written = writer.finish();
    Ok(TextPage {
        documents: written.text,
        count: u32::try_from(found.documents.len()).unwrap_or(u32::MAX),
        paging: found.paging(),
        next: found.next.map(|cursor| cursor.encode()),
        elapsed_ms: milliseconds(found.elapsed),
        served_from: found.served_from,
        damaged: written.damaged,
    })
}

/// What was found.
struct Found {
    documents: Documents,
    next: Option<PageCursor>,
    own_ids: bool,
    elapsed: Duration,
    served_from: ServedFrom,
}

impl Found {
    async fn of(
        session: &Session,
        terms: &PageTerms<'_>,
        preference: Option<crate::connection::ReadPreferenceMode>,
    ) -> Result<Self> {
        let mut query = Query::parse(terms)?;
        let started = Instant::now();
        if query.keyset && query.after.is_none() && repeats_ids(session, terms.namespace).await {
            query.keyset = false;
        }
        let (read, served_from) = read_page(session, terms.namespace, &query, preference).await?;
        let elapsed = started.elapsed();
        let (documents, next) = query.split(read)?;
        Ok(Self { documents, next, own_ids: query.own_ids, elapsed, served_from })
    }

    fn paging(&self) -> Paging {
        if matches!(self.next, Some(PageCursor::Skip(_))) { Paging::Skip } else { Paging::Keyset }
    }
}

fn milliseconds(elapsed: Duration) -> u32 {
    u32::try_from(elapsed.as_millis()).unwrap_or(u32::MAX)
}

/// A view or a time series may show one `_id` more than once; a collection cannot. Who may not ask is shown
/// what a collection would show. The answer is remembered for a while: the question costs as much as a page.
async fn repeats_ids(session: &Session, namespace: &Namespace) -> bool {
    if let Some(known) = session.kinds.get(namespace) {
        return known;
    }
    let filter = bson::rawdoc! { "name": namespace.collection() };
    let command = bson::rawdoc! { "listCollections": 1, "nameOnly": true, "filter": filter, "authorizedCollections": true };
    let Ok(Permitted { database, command }) = session.permit(namespace.database(), command) else {
        return false;
    };
    let (criteria, _) = session.read_from();
    let listing = async {
        let mut cursor = database.run_raw_cursor_command(command).selection_criteria(criteria).await?;
        let kind = if cursor.advance().await? {
            Some(cursor.current().get_str("type").is_ok_and(|kind| kind != "collection"))
        } else {
            None
        };
        Ok(kind)
    };
    let Ok(Some(repeats)) = bounded(listing).await else { return false };
    session.kinds.put(namespace, repeats);
    repeats
}
