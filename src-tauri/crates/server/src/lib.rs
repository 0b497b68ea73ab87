//! The same operations over HTTP: a listener on this machine, with locks.
//!
//! [`bind`] takes an address, [`serve`] answers on it until it is told to stop. What is asked of MongoDB goes to the
//! engine that is handed in; nothing here knows more of a database than the names of operations.

mod address;
mod api;
mod body;
mod door;
mod host;
mod item_query;
mod lock;
mod openapi;
mod opening;
mod page;
mod params;
mod preconditions;
mod problem;
pub mod program;
mod router;
mod routes;
mod serve;
pub mod startup;
mod streams;
mod token;
mod written;

pub use address::{Bound, USUAL_ADDRESS, bind};
pub use api::ServerConfig;
pub use host::{Host, RestServeRequest, RestStatus};
pub use router::openapi_json;
pub use serve::serve;
pub use token::Token;
