//! Documents that are restored in one transaction: all or nothing.

use std::sync::{Mutex, PoisonError};

use super::{
    now::{self, ById},
    report::{Verdict, ends_all},
};
use crate::{
    Error, ErrorCode, Result,
    connection::Session,
    document::{
        ImageState,
        commands::delete_statement,
        guard::{Attempt, Guarded, Stop, both, id_filter, transact},
        journal::{After, Image, Record, Stored},
        text::damaged,
        whole_update,
        wire::Writer,
    },
    value::edit::{self, Update},
};

/// A command is at most 16 MiB and a little: statements that are more go in several.
const COMMAND_BYTES: usize = 12 << 20;

/// Restores these documents, and leaves those that somebody changed since.
pub(super) async fn restore(session: &Session, record: &Record, images: &[Stored]) -> Vec<Verdict> {
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
    let now = now::read(session, record.namespace(), images.iter()).await.ok();
    let written = images.iter().filter(|image| planned.contains(&image.position));
    let shows = |now: &ById, expected: fn(&Stored) -> Option<&[u8]>| {
        written.clone().any(|image| now.get(&image.id).map(Vec::as_slice) == expected(image))
    };
    let applied = now.as_ref().is_some_and(|now| shows(now, |image| image.before.as_deref()));
    let not_applied = now.as_ref().is_some_and(|now| shows(now, after));
    let verdict = match (applied, not_applied) {
        (true, false) => {
            record.settle(ImageState::Applied).await;
            Verdict::Restored
        }
        (false, true) => {
            record.take_back().await;
            let message = "It was not restored: the answer to the commit was lost, and what was read then shows that it was not applied.";
            Verdict::Failed(Error::new(ErrorCode::Timeout, message))
        }
        _ => {
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
    match before.map(edit::replacement) {
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
        let now = now::by_id(attempt.read_all(now::find(attempt.namespace, self.images.iter())).await?)?;
        let (mut verdicts, mut written) = (Vec::with_capacity(self.images.len()), Vec::new());
        for image in self.images {
            match decide(image, now.get(&image.id).map(Vec::as_slice)) {
                Plan::Done(verdict) => verdicts.push(verdict),
                Plan::Restore(update) => {
                    written.push((image, update));
                    verdicts.push(Verdict::Restored);
                }
            }
        }
        *self.planned.lock().unwrap_or_else(PoisonError::into_inner) =
            written.iter().map(|(image, _)| image.position).collect();
        if !written.is_empty() {
            let images = written.iter().map(|(image, _)| Image::Undoing(image.position)).collect();
            let intend = attempt.intend(images)?;
            both(write(attempt, &written), intend).await?;
        }
        Ok(verdicts)
    }
}

async fn write(attempt: &mut Attempt<'_>, written: &[(&Stored, Update)]) -> Result<(), Stop> {
    let (mut deletes, mut updates, mut inserts) = (Vec::new(), Vec::new(), Vec::new());
    for (image, update) in written {
        let filter = id_filter((image.id.0, &image.id.1));
        match (&image.before, after(image)) {
            (None, _) => deletes.push(delete_statement(&filter)),
            (Some(before), Some(_)) => updates.extend(whole_update::statements(&filter, before, update)?),
            (Some(before), None) => inserts.push(before.clone()),
        }
    }
    send(attempt, "delete", "deletes", &deletes).await?;
    send(attempt, "update", "updates", &updates).await?;
    send(attempt, "insert", "documents", &inserts).await?;

    let differ = not_restored(attempt, written).await?;
    if differ.is_empty() {
        return Ok(());
    }
    // The server fills in a top-level Timestamp(0, 0) on insert, and puts `_id` first.
    let mut updates = Vec::with_capacity(differ.len());
    for (image, update) in differ {
        match (&image.before, after(image), update) {
            (Some(before), None, Update::Replace | Update::ReplaceWith) => {
                let filter = id_filter((image.id.0, &image.id.1));
                updates.extend(whole_update::statements(&filter, before, update)?);
            }
            _ => return Err(other_bytes()),
        }
    }
    send(attempt, "update", "updates", &updates).await?;
    if not_restored(attempt, written).await?.is_empty() { Ok(()) } else { Err(other_bytes()) }
}

fn other_bytes() -> Stop {
    let message = "The server would store other bytes than those of before; nothing was written.";
    Stop::Refused(Error::new(ErrorCode::Unsupported, message))
}

/// Reads back: the documents that are not what they were before.
async fn not_restored<'w>(
    attempt: &mut Attempt<'_>,
    written: &'w [(&'w Stored, Update)],
) -> Result<Vec<(&'w Stored, &'w Update)>, Stop> {
    let find = now::find(attempt.namespace, written.iter().map(|(image, _)| *image));
    let now = now::by_id(attempt.read_all(find).await?)?;
    let differ = written.iter().filter(|(image, _)| now.get(&image.id) != image.before.as_ref());
    Ok(differ.map(|(image, update)| (*image, update)).collect())
}

/// Sends statements in as many commands as they need.
async fn send(
    attempt: &mut Attempt<'_>,
    command: &str,
    name: &str,
    statements: &[Vec<u8>],
) -> Result<(), Stop> {
    let mut from = 0;
    while from < statements.len() {
        let (mut to, mut bytes) = (from, 0);
        while to < statements.len() && (to == from || bytes + statements[to].len() <= COMMAND_BYTES) {
            bytes += statements[to].len();
            to += 1;
        }
        let part: Vec<_> = statements[from..to].iter().map(Vec::as_slice).collect();
        let command = Writer::new().text(command, attempt.namespace.collection()).documents(name, &part);
        attempt.write_to(part.len(), command).await?;
        from = to;
    }
    Ok(())
}
