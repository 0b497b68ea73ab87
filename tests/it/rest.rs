//! The API over HTTP, as the headless server has it.

mod address;
mod bench;
mod cors;
mod host;
mod ledger;
mod limits;
mod names;
mod python;
mod safe;
mod token;
mod wire;
