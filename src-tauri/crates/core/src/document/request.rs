//! What is asked of documents, and what comes back.

mod bulk;
mod count;
mod history;
mod many;
mod page;
mod undo;

use serde::{Deserialize, Serialize};
use specta::Type;
use utoipa::ToSchema;

use super::DocumentId;
use crate::{
    connection::ConnectionId,
    namespace::Namespace,
    value::{
        alone::Syntax,
        edit::Change,
        ejson::Form,
        node::Node,
        path::{Path, PathStep},
        typed::TypedValue,
    },
};

pub use bulk::*;
pub use count::*;
pub use history::*;
pub use many::*;
pub use page::*;
pub use undo::*;

/// A document as the window shows it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, Type, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct DocumentView {
    /// Names the document in later requests; none where it has no `_id` (a view, a projection, the oplog).
    pub id: Option<DocumentId>,
    /// A strong hash of the document's bytes.
    pub etag: String,
    /// The document's size in BSON.
    pub size_bytes: u32,
    /// The fields, in order. A projection may have left some out.
    pub fields: Vec<Node>,
    /// Not every top-level field is in `fields`.
    pub cut: bool,
}

/// Asks for one document.
#[derive(Clone, Debug, Serialize, Deserialize, Type, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct GetRequest {
    /// Which connection.
    pub connection: ConnectionId,
    /// Which collection.
    pub namespace: Namespace,
    /// Which document.
    pub id: DocumentId,
}

/// Asks for what a view cut off: one value, from a given element on.
#[derive(Clone, Debug, Serialize, Deserialize, Type, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct ExpandRequest {
    /// Which connection.
    pub connection: ConnectionId,
    /// Which collection.
    pub namespace: Namespace,
    /// Which document.
    pub id: DocumentId,
    /// Where the value stands.
    #[schema(value_type = Vec<PathStep>)]
    pub path: Path,
    /// The first element wanted of an object or an array.
    #[serde(default)]
    pub from: u32,
    /// Of the document as its unsaved changes make it.
    #[serde(default)]
    pub draft: bool,
}

/// What a view had cut off.
#[derive(Clone, Debug, Serialize, Deserialize, Type, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct Expanded {
    /// The value; its children begin at the element asked for.
    pub node: Node,
    /// The document's bytes have this hash: when it is not the one shown, reload.
    pub etag: String,
}

/// Which of the two forms of Extended JSON v2.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, Type, ToSchema)]
#[serde(rename_all = "camelCase")]
pub enum TextFormat {
    /// Every type is kept, dates and integers are easy to read.
    #[default]
    Relaxed,
    /// Every type is spelled out.
    Canonical,
    /// Relaxed, and a top-level `_id` that is an ObjectId is only its 24 hex digits.
    Simple,
}

impl TextFormat {
    pub(super) fn form(self) -> Form {
        match self {
            Self::Relaxed => Form::Relaxed,
            Self::Canonical => Form::Canonical,
            Self::Simple => Form::Simple,
        }
    }
}

/// How one document, or a value of it, is written.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, Type, ToSchema)]
#[serde(rename_all = "camelCase")]
pub enum TextSyntax {
    /// Extended JSON: every type is kept, dates and integers are easy to read.
    #[default]
    Relaxed,
    /// Extended JSON: every type is spelled out.
    Canonical,
    /// Relaxed, and a top-level `_id` that is an ObjectId is only its 24 hex digits.
    Simple,
    /// As mongosh reads it.
    Shell,
}

impl TextSyntax {
    pub(super) fn of_value(self) -> Syntax {
        match self {
            Self::Relaxed => Syntax::Json(Form::Relaxed),
            Self::Canonical => Syntax::Json(Form::Canonical),
            Self::Simple => Syntax::Json(Form::Simple),
            Self::Shell => Syntax::Shell,
        }
    }
}

impl From<TextFormat> for TextSyntax {
    fn from(format: TextFormat) -> Self {
        match format {
            TextFormat::Relaxed => Self::Relaxed,
            TextFormat::Canonical => Self::Canonical,
            TextFormat::Simple => Self::Simple,
        }
    }
}

/// Where a text breaks its lines.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, Type, ToSchema)]
#[serde(rename_all = "camelCase")]
pub enum TextLayout {
    /// A line for every value.
    #[default]
    Indented,
    /// All on one line, without spaces.
    Compact,
}

/// Asks for a document as text, or for one value of it.
#[derive(Clone, Debug, Serialize, Deserialize, Type, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct GetTextRequest {
    /// Which connection.
    pub connection: ConnectionId,
    /// Which collection.
    pub namespace: Namespace,
    /// Which document.
    pub id: DocumentId,
    /// Where the value stands; none or empty for the whole document.
    #[serde(default)]
    #[schema(value_type = Vec<PathStep>)]
    pub path: Path,
    /// Which syntax.
    #[serde(default)]
    pub format: TextSyntax,
    /// Where lines are broken.
    #[serde(default)]
    pub layout: TextLayout,
    /// Of the document as its unsaved changes make it.
    #[serde(default)]
    pub draft: bool,
}

