//! One document on a server without transactions: its own guard stands beside the write.

use super::{
    batch::Verdict,
    run::Run,
    work::{Filter, Work},
};
use crate::{
    Error, ErrorCode, Result,
    connection::Session,
    document::{
        guard::{ends_all, vanished},
        now,
        patch::Patch,
        standalone,
        wire::Writer,
        write::{Change, Intent},
    },
};

/// How often the document may change between our read and our write.
const TRIES: u32 = 5;

/// Writes the document at a position.
///
/// # Errors
///
/// What is not about this document, and `OutcomeUnknown`.
pub(super) async fn write(session: &Session, run: &Run, at: usize) -> Result<Verdict> {
    match try_to_write(session, run, at).await {
        Err(error) if error.code() == ErrorCode::OutcomeUnknown || ends_all(&error) => Err(error),
        Err(error) if error.code() == ErrorCode::NotFound => Ok(Verdict::Gone),
        Err(error) => Ok(Verdict::Failed(error)),
        Ok(verdict) => Ok(verdict),
    }
}

async fn try_to_write(session: &Session, run: &Run, at: usize) -> Result<Verdict> {
    let ids = run.items.ids(at..at + 1)?;
    let (kind, value) = ids.first().ok_or_else(vanished)?;
    let id = (*kind, value.as_slice());
    let filter = match (&run.work, run.items.document(at)) {
        (Work::Insert { .. }, Some(document)) => {
            standalone::insert(session, &run.record, document, id).await?;
            return Ok(Verdict::Changed);
        }
        (Work::Insert { .. }, None) => return Err(vanished()),
        (Work::Change { filter, .. } | Work::Delete { filter }, _) => filter,
    };
    let mut left = TRIES;
    loop {
        let Some(read) = fitting(session, run, id, filter).await? else { return Ok(Verdict::Gone) };
        let patch = if let Work::Change { patch, .. } = &run.work { Some(patch) } else { None };
        match standalone::apply(session, &run.record, id, &Still { read: &read, patch }).await {
            Ok((_, true)) => return Ok(Verdict::Changed),
            Ok((_, false)) => return Ok(Verdict::Unchanged),
            // Whether it still fits the filter has to be asked anew.
            Err(error)
                if error.code() == ErrorCode::Conflict && error.server_code().is_none() && left > 0 =>
            {
                left -= 1;
            }
            Err(error) => return Err(error),
        }
    }
}

/// The document, where it still fits the filter.
async fn fitting(session: &Session, run: &Run, id: (u8, &[u8]), filter: &Filter) -> Result<Option<Vec<u8>>> {
    let within = now::within(&[id]);
    let narrowed = Writer::new().documents("$and", &[&within, &filter.bytes]).finish();
    let mut first = None;
    let find = now::find(run.record.namespace(), &narrowed);
    standalone::read_each(session, run.record.namespace(), find, |document| first = Some(document.to_vec()))
        .await?;
    Ok(first)
}

/// A change of a document that still is as it was read with its filter; without a patch it goes.
struct Still<'a> {
    read: &'a [u8],
    patch: Option<&'a Patch>,
}

impl Change for Still<'_> {
    fn intend(&self, current: &[u8]) -> Result<Intent> {
        if current != self.read {
            return Err(Error::new(
                ErrorCode::Conflict,
                "The document changes too often; nothing was written.",
            ));
        }
        self.patch.map_or(Ok(Intent::Delete), |patch| patch.intend(current))
    }
}
