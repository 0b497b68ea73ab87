//! What a snapshot says, from answers as real members give them.

mod links;
mod majorities;
mod members;
mod order;
mod primary;
mod recorded;
mod sight;
pub(super) mod world;