/// A document as text.
#[derive(Clone, Debug, Serialize, Deserialize, Type, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct DocumentText {
    /// The text.
    pub text: String,
    /// It holds what the text cannot give back, such as bytes that are not UTF-8, and cannot be saved back.
    pub damaged: bool,
    /// The hash of the bytes that the text was made from.
    pub etag: String,
}

/// Asks to insert one document.
#[derive(Clone, Debug, Serialize, Deserialize, Type, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct InsertRequest {
    /// Which connection.
    pub connection: ConnectionId,
    /// Which collection.
    pub namespace: Namespace,
    /// The document as Extended JSON; without an `_id` it gets an ObjectId.
    pub text: String,
    /// The `_id` that it is to have, and that no document has yet; none for the text's own.
    #[serde(default)]
    pub id: Option<DocumentId>,
}

/// Asks to insert several documents, all or none.
#[derive(Clone, Debug, Serialize, Deserialize, Type, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct InsertManyRequest {
    /// Which connection.
    pub connection: ConnectionId,
    /// Which collection.
    pub namespace: Namespace,
    /// A JSON array of 1 to 1000 documents as Extended JSON.
    pub text: String,
}

/// Documents that were inserted, and acknowledged by a majority.
#[derive(Clone, Debug, Serialize, Deserialize, Type, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct Inserted {
    /// In the order in which they were given.
    pub documents: Vec<InsertedDocument>,
    /// The entry of the history by which it can be undone; none where nothing is kept.
    pub entry: Option<EntryId>,
}

/// A document that was inserted.
#[derive(Clone, Debug, Serialize, Deserialize, Type, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct InsertedDocument {
    /// Its `_id`.
    pub id: DocumentId,
    /// The hash of its bytes.
    pub etag: String,
}

/// One changed value.
#[derive(Clone, Debug, Serialize, Deserialize, Type, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct FieldEdit {
    /// Where the value stands.
    #[schema(value_type = Vec<PathStep>)]
    pub path: Path,
    /// What was read there. When something else stands there now, nothing is written.
    pub before: TypedValue,
    /// What is to stand there.
    pub after: TypedValue,
}

impl FieldEdit {
    pub(super) fn change(&self) -> Change<'_> {
        Change { path: &self.path, before: &self.before, after: &self.after }
    }
}

/// Asks to change values of one document and nothing else in it.
#[derive(Clone, Debug, Serialize, Deserialize, Type, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct UpdateRequest {
    /// Which connection.
    pub connection: ConnectionId,
    /// Which collection.
    pub namespace: Namespace,
    /// Which document.
    pub id: DocumentId,
    /// The changed values, saved as one.
    pub edits: Vec<FieldEdit>,
}

/// Asks to put another document in a document's place.
#[derive(Clone, Debug, Serialize, Deserialize, Type, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct ReplaceRequest {
    /// Which connection.
    pub connection: ConnectionId,
    /// Which collection.
    pub namespace: Namespace,
    /// Which document.
    pub id: DocumentId,
    /// The hash of the bytes that were read: when others stand there now, nothing is written. None for whatever
    /// stands there.
    #[serde(default)]
    pub etag: Option<String>,
    /// The new document as Extended JSON, with the same `_id` or none.
    pub text: String,
}

/// Asks to delete one document.
#[derive(Clone, Debug, Serialize, Deserialize, Type, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct DeleteRequest {
    /// Which connection.
    pub connection: ConnectionId,
    /// Which collection.
    pub namespace: Namespace,
    /// Which document.
    pub id: DocumentId,
    /// The hash of the bytes that were read: when others stand there now, nothing is deleted. None for whatever
    /// stands there.
    #[serde(default)]
    pub etag: Option<String>,
}

/// How the text of a patch is read.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, Type, ToSchema)]
#[serde(rename_all = "camelCase")]
pub enum PatchForm {
    /// A JSON Merge Patch (RFC 7396): objects are merged, `null` removes, everything else is put in place.
    Merge,
    /// Top-level fields are put in place, as `$set` does with plain names. The `_id` may be among them, as it was read
    /// in the simple form too.
    Fields,
    /// Update operators, or a pipeline of update stages.
    Update,
}

/// Asks to change one document by a patch.
#[derive(Clone, Debug, Serialize, Deserialize, Type, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct PatchRequest {
    /// Which connection.
    pub connection: ConnectionId,
    /// Which collection.
    pub namespace: Namespace,
    /// Which document.
    pub id: DocumentId,
    /// The hash of the bytes that were read: when others stand there now, nothing is written. None for whatever
    /// stands there.
    #[serde(default)]
    pub etag: Option<String>,
    /// How the text is read.
    pub form: PatchForm,
    /// The patch as Extended JSON.
    pub text: String,
}

/// A write that was applied and acknowledged by a majority.
///
/// The other two outcomes are errors: `OutcomeUnknown` means that it may have been applied, every other
/// code that it was not.
#[derive(Clone, Debug, Serialize, Deserialize, Type, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct Written {
    /// The document as it stands now; for a delete, as it stood.
    pub document: DocumentView,
    /// False when there was nothing to change, and so nothing was sent.
    pub changed: bool,
    /// The entry of the history by which it can be undone; none where nothing was sent, or nothing is kept.
    pub entry: Option<EntryId>,
}
