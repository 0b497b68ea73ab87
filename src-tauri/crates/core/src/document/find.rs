//! One page of documents.

use std::time::{Duration, Instant};

use bson::RawDocumentBuf;
use futures_util::StreamExt;
use mongodb::options::SelectionCriteria;

use super::{
    DocumentView, FindRequest, Page, Paging,
    page_cursor::PageCursor,
    text::parse_query,
    view::{row, top_level_id},
    wire::{Writer, text_value},
};
use crate::{
    Error, Result, TextPart,
    connection::{ServedFrom, Session, bounded},
    error,
    namespace::Namespace,
    value::{raw, typed::Kind},
};

const DEFAULT_LIMIT: u32 = 50;
const MAX_LIMIT: u32 = 1_000;
/// A page ends early rather than hold more than this of BSON.
const PAGE_BYTES: usize = 8 * 1024 * 1024;
/// The server gives up after this.
pub(super) const MAX_TIME: Duration = Duration::from_secs(20);
/// Paging by counting stops here: the server would walk past all of it each time.
const MAX_SKIP: u32 = 100_000;

/// Finds one page.
pub(crate) async fn find(session: &Session, request: FindRequest) -> Result<Page> {
    let mut query = Query::parse(&request)?;
    let started = Instant::now();
    if query.keyset && query.after.is_none() && repeats_ids(session, &request.namespace).await {
        query.keyset = false;
    }
    let (read, served_from) = read_page(session, &request.namespace, &query).await?;
    let elapsed = started.elapsed();
    let (documents, next) = query.split(read)?;
    let mut views = Vec::with_capacity(documents.len());
    for document in &documents {
        let view = row(document.as_bytes())?;
        views.push(DocumentView { id: view.id.filter(|_| query.own_ids), ..view });
    }
    Ok(Page {
        documents: views,
        paging: if matches!(next, Some(PageCursor::Skip(_))) { Paging::Skip } else { Paging::Keyset },
        next: next.map(|cursor| cursor.encode()),
        elapsed_ms: u32::try_from(elapsed.as_millis()).unwrap_or(u32::MAX),
        served_from,
    })
}

/// A request whose texts are parsed.
struct Query {
    filter: Vec<u8>,
    /// None for natural order.
    sort: Option<Vec<u8>>,
    projection: Option<Vec<u8>>,
    limit: u32,
    after: Option<PageCursor>,
    /// 1 or -1 where the order is that of `_id` alone.
    id_order: Option<i32>,
    /// What the documents show as `_id` is theirs, and not made by the projection.
    own_ids: bool,
    /// The next page can be found by the last `_id`.
    keyset: bool,
}

impl Query {
    fn parse(request: &FindRequest) -> Result<Self> {
        let limit = request.limit.unwrap_or(DEFAULT_LIMIT);
        if !(1..=MAX_LIMIT).contains(&limit) {
            return Err(Error::invalid(format!("A page holds 1 to {MAX_LIMIT} documents, not {limit}.")));
        }
        let filter = parse_query(TextPart::Filter, request.filter.as_deref())?
            .unwrap_or_else(|| Writer::new().finish());
        let sort = parse_query(TextPart::Sort, request.sort.as_deref())?.filter(|sort| sort.len() > EMPTY);
        let projection = parse_query(TextPart::Projection, request.projection.as_deref())?;
        let after = request.after.as_deref().map(PageCursor::decode).transpose()?;
        let id_order = match &sort {
            // The oplog and its like have no index on `_id`: sorting by it would read everything.
            None if request.namespace.database() == "local" => None,
            None => Some(1),
            Some(sort) => id_order(sort)?,
        };
        let sort = match (sort, id_order) {
            (None, None) => None,
            (None, Some(_)) => Some(Writer::new().int("_id", 1).finish()),
            (Some(sort), Some(_)) => Some(sort),
            (Some(sort), None) => Some(with_tie_breaker(&sort)?),
        };
        match &after {
            Some(PageCursor::AfterId(..)) if id_order.is_none() => {
                Err(Error::invalid("The page cursor belongs to another sort order."))
            }
            Some(PageCursor::Skip(count)) if *count > MAX_SKIP => Err(Error::invalid(format!(
                "In this order documents are found by counting, and counting stops at {MAX_SKIP}."
            ))
            .with_hint("Narrow the filter, or sort by _id.")),
            _ => {
                let own_ids = projection.as_deref().map_or(Ok(true), keeps_ids)?;
                let keyset = id_order.is_some() && own_ids && !matches!(after, Some(PageCursor::Skip(_)));
                Ok(Self { filter, sort, projection, limit, after, id_order, own_ids, keyset })
            }
        }
    }

