//! Guarded writes where there are no transactions.
//!
//! The write itself carries the guard: the whole document is compared by `$$ROOT` equality with the bytes
//! that were just read, with its size and the types of its top-level fields. What this cannot see, in the
//! moment between our read and our write, is a change of nothing but a numeric type inside a nested value, of
//! the sign of a zero, or of a decimal's trailing zeros. Where a name repeats or is not UTF-8, and where guard
//! and document together pass the server's limit, the write is refused.

use bson::{Document, RawDocumentBuf};
use futures_util::StreamExt;
use mongodb::{
    error::Error as DriverError,
    options::{ReadPreference, SelectionCriteria},
};
use tokio::time::{Instant, timeout_at};

use super::{
    commands::{delete_command, insert_command, operate_command, update_command},
    guard::{WRITE_WITHIN, by_id, closed, id_filter, settled, unknown, vanished},
    journal::{After, Image, Record},
    text::damaged,
    wire::{Writer, text_value},
    write::{Change, Intent, MAX_DOCUMENT_BYTES},
};
use crate::{
    Error, ErrorCode, Result,
    connection::{Permitted, Session},
    error,
    namespace::Namespace,
    value::{
        edit::{self, Update},
        raw,
        typed::Kind,
    },
};

/// How often the document may change between our read and our write before we give up.
const TRIES: u32 = 5;

/// Decides a change on what stands there and writes it only if that still stands there.
pub(super) async fn apply(
    session: &Session,
    record: &Record,
    id: (u8, &[u8]),
    change: &impl Change,
) -> Result<(Vec<u8>, bool)> {
    let image = |current: &[u8], after| Image::Fresh {
        id: (id.0, id.1.to_vec()),
        before: Some(current.to_vec()),
        after,
    };
    closed(record, apply_as(session, record, id, change, image).await).await
}

/// The same with an image of the caller's own, and leaves what is in the record for the caller to settle.
pub(super) async fn apply_as(
    session: &Session,
    record: &Record,
    id: (u8, &[u8]),
    change: &impl Change,
    image: impl Fn(&[u8], After) -> Image,
) -> Result<(Vec<u8>, bool)> {
    session.permit_writes()?;
    let namespace = record.namespace();
    let deadline = Instant::now() + WRITE_WITHIN;
    for _ in 0..TRIES {
        let current = read(session, namespace, id).await?.ok_or_else(vanished)?;
        let (command, after) = match change.intend(&current)? {
            Intent::Nothing => return Ok((current, false)),
            Intent::Delete => (delete_command(namespace, &guard(&current, id)?), After::Known(None)),
            Intent::Put(target, update) => {
                let command = update_command(namespace, &guard(&current, id)?, &target, &update);
                (command, After::Known(Some(target)))
            }
            Intent::Operate(operators) => {
                (operate_command(namespace, &guard(&current, id)?, &operators), After::NotKnown)
            }
        };
        let target_len = if let After::Known(Some(target)) = &after { target.len() } else { 0 };
        check_command(&current, target_len)?;
        // On disk before it is sent: here what is sent is applied.
        record.intend(vec![image(&current, after.clone())]).await?;
        match send(session, namespace, command, deadline).await {
            // Acknowledged: what is read afterwards is only how the document stands by now.
            Ok(1) => {
                let stored =
                    if after == After::Known(None) { Ok(None) } else { read(session, namespace, id).await };
                return Ok(match (stored, after) {
                    (Ok(Some(stored)), After::NotKnown) => {
                        record.learn(vec![image(&current, After::Known(Some(stored.clone())))]).await;
                        (stored, true)
                    }
                    (Ok(Some(stored)), _) => (stored, true),
                    (_, After::Known(Some(target))) => (target, true),
                    _ => (current, true),
                });
            }
            Ok(_) => {}
            Err(Sent::Refused(error)) => return Err(error),
            Err(Sent::Lost(lost)) => {
                return match (read(session, namespace, id).await, after) {
                    (Ok(None), After::Known(None)) => Ok((current, true)),
                    (Ok(Some(stored)), After::Known(Some(target))) if stored == target => Ok((target, true)),
                    // Somebody may have written after us: what was sent cannot be told from what they sent.
                    _ => Err(unknown(lost.as_ref())),
                };
            }
        }
    }
    Err(Error::new(ErrorCode::Conflict, "The document changes too often; nothing was written.")
        .with_server(112, "WriteConflict")
        .with_hint("Save again in a moment."))
}

