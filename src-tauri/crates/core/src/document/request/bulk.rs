//! Several writes in one request, each with an outcome of its own.

use serde::{Deserialize, Serialize};
use specta::Type;
use utoipa::ToSchema;

use super::{DocumentId, EntryId, PatchForm};
use crate::{ErrorBody, connection::ConnectionId, namespace::Namespace};

/// Asks to write several documents, one after the other: each write is guarded and applied by itself.
#[derive(Clone, Debug, Serialize, Deserialize, Type, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct BulkRequest {
    /// Which connection.
    pub connection: ConnectionId,
    /// Which collection.
    pub namespace: Namespace,
    /// From 1 to 1000 writes, in their order.
    pub operations: Vec<BulkOperation>,
    /// Go on behind one that failed; without it the rest is left.
    #[serde(default)]
    pub unordered: bool,
}

/// One write. Texts are Extended JSON.
#[derive(Clone, Debug, Serialize, Deserialize, Type, ToSchema)]
#[serde(tag = "kind", rename_all = "camelCase")]
pub enum BulkOperation {
    /// A document is inserted.
    Insert {
        /// The document; without an `_id` it is given one.
        text: String,
    },
    /// A document is changed.
    Patch {
        /// Which document.
        id: DocumentId,
        /// The hash of the bytes that were read: when others stand there now, nothing is written.
        #[serde(default)]
        etag: Option<String>,
        /// How the text is read.
        form: PatchForm,
        /// The patch.
        text: String,
    },
    /// Another document takes a document's place.
    Replace {
        /// Which document.
        id: DocumentId,
        /// The hash of the bytes that were read: when others stand there now, nothing is written.
        #[serde(default)]
        etag: Option<String>,
        /// The new document; its `_id` may be left out.
        text: String,
    },
    /// A document is deleted.
    Delete {
        /// Which document.
        id: DocumentId,
        /// The hash of the bytes that were read: when others stand there now, nothing is written.
        #[serde(default)]
        etag: Option<String>,
    },
}

/// What became of several writes.
#[derive(Clone, Debug, Serialize, Deserialize, Type, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct BulkReport {
    /// The entry in the history, by which all can be undone; none where nothing was written or nothing is kept.
    pub entry: Option<EntryId>,
    /// In the order of the writes.
    pub outcomes: Vec<BulkOutcome>,
}

impl BulkReport {
    /// Whether every write was applied.
    #[must_use]
    pub fn is_complete(&self) -> bool {
        self.outcomes.iter().all(|outcome| matches!(outcome, BulkOutcome::Applied { .. }))
    }
}

/// What became of one write.
#[derive(Clone, Debug, Serialize, Deserialize, Type, ToSchema)]
#[serde(tag = "kind", rename_all = "camelCase")]
pub enum BulkOutcome {
    /// It was applied, and a majority has it.
    Applied {
        /// What was written.
        write: BulkWritten,
    },
    /// It was not applied.
    Failed {
        /// Why.
        error: ErrorBody,
    },
    /// It may have been applied or not: `check_write` tells.
    Unknown {
        /// Why that is not known.
        error: ErrorBody,
    },
    /// It was not begun.
    Left,
}

/// A write of several that was applied.
#[derive(Clone, Debug, Serialize, Deserialize, Type, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct BulkWritten {
    /// The document.
    pub id: DocumentId,
    /// The hash of what stands there now; none where nothing does.
    pub etag: Option<String>,
    /// False where the document was as it was to be already.
    pub changed: bool,
}
