//! A bounded view of a document: ordered nodes of name, type and value.

#[cfg(test)]
mod tests;
mod view;

use serde::{Deserialize, Serialize};
use specta::Type;
use utoipa::ToSchema;

use super::typed::Kind;
pub(super) use view::shown_name;
pub use view::{View, ViewError, element_at, view, view_at, view_element};

/// One field, or one element of an array, as the window shows it.
///
/// Its position in the list that holds it is its position in the document, so a path to it can be made
/// of positions and names.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, Type, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct Node {
    /// The field's name; bytes that are not UTF-8 are shown as U+FFFD and `damaged` is set. A name longer
    /// than 1,000 bytes ends in `…` and counts as damaged too.
    pub name: String,
    /// The BSON type.
    pub kind: Kind,
    /// The value's exact text (see [`TypedValue`](super::typed::TypedValue)); for an object or an array, empty.
    pub text: String,
    /// What is inside an object or an array, from its first element on.
    #[schema(no_recursion)]
    pub children: Vec<Node>,
    /// Of an object or an array, how many elements it has; of a string, code or binary, how many bytes.
    pub size: u32,
    /// The budget ran out here: `text` or `children` is a beginning, and the rest can be asked for by path.
    pub cut: bool,
    /// Name or value holds bytes that the text does not give back, such as ones that are not UTF-8: shown,
    /// never editable, never changed. Of a cut text, only what is shown was looked at.
    pub damaged: bool,
}

/// How much of a document a view may hold, whatever the document's size.
#[derive(Clone, Copy, Debug)]
pub struct Budget {
    /// Nodes in all.
    pub nodes: usize,
    /// Levels below the root.
    pub depth: usize,
    /// Bytes of one text.
    pub text_bytes: usize,
    /// Elements of one object or array below the root.
    pub children: usize,
    /// Bytes of all names and texts as JSON writes them.
    pub total_bytes: usize,
}

impl Budget {
    /// For a row of the table: below 20 kB of JSON.
    pub const ROW: Self = Self { nodes: 100, depth: 2, text_bytes: 200, children: 20, total_bytes: 6_000 };
    /// For the inspector.
    pub const DOCUMENT: Self =
        Self { nodes: 5_000, depth: 24, text_bytes: 20_000, children: 500, total_bytes: 1_000_000 };
    /// For one value that a view had cut off.
    pub const VALUE: Self =
        Self { nodes: 5_000, depth: 24, text_bytes: 1_000_000, children: 500, total_bytes: 2_000_000 };
}
