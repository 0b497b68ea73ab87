//! What a snapshot says, from answers as real members give them.

mod majorities;
mod members;
mod primary;
mod sight;
mod world;
