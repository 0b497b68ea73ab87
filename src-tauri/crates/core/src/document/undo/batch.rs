//! Documents that are restored in one transaction: all or nothing.

use std::{
    collections::HashSet,
    sync::{Mutex, PoisonError},
};

use super::report::Verdict;
use crate::{
    Error, ErrorCode, Result,
    connection::Session,
    document::{
        ImageState,
        batch::{self, Step},
        guard::{Attempt, Guarded, Stop, both, ends_all, transact},
        journal::{After, Image, Record, Stored},
        now,
        text::damaged,
        whole_update,
    },
    value::edit::{self, Update},
};

/// Restores these documents, and leaves those that somebody changed since.
pub(super) async fn restore(session: &Session, record: &Record, images: &[Stored]) -> Vec<Verdict> {
    let mut verdicts = Vec::with_capacity(images.len());
    while verdicts.len() < images.len() {
        let rest = &images[verdicts.len()..];
        let part = restore_distinct(session, record, &rest[..distinct(rest)]).await;
        let stops = part.iter().any(Verdict::stops);
        verdicts.extend(part);
        if stops {
            break;
        }
    }
    verdicts
}

/// How many of the first images are each of another document: one that was written twice goes back step by step.
fn distinct(images: &[Stored]) -> usize {
    let mut seen = HashSet::with_capacity(images.len());
    images.iter().take_while(|image| seen.insert(&image.id)).count()
}

async fn restore_distinct(session: &Session, record: &Record, images: &[Stored]) -> Vec<Verdict> {
    match together(session, record, images).await {
        Ok(verdicts) => verdicts,
        // What one of them fails of must not keep the others back.
        Err(error) if images.len() > 1 && !ends_all(&error) => {
            let mut verdicts = Vec::with_capacity(images.len());
            for image in images {
                let alone = together(session, record, std::slice::from_ref(image)).await;
                let verdict = alone.map_or_else(Verdict::Failed, |mut verdicts| verdicts.remove(0));
                let stops = verdict.stops();
                verdicts.push(verdict);
                if stops {
                    break;
                }
            }
            verdicts
        }
        Err(error) => vec![Verdict::Failed(error); images.len()],
    }
}

async fn together(session: &Session, record: &Record, images: &[Stored]) -> Result<Vec<Verdict>> {
    let restoration = Restoration { images, planned: Mutex::default() };
    match transact(session, record, &restoration).await {
        Ok(verdicts) => {
            record.settle(ImageState::Applied).await;
            Ok(verdicts)
        }
        Err(error) if error.code() == ErrorCode::OutcomeUnknown => {
            let planned = restoration.planned.into_inner().unwrap_or_else(PoisonError::into_inner);
            Ok(settle(session, record, images, &planned, &error).await)
        }
        Err(error) => {
            record.take_back().await;
            Err(error)
        }
    }
}

/// Reads what a transaction of unknown outcome left: it was applied whole or not at all, so one document tells.
async fn settle(
    session: &Session,
    record: &Record,
    images: &[Stored],
    planned: &[u32],
    error: &Error,
) -> Vec<Verdict> {
    let now = now::read(session, record.namespace(), &ids(images)).await.ok();
    let written = images
        .iter()
        .filter(|image| planned.contains(&image.position))
        .map(|image| step(image, Update::Nothing));
    let verdict = match now.as_ref().and_then(|now| batch::applied(written, now)) {
        Some(true) => {
            record.settle(ImageState::Applied).await;
            Verdict::Restored
        }
        Some(false) => {
            record.take_back().await;
            let message = "It was not restored: the answer to the commit was lost, and what was read then shows that it was not applied.";
            Verdict::Failed(Error::new(ErrorCode::Timeout, message))
        }
        None => {
            record.settle(ImageState::Unknown).await;
            Verdict::Unknown(error.clone())
        }
    };
    let each = images.iter().map(|image| {
        if planned.contains(&image.position) {
            return verdict.clone();
        }
        match now.as_ref().map(|now| decide(image, now.get(&image.id).map(Vec::as_slice))) {
            Some(Plan::Done(verdict)) => verdict,
            _ => Verdict::Unknown(error.clone()),
        }
    });
    each.collect()
}

/// What the write left, where that is known.
fn after(image: &Stored) -> Option<&[u8]> {
    match &image.after {
        After::Known(after) => after.as_deref(),
        After::NotKnown => None,
    }
}

fn ids(images: &[Stored]) -> Vec<(u8, &[u8])> {
    images.iter().map(|image| (image.id.0, image.id.1.as_slice())).collect()
}

/// From what the write left to what was there before it.
fn step(image: &Stored, update: Update) -> Step<'_> {
    Step { id: (image.id.0, &image.id.1), from: after(image), to: image.before.as_deref(), update }
}

/// What is to be done about a document.
pub(super) enum Plan {
    /// Nothing, or nothing can be.
    Done(Verdict),
    /// It is to become what it was, by this update where it is there.
    Restore(Update),
}

/// Decides by what stands there now.
pub(super) fn decide(image: &Stored, now: Option<&[u8]>) -> Plan {
    let before = image.before.as_deref();
    let left_alone = image.undone_by.is_some() || image.state == ImageState::NotApplied;
    if left_alone || now == before {
        return Plan::Done(Verdict::Unchanged);
    }
    let After::Known(after) = &image.after else {
        let message =
            "It is not known what the write left, so nobody can tell whether somebody changed it since.";
        return Plan::Done(Verdict::Failed(Error::new(ErrorCode::Unsupported, message)));
    };
    if now != after.as_deref() {
        return Plan::Done(Verdict::Conflict(now.map(<[u8]>::to_vec)));
    }
    match before.map(|before| edit::replacement(now.unwrap_or(before), before)) {
        None => Plan::Restore(Update::Nothing),
        // An insert gives the bytes where no update could, or is found out when it is read back.
        Some(Ok(Update::Unsafe)) if now.is_some() => Plan::Done(Verdict::Failed(whole_update::no_update())),
        Some(Ok(update)) => Plan::Restore(update),
        Some(Err(malformed)) => Plan::Done(Verdict::Failed(damaged(malformed))),
    }
}

struct Restoration<'a> {
    images: &'a [Stored],
    /// Those that the last try has written.
    planned: Mutex<Vec<u32>>,
}

impl Guarded for Restoration<'_> {
    type Outcome = Vec<Verdict>;

    async fn attempt(&self, attempt: &mut Attempt<'_>) -> Result<Vec<Verdict>, Stop> {
        let now = now::by_id(
            attempt.read_all(now::find(attempt.namespace, &now::within(&ids(self.images)))).await?,
        )?;
        let (mut verdicts, mut planned, mut steps) =
            (Vec::with_capacity(self.images.len()), Vec::new(), Vec::new());
        for image in self.images {
            match decide(image, now.get(&image.id).map(Vec::as_slice)) {
                Plan::Done(verdict) => verdicts.push(verdict),
                Plan::Restore(update) => {
                    planned.push(image.position);
                    steps.push(step(image, update));
                    verdicts.push(Verdict::Restored);
                }
            }
        }
        if !steps.is_empty() {
            let images = planned.iter().map(|position| Image::Undoing(*position)).collect();
            *self.planned.lock().unwrap_or_else(PoisonError::into_inner) = planned;
            let intend = attempt.intend(images)?;
            both(batch::write(attempt, &steps), intend).await?;
        }
        Ok(verdicts)
    }
}
