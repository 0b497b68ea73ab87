//! Local replica sets made of real mongod processes, to learn on and to test on.
//!
//! A [`Lab`] keeps three members in the application's data folder. Their processes belong to a guard (module
//! [`guard`]), which stops them when the application ends in whatever way.

mod config;
mod folder;
pub mod guard;
mod lab;
mod link;
mod log;
mod member;
mod mongod;
mod process;
mod seed;
mod set;
mod start;
mod steps;
mod types;

use std::time::Duration;

pub use config::{GuardProgram, LabConfig};
pub use lab::Lab;
pub use mongod::{Mongod, MongodSearch};
pub use seed::sample_items;
pub use types::{LabMember, LabMemberRequest, LabState, LabStatus, LabStep, LabStepKind};

/// How long any one step may take before it is given up.
pub(crate) const PATIENCE: Duration = Duration::from_secs(20);
