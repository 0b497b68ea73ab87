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
    let differences = diff::diff(&stored.base, &stored.mine).map_err(damaged)?;
    let changes: Result<Vec<_>> = differences.iter().take(MOST_CHANGES).map(change).collect();
    Ok(Draft {
        namespace: key.namespace.clone(),
        id: key.id.clone(),
        base_etag: etag(&stored.base),
        document: whole(&stored.mine)?,
        changes: changes?,
        more_changes: u32::try_from(differences.len().saturating_sub(MOST_CHANGES)).unwrap_or(u32::MAX),
        unsettled: stored.sent.is_some(),
        edited_at_ms: SafeInt::new(u64::try_from(stored.edited_at_ms).unwrap_or_default()),
    })
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