/// Inserts one document whose `_id` is known, and answers with what is stored: the server fills in a
/// top-level Timestamp(0, 0).
pub(super) async fn insert(
    session: &Session,
    record: &Record,
    document: &[u8],
    id: (u8, &[u8]),
) -> Result<Vec<u8>> {
    let image = |stored: &[u8]| Image::new(id, None, Some(stored));
    closed(record, insert_as(session, record, document, id, image).await).await
}

/// The same with an image of the caller's own, and leaves what is in the record for the caller to settle.
pub(super) async fn insert_as(
    session: &Session,
    record: &Record,
    document: &[u8],
    id: (u8, &[u8]),
    image: impl Fn(&[u8]) -> Image,
) -> Result<Vec<u8>> {
    session.permit_writes()?;
    let namespace = record.namespace();
    let deadline = Instant::now() + WRITE_WITHIN;
    record.intend(vec![image(document)]).await?;
    let sent = send(session, namespace, insert_command(namespace, document), deadline).await;
    if let Err(Sent::Refused(error)) = sent {
        return Err(error);
    }
    match (read(session, namespace, id).await, sent) {
        (Ok(Some(stored)), Ok(_)) => {
            if stored != document
                && edit::replacement(document, document).map_err(damaged)? != Update::Replace
            {
                record.learn(vec![image(&stored)]).await;
            }
            Ok(stored)
        }
        (Ok(Some(stored)), _) if stored == document => Ok(stored),
        (_, Err(Sent::Lost(lost))) => Err(unknown(lost.as_ref())),
        // Acknowledged, and gone before it could be read: somebody deleted it at once.
        _ => Ok(document.to_vec()),
    }
}

/// The document's bytes now.
pub(super) async fn read(
    session: &Session,
    namespace: &Namespace,
    id: (u8, &[u8]),
) -> Result<Option<Vec<u8>>> {
    let mut first = None;
    read_each(session, namespace, by_id(namespace, id), |document| first = Some(document.to_vec())).await?;
    Ok(first)
}

/// The document's bytes as a majority has them, from the primary: what cannot be rolled back any more.
pub(super) async fn read_majority(
    session: &Session,
    namespace: &Namespace,
    id: (u8, &[u8]),
) -> Result<Option<Vec<u8>>> {
    let mut first = None;
    let concern = Writer::new().text("level", "majority").finish();
    let find = by_id(namespace, id).document("readConcern", &concern);
    read_from(session, namespace, find, ReadPreference::Primary.into(), |document| {
        first = Some(document.to_vec());
    })
    .await?;
    Ok(first)
}

/// Hands on all that a command finds.
pub(super) async fn read_each(
    session: &Session,
    namespace: &Namespace,
    find: Writer,
    each: impl FnMut(&[u8]),
) -> Result<()> {
    read_from(session, namespace, find, session.read_from().0, each).await
}

async fn read_from(
    session: &Session,
    namespace: &Namespace,
    find: Writer,
    criteria: SelectionCriteria,
    mut each: impl FnMut(&[u8]),
) -> Result<()> {
    let command = find.command()?;
    let Permitted { database, command } = session.permit(namespace.database(), command)?;
    let read = async {
        let mut batches =
            database.run_raw_cursor_command(command).selection_criteria(criteria).batch().await?;
        while let Some(batch) = batches.next().await {
            for document in batch?.doc_slices()? {
                if let Some(document) = document?.as_document() {
                    each(document.as_bytes());
                }
            }
        }
        Ok(())
    };
    let deadline = Instant::now() + WRITE_WITHIN;
    match timeout_at(deadline, read).await {
        Ok(read) => read.map_err(|error: DriverError| error::from_driver(&error)),
        Err(_) => Err(Error::new(ErrorCode::Timeout, "The document could not be read in time.")),
    }
}

