//! The `_id` of a document that is to be written: made, kept, or refused.

use bson::oid::ObjectId;

use super::{guard::vanished, text::damaged, view::top_level_id, wire::Writer};
use crate::{
    Error, ErrorCode, Result,
    value::{raw, typed::Kind},
};

/// The `_id` of a document that has one.
pub(super) fn id_of(document: &[u8]) -> Result<(u8, Vec<u8>)> {
    top_level_id(document)?.ok_or_else(|| Error::internal("A document without an _id."))
}

/// The document with the `_id` that was asked for; a text that gives another is refused.
pub(super) fn with_this_id(document: &[u8], id: (u8, &[u8])) -> Result<Vec<u8>> {
    match top_level_id(document)? {
        Some((kind, value)) if (kind, value.as_slice()) != id => {
            Err(Error::invalid("The document has another _id than the one that was asked for."))
        }
        _ => rebuild(document, id),
    }
}

/// The server moves `_id` to the front and makes one where there is none; so it is done here, and is known.
pub(super) fn with_id_first(document: &[u8]) -> Result<Vec<u8>> {
    let id = match top_level_id(document)? {
        Some(id) => id,
        None => (Kind::ObjectId.byte(), ObjectId::new().bytes().to_vec()),
    };
    rebuild(document, (id.0, &id.1))
}

/// A replacement keeps the `_id`, and may leave it out.
pub(super) fn with_id_of(current: &[u8], document: &[u8]) -> Result<Vec<u8>> {
    let id = top_level_id(current)?.ok_or_else(vanished)?;
    match top_level_id(document)? {
        Some(given) if given != id => Err(Error::invalid("A document's _id cannot be changed.")
            .with_hint("Insert a new document with the other _id, and delete this one.")),
        // The order of fields is as written, with `_id` where the text has it.
        Some(_) => Ok(document.to_vec()),
        None => rebuild(document, (id.0, &id.1)),
    }
}

/// The same elements with this `_id` in front of them.
pub(super) fn rebuild(document: &[u8], id: (u8, &[u8])) -> Result<Vec<u8>> {
    let mut bytes = Writer::new().raw("_id", id.0, id.1).finish();
    bytes.pop();
    let mut id_seen = false;
    for element in raw::Elements::new(document).map_err(damaged)? {
        let element = element.map_err(damaged)?;
        if element.name == b"_id" && !std::mem::replace(&mut id_seen, true) {
            continue;
        }
        bytes.extend_from_slice(&document[element.range()]);
    }
    bytes.push(0);
    let length = u32::try_from(bytes.len())
        .map_err(|_| Error::new(ErrorCode::TooLarge, "The document is too long."))?;
    bytes[..4].copy_from_slice(&length.to_le_bytes());
    Ok(bytes)
}
