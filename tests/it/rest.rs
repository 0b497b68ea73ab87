//! The API over HTTP, as the headless server has it.

mod ledger;
mod python;
