//! Local replica sets made of real mongod processes, to learn on and to test on.
//!
//! [`Labs`] are kept in the application's data folder, each as its [`LabPlan`] has it. The processes of a lab's members
//! belong to a guard (module [`guard`]), which stops them when the application ends in whatever way, and which carries the
//! links between them.

mod access;
mod action;
mod config;
mod folder;
pub mod guard;
mod lab;
mod labs;
mod line;
mod log;
mod member;
mod mongod;
mod plan;
mod ports;
mod process;
mod rehearsal;
mod running;
mod scenario;
mod seats;
mod seed;
mod set;
mod start;
mod steps;
mod tls;
mod types;

use std::time::Duration;

pub use config::{GuardProgram, LabConfig};
pub use lab::Lab;
pub use labs::Labs;
pub use mongod::{Mongod, MongodSearch};
pub use plan::{LabMemberPlan, LabPlan, LabTag, USUAL_LAB};
pub use seed::sample_items;
pub use types::{
    LabFault, LabFaultRequest, LabLink, LabLinkRequest, LabMember, LabMemberRequest, LabRequest, LabScenario,
    LabScenarioRequest, LabStartRequest, LabState, LabStatus, LabStep, LabStepKind, LinkPolicy,
    RehearsalReport, RehearsalStep, RehearseOperationRequest, ScenarioReport, ScenarioStep, StandIn,
};

/// How long any one step may take before it is given up.
pub(crate) const PATIENCE: Duration = Duration::from_secs(20);
