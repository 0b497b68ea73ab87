//! Many documents changed, deleted or inserted at once.
//!
//! First all `_id`s are found, so that it is known how many there are and what Undo has to keep, and so that no document is met
//! twice. Then they are written in batches, each in a transaction of its own: read with the filter again, written, read
//! back, and kept in the journal before the commit. What becomes of each document is counted; nothing is guessed.

mod alone;
mod batch;
mod estimate;
mod find;
mod ids;
mod measure;
mod pasted;
mod report;
mod run;
mod sample;
mod work;

use std::{sync::Arc, time::Duration};

use tokio::time::{Instant, sleep};

use super::{Journal, ManyAction, ManyProgress, ManyReport, ManyRequest, journal::About};
use crate::{
    Error, ErrorCode, Result,
    connection::{Session, Steps},
    namespace::Namespace,
};
use ids::Ids;
use report::Tally;
use run::{Part, Run, passes};
use work::{Items, Work, about};

pub(crate) use measure::measure;
pub(crate) use sample::preview;

/// Documents of one run: their `_id`s are held in memory.
const MOST_DOCUMENTS: usize = 5_000_000;
/// While nothing goes on because no primary is there, it is tried again for so long.
const PATIENCE: Duration = Duration::from_secs(90);
const PAUSE: Duration = Duration::from_millis(500);

/// Writes many documents. `tell` hears how far it is; when it answers false, no more is begun.
///
/// # Errors
///
/// Whatever says that nothing was written. Once something was, the report tells why it ended early.
pub(crate) async fn write(
    session: &Arc<Session>,
    journal: &Journal,
    request: ManyRequest,
    now_ms: i64,
    mut tell: impl FnMut(ManyProgress) -> bool + Send,
) -> Result<ManyReport> {
    session.permit_writes()?;
    let work = Work::parse(&request.action, now_ms)?;
    refuse_by_accident(session, &work, &request)?;
    // Named from the first moment on, so that no cancellation is missed.
    let asked = session.steps(request.query.clone());
    let (work, items, size_bytes) = find_all(session, &request, work, &mut tell).await?;
    let journal = if request.without_undo { journal.off() } else { journal.clone() };
    journal.check_fits(measure::kept_bytes(&work, items.len() as u64, size_bytes))?;

    let line = match request.action {
        ManyAction::Insert { .. } => format!("{} documents", items.len()),
        _ => about(&request.action),
    };
    let record = journal.record(About::new(&request.namespace, work.entry_kind(), &line));
    let run = Arc::new(Run { record, work, items });
    let mut tally = write_all(session, &run, &asked, tell).await?;
    match tally.stopped.take() {
        // Nothing became of anything: that is all there is to tell.
        Some(error) if tally.done() == 0 => Err(error),
        stopped => {
            tally.stopped = stopped;
            Ok(tally.report(run.record.entry()))
        }
    }
}

/// All of a collection has to be asked for in so many words, and what takes away on a production connection confirmed.
fn refuse_by_accident(session: &Session, work: &Work, request: &ManyRequest) -> Result<()> {
    let Some(filter) = work.filter() else { return Ok(()) };
    if filter.is_empty() && !request.whole_collection {
        return Err(Error::invalid("The filter is empty: every document of the collection would be meant.")
            .with_hint("Give a filter, or say that the whole collection is meant."));
    }
    session.confirmed(&full_name(&request.namespace), request.confirm.as_deref())
}

/// As it is typed to confirm.
fn full_name(namespace: &Namespace) -> String {
    format!("{}.{}", namespace.database(), namespace.collection())
}

/// The documents that are to be written, and how many bytes they have.
async fn find_all(
    session: &Arc<Session>,
    request: &ManyRequest,
    work: Work,
    tell: &mut (impl FnMut(ManyProgress) -> bool + Send),
) -> Result<(Work, Items, u64)> {
    match work {
        Work::Insert { documents } => {
            let size_bytes = documents.iter().map(|document| document.len() as u64).sum();
            Ok((Work::Insert { documents: Vec::new() }, Items::Given(documents), size_bytes))
        }
        Work::Change { ref filter, .. } | Work::Delete { ref filter } => {
            let mut found = Finding { ids: Ids::default(), size_bytes: 0, tell };
            let wanted = (&request.namespace, filter.bytes.as_slice());
            find::each(session, wanted, None, request.query.as_ref(), &mut found).await?;
            let (ids, size_bytes) = (found.ids, found.size_bytes);
            Ok((work, Items::Found(ids), size_bytes))
        }
    }
}

/// Writes batch after batch.
async fn write_all(
    session: &Arc<Session>,
    run: &Arc<Run>,
    asked: &Steps,
    mut tell: impl FnMut(ManyProgress) -> bool + Send,
) -> Result<Tally> {
    let total = run.items.len();
    let mut tally = Tally::default();
    tally.counted(total as u64);
    let (mut from, mut went_on) = (0, Instant::now());
    let mut wants_more = tell(tally.progress());
    while from < total {
        if asked.cancelled() || !wants_more {
            tally.cancelled = true;
            break;
        }
        let range = run.items.batch(from);
        // In a task of its own: a caller who goes away must not leave it half-way.
        let (session, batch) = (Arc::clone(session), Arc::clone(run));
        let writing = tokio::spawn(async move { batch.batch(&session, range).await });
        let Part { verdicts, stopped } =
            writing.await.map_err(|_| Error::internal("A batch ended in a way that is not known."))?;
        let written = verdicts.len();
        tally.add(run.items.ids(from..from + written)?.iter().zip(verdicts));
        from += written;
        if written > 0 {
            went_on = Instant::now();
        }
        tally.waiting = stopped.is_some();
        wants_more = tell(tally.progress());
        match stopped {
            None if tally.fails_too_often() && from < total => {
                tally.give_up();
                break;
            }
            None => {}
            // Where nothing is written yet, nothing is left half-way by giving up.
            Some(error) if from > 0 && passes(&error) && went_on.elapsed() < PATIENCE => sleep(PAUSE).await,
            Some(error) => {
                tally.stopped = Some(error);
                break;
            }
        }
    }
    Ok(tally)
}

/// Keeps what is found, and tells how many.
struct Finding<'t, T> {
    ids: Ids,
    size_bytes: u64,
    tell: &'t mut T,
}

impl<T: FnMut(ManyProgress) -> bool> find::Collect for Finding<'_, T> {
    fn begin(&mut self) {
        (self.ids, self.size_bytes) = <_>::default();
    }

    fn take(&mut self, found: find::Found<'_>) {
        self.ids.push(found.id, found.size_bytes);
        self.size_bytes += u64::from(found.size_bytes);
    }

    fn pause(&mut self) -> Result<()> {
        if self.ids.len() > MOST_DOCUMENTS {
            return Err(Error::new(
                ErrorCode::TooLarge,
                format!("The filter finds more than {MOST_DOCUMENTS} documents. Nothing was written."),
            )
            .with_hint("Narrow the filter, and write them in several runs."));
        }
        let mut tally = Tally::default();
        tally.found(self.ids.len() as u64);
        if (self.tell)(tally.progress()) {
            return Ok(());
        }
        Err(Error::new(ErrorCode::Cancelled, "It was cancelled before anything was written."))
    }
}