/// What became of a command that was sent.
enum Sent {
    /// The server answered that it did nothing.
    Refused(Error),
    /// No answer settles it.
    Lost(Option<DriverError>),
}

async fn send(
    session: &Session,
    namespace: &Namespace,
    command: Writer,
    deadline: Instant,
) -> Result<i32, Sent> {
    let concern =
        Writer::new().raw("w", Kind::String.byte(), &text_value("majority")).bool("j", true).finish();
    let command: RawDocumentBuf =
        command.document("writeConcern", &concern).command().map_err(Sent::Refused)?;
    let Permitted { database, command } =
        session.permit(namespace.database(), command).map_err(Sent::Refused)?;
    let reply: Document = match timeout_at(deadline, database.run_raw_command(command)).await {
        Ok(Ok(reply)) => reply,
        Ok(Err(error)) if error::in_flight(&error) => return Err(Sent::Lost(Some(error))),
        Ok(Err(error)) => return Err(Sent::Refused(error::from_driver(&error))),
        Err(_) => return Err(Sent::Lost(None)),
    };
    settled(&reply).map_err(Sent::Refused)
}

/// `_id`, `$$ROOT` equality, the document's size, and the type of every top-level field.
fn guard(current: &[u8], id: (u8, &[u8])) -> Result<Vec<u8>> {
    if edit::has_repeated_names(current).map_err(damaged)? {
        return Err(unguarded("A field name repeats"));
    }
    let root = text_value("$$ROOT");
    let string = Kind::String.byte();
    let object = Kind::Object.byte();
    let literal = Writer::new().document("$literal", current).finish();
    let same = Writer::new().array("$eq", &[(string, &root), (object, &literal)]).finish();
    let size = i32::try_from(current.len()).unwrap_or(i32::MAX).to_le_bytes();
    let measured = Writer::new().text("$bsonSize", "$$ROOT").finish();
    let same_size = Writer::new().array("$eq", &[(object, &measured), (Kind::Int.byte(), &size)]).finish();
    let mut conditions = vec![same, same_size];
    for element in raw::Elements::new(current).map_err(damaged)? {
        let element = element.map_err(damaged)?;
        let name = std::str::from_utf8(element.name).map_err(|_| unguarded("A field name is not UTF-8"))?;
        let name = Writer::new().text("$literal", name).finish();
        let field = Writer::new().document("field", &name).text("input", "$$ROOT").finish();
        let value = Writer::new().document("$getField", &field).finish();
        let kind = Writer::new().document("$type", &value).finish();
        let kind_name = text_value(element.kind.name());
        conditions.push(Writer::new().array("$eq", &[(object, &kind), (string, &kind_name)]).finish());
    }
    let conditions: Vec<&[u8]> = conditions.iter().map(Vec::as_slice).collect();
    let all = Writer::new().documents("$and", &conditions).finish();
    let expression = Writer::new().document("$expr", &all).finish();
    Ok(Writer::new().documents("$and", &[&id_filter(id), &expression]).finish())
}

fn unguarded(why: &str) -> Error {
    let message =
        format!("{why} in this document, and a standalone server has no transaction to guard the change.");
    Error::new(ErrorCode::Unsupported, message)
        .with_hint("Make the server a replica set of one member, or change the document with mongosh.")
}

/// The guard holds the whole document once more, and one command is at most 16 MiB and a little.
fn check_command(current: &[u8], target_len: usize) -> Result<()> {
    if current.len() + target_len > MAX_DOCUMENT_BYTES {
        return Err(Error::new(
            ErrorCode::Unsupported,
            "The document is too large to be guarded on a standalone server, which has no transactions.",
        )
        .with_hint("Make the server a replica set of one member, or change the document with mongosh."));
    }
    Ok(())
}
