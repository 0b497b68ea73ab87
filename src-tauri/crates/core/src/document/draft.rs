//! Changes of a document that are not saved yet.
//!
//! A draft is two documents: the one that was read, and the one that it is to become. It lies in a file from the first edit on,
//! so that it is there after a crash. What is different is worked out from the bytes, and so is what a save sends: whatever
//! others have changed meanwhile stays, unless it is the same field.

mod edit;
mod merge;
mod request;
mod save;
mod sending;
mod store;
mod undoing;
mod view;

pub(crate) use edit::{discard, draft, drafts, edit};
pub(crate) use merge::{check, compare, take_merged};
pub use request::*;
pub(crate) use save::save;
pub(crate) use store::Drafts;
pub(crate) use undoing::undo_as_draft;
pub(super) use view::changes;
