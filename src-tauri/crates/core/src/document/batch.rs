//! Documents that are written in one transaction, each to exact bytes: all or nothing.

use super::{
    commands::delete_statement,
    guard::{Attempt, Stop, id_filter},
    now::{self, ById},
    whole_update,
    wire::Writer,
};
use crate::{Error, ErrorCode, value::edit::Update};

/// A command is at most 16 MiB and a little: statements that are more go in several.
const COMMAND_BYTES: usize = 12 << 20;

/// What is to happen to one document.
pub(super) struct Step<'a> {
    pub(super) id: (u8, &'a [u8]),
    /// What stands there; none where there is no document.
    pub(super) from: Option<&'a [u8]>,
    /// What is to stand there; none where the document is to go.
    pub(super) to: Option<&'a [u8]>,
    /// What gives `to` where a document stands, or makes the bytes exact where one is inserted.
    pub(super) update: Update,
}

/// Writes all of them, reads them back, and refuses everything where other bytes would be stored than were meant.
pub(super) async fn write(attempt: &mut Attempt<'_>, steps: &[Step<'_>]) -> Result<(), Stop> {
    let (mut deletes, mut updates, mut inserts) = (Vec::new(), Vec::new(), Vec::new());
    for step in steps {
        let filter = id_filter(step.id);
        match (step.from, step.to) {
            (_, None) => deletes.push(delete_statement(&filter)),
            (Some(_), Some(to)) => updates.extend(whole_update::statements(&filter, to, &step.update)?),
            (None, Some(to)) => inserts.push(to.to_vec()),
        }
    }
    send(attempt, "delete", "deletes", &deletes).await?;
    send(attempt, "update", "updates", &updates).await?;
    send(attempt, "insert", "documents", &inserts).await?;

    let differ = not_as_meant(attempt, steps).await?;
    if differ.is_empty() {
        return Ok(());
    }
    // The server fills in a top-level Timestamp(0, 0) on insert, and puts `_id` first.
    let mut updates = Vec::with_capacity(differ.len());
    for step in differ {
        match (step.from, step.to, &step.update) {
            (None, Some(to), Update::Replace | Update::ReplaceWith) => {
                updates.extend(whole_update::statements(&id_filter(step.id), to, &step.update)?);
            }
            _ => return Err(other_bytes()),
        }
    }
    send(attempt, "update", "updates", &updates).await?;
    if not_as_meant(attempt, steps).await?.is_empty() { Ok(()) } else { Err(other_bytes()) }
}

/// Whether a transaction whose outcome is not known was applied, by what stands there now: it was applied whole or not at
/// all, so one document tells. None where none does.
pub(super) fn applied<'a>(steps: impl Iterator<Item = Step<'a>>, now: &ById) -> Option<bool> {
    let (mut applied, mut not_applied) = (false, false);
    for step in steps {
        let now = now.get(&(step.id.0, step.id.1.to_vec())).map(Vec::as_slice);
        applied |= now == step.to;
        not_applied |= now == step.from;
    }
    (applied != not_applied).then_some(applied)
}

fn other_bytes() -> Stop {
    let message = "The server would store other bytes than those that were meant; nothing was written.";
    Stop::Refused(Error::new(ErrorCode::Unsupported, message))
}

async fn not_as_meant<'w, 'a>(
    attempt: &mut Attempt<'_>,
    steps: &'w [Step<'a>],
) -> Result<Vec<&'w Step<'a>>, Stop> {
    let ids: Vec<_> = steps.iter().map(|step| step.id).collect();
    let find = now::find(attempt.namespace, &now::within(&ids));
    let now = now::by_id(attempt.read_all(find).await?)?;
    let stands = |id: (u8, &[u8])| now.get(&(id.0, id.1.to_vec())).map(Vec::as_slice);
    Ok(steps.iter().filter(|step| stands(step.id) != step.to).collect())
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
