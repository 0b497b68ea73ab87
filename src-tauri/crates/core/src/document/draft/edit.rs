//! Editing a document: what a person does to it, done to its bytes.

use super::{
    DocumentEdit, Draft, DraftRequest, DraftsRequest, EditRequest, NewValue,
    store::{Drafts, Key, Stored},
    view::view,
};
use crate::{
    Error, ErrorCode, Result,
    connection::Session,
    document::{
        DocumentId, TextSyntax,
        guard::vanished,
        own_id::with_id_of,
        standalone,
        text::{damaged, edit_error, parse_any_document, parse_any_value},
        write::{check_size, has_a_text},
    },
    namespace::Namespace,
    value::{
        diff::{self, Difference, FieldDifference},
        edit::{self, EditError, Rework, element_exactly_at},
        etag::etag,
        path::Path,
        raw::{Element, Elements},
        typed::Kind,
    },
};

impl Key {
    pub(super) fn of(namespace: &Namespace, id: &DocumentId) -> Result<Self> {
        // Only what names one document alone can be changed.
        id.decode()?;
        Ok(Self { namespace: namespace.clone(), id: id.clone() })
    }
}

/// Edits a document. The draft as it is afterwards; none where nothing is different any more.
pub(crate) async fn edit(
    session: &Session,
    drafts: &Drafts,
    request: EditRequest,
    now_ms: i64,
) -> Result<Option<Draft>> {
    session.permit_writes()?;
    let key = Key::of(&request.namespace, &request.id)?;
    let read = if drafts.get(&key)?.is_none() {
        let (kind, value) = key.id.decode()?;
        Some(standalone::read(session, &key.namespace, (kind, &value)).await?.ok_or_else(vanished)?)
    } else {
        None
    };
    let _turn = drafts.turn();
    let stored = match (drafts.get(&key)?, read) {
        (Some(stored), _) => stored,
        (None, Some(base)) => Stored { mine: base.clone(), base, sent: false, edited_at_ms: now_ms },
        (None, None) => return Err(changed_since()),
    };
    if stored.sent {
        return Err(unsettled());
    }
    if etag(&stored.mine) != request.etag {
        return Err(changed_since());
    }
    let mut mine = stored.mine.clone();
    for edit in &request.edits {
        mine = edited(&stored.base, &mine, edit, now_ms)?;
        check_size(&mine)?;
    }
    keep(drafts, &key, Stored { mine, edited_at_ms: now_ms, ..stored })
}

/// Writes a draft down, or takes it away where nothing is different any more.
pub(super) fn keep(drafts: &Drafts, key: &Key, stored: Stored) -> Result<Option<Draft>> {
    if stored.mine == stored.base && !stored.sent {
        drafts.remove(key)?;
        return Ok(None);
    }
    drafts.put(key, &stored)?;
    view(key, &stored).map(Some)
}

/// The draft of one document, if there is one.
pub(crate) fn draft(drafts: &Drafts, request: &DraftRequest) -> Result<Option<Draft>> {
    let key = Key::of(&request.namespace, &request.id)?;
    drafts.get(&key)?.map(|stored| view(&key, &stored)).transpose()
}

/// All drafts, those edited last first.
pub(crate) fn drafts(drafts: &Drafts, request: &DraftsRequest) -> Result<Vec<Draft>> {
    let wanted = |key: &Key| request.namespace.as_ref().is_none_or(|namespace| *namespace == key.namespace);
    drafts.list()?.iter().filter(|(key, _)| wanted(key)).map(|(key, stored)| view(key, stored)).collect()
}

impl Drafts {
    /// A document as its unsaved changes make it.
    pub(in crate::document) fn mine(&self, namespace: &Namespace, id: &DocumentId) -> Result<Vec<u8>> {
        self.get(&Key::of(namespace, id)?)?.map(|stored| stored.mine).ok_or_else(no_draft)
    }
}

pub(super) fn no_draft() -> Error {
    Error::new(ErrorCode::NotFound, "The document has no changes that are not saved.")
}

/// Forgets a draft.
pub(crate) fn discard(drafts: &Drafts, request: &DraftRequest) -> Result<()> {
    let _turn = drafts.turn();
    drafts.remove(&Key::of(&request.namespace, &request.id)?)
}

fn edited(base: &[u8], mine: &[u8], edit: &DocumentEdit, now_ms: i64) -> Result<Vec<u8>> {
    let steps = match edit {
        DocumentEdit::Text { text, syntax } => return replaced(mine, text, *syntax, now_ms),
        DocumentEdit::TakeBack { change } => taken_back(base, mine, *change)?,
        DocumentEdit::Set { path, value } => {
            let (kind, value) = encode(value, now_ms)?;
            vec![Rework::Set { path: path.clone(), kind, value }]
        }
        DocumentEdit::Add { parent, index, name, value } => {
            let (kind, value) = encode(value, now_ms)?;
            vec![Rework::Add { parent: parent.clone(), index: *index, name: name.clone(), kind, value }]
        }
        DocumentEdit::Remove { path } => vec![Rework::Remove { path: path.clone() }],
        DocumentEdit::Rename { path, name } => {
            vec![Rework::Rename { path: path.clone(), name: name.clone() }]
        }
        DocumentEdit::Move { path, index } => vec![Rework::Move { path: path.clone(), index: *index }],
        DocumentEdit::Duplicate { path, name } => vec![duplicated(mine, path, name)?],
    };
    let mut bytes = mine.to_vec();
    for step in &steps {
        bytes = edit::rework(&bytes, step).map_err(edit_error)?;
    }
    Ok(bytes)
}

