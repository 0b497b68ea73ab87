//! The history of a connection's writes.

use super::{
    DocumentId, ForgetHistoryRequest, ForgottenHistory, History, HistoryImage, HistoryImages,
    HistoryImagesRequest, HistoryRequest, Journal,
    journal::{After, EntryFilter, Page, Stored, named},
    view::whole,
};
use crate::{Error, Result, connection::Session, number::SafeInt};

/// Entries of a page.
const ENTRIES: u32 = 50;
const MAX_ENTRIES: u32 = 500;
/// Documents of a page of one entry.
const IMAGES: u32 = 20;
const MAX_IMAGES: u32 = 100;
/// A page of one entry is not read further than this.
const IMAGES_BYTES: usize = 32 << 20;

/// The writes of a connection, the latest first.
pub(crate) async fn history(journal: &Journal, request: HistoryRequest) -> Result<History> {
    let limit = checked(request.limit.unwrap_or(ENTRIES), MAX_ENTRIES)?;
    let filter = EntryFilter {
        namespace: request.namespace,
        text: request.text.filter(|text| !text.trim().is_empty()),
        kind: request.kind,
        before: request.before.map(|before| before.number()).transpose()?,
    };
    // One more tells whether there are more.
    let mut entries = journal.entries(filter, limit + 1).await?;
    let more = entries.len() > limit as usize;
    entries.truncate(limit as usize);
    Ok(History {
        entries,
        more,
        undo: journal.is_on(),
        used_bytes: SafeInt::new(journal.used_bytes().await?),
        limit_bytes: SafeInt::new(journal.limit_bytes()),
    })
}

/// Documents of one entry, before and after.
pub(crate) async fn history_images(
    journal: &Journal,
    request: HistoryImagesRequest,
) -> Result<HistoryImages> {
    let limit = checked(request.limit.unwrap_or(IMAGES), MAX_IMAGES)?;
    let entry = request.entry.number()?;
    let total = journal.entry(entry).await?.documents.total.get();
    let page = Page { documents: limit as usize, bytes: IMAGES_BYTES };
    let images = journal.images(entry, request.from..=u32::MAX, false, page).await?;
    let more = images.last().is_some_and(|last| u64::from(last.position) + 1 < total);
    Ok(HistoryImages { images: images.iter().map(image).collect::<Result<_>>()?, more })
}

/// Forgets one entry, or all.
pub(crate) async fn forget_history(
    session: &Session,
    journal: &Journal,
    request: ForgetHistoryRequest,
) -> Result<ForgottenHistory> {
    // What was written by others who may must not be forgotten by one who may not write.
    session.permit_writes()?;
    let entry = request.entry.map(|entry| entry.number()).transpose()?;
    let (entries, used_bytes) = journal.forget(entry).await?;
    Ok(ForgottenHistory { entries, used_bytes })
}

fn image(image: &Stored) -> Result<HistoryImage> {
    let view = |bytes: Option<&Vec<u8>>| bytes.map(|bytes| whole(bytes)).transpose();
    let (after, after_known) = match &image.after {
        After::Known(after) => (after.as_ref(), true),
        After::NotKnown => (None, false),
    };
    Ok(HistoryImage {
        position: image.position,
        id: DocumentId::new(image.id.0, &image.id.1),
        before: view(image.before.as_ref())?,
        after: view(after)?,
        after_known,
        state: image.state,
        undone_by: image.undone_by.map(named),
    })
}

fn checked(limit: u32, max: u32) -> Result<u32> {
    if (1..=max).contains(&limit) {
        return Ok(limit);
    }
    Err(Error::invalid(format!("The limit is from 1 to {max}, not {limit}.")))
}
