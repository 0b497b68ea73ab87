//! Undoing a write, and finding out what became of one.

use serde::{Deserialize, Serialize};
use specta::Type;
use utoipa::ToSchema;

use super::{DocumentId, DocumentView, EntryId};
use crate::{
    connection::{ConnectionId, QueryId},
    number::SafeInt,
};

/// Asks what became of a write whose outcome is not known.
#[derive(Clone, Debug, Serialize, Deserialize, Type, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct CheckWriteRequest {
    /// Which connection.
    pub connection: ConnectionId,
    /// Which entry.
    pub entry: EntryId,
    /// Which document of it; none for all whose outcome is not known.
    #[serde(default)]
    pub position: Option<u32>,
}

/// What a document shows of a write.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, Type, ToSchema)]
#[serde(rename_all = "camelCase")]
pub enum WriteFound {
    /// The document is as the write was to leave it: it was applied.
    Applied,
    /// The document is as it was before: it was not applied.
    NotApplied,
    /// The document is neither: somebody changed it since, and that cannot be told any more.
    Different,
}

/// What became of a write. What was found is kept in the history.
#[derive(Clone, Debug, Serialize, Deserialize, Type, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct CheckedWrite {
    /// How many documents were written.
    pub applied: SafeInt,
    /// How many were not.
    pub not_applied: SafeInt,
    /// Of how many it cannot be told.
    pub different: SafeInt,
    /// The first hundred of them.
    pub documents: Vec<CheckedDocument>,
}

/// What became of one document of a write.
#[derive(Clone, Debug, Serialize, Deserialize, Type, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct CheckedDocument {
    /// Names it within the entry.
    pub position: u32,
    /// The document.
    pub id: DocumentId,
    /// What it shows.
    pub found: WriteFound,
}

/// Asks to undo a write: each document that still is as the write left it becomes what it was before.
#[derive(Clone, Debug, Serialize, Deserialize, Type, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct UndoRequest {
    /// Which connection.
    pub connection: ConnectionId,
    /// Which entry.
    pub entry: EntryId,
    /// Which documents of it, by position; none for all.
    #[serde(default)]
    pub positions: Option<Vec<u32>>,
    /// Names the undo, so that it can be cancelled under this name; none for one that nobody cancels so.
    #[serde(default)]
    pub query: Option<QueryId>,
}

/// How far an undo is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, Type, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct UndoProgress {
    /// Documents that are done with, in whatever way.
    pub done: SafeInt,
    /// Documents in all.
    pub total: SafeInt,
}

/// How an undo ended. All numbers together are all documents.
#[derive(Clone, Debug, Serialize, Deserialize, Type, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct UndoReport {
    /// The entry of the undo itself, which can be undone too; none where nothing was written.
    pub entry: Option<EntryId>,
    /// They are now as they were before the write.
    pub restored: SafeInt,
    /// They stood so already.
    pub unchanged: SafeInt,
    /// Somebody changed them since; nothing was written to them.
    pub conflicts: SafeInt,
    /// They could not be restored, and were not changed.
    pub failed: SafeInt,
    /// They may have been restored or not: `check_write` tells.
    pub unknown: SafeInt,
    /// They were not reached: the undo was cancelled, or could not go on.
    pub left: SafeInt,
    /// It was cancelled.
    pub cancelled: bool,
    /// The first hundred that were not restored, with the reason of each.
    pub documents: Vec<UndoneDocument>,
}

/// What became of one document of an undo.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, Type, ToSchema)]
#[serde(rename_all = "camelCase")]
pub enum UndoOutcome {
    /// It is as it was before the write.
    Restored,
    /// It stood so already.
    Unchanged,
    /// Somebody changed it since.
    Conflict,
    /// It could not be restored.
    Failed,
    /// It may have been restored or not.
    Unknown,
}

/// A document that was not restored.
#[derive(Clone, Debug, Serialize, Deserialize, Type, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct UndoneDocument {
    /// Names it within the entry that was to be undone.
    pub position: u32,
    /// The document.
    pub id: DocumentId,
    /// What became of it.
    pub outcome: UndoOutcome,
    /// Why, in a sentence.
    pub reason: String,
    /// Of a conflict, what stands there now; none where the document is gone.
    pub now: Option<DocumentView>,
}
