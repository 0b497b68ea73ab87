//! What is asked of drafts, and what comes back.

use serde::{Deserialize, Serialize};
use specta::Type;
use utoipa::ToSchema;

use crate::{
    connection::ConnectionId,
    document::{DocumentId, DocumentView, EntryId, TextSyntax},
    namespace::Namespace,
    number::SafeInt,
    value::{
        node::Node,
        path::{Path, PathStep},
        typed::TypedValue,
    },
};

/// A value that a person gives.
#[derive(Clone, Debug, Serialize, Deserialize, Type, ToSchema)]
#[serde(rename_all = "camelCase", tag = "kind")]
pub enum NewValue {
    /// A type and the text of a value of it.
    Typed {
        /// The value.
        value: TypedValue,
    },
    /// Any value, objects and arrays too.
    Text {
        /// The value as Extended JSON or in mongosh syntax.
        text: String,
    },
}

/// One step of editing a document. Paths are exact: position and name as they stand in the document that is edited.
#[derive(Clone, Debug, Serialize, Deserialize, Type, ToSchema)]
#[serde(rename_all = "camelCase", tag = "kind")]
pub enum DocumentEdit {
    /// Puts another value in the place of one.
    Set {
        /// Where.
        #[schema(value_type = Vec<PathStep>)]
        path: Path,
        /// What.
        value: NewValue,
    },
    /// Adds a field to an object, or an element to an array.
    Add {
        /// The object or the array; empty for the document itself.
        #[schema(value_type = Vec<PathStep>)]
        parent: Path,
        /// Before which of its children; their number or more for the end.
        index: u32,
        /// The field's name; not looked at in an array.
        name: String,
        /// What.
        value: NewValue,
    },
    /// Takes a field or an element away.
    Remove {
        /// Where.
        #[schema(value_type = Vec<PathStep>)]
        path: Path,
    },
    /// Gives a field another name.
    Rename {
        /// Where.
        #[schema(value_type = Vec<PathStep>)]
        path: Path,
        /// The new name.
        name: String,
    },
    /// Moves a field or an element among its siblings.
    Move {
        /// Where.
        #[schema(value_type = Vec<PathStep>)]
        path: Path,
        /// Its position afterwards.
        index: u32,
    },
    /// Puts the same value once more behind a field or an element.
    Duplicate {
        /// Where.
        #[schema(value_type = Vec<PathStep>)]
        path: Path,
        /// The name of the new field; not looked at in an array.
        name: String,
    },
    /// Puts another document in the place of the whole.
    Text {
        /// The document; its `_id` may be left out, and is never another.
        text: String,
        /// How it is read.
        #[serde(default)]
        syntax: TextSyntax,
    },
    /// Takes one of [`Draft::changes`] back.
    TakeBack {
        /// Its position there.
        change: u32,
    },
}

/// Asks to edit a document. Nothing is sent to the server before the draft is saved.
#[derive(Clone, Debug, Serialize, Deserialize, Type, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct EditRequest {
    /// Which connection.
    pub connection: ConnectionId,
    /// Which collection.
    pub namespace: Namespace,
    /// Which document.
    pub id: DocumentId,
    /// The hash of the document that the paths are about: that of the draft where there is one.
    pub etag: String,
    /// What is done, one after the other; all or nothing.
    pub edits: Vec<DocumentEdit>,
}

/// Asks about the draft of one document.
#[derive(Clone, Debug, Serialize, Deserialize, Type, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct DraftRequest {
    /// Which connection.
    pub connection: ConnectionId,
    /// Which collection.
    pub namespace: Namespace,
    /// Which document.
    pub id: DocumentId,
}

/// Asks for all drafts.
#[derive(Clone, Debug, Serialize, Deserialize, Type, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct DraftsRequest {
    /// Which connection.
    pub connection: ConnectionId,
    /// Which collection; none for all.
    #[serde(default)]
    pub namespace: Option<Namespace>,
}

/// How a field was changed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, Type, ToSchema)]
#[serde(rename_all = "camelCase")]
pub enum ChangeKind {
    /// It is new.
    Added,
    /// It is not to be there any more.
    Removed,
    /// It has another value, or another type.
    Changed,
    /// It has another name.
    Renamed,
    /// It has another place among its siblings.
    Moved,
}

