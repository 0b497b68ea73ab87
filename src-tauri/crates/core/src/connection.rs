//! Connections: how they are named, opened, verified and remembered.

mod discover;
mod kinds;
mod permit;
mod probe;
mod profile;
mod ready;
mod served;
mod session;
mod types;
mod uri;

pub(crate) use discover::discover;
pub(crate) use permit::{Permitted, read_only};
pub(crate) use profile::RecentConnections;
pub(crate) use ready::ready;
pub use served::Served;
pub use session::ServedFrom;
pub(crate) use session::{Session, bounded};
pub use types::*;
pub use uri::ConnectionUri;
