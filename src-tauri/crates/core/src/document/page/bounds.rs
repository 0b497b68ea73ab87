//! About where in an order a share of all documents ends: keys of documents drawn at random.

use std::{
    collections::HashMap,
    sync::{
        Arc, Mutex, PoisonError,
        atomic::{AtomicBool, Ordering},
    },
    time::{Duration, Instant},
};

use bson::{Document, RawDocument, RawDocumentBuf};
use futures_util::StreamExt as _;
use tokio::sync::OnceCell;

use super::{
    key::{Found, Key},
    order::Order,
    query::Query,
};
use crate::{
    Result,
    connection::{Permitted, Session, bounded_by},
    document::{count::number, wire::Writer},
    namespace::Namespace,
};

/// After this time they are drawn anew.
const KEPT: Duration = Duration::from_mins(1);
/// Beyond this many all are forgotten.
const MOST: usize = 100;
/// Up to here documents are counted off in the index: exact, and as quick as drawing. Beyond it a draw of
/// [`DRAWN`] is below a twentieth of all, where the server draws at random instead of reading everything.
const COUNTED: u64 = 20_000;
const DRAWN: u64 = 1_000;
/// A jump that nothing is known for yet waits for no more than these. Off by a twentieth of all documents (the standard error
/// of the median of `n` draws is `0.5 / sqrt(n)`), where [`DRAWN`] is off by a sixtieth, for a tenth of the time: 19 ms against
/// 169 with the small batches of newer servers (`internalDocumentSourceCursorBatchSizeBytes` set so). MongoDB 6.0 reads 4 MB of
/// documents whatever is drawn, some 300 ms.
const DRAWN_AT_ONCE: u64 = 100;
/// Of large documents fewer are drawn: the server reads each as a whole.
const DRAWN_BYTES: u64 = 256 * 1024 * 1024;
const DRAWN_AT_LEAST: u64 = 50;
/// The longest that the server may take for it, and how long that is waited for.
const DRAWN_WITHIN: Duration = Duration::from_secs(5);
const PATIENCE: Duration = Duration::from_secs(7);

/// What is known of the documents in an order.
#[derive(Debug)]
pub(super) struct Bounds {
    pub(super) count: u64,
    /// Drawn at random, in the order. None where counting is as quick.
    keys: Vec<Key>,
    /// No more would be drawn of these documents.
    whole: bool,
}

/// Where a share of all documents ends.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Spot<'a> {
    /// About at this key.
    Key(&'a Key),
    /// Behind so many documents.
    Behind(u64),
}

impl Bounds {
    /// Where a share ends, and about how many documents that are.
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_precision_loss,
        clippy::cast_sign_loss,
        reason = "a share of a count, about"
    )]
    pub(super) fn at(&self, share: f64) -> (Spot<'_>, u64) {
        let of = |count: usize| (share * count as f64) as usize;
        let rank = of(usize::try_from(self.count).unwrap_or(usize::MAX)) as u64;
        let rank = rank.min(self.count.saturating_sub(1));
        match self.keys.get(of(self.keys.len()).min(self.keys.len().saturating_sub(1))) {
            Some(key) => (Spot::Key(key), rank),
            None => (Spot::Behind(rank), rank),
        }
    }
}

/// What is known of one order: a little at once, more soon.
#[derive(Debug, Default)]
pub(super) struct Slot {
    coarse: OnceCell<Bounds>,
    fine: OnceCell<Bounds>,
    /// Once: where the server is too slow for it, it would be for the next one.
    fine_asked: AtomicBool,
}

impl Slot {
    fn best(&self) -> Option<&Bounds> {
        self.fine.get().or_else(|| self.coarse.get())
    }

    /// Whether there is no more to learn.
    pub(super) fn is_whole(&self) -> bool {
        self.best().is_some_and(|bounds| bounds.whole)
    }
}

/// Of what bounds are: a collection and an order.
type Drawn = (Namespace, Vec<u8>);

