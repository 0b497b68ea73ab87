//! Undoing a write: what still is as it left it becomes what it was before.
//!
//! Documents go in batches, each in a transaction of its own and all or nothing; on a standalone server one by one. The last
//! document of the write is the first to be undone: so the collection passes through the same states the other way round,
//! which matters where an index is unique.

mod alone;
mod batch;
mod report;

use std::sync::Arc;

use super::{
    EntryKind, HistoryEntry, Journal, UndoProgress, UndoReport, UndoRequest,
    journal::{About, Page, Record, Stored},
};
use crate::{Error, ErrorCode, Result, connection::Session};

use report::{Tally, Verdict};

/// What one transaction restores: bounded, so that it ends soon and does not press the server's cache.
const BATCH: Page = Page { documents: 500, bytes: 8 << 20 };

/// Undoes a write, or some documents of one. `tell` hears how far it is after each batch; when it answers false, no more
/// is begun.
pub(crate) async fn undo(
    session: &Arc<Session>,
    journal: &Journal,
    request: UndoRequest,
    mut tell: impl FnMut(UndoProgress) -> bool + Send,
) -> Result<UndoReport> {
    session.permit_writes()?;
    if !journal.is_on() {
        return Err(Error::new(ErrorCode::Unsupported, "Undo is switched off for this connection.")
            .with_hint("Open the connection with Undo switched on."));
    }
    let number = request.entry.number()?;
    let entry = journal.entry(number).await?;
    let mut wanted = Wanted::of(&entry, request.positions)?;
    refuse_twice(journal, number, &entry, &wanted).await?;

    let about = About { undoes: Some(number), ..About::new(&entry.namespace, EntryKind::Undo, &entry.about) };
    let record = Arc::new(journal.record(about));
    let asked = session.steps(request.query);
    let mut tally = Tally::new(wanted.total());
    loop {
        let images = match wanted.next(journal, number).await {
            Ok(Some(images)) => images,
            Ok(None) => break,
            // What was done is told; the rest is left.
            Err(_) if tally.has_begun() => break,
            Err(error) => return Err(error),
        };
        // In a task of its own: a caller who goes away must not leave it half-way.
        let (session, record) = (Arc::clone(session), Arc::clone(&record));
        let restoring = tokio::spawn(async move {
            let verdicts = restore(&session, &record, &images).await;
            (images, verdicts)
        });
        let (images, verdicts) =
            restoring.await.map_err(|_| Error::internal("An undo ended in a way that is not known."))?;
        let stops = verdicts.iter().any(Verdict::stops);
        tally.add(&images, verdicts)?;
        let wants_more = tell(tally.progress());
        if stops {
            break;
        }
        if wanted.has_more() && (asked.cancelled() || !wants_more) {
            tally.cancelled = true;
            break;
        }
    }
    Ok(tally.report(record.entry()))
}

async fn restore(session: &Session, record: &Record, images: &[Stored]) -> Vec<Verdict> {
    if session.has_transactions() {
        return batch::restore(session, record, images).await;
    }
    let mut verdicts = Vec::with_capacity(images.len());
    for image in images {
        let verdict = alone::restore(session, record, image).await;
        let stops = verdict.stops();
        verdicts.push(verdict);
        if stops {
            break;
        }
    }
    verdicts
}

/// The documents that are still to be undone, the last one first.
enum Wanted {
    /// All below this position.
    Below(u32),
    /// These positions; the next one is the last.
    These(Vec<u32>),
}

impl Wanted {
    fn of(entry: &HistoryEntry, positions: Option<Vec<u32>>) -> Result<Self> {
        let total = u32::try_from(entry.documents.total.get()).unwrap_or(u32::MAX);
        let Some(mut positions) = positions else { return Ok(Self::Below(total)) };
        positions.sort_unstable();
        positions.dedup();
        match positions.last() {
            Some(last) if *last < total => Ok(Self::These(positions)),
            Some(last) => Err(Error::invalid(format!("The entry has no document at position {last}."))),
            None => Err(Error::invalid("There is no document to undo.")),
        }
    }

    fn total(&self) -> u64 {
        match self {
            Self::Below(total) => u64::from(*total),
            Self::These(positions) => positions.len() as u64,
        }
    }

    fn has_more(&self) -> bool {
        self.total() > 0
    }

    /// The next batch.
    async fn next(&mut self, journal: &Journal, entry: i64) -> Result<Option<Vec<Stored>>> {
        let mut images = Vec::new();
        match self {
            Self::Below(0) => return Ok(None),
            Self::Below(below) => {
                images = journal.images(entry, 0..=*below - 1, true, BATCH).await?;
                *below = images.last().map_or(0, |image| image.position);
            }
            Self::These(positions) => {
                let mut bytes = 0;
                while images.len() < BATCH.documents && bytes < BATCH.bytes {
                    let Some(position) = positions.pop() else { break };
                    let found = journal.images(entry, position..=position, true, BATCH).await?;
                    bytes += found.iter().map(Stored::bytes).sum::<usize>();
                    images.extend(found);
                }
            }
        }
        Ok(Some(images).filter(|images| !images.is_empty()))
    }
}

/// Refuses an undo of which nothing is left to do.
async fn refuse_twice(journal: &Journal, number: i64, entry: &HistoryEntry, wanted: &Wanted) -> Result<()> {
    let mut left = match wanted {
        Wanted::Below(_) => entry.documents.undone < entry.documents.total,
        Wanted::These(_) => false,
    };
    if let Wanted::These(positions) = wanted {
        for position in positions {
            left |= journal.undone_by(number, *position).await?.is_none();
        }
    }
    if left {
        return Ok(());
    }
    Err(Error::new(ErrorCode::Conflict, "This is already undone.")
        .with_hint("To have it again, undo the undo: it stands in the history too."))
}
