//! What may be done to a replica set: checked, planned, told, and then carried out step by step.

mod check;
pub(crate) mod codes;
mod initiate;
mod newcomer;
mod one_member;
mod operate;
mod plan;
mod prepared;
mod reconfigure;
mod report;
mod run;
mod scene;
mod settle;
mod step_down;
#[cfg(test)]
mod tests;
mod unreplicated;
mod wish;

pub(crate) use operate::{plan_operation, run_operation};
pub use plan::*;
pub use report::*;
pub(crate) use scene::Hands;
pub use wish::*;
