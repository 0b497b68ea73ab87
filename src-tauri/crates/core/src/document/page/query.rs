//! What is asked of a page, parsed, and the commands that are made of it.

use std::time::Duration;

use bson::RawDocumentBuf;

use super::{
    options::{Hint, TimeLimit},
    order::Asked,
    projection::{keeps_ids, shows},
    token::Fingerprint,
};
use crate::{
    Error, Result, TextPart,
    connection::ReadPreferenceMode,
    document::{
        operators::{BY_DISTANCE, uses},
        text::parse_query,
        wire::Writer,
    },
    namespace::Namespace,
};

const DEFAULT_PAGE: u32 = 50;
const MAX_PAGE: u32 = 1_000;

/// What is asked of a page, as texts.
pub(in crate::document) struct Terms<'a> {
    pub(in crate::document) namespace: &'a Namespace,
    pub(in crate::document) filter: Option<&'a str>,
    pub(in crate::document) sort: Option<&'a str>,
    pub(in crate::document) projection: Option<&'a str>,
    pub(in crate::document) collation: Option<&'a str>,
    pub(in crate::document) hint: Option<&'a str>,
    pub(in crate::document) skip: Option<u32>,
    pub(in crate::document) limit: Option<u32>,
    pub(in crate::document) max_time_ms: Option<u32>,
    pub(in crate::document) preference: Option<ReadPreferenceMode>,
    pub(in crate::document) page_size: Option<u32>,
    /// The present, in milliseconds since 1970, for texts that speak of it.
    pub(in crate::document) now_ms: i64,
}

/// A request whose texts are parsed.
pub(in crate::document) struct Query {
    pub(super) namespace: Namespace,
    pub(super) filter: Vec<u8>,
    /// The filter gives an order.
    by_distance: bool,
    /// As it was asked for; none where nothing was.
    pub(super) sort: Option<Vec<u8>>,
    pub(super) asked: Asked,
    pub(super) projection: Option<Vec<u8>>,
    collation: Option<Vec<u8>>,
    hint: Option<Hint>,
    pub(super) skip: u64,
    pub(super) limit: Option<u64>,
    /// Documents that only the first page passes over.
    pub(super) first_skip: u64,
    pub(super) preference: Option<ReadPreferenceMode>,
    pub(super) page_size: u32,
    pub(super) time: TimeLimit,
    pub(super) fingerprint: Fingerprint,
    /// What the documents show as `_id` is theirs, and not made by the projection.
    pub(in crate::document) own_ids: bool,
}

/// What one command asks for beside the query itself.
pub(super) struct Part<'a> {
    pub(super) filter: &'a [u8],
    pub(super) sort: Option<&'a [u8]>,
    pub(super) skip: u64,
    /// None for everything that is left.
    pub(super) limit: Option<u64>,
    pub(super) batch: u64,
}

impl Query {
    pub(in crate::document) fn parse(terms: &Terms<'_>) -> Result<Self> {
        let page_size = terms.page_size.unwrap_or(DEFAULT_PAGE);
        if !(1..=MAX_PAGE).contains(&page_size) {
            return Err(Error::invalid(format!("A page holds 1 to {MAX_PAGE} documents, not {page_size}.")));
        }
        let parse = |part, text| parse_query(part, text, terms.now_ms);
        let filter = parse(TextPart::Filter, terms.filter)?.unwrap_or_else(|| Writer::new().finish());
        let sort = parse(TextPart::Sort, terms.sort)?.filter(|sort| sort.len() > EMPTY);
        let projection = parse(TextPart::Projection, terms.projection)?;
        Ok(Self {
            namespace: terms.namespace.clone(),
            asked: Asked::parse(sort.as_deref())?,
            own_ids: projection.as_deref().map_or(Ok(true), keeps_ids)?,
            by_distance: uses(&filter, &BY_DISTANCE)?,
            filter,
            sort,
            projection,
            collation: parse(TextPart::Collation, terms.collation)?,
            hint: Hint::parse(terms.hint, terms.now_ms)?,
            skip: terms.skip.unwrap_or_default().into(),
            limit: terms.limit.filter(|limit| *limit > 0).map(u64::from),
            first_skip: 0,
            preference: terms.preference,
            page_size,
            time: TimeLimit::parse(terms.max_time_ms)?,
            fingerprint: terms.fingerprint(),
        })
    }

