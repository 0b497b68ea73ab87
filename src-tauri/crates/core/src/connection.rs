//! Connections: how they are named, opened, verified and remembered.

mod beside;
mod confirm;
mod direct;
mod discover;
mod kinds;
mod permit;
mod probe;
mod profile;
mod pulse;
mod ready;
mod running;
mod served;
mod session;
mod types;
mod uri;

pub(crate) use beside::Beside;
pub(crate) use direct::{Direct, direct_options};
pub(crate) use discover::discover;
pub(crate) use permit::{Permitted, read_only};
pub(crate) use probe::Greeting;
pub(crate) use profile::RecentConnections;
pub(crate) use ready::ready;
pub(crate) use running::{Lane, Steps};
pub use served::Served;
pub use session::ServedFrom;
pub(crate) use session::{Asked, Session, bounded, bounded_by, unanswered};
pub use types::*;
pub use uri::ConnectionUri;
