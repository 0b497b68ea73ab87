//! What a member's replies say, as far as it is used.

mod config;
mod fields;
mod figures;
mod hello;
mod log;
mod status;

pub(crate) use config::{Config, Configured, Timing};
pub(crate) use figures::{Figures, Operations, OplogEnds, OplogRoom};
pub(crate) use hello::Hello;
pub(crate) use log::LogLine;
pub(crate) use status::{Candidate, Copying, Optime, Seen, Status};