    /// The same, for a first page that passes over so many documents.
    pub(in crate::document) fn passing_over(self, first_skip: u32) -> Self {
        Self { first_skip: first_skip.into(), ..self }
    }

    /// What is shown of the documents is not all of them.
    pub(in crate::document) fn projects(&self) -> bool {
        self.projection.is_some()
    }

    /// There is no filter.
    pub(super) fn is_unfiltered(&self) -> bool {
        self.filter.len() <= EMPTY
    }

    /// Something was asked for that only the query as it stands can give, from its first document on.
    pub(super) fn is_of_one_piece(&self) -> bool {
        self.comes_in_its_own_order() || self.is_counted_off()
    }

    /// Where nothing is said of the order, one by `_id` would cost another one that was asked for in other words, or the
    /// use of every index.
    pub(super) fn comes_in_its_own_order(&self) -> bool {
        self.collation.is_some() || self.hint.is_some() || self.by_distance
    }

    pub(super) fn is_hinted(&self) -> bool {
        self.hint.is_some()
    }

    /// Only some of the documents, by counting.
    pub(super) fn is_counted_off(&self) -> bool {
        self.skip > 0 || self.limit.is_some()
    }

    /// The documents keep this field, and their `_id`, as they are.
    pub(super) fn keeps(&self, path: Option<&str>) -> Result<bool> {
        let Some(projection) = &self.projection else { return Ok(true) };
        Ok(self.own_ids
            && shows(projection, "_id")?
            && path.map_or(Ok(true), |path| shows(projection, path))?)
    }

    /// The filter, and this condition too.
    pub(super) fn narrowed(&self, condition: Vec<u8>) -> Vec<u8> {
        if self.is_unfiltered() { condition } else { super::key::all(&[&self.filter, &condition]) }
    }

    /// A command that finds a part of what was asked for.
    pub(super) fn find(&self, part: &Part<'_>) -> Result<RawDocumentBuf> {
        let mut command = self.shape(part.filter, part.sort);
        if let Some(projection) = &self.projection {
            command = command.document("projection", projection);
        }
        if part.skip > 0 {
            command = command.long("skip", long(part.skip));
        }
        if let Some(limit) = part.limit {
            command = command.long("limit", long(limit));
        }
        command.long("batchSize", long(part.batch)).long("maxTimeMS", self.time.milliseconds()).command()
    }

    /// A command that tells how the server would find what was asked for, in this order.
    pub(super) fn explain(&self, sort: Option<&[u8]>, within: Duration) -> Result<RawDocumentBuf> {
        let find = self.shape(&self.filter, sort).finish();
        let within = i64::try_from(within.as_millis()).unwrap_or(i64::MAX);
        Writer::new()
            .document("explain", &find)
            .text("verbosity", "queryPlanner")
            .long("maxTimeMS", within)
            .command()
    }

    fn shape(&self, filter: &[u8], sort: Option<&[u8]>) -> Writer {
        let mut command = Writer::new().text("find", self.namespace.collection()).document("filter", filter);
        if let Some(sort) = sort {
            command = command.document("sort", sort).bool("allowDiskUse", true);
        }
        if let Some(collation) = &self.collation {
            command = command.document("collation", collation);
        }
        match &self.hint {
            Some(hint) => hint.write(command),
            None => command,
        }
    }
}

impl Terms<'_> {
    /// Of the texts: what they say of the present differs from page to page.
    fn fingerprint(&self) -> Fingerprint {
        let (skip, limit) = (self.skip.unwrap_or_default(), self.limit.unwrap_or_default());
        let mut hasher = blake3::Hasher::new();
        let texts = [self.filter, self.sort, self.projection, self.collation, self.hint];
        let texts = texts.map(|text| text.unwrap_or_default().trim());
        // Of one collection: elsewhere the same query has other documents.
        let namespace = [self.namespace.database(), self.namespace.collection()];
        for text in namespace.into_iter().chain(texts) {
            // With its length, so that no two texts are taken for one.
            hasher.update(&(text.len() as u64).to_le_bytes()).update(text.as_bytes());
        }
        hasher.update(&skip.to_le_bytes()).update(&limit.to_le_bytes());
        let mut fingerprint = Fingerprint::default();
        hasher.finalize_xof().fill(&mut fingerprint);
        fingerprint
    }
}

/// Bytes of a document without elements.
const EMPTY: usize = 5;

fn long(number: u64) -> i64 {
    i64::try_from(number).unwrap_or(i64::MAX)
}
