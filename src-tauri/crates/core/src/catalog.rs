//! Databases and collections.

mod types;

pub use types::*;
