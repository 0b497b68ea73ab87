//! The replica set understood: who is who, how far behind, what fails next.

mod ask;
mod heartbeat;
mod limits;
mod members;
mod monitor;
mod observation;
mod reduce;
mod reply;
mod signals;
mod snapshot;
mod state;
mod stopwatch;
#[cfg(test)]
mod tests;
mod verdict;

pub(crate) use monitor::Monitor;
pub use snapshot::*;
