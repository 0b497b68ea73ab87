//! Saving a draft: its changes are put upon the document as it stands when it is written.

use super::{
    SaveDraftRequest,
    store::{Drafts, Key, Stored},
};
use crate::{
    Error, ErrorCode, Result,
    connection::Session,
    document::{
        EntryKind, Journal, Written,
        text::damaged,
        write::{self, Change, Intent, check_size},
    },
    value::{
        edit::between,
        path::Path,
        threeway::{self, Merged, ThreewayError},
    },
};

/// Saves a draft, and is done with it where the save was applied.
pub(crate) async fn save(
    session: &Session,
    journal: &Journal,
    drafts: &Drafts,
    request: SaveDraftRequest,
) -> Result<Written> {
    session.permit_writes()?;
    let key = Key::of(&request.namespace, &request.id)?;
    let (stored, sending) = drafts.send(&key, &request.etag)?;
    let note = sending.note();
    let journal = journal.beside(note.clone());
    let written = if request.insert_again {
        write::insert_document(session, &journal, &key.namespace, &stored.mine).await
    } else {
        let change = Saving(&stored);
        write::apply((session, &journal), EntryKind::Update, &key.namespace, &key.id, &change).await
    };
    // A save that was refused early may end before its note.
    let noted = note.await;
    match &written {
        Ok(_) => drop(sending.saved()),
        Err(error) if error.code() == ErrorCode::OutcomeUnknown => {}
        Err(_) if noted.is_err() => {}
        Err(_) => sending.take_back().await,
    }
    written
}

/// The changes of a draft, put upon whatever stands there.
struct Saving<'a>(&'a Stored);

impl Change for Saving<'_> {
    fn intend(&self, current: &[u8]) -> Result<Intent> {
        let merged = merged(self.0, current)?;
        let conflicts: Vec<_> = merged.conflicts().map(|field| path_text(&field.path)).collect();
        if !conflicts.is_empty() {
            return Err(Error::new(
                ErrorCode::Conflict,
                format!(
                    "Somebody else has changed {} since it was read; nothing was written.",
                    listed(&conflicts)
                ),
            )
            .with_hint("Compare what was read, what is there now and your change, and choose."));
        }
        check_size(&merged.bytes)?;
        let update = between(current, &merged.bytes).map_err(damaged)?;
        Intent::put(merged.bytes, update)
    }
}

/// The draft's changes and those that others made since.
pub(super) fn merged<'a>(stored: &'a Stored, now: &'a [u8]) -> Result<Merged<'a>> {
    threeway::merge(&stored.base, now, &stored.mine, |_| None).map_err(merge_error)
}

pub(super) fn merge_error(error: ThreewayError) -> Error {
    match error {
        ThreewayError::Malformed(malformed) => damaged(malformed),
        ThreewayError::TooLarge => Error::new(ErrorCode::TooLarge, "The document would be too large."),
    }
}

fn path_text(path: &Path) -> String {
    if path.is_empty() {
        return "the document".to_owned();
    }
    let names: Vec<_> = path.iter().map(|step| step.name.as_str()).collect();
    format!("'{}'", names.join("."))
}

/// The first few of them.
fn listed(paths: &[String]) -> String {
    const MOST: usize = 3;
    match paths.len().checked_sub(MOST) {
        Some(more) if more > 0 => format!("{} and {more} more", paths[..MOST].join(", ")),
        _ => paths.join(", "),
    }
}