    /// One document more than the page holds tells whether there is a next page.
    fn command(&self, collection: &str) -> Result<RawDocumentBuf> {
        let wanted = i64::from(self.limit) + 1;
        let mut command = Writer::new().text("find", collection).document("filter", &self.page_filter());
        if let Some(sort) = &self.sort {
            command = command.document("sort", sort).bool("allowDiskUse", true);
        }
        if let Some(projection) = &self.projection {
            command = command.document("projection", projection);
        }
        if let Some(PageCursor::Skip(count)) = &self.after {
            command = command.long("skip", i64::from(*count));
        }
        let max_time_ms = i64::try_from(MAX_TIME.as_millis()).unwrap_or(i64::MAX);
        command.long("limit", wanted).long("batchSize", wanted).long("maxTimeMS", max_time_ms).command()
    }

    /// Comparing by `$expr` is exact over mixed types, where `$gt` in a filter sees only its own type.
    fn page_filter(&self) -> Vec<u8> {
        let Some(PageCursor::AfterId(kind, value)) = &self.after else { return self.filter.clone() };
        let operator = if self.id_order == Some(-1) { "$lt" } else { "$gt" };
        let literal = Writer::new().raw("$literal", *kind, value).finish();
        let comparison = Writer::new()
            .array(operator, &[(Kind::String.byte(), &text_value("$_id")), (Kind::Object.byte(), &literal)])
            .finish();
        let keyset = Writer::new().document("$expr", &comparison).finish();
        if self.filter.len() <= EMPTY {
            return keyset;
        }
        Writer::new().documents("$and", &[&self.filter, &keyset]).finish()
    }

    /// Takes the page off what was read, and tells where the next one begins.
    fn split(&self, read: Read) -> Result<(Vec<RawDocumentBuf>, Option<PageCursor>)> {
        let limit = self.limit as usize;
        let Read { mut documents, cut } = read;
        let more = cut || documents.len() > limit;
        documents.truncate(limit);
        if !more {
            return Ok((documents, None));
        }
        if let Some(last) = documents.last().filter(|_| self.keyset)
            && let Some((kind, value)) = top_level_id(last.as_bytes())?
        {
            return Ok((documents, Some(PageCursor::AfterId(kind, value))));
        }
        let before = if let Some(PageCursor::Skip(count)) = self.after { count } else { 0 };
        let shown = u32::try_from(documents.len()).unwrap_or(u32::MAX);
        Ok((documents, Some(PageCursor::Skip(before.saturating_add(shown)))))
    }
}

/// Bytes of a document without elements.
const EMPTY: usize = 5;

/// 1 or -1 where a sort is by `_id` alone.
fn id_order(sort: &[u8]) -> Result<Option<i32>> {
    let elements = raw::Elements::new(sort)
        .and_then(Iterator::collect::<Result<Vec<_>, _>>)
        .map_err(super::text::damaged)?;
    let [only] = elements.as_slice() else { return Ok(None) };
    if only.name != b"_id" {
        return Ok(None);
    }
    let direction = match only.kind {
        Kind::Int => only.value.try_into().ok().map(|bytes| f64::from(i32::from_le_bytes(bytes))),
        Kind::Double => only.value.try_into().ok().map(f64::from_le_bytes),
        #[expect(clippy::cast_precision_loss, reason = "only 1 and -1 matter")]
        Kind::Long => only.value.try_into().ok().map(|bytes| i64::from_le_bytes(bytes) as f64),
        _ => None,
    };
    Ok(match direction {
        Some(direction) if (direction - 1.0).abs() < f64::EPSILON => Some(1),
        Some(direction) if (direction + 1.0).abs() < f64::EPSILON => Some(-1),
        _ => None,
    })
}

