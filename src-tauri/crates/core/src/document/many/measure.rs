//! How many documents would be written, and whether Undo reaches them.

use std::sync::Arc;

use super::{
    find::{self, Collect, Found},
    work::Work,
};
use crate::{
    Result,
    connection::Session,
    document::{Journal, ManyMeasure, MeasureManyRequest, UndoReach, journal::IMAGE_BYTES},
    number::SafeInt,
};

/// Counts exactly what many writes would be about.
pub(crate) async fn measure(
    session: &Arc<Session>,
    journal: &Journal,
    request: MeasureManyRequest,
    now_ms: i64,
) -> Result<ManyMeasure> {
    session.permit_writes()?;
    let work = Work::parse(&request.action, now_ms)?;
    let mut counted = Counted::default();
    match &work {
        Work::Insert { documents } => {
            counted.documents = documents.len() as u64;
            counted.size_bytes = documents.iter().map(|document| document.len() as u64).sum();
        }
        Work::Change { filter, .. } | Work::Delete { filter } => {
            let wanted = (&request.namespace, filter.bytes.as_slice());
            find::each(session, wanted, None, request.query.as_ref(), &mut counted).await?;
        }
    }
    let needed_bytes = kept_bytes(&work, counted.documents, counted.size_bytes);
    Ok(ManyMeasure {
        documents: SafeInt::new(counted.documents),
        size_bytes: SafeInt::new(counted.size_bytes),
        undo: reach(journal, needed_bytes).await?,
    })
}

/// What Undo has to keep, about.
pub(super) fn kept_bytes(work: &Work, documents: u64, size_bytes: u64) -> u64 {
    work.kept_bytes(size_bytes).saturating_add(documents.saturating_mul(IMAGE_BYTES))
}

async fn reach(journal: &Journal, needed: u64) -> Result<UndoReach> {
    let (needed_bytes, limit) = (SafeInt::new(needed), journal.limit_bytes());
    Ok(if !journal.is_on() {
        UndoReach::Off
    } else if needed > limit {
        UndoReach::TooLarge { needed_bytes, limit_bytes: SafeInt::new(limit) }
    } else {
        let drops_older = journal.used_bytes().await?.saturating_add(needed) > limit;
        UndoReach::All { needed_bytes, drops_older }
    })
}

#[derive(Default)]
struct Counted {
    documents: u64,
    size_bytes: u64,
}

impl Collect for Counted {
    fn begin(&mut self) {
        *self = Self::default();
    }

    fn take(&mut self, found: Found<'_>) {
        self.documents += 1;
        self.size_bytes += u64::from(found.size_bytes);
    }

    fn pause(&mut self) -> Result<()> {
        Ok(())
    }
}
