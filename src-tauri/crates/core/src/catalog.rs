//! Databases and collections.

mod list;
mod types;

pub(crate) use list::{collections, databases};
pub use types::*;
