//! One document on a server without transactions: its own guard stands beside the write.

use super::{
    batch::{Plan, decide},
    report::Verdict,
};
use crate::{
    Error, ErrorCode, Result,
    connection::Session,
    document::{
        guard::{closed, vanished},
        journal::{Image, Record, Stored},
        standalone,
        text::damaged,
        write::{Change, Intent},
    },
    value::edit,
};

/// Restores a document, if it still is as the write left it.
pub(super) async fn restore(session: &Session, record: &Record, image: &Stored) -> Verdict {
    match try_to_restore(session, record, image).await {
        Ok(verdict) => verdict,
        Err(error) if error.code() == ErrorCode::OutcomeUnknown => Verdict::Unknown(error),
        // The guard found something else than what was read a moment before.
        Err(error) if matches!(error.code(), ErrorCode::Conflict | ErrorCode::NotFound) => {
            let id = (image.id.0, image.id.1.as_slice());
            match standalone::read(session, record.namespace(), id)
                .await
                .map(|now| decide(image, now.as_deref()))
            {
                Ok(Plan::Done(verdict)) => verdict,
                _ => Verdict::Failed(error),
            }
        }
        Err(error) => Verdict::Failed(error),
    }
}

async fn try_to_restore(session: &Session, record: &Record, image: &Stored) -> Result<Verdict> {
    let id = (image.id.0, image.id.1.as_slice());
    let now = standalone::read(session, record.namespace(), id).await?;
    if let Plan::Done(verdict) = decide(image, now.as_deref()) {
        return Ok(verdict);
    }
    let undoing = || Image::Undoing(image.position);
    if now.is_some() {
        let applied = standalone::apply_as(session, record, id, &Back(image), |_, _| undoing()).await;
        return closed(record, applied).await.map(|_| Verdict::Restored);
    }
    let before = image.before.as_deref().ok_or_else(vanished)?;
    let inserted = async {
        let stored = standalone::insert_as(session, record, before, id, |_| undoing()).await?;
        if stored == before {
            return Ok(());
        }
        // The server has put the time into an empty timestamp, or `_id` first.
        let exact = Exact { stored: &stored, before };
        let applied = standalone::apply_as(session, record, id, &exact, |_, _| undoing()).await;
        applied.map(drop).map_err(|error| {
            let message = format!("The document is there again, and not quite as it was before. {error}");
            Error::new(ErrorCode::OutcomeUnknown, message)
        })
    };
    closed(record, inserted.await).await.map(|()| Verdict::Restored)
}

/// Back to what a document was before a write.
struct Back<'a>(&'a Stored);

impl Change for Back<'_> {
    fn intend(&self, current: &[u8]) -> Result<Intent> {
        match (decide(self.0, Some(current)), &self.0.before) {
            (Plan::Restore(update), Some(before)) => Ok(Intent::Put(before.clone(), update)),
            (Plan::Restore(_), None) => Ok(Intent::Delete),
            (Plan::Done(Verdict::Unchanged), _) => Ok(Intent::Nothing),
            (Plan::Done(Verdict::Failed(error)), _) => Err(error),
            (Plan::Done(_), _) => Err(changed()),
        }
    }
}

/// From what the server made of a document to the document.
struct Exact<'a> {
    stored: &'a [u8],
    before: &'a [u8],
}

impl Change for Exact<'_> {
    fn intend(&self, current: &[u8]) -> Result<Intent> {
        if current != self.stored {
            return Err(changed());
        }
        Intent::put(self.before.to_vec(), edit::replacement(current, self.before).map_err(damaged)?)
    }
}

fn changed() -> Error {
    Error::new(ErrorCode::Conflict, "Somebody changed the document since; nothing was written to it.")
}
