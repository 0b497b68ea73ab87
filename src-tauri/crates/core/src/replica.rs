//! The replica set understood: who is who, how far behind, what fails next.

mod snapshot;

pub use snapshot::*;
