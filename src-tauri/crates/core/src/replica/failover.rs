//! The fail-over stopwatch: small writes, twenty a second, tell how long writes are away.
//!
//! Each is one document into a collection of its own, `trivet_failover.canary_<seconds since 1970>_<id>`, acknowledged by a majority
//! (`w: "majority"`), sent once (`retryWrites=false`) at its due time by a task of its own: one that hangs holds up no other. The
//! collection is removed at the end, also where nobody waits for the end; what a program that was killed has left behind is removed
//! by the next measuring, when it is more than an hour old.

mod beats;
mod canary;
mod elections;
mod export;
mod failure;
mod measure;
mod measurement;
mod place;
mod reckon;
mod samples;
mod scene;
mod store;

pub(crate) use canary::Canary;
pub(crate) use export::export as export_measurement;
pub(crate) use measure::measure as measure_failover;
pub use measurement::*;
pub(crate) use scene::Scene;
pub(crate) use store::Measurements;
