//! The history of writes: entries of the journal and their images.

use serde::{Deserialize, Serialize};
use specta::Type;
use utoipa::ToSchema;

use super::{DocumentId, DocumentView};
use crate::{Error, Result, connection::ConnectionId, namespace::Namespace, number::SafeInt};

/// Names an entry of a connection's journal. A later entry of the same program has a larger number.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize, Type, ToSchema)]
#[serde(transparent)]
pub struct EntryId(String);

impl EntryId {
    pub(crate) fn new(number: i64) -> Self {
        Self(number.to_string())
    }

    pub(crate) fn number(&self) -> Result<i64> {
        self.0.parse().map_err(|_| Error::invalid("An entry of the history is named by its number."))
    }
}

/// What kind of write it was.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, Type, ToSchema)]
#[serde(rename_all = "camelCase")]
pub enum EntryKind {
    /// One document was inserted.
    Insert,
    /// Values of one document were changed.
    Update,
    /// Another document took a document's place.
    Replace,
    /// One document was deleted.
    Delete,
    /// Documents that a filter finds were changed.
    ChangeMany,
    /// Documents that a filter finds were deleted.
    DeleteMany,
    /// Several documents were inserted.
    InsertMany,
    /// Several documents were written, each in its own way.
    Bulk,
    /// Another entry was undone.
    Undo,
}

impl EntryKind {
    /// Its name in the journal.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Insert => "insert",
            Self::Update => "update",
            Self::Replace => "replace",
            Self::Delete => "delete",
            Self::ChangeMany => "changeMany",
            Self::DeleteMany => "deleteMany",
            Self::InsertMany => "insertMany",
            Self::Bulk => "bulk",
            Self::Undo => "undo",
        }
    }

    pub(crate) fn of(name: &str) -> Option<Self> {
        let all = [
            Self::Insert,
            Self::Update,
            Self::Replace,
            Self::Delete,
            Self::ChangeMany,
            Self::DeleteMany,
            Self::InsertMany,
            Self::Bulk,
            Self::Undo,
        ];
        all.into_iter().find(|kind| kind.name() == name)
    }
}

/// What is known of the write of one document.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, Type, ToSchema)]
#[serde(rename_all = "camelCase")]
pub enum ImageState {
    /// It is under way, or the program ended before it knew: unknown until it is checked.
    Pending,
    /// A majority has it.
    Applied,
    /// It was not applied.
    NotApplied,
    /// No answer settled it: `check_write` does.
    Unknown,
}

impl ImageState {
    /// Its number in the journal.
    pub(crate) fn number(self) -> i64 {
        match self {
            Self::Pending => 0,
            Self::Applied => 1,
            Self::NotApplied => 2,
            Self::Unknown => 3,
        }
    }

    pub(crate) fn of(number: i64) -> Self {
        match number {
            0 => Self::Pending,
            1 => Self::Applied,
            2 => Self::NotApplied,
            _ => Self::Unknown,
        }
    }
}

/// Asks for writes of a connection, the latest first.
#[derive(Clone, Debug, Serialize, Deserialize, Type, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct HistoryRequest {
    /// Which connection.
    pub connection: ConnectionId,
    /// Only those of this collection.
    #[serde(default)]
    pub namespace: Option<Namespace>,
    /// Only those in whose one line, or whose collection's name, this text stands, whatever its case.
    #[serde(default)]
    pub text: Option<String>,
    /// Only those of this kind.
    #[serde(default)]
    pub kind: Option<EntryKind>,
    /// Only those before this one: the last of the page before.
    #[serde(default)]
    pub before: Option<EntryId>,
    /// At most so many, from 1 to 500; none for 50.
    #[serde(default)]
    pub limit: Option<u32>,
}

/// Writes of a connection, the latest first.
#[derive(Clone, Debug, Serialize, Deserialize, Type, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct History {
    /// The latest first.
    pub entries: Vec<HistoryEntry>,
    /// There are older ones.
    pub more: bool,
    /// Before-images are kept for this connection.
    pub undo: bool,
    /// How much the journal holds.
    pub used_bytes: SafeInt,
    /// How much it may hold; the oldest entries make room for new ones.
    pub limit_bytes: SafeInt,
}

/// One write.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, Type, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct HistoryEntry {
    /// Names it.
    pub id: EntryId,
    /// When it was begun, ISO 8601.
    pub at: String,
    /// Which collection.
    pub namespace: Namespace,
    /// What kind of write it was.
    pub kind: EntryKind,
    /// What it was about, in one line: an `_id`, or a filter.
    pub about: String,
    /// The entry that it undid.
    pub undoes: Option<EntryId>,
    /// What its documents take in the journal, before and after together.
    pub size_bytes: SafeInt,
    /// How many documents it was about, and what became of them.
    pub documents: ImageCounts,
    /// Some of it may be undone. Whether the documents still are as it left them shows then.
    pub undoable: bool,
}

/// How many documents a write was about, and what became of them.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, Type, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct ImageCounts {
    /// All.
    pub total: SafeInt,
    /// Under way, or left so by a program that ended.
    pub pending: SafeInt,
    /// Written.
    pub applied: SafeInt,
    /// Not written.
    pub not_applied: SafeInt,
    /// Perhaps written.
    pub unknown: SafeInt,
    /// Undone since.
    pub undone: SafeInt,
}

/// Asks for documents of an entry, before and after.
#[derive(Clone, Debug, Serialize, Deserialize, Type, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct HistoryImagesRequest {
    /// Which connection.
    pub connection: ConnectionId,
    /// Which entry.
    pub entry: EntryId,
    /// The first position wanted.
    #[serde(default)]
    pub from: u32,
    /// At most so many, from 1 to 100; none for 20.
    #[serde(default)]
    pub limit: Option<u32>,
}

/// Documents of an entry, by position.
#[derive(Clone, Debug, Serialize, Deserialize, Type, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct HistoryImages {
    /// By position. Fewer than were asked for where they are large.
    pub images: Vec<HistoryImage>,
    /// There are more behind the last one.
    pub more: bool,
}

/// One document of an entry.
#[derive(Clone, Debug, Serialize, Deserialize, Type, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct HistoryImage {
    /// Names it within the entry.
    pub position: u32,
    /// The document.
    pub id: DocumentId,
    /// As it stood before; none where there was none.
    pub before: Option<DocumentView>,
    /// As the write left it; none where it left none, or where that is not known.
    pub after: Option<DocumentView>,
    /// False where the server worked out the new document and nobody has read it.
    pub after_known: bool,
    /// What is known of the write.
    pub state: ImageState,
    /// The entry that undid it.
    pub undone_by: Option<EntryId>,
}

/// Asks to forget before-images for good.
#[derive(Clone, Debug, Serialize, Deserialize, Type, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct ForgetHistoryRequest {
    /// Which connection.
    pub connection: ConnectionId,
    /// Which entry; none for all.
    #[serde(default)]
    pub entry: Option<EntryId>,
}

/// What was forgotten, and what is left.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, Type, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct ForgottenHistory {
    /// How many entries.
    pub entries: SafeInt,
    /// How much the journal holds now.
    pub used_bytes: SafeInt,
}
