//! One adapter for each operation: unpack, call once, pack.

pub(crate) mod calls;
pub(crate) mod desktop;
pub(crate) mod streams;

use trivet_core::ErrorBody;

/// What every command answers with.
pub(crate) type Answer<T> = Result<T, ErrorBody>;
