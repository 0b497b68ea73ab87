//! Reading and writing documents.

mod by_value;
mod count;
mod find;
mod find_text;
mod guard;
mod id;
mod operators;
mod page;
mod patch;
mod read;
mod request;
mod standalone;
mod text;
mod view;
mod wire;
mod write;

pub(crate) use by_value::filter_by_value;
pub use by_value::{FilterByValueRequest, FilterText};
pub(crate) use count::count;
pub(crate) use find::find;
pub(crate) use find_text::find_text;
pub use id::{DocumentId, IdType};
pub(crate) use page::Browsing;
pub(crate) use read::{expand, get, get_text};
pub use request::*;
pub(crate) use write::{delete, insert, insert_many, patch, replace, update};
