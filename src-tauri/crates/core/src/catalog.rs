//! Databases, collections, and the fields of their documents.

mod change;
mod fields;
mod list;
mod shape;
mod types;

pub use change::*;
pub(crate) use fields::sample_fields;
pub(crate) use list::{collections, databases};
pub use types::*;
