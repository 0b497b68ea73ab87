//! An undo as changes that are not saved: where somebody has changed the document since, they are put upon it by choice.

use super::{
    Draft, UndoAsDraftRequest,
    edit::{keep, unsettled},
    store::{Drafts, Key, Stored},
};
use crate::{
    Error, ErrorCode, Result,
    connection::Session,
    document::{
        DocumentId, ImageState, Journal,
        journal::{self, After, Page},
    },
};

/// Makes a draft of what would undo one document of a write: what was read is the document as the write left it, and what it
/// is to become is the document of before.
pub(crate) async fn undo_as_draft(
    session: &Session,
    journal: &Journal,
    drafts: &Drafts,
    request: UndoAsDraftRequest,
    now_ms: i64,
) -> Result<Option<Draft>> {
    session.permit_writes()?;
    let number = request.entry.number()?;
    let entry = journal.entry(number).await?;
    let position = request.position;
    let one = Page { documents: 1, bytes: usize::MAX };
    let image = journal.images(number, position..=position, false, one).await?.pop();
    let image =
        image.ok_or_else(|| Error::invalid(format!("The entry has no document at position {position}.")))?;
    let id = DocumentId::new(image.id.0, &image.id.1);
    let stored = stored(image, now_ms)?;
    let key = Key::of(&entry.namespace, &id)?;
    let _turn = drafts.turn();
    if let Some(known) = drafts.get(&key)? {
        if known.sent {
            return Err(unsettled());
        }
        // Somebody asked before and went away in between: that is the same draft.
        if (&known.base, &known.mine) != (&stored.base, &stored.mine) {
            let message = "The document has changes that are not saved; nothing was taken back.";
            return Err(Error::new(ErrorCode::Conflict, message).with_hint("Save or discard them first."));
        }
    }
    keep(drafts, &key, stored)
}

fn stored(image: journal::Stored, now_ms: i64) -> Result<Stored> {
    if image.state != ImageState::Applied {
        return Err(Error::new(ErrorCode::Conflict, "It is not known that this write was applied.")
            .with_hint("Check it first."));
    }
    match (image.before, image.after) {
        (Some(mine), After::Known(Some(base))) => {
            Ok(Stored { base, mine, sent: false, edited_at_ms: now_ms })
        }
        _ => Err(Error::new(
            ErrorCode::Unsupported,
            "Only what changed a document can be taken back field by field: this write made it, or took it away.",
        )),
    }
}
