//! The fail-over stopwatch: small writes, twenty a second, tell how long writes are away.

mod measurement;

pub use measurement::*;
