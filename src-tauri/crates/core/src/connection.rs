//! Connections: how they are named, opened, verified and remembered.

mod types;

pub use types::*;
