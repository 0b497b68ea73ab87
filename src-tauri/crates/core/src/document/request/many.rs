//! Writing many documents at once: what would come of it, and what did.

use serde::{Deserialize, Serialize};
use specta::Type;
use utoipa::ToSchema;

use super::{super::DocumentChange, Count, DocumentId, DocumentView, EntryId, PatchForm};
use crate::{
    ErrorBody,
    connection::{ConnectionId, QueryId},
    namespace::Namespace,
    number::SafeInt,
};

/// What is to happen to many documents. Texts are Extended JSON or in mongosh's syntax.
#[derive(Clone, Debug, Serialize, Deserialize, Type, ToSchema)]
#[serde(tag = "kind", rename_all = "camelCase")]
pub enum ManyAction {
    /// Every document that the filter finds is changed.
    Change {
        /// Which documents; none or `{}` for all of the collection.
        #[serde(default)]
        filter: Option<String>,
        /// How the update is read.
        form: PatchForm,
        /// Operators, a pipeline, or a patch.
        update: String,
    },
    /// Every document that the filter finds is deleted.
    Delete {
        /// Which documents; none or `{}` for all of the collection.
        #[serde(default)]
        filter: Option<String>,
    },
    /// Every document of the text is inserted: an array, or documents one after the other.
    Insert {
        /// The documents.
        text: String,
    },
}

/// Asks what many writes would do. Nothing is kept of what is tried.
#[derive(Clone, Debug, Serialize, Deserialize, Type, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct PreviewManyRequest {
    /// Which connection.
    pub connection: ConnectionId,
    /// Which collection.
    pub namespace: Namespace,
    /// What is to happen.
    pub action: ManyAction,
}

/// What many writes would do.
#[derive(Clone, Debug, Serialize, Deserialize, Type, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct ManyPreview {
    /// How many documents, as far as that can be told at once; none where it cannot.
    pub estimate: Option<Count>,
    /// Some of the documents, before and after.
    pub samples: Vec<ManySample>,
    /// The server has worked the samples out, in a transaction that it gave up. Without transactions it cannot: then a
    /// sample shows what is there and no more.
    pub rehearsed: bool,
    /// What has to be typed before they are sent; none where nothing need be.
    pub confirm: Option<String>,
}

/// One document, before and after.
#[derive(Clone, Debug, Serialize, Deserialize, Type, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct ManySample {
    /// The document.
    pub id: DocumentId,
    /// Its `_id` as relaxed Extended JSON.
    pub name: String,
    /// As it stands; none where it is to be inserted.
    pub before: Option<DocumentView>,
    /// As it would be; none where it would be gone, or where that was not tried or failed.
    pub after: Option<DocumentView>,
    /// What would be different; empty for a document that comes or goes.
    pub changes: Vec<DocumentChange>,
    /// Changes that are not listed.
    pub more_changes: u32,
    /// Why it cannot be written.
    pub failed: Option<ErrorBody>,
}

/// Asks exactly how many documents would be written, and whether that can be undone.
#[derive(Clone, Debug, Serialize, Deserialize, Type, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct MeasureManyRequest {
    /// Which connection.
    pub connection: ConnectionId,
    /// Which collection.
    pub namespace: Namespace,
    /// What is to happen.
    pub action: ManyAction,
    /// Names it, so that it can be cancelled under this name.
    #[serde(default)]
    pub query: Option<QueryId>,
}

/// How many documents would be written, and whether that can be undone.
#[derive(Clone, Copy, Debug, Serialize, Deserialize, Type, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct ManyMeasure {
    /// How many documents, a moment ago.
    pub documents: SafeInt,
    /// What they take together.
    pub size_bytes: SafeInt,
    /// Whether Undo reaches all of it.
    pub undo: UndoReach,
}

/// Whether Undo reaches all of many writes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, Type, ToSchema)]
#[serde(tag = "kind", rename_all = "camelCase")]
pub enum UndoReach {
    /// It does.
    #[serde(rename_all = "camelCase")]
    All {
        /// What would be kept, about: a changed document is counted twice as it is.
        needed_bytes: SafeInt,
        /// Older entries of the history make room for it.
        drops_older: bool,
    },
    /// It is switched off for this connection.
    Off,
    /// More would have to be kept than may be: nothing is sent unless it is asked for without Undo.
    #[serde(rename_all = "camelCase")]
    TooLarge {
        /// What would have to be kept, about.
        needed_bytes: SafeInt,
        /// What may be kept for this connection.
        limit_bytes: SafeInt,
    },
}

/// Asks to write many documents.
#[derive(Clone, Debug, Serialize, Deserialize, Type, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct ManyRequest {
    /// Which connection.
    pub connection: ConnectionId,
    /// Which collection.
    pub namespace: Namespace,
    /// What is to happen.
    pub action: ManyAction,
    /// All of the collection is meant: without this, a filter that is missing or empty is refused.
    #[serde(default)]
    pub whole_collection: bool,
    /// What was typed. A production connection wants the collection's full name before anything is changed or deleted.
    #[serde(default)]
    pub confirm: Option<String>,
    /// No before-images are kept: it cannot be undone.
    #[serde(default)]
    pub without_undo: bool,
    /// Names it, so that it can be cancelled under this name.
    #[serde(default)]
    pub query: Option<QueryId>,
}

/// How far many writes are.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, Type, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct ManyProgress {
    /// Documents found so far; once `counted`, all.
    pub matched: SafeInt,
    /// All have been found, and are being written.
    pub counted: bool,
    /// Documents that are done with, in whatever way.
    pub done: SafeInt,
    /// Of these, documents that could not be written.
    pub failed: SafeInt,
    /// Nothing goes on at present: a primary is waited for.
    pub waiting: bool,
}

/// How many writes ended. `changed` to `left` together are all that `matched`.
#[derive(Clone, Debug, Serialize, Deserialize, Type, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct ManyReport {
    /// The entry in the history, by which it can be undone; none where nothing was written or nothing is kept.
    pub entry: Option<EntryId>,
    /// Documents that the filter found, or that the text holds.
    pub matched: SafeInt,
    /// They were changed, deleted or inserted, and a majority has it.
    pub changed: SafeInt,
    /// They were as they were to be already.
    pub unchanged: SafeInt,
    /// They were deleted by somebody else meanwhile, or did not fit the filter any more.
    pub gone: SafeInt,
    /// They could not be written: each is named in `documents`.
    pub failed: SafeInt,
    /// They may have been written or not: `check_write` tells.
    pub unknown: SafeInt,
    /// They were not reached.
    pub left: SafeInt,
    /// It was cancelled.
    pub cancelled: bool,
    /// Why it ended before its end.
    pub stopped: Option<ErrorBody>,
    /// The documents that could not be written, with the reason of each.
    pub documents: Vec<ManyFailure>,
}

impl ManyReport {
    /// Whether all documents are as asked: none failed, none was left, and of none that is not known.
    #[must_use]
    pub fn is_complete(&self) -> bool {
        [self.failed, self.unknown, self.left].iter().all(|count| count.get() == 0)
    }
}

/// A document that could not be written.
#[derive(Clone, Debug, Serialize, Deserialize, Type, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct ManyFailure {
    /// The document.
    pub id: DocumentId,
    /// Its `_id` as relaxed Extended JSON.
    pub name: String,
    /// Why.
    pub reason: ErrorBody,
}