fn encode(value: &NewValue, now_ms: i64) -> Result<(Kind, Vec<u8>)> {
    match value {
        NewValue::Typed { value } => {
            let (_, bytes) = value.encode().map_err(|wrong| Error::invalid(format!("{wrong}.")))?;
            Ok((value.kind, bytes))
        }
        NewValue::Text { text } => parse_any_value(text, now_ms),
    }
}

fn replaced(mine: &[u8], text: &str, syntax: TextSyntax, now_ms: i64) -> Result<Vec<u8>> {
    has_a_text(mine)?;
    let document = parse_any_document(text, syntax, now_ms)?;
    with_id_of(mine, &document)
}

fn duplicated(mine: &[u8], path: &Path, name: &str) -> Result<Rework> {
    let element = element_exactly_at(mine, path).map_err(edit_error)?;
    let gone = || edit_error(EditError::Gone { path: String::new() });
    let (last, parent) = path.split_last().ok_or_else(gone)?;
    Ok(Rework::Add {
        parent: parent.to_vec(),
        index: last.index.saturating_add(1),
        name: name.to_owned(),
        kind: element.kind,
        value: element.value.to_vec(),
    })
}

/// What takes one change back.
fn taken_back(base: &[u8], mine: &[u8], change: u32) -> Result<Vec<Rework>> {
    let differences = diff::diff(base, mine).map_err(damaged)?;
    let at = usize::try_from(change).unwrap_or(usize::MAX);
    let difference = differences.get(at).ok_or_else(changed_since)?;
    let path = difference.after_path.clone();
    Ok(vec![match (difference.what, &difference.before) {
        (Difference::Added, _) | (_, None) => Rework::Remove { path },
        (Difference::Removed, Some(before)) => put_back(difference, before),
        (Difference::Changed, Some(before)) => {
            Rework::Set { path, kind: before.kind, value: before.value.to_vec() }
        }
        (Difference::Renamed, Some(before)) => {
            Rework::Rename { path, name: String::from_utf8_lossy(before.name).into_owned() }
        }
        (Difference::Moved, Some(_)) => Rework::Move { index: place_before(base, mine, difference)?, path },
    }])
}

fn put_back(difference: &FieldDifference<'_>, before: &Element<'_>) -> Rework {
    let (last, parent) =
        difference.after_path.split_last().map_or((None, &[][..]), |(last, parent)| (Some(last), parent));
    Rework::Add {
        parent: parent.to_vec(),
        index: last.map_or(u32::MAX, |last| last.index),
        name: String::from_utf8_lossy(before.name).into_owned(),
        kind: before.kind,
        value: before.value.to_vec(),
    }
}

/// Where a field that was moved would stand behind the last of those that stood before it and are still there.
fn place_before(base: &[u8], mine: &[u8], difference: &FieldDifference<'_>) -> Result<u32> {
    let siblings = |document, path: &Path| -> Result<Vec<Vec<u8>>> {
        let parent = match path.len() {
            0 | 1 => document,
            depth => element_exactly_at(document, &path[..depth - 1].to_vec()).map_err(edit_error)?.value,
        };
        let names = Elements::new(parent)
            .map_err(damaged)?
            .map(|element| Ok(element.map_err(damaged)?.name.to_vec()));
        names.collect()
    };
    let before = siblings(base, &difference.before_path)?;
    let mut after = siblings(mine, &difference.after_path)?;
    let position =
        |path: &Path| path.last().map_or(0, |step| usize::try_from(step.index).unwrap_or(usize::MAX));
    let (stood, stands) = (position(&difference.before_path), position(&difference.after_path));
    if stands < after.len() {
        after.remove(stands);
    }
    let previous =
        before.iter().take(stood).rev().find_map(|name| after.iter().position(|other| other == name));
    Ok(u32::try_from(previous.map_or(0, |previous| previous + 1)).unwrap_or(u32::MAX))
}

fn changed_since() -> Error {
    Error::new(
        ErrorCode::Conflict,
        "The document is not the one that was shown any more; nothing was changed.",
    )
    .with_hint("Look at it as it stands now, then edit again.")
}

pub(super) fn unsettled() -> Error {
    Error::new(ErrorCode::OutcomeUnknown, "It is not known yet whether the last save was applied.")
        .with_hint("Check first: the document is read again and compared.")
}