/// One field that was changed.
#[derive(Clone, Debug, Serialize, Deserialize, Type, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct DocumentChange {
    /// How.
    pub what: ChangeKind,
    /// Where it stood; of a new one, where it would have.
    #[schema(value_type = Vec<PathStep>)]
    pub before_path: Path,
    /// What stood there.
    pub before: Option<Node>,
    /// Where it stands; of a removed one, where it would.
    #[schema(value_type = Vec<PathStep>)]
    pub after_path: Path,
    /// What stands there.
    pub after: Option<Node>,
}

/// A document with changes that are not saved.
#[derive(Clone, Debug, Serialize, Deserialize, Type, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct Draft {
    /// Which collection.
    pub namespace: Namespace,
    /// Which document.
    pub id: DocumentId,
    /// The hash of the document that was read.
    pub base_etag: String,
    /// The document as it is to become.
    pub document: DocumentView,
    /// What is different, in the order of the document.
    pub changes: Vec<DocumentChange>,
    /// How many more changes there are than `changes` holds.
    pub more_changes: u32,
    /// It was sent, and it is not known whether it was applied: it is checked before anything else.
    pub unsettled: bool,
    /// When it was last edited, in milliseconds since 1970.
    pub edited_at_ms: SafeInt,
}

/// What is unsaved of a document.
#[derive(Clone, Debug, Serialize, Deserialize, Type, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct Unsaved {
    /// Its changes; none where nothing is different from what was read.
    pub draft: Option<Draft>,
}

/// Asks to save a draft.
#[derive(Clone, Debug, Serialize, Deserialize, Type, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct SaveDraftRequest {
    /// Which connection.
    pub connection: ConnectionId,
    /// Which collection.
    pub namespace: Namespace,
    /// Which document.
    pub id: DocumentId,
    /// The hash of the draft as it was shown: what is saved is what was seen.
    pub etag: String,
    /// Insert it anew, because somebody has deleted it meanwhile.
    #[serde(default)]
    pub insert_again: bool,
}

/// Which of two changes is taken.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, Type, ToSchema)]
#[serde(rename_all = "camelCase")]
pub enum MergeSide {
    /// What stands there now.
    Now,
    /// What the draft says.
    Mine,
}

/// One field in which the document that was read, the one that stands there now, and the draft differ.
#[derive(Clone, Debug, Serialize, Deserialize, Type, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct MergeRow {
    /// Where it stands; empty for the whole document.
    #[schema(value_type = Vec<PathStep>)]
    pub path: Path,
    /// What was read; none where there was no such field. Likewise below.
    pub read: Option<Node>,
    /// What stands there now.
    pub now: Option<Node>,
    /// What the draft says.
    pub mine: Option<Node>,
    /// Both were changed, and not to the same: somebody has to choose.
    pub conflict: bool,
    /// Which is taken unless somebody chooses.
    pub taken: MergeSide,
}

/// A draft beside what stands in its place now.
#[derive(Clone, Debug, Serialize, Deserialize, Type, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct Comparison {
    /// The document as it stands now; none where it is gone.
    pub now: Option<DocumentView>,
    /// Every field in which something was changed.
    pub rows: Vec<MergeRow>,
}

/// Asks to put a draft upon the document as it stands now.
#[derive(Clone, Debug, Serialize, Deserialize, Type, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct MergeRequest {
    /// Which connection.
    pub connection: ConnectionId,
    /// Which collection.
    pub namespace: Namespace,
    /// Which document.
    pub id: DocumentId,
    /// The hash of what stood there when the rows were shown.
    pub now_etag: String,
    /// What is taken for each of [`Comparison::rows`], in their order.
    pub choices: Vec<MergeSide>,
}

/// Asks for what would undo one document of a write, as changes that are not saved.
#[derive(Clone, Debug, Serialize, Deserialize, Type, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct UndoAsDraftRequest {
    /// Which connection.
    pub connection: ConnectionId,
    /// Which entry of the history.
    pub entry: EntryId,
    /// Which document of it.
    pub position: u32,
}

/// What a save of unknown outcome turned out to be.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, Type, ToSchema)]
#[serde(rename_all = "camelCase")]
pub enum Settled {
    /// Every change of it stands there: the draft is done with.
    Applied,
    /// None of it stands there: it can be saved again.
    NotApplied,
    /// Something else stands in the place of a change: it is compared first.
    Different,
}

/// A save of unknown outcome, looked up.
#[derive(Clone, Debug, Serialize, Deserialize, Type, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct Checked {
    /// What became of it.
    pub settled: Settled,
    /// The document as it stands now, acknowledged by a majority; none where it is gone.
    pub now: Option<DocumentView>,
    /// What is left of the draft.
    pub draft: Option<Draft>,
}
