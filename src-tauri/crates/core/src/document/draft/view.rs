//! Drafts as the window shows them.

use super::{
    ChangeKind, DocumentChange, Draft,
    store::{Key, Stored},
};
use crate::{
    Result,
    document::{text::damaged, view::whole},
    number::SafeInt,
    value::{
        diff::{self, Difference, FieldDifference},
        etag::etag,
        node::{self, Budget, Node},
        raw::Element,
    },
};

/// Changes that are shown; of more, how many there are.
const MOST_CHANGES: usize = 500;

/// For a value in Review: enough to know it again.
pub(super) const REVIEWED: Budget =
    Budget { nodes: 200, depth: 8, text_bytes: 2_000, children: 50, total_bytes: 8_000 };

/// A draft, with what is different in it.
pub(super) fn view(key: &Key, stored: &Stored) -> Result<Draft> {
    let (changes, more_changes) = changes(&stored.base, &stored.mine, MOST_CHANGES)?;
    Ok(Draft {
        namespace: key.namespace.clone(),
        id: key.id.clone(),
        base_etag: etag(&stored.base),
        document: whole(&stored.mine)?,
        changes,
        more_changes,
        unsettled: stored.sent,
        edited_at_ms: SafeInt::new(u64::try_from(stored.edited_at_ms).unwrap_or_default()),
    })
}

/// What is different between two documents, up to so many changes; and how many there are beyond these.
pub(in crate::document) fn changes(
    before: &[u8],
    after: &[u8],
    most: usize,
) -> Result<(Vec<DocumentChange>, u32)> {
    let differences = diff::diff(before, after).map_err(damaged)?;
    let shown: Result<Vec<_>> = differences.iter().take(most).map(change).collect();
    Ok((shown?, u32::try_from(differences.len().saturating_sub(most)).unwrap_or(u32::MAX)))
}

fn change(difference: &FieldDifference<'_>) -> Result<DocumentChange> {
    Ok(DocumentChange {
        what: match difference.what {
            Difference::Added => ChangeKind::Added,
            Difference::Removed => ChangeKind::Removed,
            Difference::Changed => ChangeKind::Changed,
            Difference::Renamed => ChangeKind::Renamed,
            Difference::Moved => ChangeKind::Moved,
        },
        before_path: difference.before_path.clone(),
        before: shown(difference.before.as_ref())?,
        after_path: difference.after_path.clone(),
        after: shown(difference.after.as_ref())?,
    })
}

/// A value as Review shows it.
pub(super) fn shown(element: Option<&Element<'_>>) -> Result<Option<Node>> {
    element.map(|element| node::view_element(element, REVIEWED).map_err(damaged)).transpose()
}
