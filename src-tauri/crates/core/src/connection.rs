//! Connections: how they are named, opened, verified and remembered.

mod discover;
mod probe;
mod profile;
mod session;
mod types;
mod uri;

pub(crate) use discover::discover;
pub(crate) use profile::RecentConnections;
pub use session::ServedFrom;
pub(crate) use session::{Session, bounded};
pub use types::*;
pub use uri::ConnectionUri;
