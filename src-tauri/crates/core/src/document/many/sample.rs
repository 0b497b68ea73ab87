//! Some documents before and after, as the server works them out in a transaction that is given up.

use std::sync::Arc;

use super::{
    batch::{Batch, Tried, Verdict, Write},
    estimate::estimate,
    find::{self, Collect, Found},
    full_name,
    ids::Ids,
    work::{Items, Work},
};
use crate::{
    Error, Result,
    connection::{Environment, Session},
    document::{
        Count, DocumentId, Journal, ManyPreview, ManySample, PreviewManyRequest, TextFormat,
        draft::changes,
        guard::{ends_all, rehearse},
        journal::{About, Record},
        now,
        view::row,
    },
    number::SafeInt,
};

/// Documents of a sample, and what they may take together: the first is shown whatever it takes.
const SAMPLES: u32 = 5;
const SAMPLE_BYTES: usize = 4 << 20;
/// Changes of one document that are listed.
const MOST_CHANGES: usize = 50;

/// What many writes would do.
pub(crate) async fn preview(
    session: &Arc<Session>,
    journal: &Journal,
    request: PreviewManyRequest,
    now_ms: i64,
) -> Result<ManyPreview> {
    session.permit_writes()?;
    let namespace = &request.namespace;
    let work = Work::parse(&request.action, now_ms)?;
    let destroys = work.filter().is_some() && session.info.environment == Environment::Production;
    let confirm = destroys.then(|| full_name(namespace));
    let (work, items, estimate) = match work {
        Work::Insert { documents } => {
            let count = Count { count: SafeInt::new(documents.len() as u64), exact: true, limited: false };
            (Work::Insert { documents: Vec::new() }, Items::Given(documents), Some(count))
        }
        work => {
            let mut first = First::default();
            let mut estimated = None;
            if let Some(filter) = work.filter() {
                let wanted = (namespace, filter.bytes.as_slice());
                find::each(session, wanted, Some(SAMPLES), None, &mut first).await?;
                estimated = estimate(session, namespace, filter).await;
            }
            (work, Items::Found(first.0), estimated)
        }
    };
    let record = journal.off().record(About::new(namespace, work.entry_kind(), ""));
    let shown = items.sample(SAMPLES as usize, SAMPLE_BYTES);
    let rehearsed = session.has_transactions();
    let samples = if rehearsed {
        rehearse_all(session, &record, (&work, &items), shown).await?
    } else {
        as_they_stand(session, &record, (&work, &items), shown).await?
    };
    Ok(ManyPreview { estimate, samples, rehearsed, confirm })
}

/// The first documents that were found.
#[derive(Default)]
struct First(Ids);

impl Collect for First {
    fn begin(&mut self) {
        self.0 = Ids::default();
    }

    fn take(&mut self, found: Found<'_>) {
        self.0.push(found.id, found.size_bytes);
    }

    fn pause(&mut self) -> Result<()> {
        Ok(())
    }
}

/// Tries them together, and where one keeps the others back, each by itself.
async fn rehearse_all(
    session: &Session,
    record: &Record,
    (work, items): (&Work, &Items),
    shown: usize,
) -> Result<Vec<ManySample>> {
    let tried = async |range: std::ops::Range<usize>| -> Result<Vec<ManySample>> {
        let batch = Batch::new(work, items, range)?;
        rehearse(session, record, &batch).await?;
        samples(&batch.ids(), batch.tried())
    };
    match tried(0..shown).await {
        Err(error) if shown > 0 && !ends_all(&error) => {}
        samples => return samples,
    }
    let mut samples = Vec::with_capacity(shown);
    for at in 0..shown {
        match tried(at..at + 1).await {
            Ok(one) => samples.extend(one),
            Err(error) if ends_all(&error) => return Err(error),
            Err(error) => {
                let ids = items.ids(at..at + 1)?;
                let before = standing(session, record, &ids).await?;
                for (id, before) in ids.iter().zip(before) {
                    let before = before.map(|bytes| row(&bytes)).transpose()?;
                    let id = DocumentId::new(id.0, &id.1);
                    samples.push(ManySample { before, failed: Some(error.clone().into()), ..empty(id) });
                }
            }
        }
    }
    Ok(samples)
}

fn samples(ids: &[(u8, &[u8])], tried: Tried) -> Result<Vec<ManySample>> {
    let mut writes: Vec<Option<Write>> = tried.writes.into_iter().map(Some).collect();
    let mut samples = Vec::with_capacity(ids.len());
    for (id, verdict) in ids.iter().zip(tried.verdicts) {
        let write = writes
            .iter_mut()
            .find(|write| write.as_ref().is_some_and(|write| (write.id.0, write.id.1.as_slice()) == *id));
        let write = write.and_then(Option::take);
        let id = DocumentId::new(id.0, id.1);
        match (verdict, write) {
            (Verdict::Failed(error), _) => {
                samples.push(ManySample { failed: Some(error.into()), ..empty(id) });
            }
            (_, Some(write)) => samples.push(written(id, &write)?),
            // Nothing would be different, or it has gone this very moment.
            (_, None) => samples.push(empty(id)),
        }
    }
    Ok(samples)
}

fn written(id: DocumentId, write: &Write) -> Result<ManySample> {
    let shown = |bytes: &Option<Vec<u8>>| bytes.as_deref().map(row).transpose();
    let (changes, more_changes) = match (&write.from, &write.to) {
        (Some(from), Some(to)) => changes(from, to, MOST_CHANGES)?,
        _ => <_>::default(),
    };
    let (before, after) = (shown(&write.from)?, shown(&write.to)?);
    Ok(ManySample { before, after, changes, more_changes, ..empty(id) })
}

fn empty(id: DocumentId) -> ManySample {
    let name = id.to_json(TextFormat::Relaxed);
    ManySample { id, name, before: None, after: None, changes: Vec::new(), more_changes: 0, failed: None }
}

/// Without a transaction nothing is tried: what is there is shown, or what is to be inserted.
async fn as_they_stand(
    session: &Session,
    record: &Record,
    (work, items): (&Work, &Items),
    shown: usize,
) -> Result<Vec<ManySample>> {
    let ids = items.ids(0..shown)?;
    let before = match work {
        Work::Insert { .. } => vec![None; shown],
        _ => standing(session, record, &ids).await?,
    };
    let samples = ids.iter().zip(before).enumerate().map(|(at, (id, before))| {
        let before = before.map(|bytes| row(&bytes)).transpose()?;
        let after = items.document(at).map(row).transpose()?;
        Ok(ManySample { before, after, ..empty(DocumentId::new(id.0, &id.1)) })
    });
    samples.collect()
}

/// What stands there now.
async fn standing(
    session: &Session,
    record: &Record,
    ids: &[(u8, Vec<u8>)],
) -> Result<Vec<Option<Vec<u8>>>, Error> {
    let asked: Vec<_> = ids.iter().map(|(kind, value)| (*kind, value.as_slice())).collect();
    let mut now = now::read(session, record.namespace(), &asked).await?;
    Ok(ids.iter().map(|id| now.remove(id)).collect())
}
