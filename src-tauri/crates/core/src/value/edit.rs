//! Changing values in a document and nothing else in it.

mod apply;
mod between;
mod locate;
mod plan;
mod restructure;
#[cfg(test)]
mod tests;

use super::{
    path::Path,
    raw::Malformed,
    typed::{Kind, TypedValue, ValueError},
};

pub use apply::apply;
pub use between::between;
pub use locate::{Located, Step, check_before, resolve};
pub use plan::{Update, has_repeated_names, plan, replacement};
pub use restructure::{Rework, element_exactly_at, rework};

/// One changed value.
#[derive(Clone, Copy, Debug)]
pub struct Change<'a> {
    /// Where the value stands.
    pub path: &'a Path,
    /// What was read there.
    pub before: &'a TypedValue,
    /// What is to stand there.
    pub after: &'a TypedValue,
}

/// Why a value cannot be changed. A `path` is the names from the document down, with dots between.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum EditError {
    /// Nothing stands at the path, or it is not sure which of several fields is meant.
    #[error("'{path}' is not there any more")]
    Gone {
        /// The path that was asked for.
        path: String,
    },
    /// A name on the way, or the value, is not UTF-8.
    #[error("'{path}' holds bytes that are not text, so it cannot be edited")]
    Damaged {
        /// The path that was asked for.
        path: String,
    },
    /// Something else stands there now.
    #[error("'{path}' has been changed by somebody else; it is now of type {}", now.kind.name())]
    Changed {
        /// The path that was asked for.
        path: String,
        /// What stands there now.
        now: TypedValue,
    },
    /// A document's `_id` never changes.
    #[error("the _id of a document cannot be changed")]
    Immutable,
    /// Values of this type are shown and not edited.
    #[error("'{path}' is of type {}, which cannot be edited as a value", kind.name())]
    NotEditable {
        /// The path that was asked for.
        path: String,
        /// The type that stands there.
        kind: Kind,
    },
    /// A field cannot be called so.
    #[error("a field cannot be called '{name}': {why}")]
    Name {
        /// The name that was asked for.
        name: String,
        /// What stands against it.
        why: &'static str,
    },
    /// Two edits change the same value.
    #[error("'{path}' is changed twice")]
    Twice {
        /// The path that was asked for.
        path: String,
    },
    /// The new text is not a value of its type.
    #[error("'{path}': {reason}")]
    Value {
        /// The path that was asked for.
        path: String,
        /// What is wrong with it.
        reason: ValueError,
    },
    /// The document would be larger than BSON can be.
    #[error("the document would be larger than BSON can be")]
    TooLarge,
    /// The bytes are not BSON.
    #[error(transparent)]
    Malformed(#[from] Malformed),
}

/// A path as messages show it.
fn path_text(path: &Path) -> String {
    path.iter().map(|step| step.name.as_str()).collect::<Vec<_>>().join(".")
}
