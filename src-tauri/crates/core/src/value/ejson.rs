//! Extended JSON v2: raw BSON to text, and text to raw BSON.
//!
//! Both directions keep the order of fields, repeated and integer-like names, and every type, without
//! recursion. Three things go beyond the specification, so that a text always gives back the bytes that it
//! was made from:
//! - a NaN other than the usual one is `{"$numberDouble": "NaN(0x7ff8000000000001)"}`, and a Decimal128
//!   whose bits are not the canonical ones of its text carries them behind it in the same way;
//! - the relaxed form writes a 64-bit integer as a plain number only where it does not fit 32 bits, since a
//!   plain number that fits is read as a 32-bit one;
//! - `{"$regex": ..., "$options": ...}` stays a document: it is a query operator, and the value form is
//!   `$regularExpression`.

mod direct;
mod fault;
mod json;
mod lexer;
mod parse;
#[cfg(test)]
mod tests;
mod wrapper;
mod write;

pub(super) use fault::Fault;
pub use fault::{TextError, TextValue};
pub use parse::{parse_document, parse_value};
pub(super) use wrapper::{binary, binary_parts, is_type_key, read as read_wrapper};
pub use write::{Form, Layout, Writer, Written, write};
