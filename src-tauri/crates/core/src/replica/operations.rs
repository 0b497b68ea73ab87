//! What may be done to a replica set: checked, planned, told, and then carried out step by step.

mod plan;
mod report;
mod wish;

pub use plan::*;
pub use report::*;
pub use wish::*;
