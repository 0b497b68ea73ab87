//! Putting new values into a document's bytes.

use std::{collections::BTreeMap, ops::Range};

use super::{
    Change, EditError,
    locate::{Located, check_before, resolve},
    path_text,
};

/// A change that is known to be possible.
pub(super) struct Checked<'a> {
    pub(super) located: Located<'a>,
    /// The new type byte and value.
    pub(super) after: (u8, Vec<u8>),
}

impl Checked<'_> {
    /// Whether other bytes stand there afterwards.
    pub(super) fn changes(&self) -> bool {
        let (kind, value) = &self.after;
        *kind != self.located.kind.byte() || value != self.located.value
    }
}

/// Finds every change's value, compares it with what was read, and reads what is to stand there.
pub(super) fn checked<'a>(document: &'a [u8], edits: &[Change<'_>]) -> Result<Vec<Checked<'a>>, EditError> {
    let mut checked: Vec<Checked<'a>> = Vec::with_capacity(edits.len());
    for edit in edits {
        let path = || path_text(edit.path);
        let located = resolve(document, edit.path)?;
        if located.steps.first().is_some_and(|step| step.name == b"_id") {
            return Err(EditError::Immutable);
        }
        check_before(&located, edit.path, edit.before)?;
        if !located.kind.is_editable() {
            return Err(EditError::NotEditable { path: path(), kind: located.kind });
        }
        if checked.iter().any(|other| other.located.type_at == located.type_at) {
            return Err(EditError::Twice { path: path() });
        }
        let after = edit.after.encode().map_err(|reason| EditError::Value { path: path(), reason })?;
        checked.push(Checked { located, after });
    }
    Ok(checked)
}

/// The document's bytes with exactly these values replaced; everything else stays byte for byte.
///
/// Nothing is changed unless every edit is possible: its value is found, still is what was read, and is of
/// a type that can be edited. The `_id` is never changed.
pub fn apply(document: &[u8], edits: &[Change<'_>]) -> Result<Vec<u8>, EditError> {
    let mut patches: Vec<(Range<usize>, Vec<u8>)> = Vec::new();
    let mut grown: BTreeMap<usize, (&[u8], i64)> = BTreeMap::new();
    for Checked { located, after: (kind, value) } in checked(document, edits)? {
        let growth = signed(value.len())? - signed(located.value.len())?;
        for step in &located.steps {
            grown.entry(step.container_start).or_insert((step.container, 0)).1 += growth;
        }
        patches.push((located.type_at..located.type_at + 1, vec![kind]));
        patches.push((located.value_range, value));
    }
    for (start, (container, growth)) in grown {
        let len = i32::try_from(signed(container.len())? + growth).map_err(|_| EditError::TooLarge)?;
        patches.push((start..start + 4, len.to_le_bytes().to_vec()));
    }
    // The values are scalars and each is changed once, so no two patches overlap.
    patches.sort_by_key(|(range, _)| (range.start, range.end));
    let mut bytes = Vec::with_capacity(document.len());
    let mut copied = 0;
    for (range, patch) in patches {
        bytes.extend_from_slice(&document[copied..range.start]);
        bytes.extend_from_slice(&patch);
        copied = range.end;
    }
    bytes.extend_from_slice(&document[copied..]);
    Ok(bytes)
}

fn signed(len: usize) -> Result<i64, EditError> {
    i64::try_from(len).map_err(|_| EditError::TooLarge)
}
