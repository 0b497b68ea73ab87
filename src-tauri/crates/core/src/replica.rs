//! The replica set understood: who is who, how far behind, what fails next.

mod ask;
mod lag;
mod limits;
mod majority;
mod monitor;
mod observation;
mod reduce;
mod snapshot;
mod state;
#[cfg(test)]
mod tests;
mod verdict;

pub(crate) use monitor::Monitor;
pub use snapshot::*;
