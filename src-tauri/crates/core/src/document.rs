//! Reading and writing documents.

mod id;
mod request;

pub use id::DocumentId;
pub use request::*;
