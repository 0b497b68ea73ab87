//! The API over HTTP, as the headless server has it.

mod address;
mod bench;
mod canary;
mod catalog;
mod cors;
mod documents;
mod guide;
mod host;
mod items;
mod ledger;
mod life;
mod limits;
mod names;
mod printed;
mod probes;
mod python;
mod query;
mod read_only;
mod requests;
mod safe;
mod secrets;
mod stream;
mod strings;
mod token;
mod wire;
mod witness;
