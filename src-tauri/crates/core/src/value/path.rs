//! Where a value stands in a document.

use serde::{Deserialize, Serialize};
use specta::Type;
use utoipa::ToSchema;

/// One step down: the position among the siblings, and the name there.
///
/// Both, because a name may repeat among siblings, and a position may shift when somebody else adds a field.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, Type, ToSchema)]
pub struct PathStep {
    /// Position among the siblings, from 0.
    pub index: u32,
    /// The field's name, or the array index as digits.
    pub name: String,
}

/// The way from the document's root to a value; empty means the whole document.
pub type Path = Vec<PathStep>;
