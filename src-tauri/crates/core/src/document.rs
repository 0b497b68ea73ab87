//! Reading and writing documents.

mod count;
mod find;
mod guard;
mod id;
mod page_cursor;
mod read;
mod request;
mod standalone;
mod text;
mod view;
mod wire;
mod write;

pub(crate) use count::count;
pub(crate) use find::find;
pub use id::DocumentId;
pub(crate) use read::{expand, get, get_text};
pub use request::*;
pub(crate) use write::{delete, insert, replace, update};
