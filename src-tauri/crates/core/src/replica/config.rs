//! The configuration of a set: read whole, changed in legal steps, written back with everything that this program does not know.
//!
//! All of it but [`run`] is a function of a configuration, a wish and what is known of the set now; nothing is asked.

mod command;
mod diff;
mod edit;
mod margins;
mod now;
mod readable;
mod rules;
mod run;
mod steps;
#[cfg(test)]
mod tests;
mod told;
mod whole;

pub use diff::changes;
pub use edit::{apply, new_member};
pub use margins::{can_elect, margins};
pub use now::{DefaultWriteConcern, SetNow};
pub use readable::with_port;
pub use rules::{check, check_alone};
pub use run::{Ask, Patience, Run};
pub use steps::{Step, StepKind, plan};
pub use told::{told, told_by_force};
pub use whole::WholeConfig;