/// What was drawn lately.
#[derive(Default)]
pub(super) struct KnownBounds {
    known: Mutex<HashMap<Drawn, (Instant, Arc<Slot>)>>,
}

impl KnownBounds {
    /// What is known, if anything is.
    pub(super) fn count(&self, query: &Query, order: &Order) -> Option<u64> {
        Some(self.slot(query, order).best()?.count)
    }

    /// A place for what is known, or will be soon.
    pub(super) fn slot(&self, query: &Query, order: &Order) -> Arc<Slot> {
        let mut known = self.known.lock().unwrap_or_else(PoisonError::into_inner);
        let name = (query.namespace.clone(), order.sort(false));
        if let Some((_, slot)) = known.get(&name).filter(|(since, _)| since.elapsed() < KEPT) {
            return Arc::clone(slot);
        }
        if known.len() >= MOST {
            known.clear();
        }
        let slot = Arc::<Slot>::default();
        known.insert(name, (Instant::now(), Arc::clone(&slot)));
        slot
    }
}

/// Learns what a jump needs to know, unless somebody has already.
pub(super) async fn learn<'a>(
    slot: &'a Slot,
    session: &Session,
    query: &Query,
    order: &Order,
) -> Result<&'a Bounds> {
    match slot.best() {
        Some(bounds) => Ok(bounds),
        None => slot.coarse.get_or_try_init(|| measure(session, query, order, DRAWN_AT_ONCE)).await,
    }
}

/// Learns all that is to be known: first what a jump may be waiting for.
pub(super) async fn learn_all(slot: &Slot, session: &Session, query: &Query, order: &Order) -> Result<()> {
    learn(slot, session, query, order).await?;
    if slot.is_whole() || slot.fine_asked.swap(true, Ordering::Relaxed) {
        return Ok(());
    }
    slot.fine.get_or_try_init(|| measure(session, query, order, DRAWN)).await.map(drop)
}

async fn measure(session: &Session, query: &Query, order: &Order, most: u64) -> Result<Bounds> {
    let (count, average) = size(session, query).await?;
    let all = DRAWN_BYTES.checked_div(average).unwrap_or(DRAWN).clamp(DRAWN_AT_LEAST, DRAWN);
    let drawn = all.min(most);
    let keys = if count <= COUNTED { Vec::new() } else { draw(session, query, order, drawn).await? };
    Ok(Bounds { count, whole: drawn == all || keys.is_empty(), keys })
}

/// The key of the document behind so many others: read from the index alone.
pub(super) async fn key_behind(
    session: &Session,
    query: &Query,
    order: &Order,
    count: u64,
) -> Result<Option<Key>> {
    let command = Writer::new()
        .text("find", query.namespace.collection())
        .document("sort", &order.sort(false))
        .document("projection", &only_the_key(order))
        .long("skip", i64::try_from(count).unwrap_or(i64::MAX))
        .long("limit", 1)
        .long("maxTimeMS", query.time.milliseconds())
        .command()?;
    Ok(keys(session, query, order, command).await?.pop())
}

/// How many documents there are, and how large they are on average; 0 where that is not known.
async fn size(session: &Session, query: &Query) -> Result<(u64, u64)> {
    let statistics = Writer::new().document("storageStats", &Writer::new().finish()).finish();
    let stage = Writer::new().document("$collStats", &statistics).finish();
    let command = Writer::new()
        .text("aggregate", query.namespace.collection())
        .documents("pipeline", &[&stage])
        .document("cursor", &Writer::new().finish());
    if let Ok(reply) = run(session, query, command).await {
        let cursor = reply.get_document("cursor").ok().and_then(|cursor| cursor.get_array("firstBatch").ok());
        let shards: Vec<_> = cursor
            .into_iter()
            .flatten()
            .filter_map(|shard| shard.as_document()?.get_document("storageStats").ok())
            .collect();
        let each = |field: &'static str| shards.iter().map(move |shard| number(shard.get(field)).get());
        if !shards.is_empty() {
            return Ok((each("count").sum(), each("avgObjSize").max().unwrap_or_default()));
        }
    }
    // Who may not ask for statistics may count.
    let command = Writer::new().text("count", query.namespace.collection());
    Ok((number(run(session, query, command).await?.get("n")).get(), 0))
}

