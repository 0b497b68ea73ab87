//! A batch of documents in one transaction: all that can be written of it, or nothing.

use std::sync::{Mutex, PoisonError};

use super::work::{Filter, Items, Work};
use crate::{
    Error, ErrorCode,
    document::{
        batch::{self, Step},
        guard::{Attempt, Guarded, Stop, both, id_filter, vanished},
        journal::Image,
        now::{self, ById},
        patch::Patch,
        text::damaged,
        whole_update,
        wire::Writer,
        write::{Change as _, Intent},
    },
    value::{
        edit::{self, Update},
        typed::Kind,
    },
};

/// What became of one document.
#[derive(Clone, Debug)]
pub(super) enum Verdict {
    Changed,
    /// It was as it is to be already.
    Unchanged,
    /// It is not there any more, or does not fit the filter.
    Gone,
    Failed(Error),
    Unknown,
}

/// The documents of a batch, and what is to happen to them.
pub(super) struct Batch<'a> {
    work: &'a Work,
    ids: Vec<(u8, Vec<u8>)>,
    documents: Vec<Option<&'a [u8]>>,
    tried: Mutex<Tried>,
}

/// What the last try has come to.
#[derive(Clone, Default)]
pub(super) struct Tried {
    /// Of each document of the batch.
    pub(super) verdicts: Vec<Verdict>,
    pub(super) writes: Vec<Write>,
}

/// A document that is written.
#[derive(Clone)]
pub(super) struct Write {
    /// Its position in the batch.
    at: usize,
    pub(super) id: (u8, Vec<u8>),
    pub(super) from: Option<Vec<u8>>,
    pub(super) to: Option<Vec<u8>>,
    update: Update,
}

impl Write {
    fn step(&self) -> Step<'_> {
        Step {
            id: (self.id.0, &self.id.1),
            from: self.from.as_deref(),
            to: self.to.as_deref(),
            update: self.update.clone(),
        }
    }

    fn image(&self) -> Image {
        Image::new((self.id.0, &self.id.1), self.from.as_deref(), self.to.as_deref())
    }
}

impl<'a> Batch<'a> {
    pub(super) fn new(
        work: &'a Work,
        items: &'a Items,
        range: std::ops::Range<usize>,
    ) -> crate::Result<Self> {
        let documents = range.clone().map(|at| items.document(at)).collect();
        Ok(Self { work, ids: items.ids(range)?, documents, tried: Mutex::default() })
    }

    pub(super) fn ids(&self) -> Vec<(u8, &[u8])> {
        self.ids.iter().map(|(kind, value)| (*kind, value.as_slice())).collect()
    }

    /// What the last try has come to.
    pub(super) fn tried(&self) -> Tried {
        self.tried.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// Whether the last try was applied, by what stands there now; none where that cannot be told.
    pub(super) fn applied(&self, now: &ById) -> Option<bool> {
        batch::applied(self.tried().writes.iter().map(Write::step), now)
    }

    /// What stands there now and still fits the filter.
    async fn read(&self, attempt: &mut Attempt<'_>) -> Result<ById, Stop> {
        let filter = match self.work.filter() {
            Some(filter) => narrowed(&self.ids(), filter),
            None => now::within(&self.ids()),
        };
        let find = now::find(attempt.namespace, &filter);
        let find = if self.work.filter().is_none_or(|filter| filter.goes_by_id) { by_id(find) } else { find };
        Ok(now::by_id(attempt.read_all(find).await?)?)
    }

    /// Decides about each document; those that an update is to be sent for have no bytes yet.
    fn plan(&self, now: &ById) -> Result<Tried, Stop> {
        let mut tried = Tried::default();
        for (at, (id, document)) in self.ids.iter().zip(&self.documents).enumerate() {
            let current = now.get(id);
            let (verdict, written) = match (self.work, current, document) {
                (Work::Insert { .. }, None, Some(document)) => {
                    // An insert gives these bytes where no update could, or it is found out when they are read back.
                    let update = edit::replacement(document, document).map_err(damaged)?;
                    (Verdict::Changed, Some((Some(document.to_vec()), update)))
                }
                (Work::Insert { .. }, ..) => (Verdict::Failed(taken()), None),
                (_, None, _) => (Verdict::Gone, None),
                (Work::Delete { .. }, Some(_), _) => (Verdict::Changed, Some((None, Update::Nothing))),
                (Work::Change { patch, .. }, Some(current), _) => match patch.intend(current) {
                    Ok(Intent::Put(target, update)) => (Verdict::Changed, Some((Some(target), update))),
                    Ok(Intent::Operate(_)) => (Verdict::Changed, Some((None, Update::Nothing))),
                    Ok(Intent::Nothing | Intent::Delete) => (Verdict::Unchanged, None),
                    Err(error) => (Verdict::Failed(error), None),
                },
            };
            tried.verdicts.push(verdict);
            tried.writes.extend(written.map(|(to, update)| Write {
                at,
                id: id.clone(),
                from: current.cloned(),
                to,
                update,
            }));
        }
        Ok(tried)
    }
}

impl Guarded for Batch<'_> {
    type Outcome = ();

