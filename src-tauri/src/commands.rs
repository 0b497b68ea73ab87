//! One adapter for each operation: unpack, call once, pack.

pub(crate) mod catalog;
pub(crate) mod connection;
pub(crate) mod document;
pub(crate) mod lab;
pub(crate) mod program;
pub(crate) mod replica;

use trivet_core::ErrorBody;

/// What every command answers with.
pub(crate) type Answer<T> = Result<T, ErrorBody>;

/// The commands by name, as build.rs gates them.
#[cfg(test)]
pub(crate) const NAMES: &[&str] = include!("commands/names.rs");
