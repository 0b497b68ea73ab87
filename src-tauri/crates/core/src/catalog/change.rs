//! Collections and databases are made, renamed and dropped.
//!
//! A drop is for good: no before-image is kept of it, and Undo does not reach it. So what is dropped or renamed is
//! named by more than its name: by the UUID that the server gave the collection. Where the server compares it itself
//! (a collection, on MongoDB 6.0 and later) no other collection of that name can be hit, and the same command may be
//! sent again after a lost answer. The server does not compare it for views, time series, whole databases and a rename
//! into another database: there we look right before we send, and once only, but for a database.

mod create;
mod drop;
mod fingerprint;
mod locate;
mod names;
mod preview;
mod rename;
mod send;
mod types;

pub(crate) use create::create_collection;
pub(crate) use drop::{drop_collection, drop_database};
pub(crate) use locate::locate_collections;
pub(crate) use preview::drop_preview;
pub(crate) use rename::rename_collection;
pub use types::*;
