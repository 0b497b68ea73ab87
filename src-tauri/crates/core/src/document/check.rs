//! What became of a write whose outcome is not known.

use super::{
    CheckWriteRequest, CheckedDocument, CheckedWrite, DocumentId, ImageState, Journal, WriteFound,
    journal::{After, Page, Stored},
    now,
};
use crate::{Error, Result, connection::Session, namespace::Namespace, number::SafeInt};

/// Documents that are read at once.
const PAGE: Page = Page { documents: 500, bytes: 16 << 20 };
/// Documents that are named in an answer.
const NAMED: usize = 100;

/// Reads the documents of a write that may or may not have been applied, compares them with what they were and what
/// they were to become, and keeps what that tells.
pub(crate) async fn check_write(
    session: &Session,
    journal: &Journal,
    request: CheckWriteRequest,
) -> Result<CheckedWrite> {
    let number = request.entry.number()?;
    let entry = journal.entry(number).await?;
    if let Some(position) = request.position {
        return check_one(session, journal, number, &entry.namespace, position).await;
    }
    let mut documents = Vec::new();
    let mut from = 0;
    while let Some(first) = journal.unsettled(number, from, 1).await?.first() {
        let images = journal.images(number, *first..=u32::MAX, false, PAGE).await?;
        let Some(last) = images.last().map(|image| image.position) else { break };
        let unsettled: Vec<_> = images.into_iter().filter(is_unsettled).collect();
        let checked = check(session, journal, number, &entry.namespace, &unsettled).await?;
        documents.extend(checked.into_iter().take(NAMED - documents.len()));
        let Some(next) = last.checked_add(1) else { break };
        from = next;
    }
    let counts = journal.entry(number).await?.documents;
    Ok(CheckedWrite {
        applied: counts.applied,
        not_applied: counts.not_applied,
        different: SafeInt::new(counts.pending.get() + counts.unknown.get()),
        documents,
    })
}

async fn check_one(
    session: &Session,
    journal: &Journal,
    entry: i64,
    namespace: &Namespace,
    position: u32,
) -> Result<CheckedWrite> {
    let images = journal.images(entry, position..=position, false, PAGE).await?;
    let image =
        images.first().ok_or_else(|| Error::invalid("The entry has no document at this position."))?;
    let documents = if is_unsettled(image) {
        check(session, journal, entry, namespace, &images).await?
    } else {
        let found = match image.state {
            ImageState::NotApplied => WriteFound::NotApplied,
            _ => WriteFound::Applied,
        };
        vec![CheckedDocument { position, id: DocumentId::new(image.id.0, &image.id.1), found }]
    };
    let count =
        |found| SafeInt::new(documents.iter().filter(|document| document.found == found).count() as u64);
    Ok(CheckedWrite {
        applied: count(WriteFound::Applied),
        not_applied: count(WriteFound::NotApplied),
        different: count(WriteFound::Different),
        documents,
    })
}

fn is_unsettled(image: &Stored) -> bool {
    matches!(image.state, ImageState::Pending | ImageState::Unknown)
}

async fn check(
    session: &Session,
    journal: &Journal,
    entry: i64,
    namespace: &Namespace,
    images: &[Stored],
) -> Result<Vec<CheckedDocument>> {
    let ids: Vec<_> = images.iter().map(|image| (image.id.0, image.id.1.as_slice())).collect();
    let now = now::read(session, namespace, &ids).await?;
    let found = |image: &Stored| compare(image, now.get(&image.id).map(Vec::as_slice));
    let states = images.iter().map(|image| {
        let state = match found(image) {
            WriteFound::Applied => ImageState::Applied,
            WriteFound::NotApplied => ImageState::NotApplied,
            WriteFound::Different => ImageState::Unknown,
        };
        (image.position, state)
    });
    journal.settle(entry, states.collect()).await?;
    let checked = images.iter().map(|image| CheckedDocument {
        position: image.position,
        id: DocumentId::new(image.id.0, &image.id.1),
        found: found(image),
    });
    Ok(checked.collect())
}

/// What a document that stands there now tells of a write.
pub(super) fn compare(image: &Stored, now: Option<&[u8]>) -> WriteFound {
    match &image.after {
        After::Known(after) if after.as_deref() == now => WriteFound::Applied,
        _ if image.before.as_deref() == now => WriteFound::NotApplied,
        _ => WriteFound::Different,
    }
}
