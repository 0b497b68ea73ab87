//! The same operations over HTTP: a listener on this machine, with locks.

mod address;
pub mod startup;
mod token;

pub use address::{Bound, USUAL_ADDRESS, bind};
pub use token::Token;
