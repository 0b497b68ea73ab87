//! What is asked of one page, parsed, and the command that is made of it.

use std::time::Duration;

use bson::RawDocumentBuf;

use super::{
    page_cursor::PageCursor,
    page_read::Documents,
    text::parse_query,
    view::top_level_id,
    wire::{Writer, text_value},
};
use crate::{
    Error, Result, TextPart,
    namespace::Namespace,
    value::{raw, typed::Kind},
};

const DEFAULT_LIMIT: u32 = 50;
const MAX_LIMIT: u32 = 1_000;
/// The server gives up after this.
const MAX_TIME: Duration = Duration::from_secs(20);
/// Paging by counting stops here: the server would walk past all of it each time.
const MAX_SKIP: u32 = 100_000;

/// What is asked of one page, as texts.
pub(super) struct PageTerms<'a> {
    pub(super) namespace: &'a Namespace,
    pub(super) filter: Option<&'a str>,
    pub(super) sort: Option<&'a str>,
    pub(super) projection: Option<&'a str>,
    pub(super) collation: Option<&'a str>,
    /// An index by its keys, or by its name.
    pub(super) hint: Option<&'a str>,
    pub(super) limit: Option<u32>,
    pub(super) after: Option<&'a str>,
    pub(super) skip: Option<u32>,
    pub(super) max_time_ms: Option<u32>,
    /// The present, in milliseconds since 1970, for texts that speak of it.
    pub(super) now_ms: i64,
}

/// Which index the server is to use.
enum Hint {
    Keys(Vec<u8>),
    Name(String),
}

impl Hint {
    /// A document is the index's keys; anything else is its name, in quotes or not. None where there is nothing.
    fn parse(text: &str, now_ms: i64) -> Result<Option<Self>> {
        let text = text.trim();
        if text.starts_with('{') {
            return Ok(parse_query(TextPart::Hint, Some(text), now_ms)?.map(Self::Keys));
        }
        let name = text.strip_prefix('"').and_then(|text| text.strip_suffix('"')).unwrap_or(text);
        Ok((!name.is_empty()).then(|| Self::Name(name.to_owned())))
    }
}

/// A request whose texts are parsed.
pub(super) struct Query {
    filter: Vec<u8>,
    /// None for natural order.
    sort: Option<Vec<u8>>,
    projection: Option<Vec<u8>>,
    collation: Option<Vec<u8>>,
    hint: Option<Hint>,
    pub(super) limit: u32,
    pub(super) after: Option<PageCursor>,
    max_time: Duration,
    /// 1 or -1 where the order is that of `_id` alone.
    id_order: Option<i32>,
    /// What the documents show as `_id` is theirs, and not made by the projection.
    pub(super) own_ids: bool,
    /// The next page can be found by the last `_id`.
    pub(super) keyset: bool,
}

impl Query {
    pub(super) fn parse(request: &PageTerms<'_>) -> Result<Self> {
        let limit = request.limit.unwrap_or(DEFAULT_LIMIT);
        if !(1..=MAX_LIMIT).contains(&limit) {
            return Err(Error::invalid(format!("A page holds 1 to {MAX_LIMIT} documents, not {limit}.")));
        }
        let filter = parse_query(TextPart::Filter, request.filter, request.now_ms)?
            .unwrap_or_else(|| Writer::new().finish());
        let sort =
            parse_query(TextPart::Sort, request.sort, request.now_ms)?.filter(|sort| sort.len() > EMPTY);
        let projection = parse_query(TextPart::Projection, request.projection, request.now_ms)?;
        let collation = parse_query(TextPart::Collation, request.collation, request.now_ms)?;
        let hint = request.hint.map(|text| Hint::parse(text, request.now_ms)).transpose()?.flatten();
        let after = match (request.after, request.skip) {
            (Some(_), Some(_)) => {
                return Err(Error::invalid("A page begins after another one or by skipping, not both."));
            }
            (Some(after), None) => Some(PageCursor::decode(after)?),
            (None, skip) => skip.map(PageCursor::Skip),
        };
        let id_order = match &sort {
            // Under a collation of its own, texts that differ may be equal: the last one says not where the page ended.
            _ if collation.is_some() => None,
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
                Ok(Self {
                    filter,
                    sort,
                    projection,
                    collation,
                    hint,
                    limit,
                    after,
                    max_time: max_time(request.max_time_ms)?,
                    id_order,
                    own_ids,
                    keyset,
                })
            }
        }
    }

    /// One document more than the page holds tells whether there is a next page.
    pub(super) fn command(&self, collection: &str) -> Result<RawDocumentBuf> {
        let wanted = i64::from(self.limit) + 1;
        let mut command = Writer::new().text("find", collection).document("filter", &self.page_filter());
        if let Some(sort) = &self.sort {
            command = command.document("sort", sort).bool("allowDiskUse", true);
        }
        if let Some(projection) = &self.projection {
            command = command.document("projection", projection);
        }
        if let Some(collation) = &self.collation {
            command = command.document("collation", collation);
        }
        match &self.hint {
            Some(Hint::Keys(keys)) => command = command.document("hint", keys),
            Some(Hint::Name(name)) => command = command.text("hint", name),
            None => {}
        }
        if let Some(PageCursor::Skip(count)) = &self.after {
            command = command.long("skip", i64::from(*count));
        }
        let max_time_ms = i64::try_from(self.max_time.as_millis()).unwrap_or(i64::MAX);
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
    pub(super) fn split(&self, mut read: Documents) -> Result<(Documents, Option<PageCursor>)> {
        let limit = self.limit as usize;
        let more = read.cut || read.len() > limit;
        read.truncate(limit);
        if !more {
            return Ok((read, None));
        }
        if let Some(last) = read.iter().last().filter(|_| self.keyset)
            && let Some((kind, value)) = top_level_id(last)?
        {
            return Ok((read, Some(PageCursor::AfterId(kind, value))));
        }
        let before = if let Some(PageCursor::Skip(count)) = self.after { count } else { 0 };
        let shown = u32::try_from(read.len()).unwrap_or(u32::MAX);
        Ok((read, Some(PageCursor::Skip(before.saturating_add(shown)))))
    }
}

/// How long the server may take: what was asked for, and never longer than [`MAX_TIME`].
pub(super) fn max_time(asked_ms: Option<u32>) -> Result<Duration> {
    let Some(asked_ms) = asked_ms else { return Ok(MAX_TIME) };
    let asked = Duration::from_millis(u64::from(asked_ms));
    if asked.is_zero() || asked > MAX_TIME {
        let most = MAX_TIME.as_millis();
        return Err(Error::invalid(format!("A query may take 1 to {most} ms, not {asked_ms}.")));
    }
    Ok(asked)
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