async fn draw(session: &Session, query: &Query, order: &Order, drawn: u64) -> Result<Vec<Key>> {
    let size = Writer::new().long("size", i64::try_from(drawn).unwrap_or(i64::MAX)).finish();
    let stages = [
        Writer::new().document("$sample", &size).finish(),
        Writer::new().document("$project", &only_the_key(order)).finish(),
        Writer::new().document("$sort", &order.sort(false)).finish(),
    ];
    let stages: Vec<&[u8]> = stages.iter().map(Vec::as_slice).collect();
    let batch = Writer::new().long("batchSize", i64::try_from(drawn).unwrap_or(i64::MAX)).finish();
    let command = Writer::new()
        .text("aggregate", query.namespace.collection())
        .documents("pipeline", &stages)
        .document("cursor", &batch)
        .long("maxTimeMS", i64::try_from(DRAWN_WITHIN.as_millis()).unwrap_or(i64::MAX))
        .command()?;
    keys(session, query, order, command).await
}

fn only_the_key(order: &Order) -> Vec<u8> {
    let fields = Writer::new().int("_id", 1);
    match order.path() {
        Some(path) => fields.int(path, 1).finish(),
        None => fields.finish(),
    }
}

/// The keys of what a command finds.
async fn keys(session: &Session, query: &Query, order: &Order, command: RawDocumentBuf) -> Result<Vec<Key>> {
    let Permitted { database, command } = session.permit(query.namespace.database(), command)?;
    let (criteria, _) = session.read_preferring(query.preference);
    let reading = async {
        let mut batches =
            database.run_raw_cursor_command(command).selection_criteria(criteria).batch().await?;
        let mut found = Vec::new();
        while let Some(batch) = batches.next().await {
            for document in batch?.doc_slices()? {
                let document = document?.as_document().map(RawDocument::as_bytes);
                found.push(document.map(|document| Key::of(document, order)));
            }
        }
        Ok(found)
    };
    let mut keys = Vec::new();
    for found in bounded_by(PATIENCE, reading).await?.into_iter().flatten() {
        if let Found::Key(key) = found? {
            keys.push(key);
        }
    }
    Ok(keys)
}

async fn run(session: &Session, query: &Query, command: Writer) -> Result<Document> {
    let within = i64::try_from(DRAWN_WITHIN.as_millis()).unwrap_or(i64::MAX);
    let command = command.long("maxTimeMS", within).command()?;
    let Permitted { database, command } = session.permit(query.namespace.database(), command)?;
    let (criteria, _) = session.read_preferring(query.preference);
    bounded_by(PATIENCE, database.run_raw_command(command).selection_criteria(criteria).into_future()).await
}

#[cfg(test)]
mod tests {
    use super::*;

    fn bounds(count: u64, whole: bool) -> Bounds {
        Bounds { count, keys: Vec::new(), whole }
    }

    #[test]
    fn a_jump_uses_the_finest_that_is_known() {
        let slot = Slot::default();
        assert!(slot.best().is_none() && !slot.is_whole());
        slot.coarse.set(bounds(1, false)).expect("empty");
        assert_eq!((slot.best().map(|best| best.count), slot.is_whole()), (Some(1), false));
        slot.fine.set(bounds(2, true)).expect("empty");
        assert_eq!((slot.best().map(|best| best.count), slot.is_whole()), (Some(2), true));
    }

    #[test]
    fn few_or_large_documents_are_looked_at_once() {
        let slot = Slot::default();
        slot.coarse.set(bounds(1, true)).expect("empty");
        assert!(slot.is_whole());
    }
}