    async fn attempt(&self, attempt: &mut Attempt<'_>) -> Result<(), Stop> {
        let now = self.read(attempt).await?;
        let mut tried = self.plan(&now)?;
        match self.work {
            Work::Change { filter, patch } if patch.operates().is_some() => {
                operate(attempt, filter, patch, &mut tried).await?;
                let images: Vec<_> = tried.writes.iter().map(Write::image).collect();
                // Only now it is known what was written. The commit waits for it.
                attempt.intend(images)?.await?;
            }
            _ => {
                let images = tried.writes.iter().map(Write::image).collect();
                let steps: Vec<_> = tried.writes.iter().map(Write::step).collect();
                let intend = attempt.intend(images)?;
                both(batch::write(attempt, &steps), intend).await?;
            }
        }
        *self.tried.lock().unwrap_or_else(PoisonError::into_inner) = tried;
        Ok(())
    }
}

/// Sends one update for all of them, and reads what has come of it.
async fn operate(
    attempt: &mut Attempt<'_>,
    filter: &Filter,
    patch: &Patch,
    tried: &mut Tried,
) -> Result<(), Stop> {
    let Some((kind, update)) = patch.operates() else { return Ok(()) };
    if tried.writes.is_empty() {
        return Ok(());
    }
    let all: Vec<_> = tried.writes.iter().map(|write| write.id.clone()).collect();
    let ids: Vec<_> = all.iter().map(|(kind, value)| (*kind, value.as_slice())).collect();
    // The positional `$` needs the filter that tells which element is meant.
    let query = if patch.is_positional()? { narrowed(&ids, filter) } else { now::within(&ids) };
    let statement = Writer::new().document("q", &query).raw("u", kind, update).bool("multi", true).finish();
    let command =
        Writer::new().text("update", attempt.namespace.collection()).documents("updates", &[&statement]);
    attempt.write_to(ids.len(), command).await?;
    let stored = read_back(attempt, &ids).await?;
    if kind == Kind::Array.byte() {
        let mut stamps = Vec::new();
        for id in &ids {
            let stored = stored.get(&(id.0, id.1.to_vec())).ok_or_else(vanished)?;
            stamps.extend(whole_update::stamps(&id_filter(*id), stored)?);
        }
        if !stamps.is_empty() {
            attempt.update(&stamps).await?;
            if read_back(attempt, &ids).await? != stored {
                let message = "The server would store other bytes than these; nothing was written.";
                return Err(Error::new(ErrorCode::Unsupported, message).into());
            }
        }
    }
    for write in &mut tried.writes {
        write.to = Some(stored.get(&write.id).ok_or_else(vanished)?.clone());
    }
    for write in tried.writes.extract_if(.., |write| write.from == write.to) {
        tried.verdicts[write.at] = Verdict::Unchanged;
    }
    Ok(())
}

async fn read_back(attempt: &mut Attempt<'_>, ids: &[(u8, &[u8])]) -> Result<ById, Stop> {
    let find = by_id(now::find(attempt.namespace, &now::within(ids)));
    Ok(now::by_id(attempt.read_all(find).await?)?)
}

/// These documents, where they fit the filter too.
fn narrowed(ids: &[(u8, &[u8])], filter: &Filter) -> Vec<u8> {
    let within = now::within(ids);
    if filter.is_empty() {
        within
    } else {
        Writer::new().documents("$and", &[&within, &filter.bytes]).finish()
    }
}

/// By the index over `_id`, whatever else the filter has one for.
fn by_id(find: Writer) -> Writer {
    find.document("hint", &Writer::new().int("_id", 1).finish())
}

fn taken() -> Error {
    Error::new(ErrorCode::Conflict, "There is a document with this _id already; nothing was written.")
}