/// Whether a projection leaves `_id` as it is, or leaves it out.
fn keeps_ids(projection: &[u8]) -> Result<bool> {
    for element in raw::Elements::new(projection).map_err(super::text::damaged)? {
        let element = element.map_err(super::text::damaged)?;
        let plain = matches!(element.kind, Kind::Int | Kind::Long | Kind::Double | Kind::Bool);
        if element.name.starts_with(b"_id.") || (element.name == b"_id" && !plain) {
            return Ok(false);
        }
    }
    Ok(true)
}

/// A view or a time series may show one `_id` more than once; a collection cannot. Who may not ask is shown
/// what a collection would show.
async fn repeats_ids(session: &Session, namespace: &Namespace) -> bool {
    let filter = bson::doc! { "name": namespace.collection() };
    let command = bson::doc! { "listCollections": 1, "nameOnly": true, "filter": filter, "authorizedCollections": true };
    let (criteria, _) = session.read_from();
    let database = session.database(namespace.database());
    let listing = async {
        let mut cursor = database.run_cursor_command(command).selection_criteria(criteria).await?;
        Ok(cursor.advance().await? && cursor.current().get_str("type").is_ok_and(|kind| kind != "collection"))
    };
    bounded(listing).await.unwrap_or(false)
}

/// Equal keys would come in any order, and twice or never over several pages.
fn with_tie_breaker(sort: &[u8]) -> Result<Vec<u8>> {
    if raw::get(sort, "_id").map_err(super::text::damaged)?.is_some() {
        return Ok(sort.to_vec());
    }
    let mut writer = Writer::new();
    for element in raw::Elements::new(sort).map_err(super::text::damaged)? {
        let element = element.map_err(super::text::damaged)?;
        writer = writer.raw(&String::from_utf8_lossy(element.name), element.kind.byte(), element.value);
    }
    Ok(writer.int("_id", 1).finish())
}

/// What was read of a page.
struct Read {
    documents: Vec<RawDocumentBuf>,
    /// It ended early, at [`PAGE_BYTES`].
    cut: bool,
}

/// Reads are not retried by the driver when they travel as raw commands: once more is ours to do.
async fn read_page(session: &Session, namespace: &Namespace, query: &Query) -> Result<(Read, ServedFrom)> {
    let command = query.command(namespace.collection())?;
    let reading = async {
        let (criteria, served_from) = session.read_from();
        match read_batches(session, namespace, command.clone(), criteria, query.limit).await {
            Err(error) if error::worth_another_read(&error) => {
                let (criteria, served_from) = session.read_from();
                let read = read_batches(session, namespace, command, criteria, query.limit).await?;
                Ok((read, served_from))
            }
            read => Ok((read?, served_from)),
        }
    };
    bounded(reading).await
}

async fn read_batches(
    session: &Session,
    namespace: &Namespace,
    command: RawDocumentBuf,
    criteria: SelectionCriteria,
    limit: u32,
) -> Result<Read, mongodb::error::Error> {
    let database = session.database(namespace.database());
    let mut batches = database.run_raw_cursor_command(command).selection_criteria(criteria).batch().await?;
    let mut read = Read { documents: Vec::new(), cut: false };
    let mut bytes = 0;
    while let Some(batch) = batches.next().await {
        for document in batch?.doc_slices()? {
            let Some(document) = document?.as_document() else { continue };
            if bytes > PAGE_BYTES {
                read.cut = true;
                return Ok(read);
            }
            bytes += document.as_bytes().len();
            read.documents.push(document.to_owned());
        }
        if read.documents.len() > limit as usize {
            break;
        }
    }
    Ok(read)
}
