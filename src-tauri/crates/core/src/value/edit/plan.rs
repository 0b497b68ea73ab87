//! Choosing the smallest update that is sure to give the bytes wanted.
//!
//! An update operator reaches a field by its name. Where a name repeats among its siblings, holds a dot, is
//! empty or the like, members of the set were seen to apply the same operator to different fields; so such a
//! path never reaches one.

use std::{collections::HashSet, str};

use super::{
    Change, EditError,
    apply::{Checked, checked},
    locate::Step,
};
use crate::value::{
    raw::{Elements, Malformed, embedded},
    typed::Kind,
};

/// The update that gives a document the bytes it is to have.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Update {
    /// The bytes are the same: send nothing.
    Nothing,
    /// Operators on dotted paths.
    Fields {
        /// `$set` of each to a type byte and the value's bytes.
        set: Vec<(String, u8, Vec<u8>)>,
        /// `$unset` of each.
        unset: Vec<String>,
    },
    /// A classic replacement document.
    Replace,
    /// `[{ $replaceWith: { $literal: document } }]`, where no name repeats before or afterwards: of such documents mongod
    /// 6.0.5 does not survive a pipeline (an invariant in `document_diff_serialization.cpp`).
    ReplaceWith,
    /// No single update is sure to give these bytes on every member: names repeat, so a pipeline is out of the question,
    /// and a classic replacement would be refused or changed by the server.
    Unsafe,
}

/// The update that turns `before` into `after`, which is what [`apply`](super::apply) made of the edits.
pub fn plan(before: &[u8], after: &[u8], edits: &[Change<'_>]) -> Result<Update, EditError> {
    if before == after {
        return Ok(Update::Nothing);
    }
    let mut set = Vec::new();
    for checked in checked(before, edits)?.into_iter().filter(Checked::changes) {
        let Some(path) = dotted(&checked.located.steps)? else { return Ok(replacement(before, after)?) };
        let (kind, value) = checked.after;
        set.push((path, kind, value));
    }
    Ok(Update::Fields { set, unset: Vec::new() })
}

/// The update that puts a whole document in another's place.
pub fn replacement(before: &[u8], after: &[u8]) -> Result<Update, Malformed> {
    if !changes_in_replacement(after)? {
        return Ok(Update::Replace);
    }
    let repeated = has_repeated_names(before)? || has_repeated_names(after)?;
    Ok(if repeated { Update::Unsafe } else { Update::ReplaceWith })
}

/// The path that an update operator takes; none where it might reach another field.
fn dotted(steps: &[Step<'_>]) -> Result<Option<String>, Malformed> {
    let mut path = String::new();
    for step in steps {
        let unambiguous =
            if step.in_array { is_numbered(step.container)? } else { !repeats(step.container)? };
        let name = str::from_utf8(step.name).unwrap_or_default();
        if !unambiguous || !(step.in_array || is_plain(name)) {
            return Ok(None);
        }
        if !path.is_empty() {
            path.push('.');
        }
        path.push_str(name);
    }
    Ok(Some(path))
}

/// A name that means nothing else in an update operator.
pub(super) fn is_plain(name: &str) -> bool {
    let integer_like = name.bytes().all(|byte| byte.is_ascii_digit());
    // The empty name counts as integer-like: it has no byte that is not a digit.
    !integer_like && !name.starts_with('$') && !name.contains('.')
}

/// Whether an array's elements are named 0, 1, 2 and so on.
pub(super) fn is_numbered(array: &[u8]) -> Result<bool, Malformed> {
    for (index, element) in Elements::new(array)?.enumerate() {
        if element?.name != itoa::Buffer::new().format(index).as_bytes() {
            return Ok(false);
        }
    }
    Ok(true)
}

/// Whether a name repeats among the elements of one object.
fn repeats(object: &[u8]) -> Result<bool, Malformed> {
    let mut names = HashSet::new();
    for element in Elements::new(object)? {
        if !names.insert(element?.name) {
            return Ok(true);
        }
    }
    Ok(false)
}

/// Whether a name repeats among siblings anywhere.
pub fn has_repeated_names(document: &[u8]) -> Result<bool, Malformed> {
    let mut left = vec![document];
    while let Some(document) = left.pop() {
        if repeats(document)? {
            return Ok(true);
        }
        for element in Elements::new(document)? {
            let element = element?;
            left.extend(embedded(element.kind, element.value));
        }
    }
    Ok(false)
}

/// Whether the server would refuse this as a classic replacement, or put the time into an empty timestamp.
fn changes_in_replacement(document: &[u8]) -> Result<bool, Malformed> {
    for element in Elements::new(document)? {
        let element = element?;
        let empty_timestamp = element.kind == Kind::Timestamp && element.value.iter().all(|&byte| byte == 0);
        if element.name.starts_with(b"$") || empty_timestamp {
            return Ok(true);
        }
    }
    Ok(false)
}
