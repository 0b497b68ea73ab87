//! The updates that put a whole document in a document's place, the same on every member.
//!
//! A `$replaceWith` may go through the oplog as a whole document, and then each secondary puts its own time into an empty
//! top-level timestamp (seen with mongod 6.0.5): members differ, and nobody is told. A `$set` goes through as the change
//! that it is. So an empty timestamp is never part of the first, and always of the second.

use super::{commands::update_statement, text::damaged, wire::Writer};
use crate::{
    Error, ErrorCode, Result,
    value::{
        edit::Update,
        raw::{Element, Elements},
        typed::Kind,
    },
};

/// Stands for an empty timestamp until it is set: any other one does.
const PLACEHOLDER: [u8; 8] = [1, 0, 0, 0, 0, 0, 0, 0];
const EMPTY: [u8; 8] = [0; 8];

/// The statements of an update command, to be carried out in order.
///
/// # Errors
///
/// `Unsupported` where an empty timestamp has a name that means something else in an update.
pub(super) fn statements(filter: &[u8], target: &[u8], update: &Update) -> Result<Vec<Vec<u8>>> {
    if *update != Update::ReplaceWith {
        return Ok(vec![update_statement(filter, target, update)]);
    }
    let mut without = target.to_vec();
    for stamp in empty_timestamps(target)? {
        without[stamp.value_range()].copy_from_slice(&PLACEHOLDER);
    }
    let mut statements = vec![update_statement(filter, &without, update)];
    statements.extend(set_all(filter, target, EMPTY)?);
    Ok(statements)
}

/// What gives every member the empty timestamps that a pipeline has left on the primary; nothing where it left none.
pub(super) fn stamps(filter: &[u8], stored: &[u8]) -> Result<Vec<Vec<u8>>> {
    let both = [set_all(filter, stored, PLACEHOLDER)?, set_all(filter, stored, EMPTY)?];
    Ok(both.into_iter().flatten().collect())
}

fn empty_timestamps(document: &[u8]) -> Result<Vec<Element<'_>>> {
    let elements =
        Elements::new(document).map_err(damaged)?.collect::<Result<Vec<_>, _>>().map_err(damaged)?;
    Ok(elements
        .into_iter()
        .filter(|element| element.kind == Kind::Timestamp && element.value == EMPTY)
        .collect())
}

/// Sets all timestamps that are empty in a document.
fn set_all(filter: &[u8], document: &[u8], value: [u8; 8]) -> Result<Option<Vec<u8>>> {
    let mut set = Vec::new();
    for stamp in empty_timestamps(document)? {
        let name = std::str::from_utf8(stamp.name).ok().filter(|name| is_plain(name));
        set.push((name.ok_or_else(no_update)?.to_owned(), stamp.kind.byte(), value.to_vec()));
    }
    let statement = (!set.is_empty())
        .then(|| update_statement(filter, document, &Update::Fields { set, unset: Vec::new() }));
    Ok(statement)
}

/// A name that reaches the field of this name and no other.
fn is_plain(name: &str) -> bool {
    !name.starts_with('$') && !name.contains('.') && !name.bytes().all(|byte| byte.is_ascii_digit())
}

/// Whatever was sent, some members might store something else.
pub(super) fn no_update() -> Error {
    Error::new(
        ErrorCode::Unsupported,
        "No single update is sure to give this document on every member: a field name repeats, now or then, and a \
         top-level name begins with $ or a timestamp is empty. Nothing was written.",
    )
}

/// An update command of these statements.
pub(super) fn command(collection: &str, statements: &[Vec<u8>]) -> Writer {
    let statements: Vec<_> = statements.iter().map(Vec::as_slice).collect();
    Writer::new().text("update", collection).documents("updates", &statements)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn document(elements: &[(u8, &str, &[u8])]) -> Vec<u8> {
        elements
            .iter()
            .fold(Writer::new(), |document, (kind, name, value)| document.raw(name, *kind, value))
            .finish()
    }

    #[test]
    fn an_empty_timestamp_is_set_and_never_replaced_with() {
        let (stamp, int) = (Kind::Timestamp.byte(), Kind::Int.byte());
        let target = document(&[(int, "_id", &[1; 4]), (stamp, "at", &EMPTY), (int, "$x", &[2; 4])]);
        let sent = statements(&[5, 0, 0, 0, 0], &target, &Update::ReplaceWith).expect("statements");
        assert_eq!(sent.len(), 2);
        let holds = |bytes: &[u8], part: &[u8]| bytes.windows(part.len()).any(|window| window == part);
        let at = |value: &[u8]| [&[stamp], &b"at\0"[..], value].concat();
        assert!(holds(&sent[0], &at(&PLACEHOLDER)) && !holds(&sent[0], &at(&EMPTY)));
        assert!(holds(&sent[1], b"$set\0") && holds(&sent[1], &at(&EMPTY)) && !holds(&sent[1], b"$x"));

        let without = document(&[(int, "_id", &[1; 4]), (int, "$x", &[2; 4])]);
        assert_eq!(
            statements(&[5, 0, 0, 0, 0], &without, &Update::ReplaceWith).expect("statements").len(),
            1
        );
        for name in ["", "0", "a.b", "$at"] {
            let target = document(&[(int, "_id", &[1; 4]), (stamp, name, &EMPTY)]);
            let refused = statements(&[5, 0, 0, 0, 0], &target, &Update::ReplaceWith).expect_err(name);
            assert_eq!(refused.code(), ErrorCode::Unsupported);
        }
    }
}
