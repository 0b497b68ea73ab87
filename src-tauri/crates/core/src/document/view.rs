//! Raw documents as the window shows them.

use super::{DocumentId, DocumentView, text::damaged};
use crate::{
    Result,
    value::{
        etag::etag,
        node::{self, Budget},
        raw,
    },
};

/// For a row of the table.
pub(super) fn row(bytes: &[u8]) -> Result<DocumentView> {
    view(bytes, Budget::ROW)
}

/// For the inspector.
pub(super) fn whole(bytes: &[u8]) -> Result<DocumentView> {
    view(bytes, Budget::DOCUMENT)
}

/// The `_id`'s BSON type and bytes, where there is one.
pub(super) fn top_level_id(bytes: &[u8]) -> Result<Option<(u8, Vec<u8>)>> {
    let id = raw::get(bytes, "_id").map_err(damaged)?;
    Ok(id.map(|id| (id.kind.byte(), id.value.to_vec())))
}

fn view(bytes: &[u8], budget: Budget) -> Result<DocumentView> {
    let seen = node::view(bytes, budget).map_err(damaged)?;
    Ok(DocumentView {
        id: top_level_id(bytes)?.map(|(kind, value)| DocumentId::new(kind, &value)),
        etag: etag(bytes),
        size_bytes: u32::try_from(bytes.len()).unwrap_or(u32::MAX),
        fields: seen.fields,
        cut: seen.cut,
    })
}
