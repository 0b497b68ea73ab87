//! BSON as people read and write it.
//!
//! Everything here walks bytes itself and never recurses on input, but for [`shell`], which bounds what it recurses
//! on: a document may be nested 180 levels deep, hold bad UTF-8 or repeat a field name, and still has to be shown and
//! given back unharmed.

pub mod alone;
mod date;
mod decimal;
pub mod diff;
pub mod edit;
pub mod ejson;
pub mod etag;
pub mod merge;
pub mod node;
mod number;
pub mod path;
mod quote;
pub mod raw;
#[cfg(test)]
mod samples;
mod scan;
pub mod shell;
pub mod threeway;
pub mod typed;
mod walk;
