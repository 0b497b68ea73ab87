//! mongosh's literal syntax: a text to raw BSON by its syntax tree, and raw BSON to such a text.
//!
//! Nothing is evaluated: the nodes of the tree and the names that may be called are allow-lists, and whatever else is
//! there is an error with its place. The clock is handed in. Extended JSON is understood in the same text, by the
//! same code as in [`ejson`](super::ejson): `{$oid: '...'}` is an ObjectId in any quotes.
//!
//! What departs from mongosh, on purpose:
//! - a number keeps what it says. `5` is a 32-bit integer, a larger one that fits 64 bits is a 64-bit integer and is
//!   never rounded, and one with a point or an exponent is a double, `5.0` too; the result of a calculation is an
//!   integer where it is one of 64 bits, and minus zero is a double;
//! - calculated is with plain numbers and dates only, never with `NumberLong(5)` or `'5'`;
//! - `undefined` is BSON's own undefined, where mongosh sends null;
//! - names repeat and keep their order, integer-like ones too, and `__proto__` is one of them;
//! - a date without a zone is UTC, also by its parts, and `Date(...)` without `new` is a date;
//! - `RegExp` keeps its pattern as it is, and the flag `s` is kept; `u` says nothing to MongoDB and is left out;
//! - `Symbol` is BSON's symbol, `NumberLong` counts as a number for `new Date`, and a `Double` may carry a NaN's bits;
//! - what mongosh makes something of although it is wrong is refused: digits that are none, numbers that do not fit,
//!   days that do not exist, dates in words, base64 and hex digits cut short, UUIDs that are no UUIDs, flags and
//!   arguments that mean nothing, `017`, `1e999`, half a surrogate pair;
//! - functions, templates with `${`, methods, names in brackets, spread elements and holes in arrays are refused.

mod arithmetic;
mod build;
mod call;
mod constant;
mod lexeme;
mod literal;
mod read;
mod scan;
mod syntax;
#[cfg(test)]
mod tests;
mod value;
mod words;
mod write;

use oxc_allocator::Allocator;

use super::{
    ejson::{self, Fault, TextError, TextValue},
    typed::{Kind, object_id},
};
use value::Value;
pub use write::write;

/// What a text in a filter's place says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Filter {
    /// The filter's bytes.
    pub bytes: Vec<u8>,
    /// The text was a value alone, and the filter looks for it as `_id`.
    pub by_id: bool,
}

/// Reads one value of any type. `now_ms`, in milliseconds since 1970, is what `new Date()` and its like say.
pub fn parse_value(text: &str, now_ms: i64) -> Result<TextValue, TextError> {
    let allocator = Allocator::new();
    let read = || read::Reader::new(text, now_ms).read(&syntax::parse(&allocator, text)?);
    read().map_err(|fault: Fault| TextError::new(text, fault))
}

/// Reads one document, an object at the top, as raw BSON.
///
/// The size is not bounded here: the caller compares it with what the server takes.
pub fn parse_document(text: &str, now_ms: i64) -> Result<Vec<u8>, TextError> {
    parse_either(text, now_ms)?.into_document(text)
}

/// Reads a filter. A value alone, such as `ObjectId("...")` or only its 24 hex digits, is a search by `_id`.
pub fn parse_filter(text: &str, now_ms: i64) -> Result<Filter, TextError> {
    let value = match bare_id(text.trim()) {
        Some(id) => id,
        None => parse_either(text, now_ms)?,
    };
    if matches!(value.kind, Kind::Object | Kind::Array | Kind::Undefined) {
        return Ok(Filter { bytes: value.into_document(text)?, by_id: false });
    }
    let mut builder = build::Builder::new();
    let document = (|| {
        builder.open_object(0)?;
        builder.begin_field(0, "_id")?;
        builder.put(value.kind, &value.bytes);
        builder.close()?;
        builder.finish()
    })();
    let document = document.map_err(|fault: Fault| TextError::new(text, fault))?;
    Ok(Filter { bytes: document.bytes, by_id: true })
}

/// Extended JSON needs no syntax tree, and a program writes it: it is tried first. What it is not is explained as
/// mongosh syntax, which has all of it, but for a text that is too long for a tree.
fn parse_either(text: &str, now_ms: i64) -> Result<TextValue, TextError> {
    ejson::parse_value(text).or_else(|error| match text.len() {
        ..=syntax::MAX_TEXT => parse_value(text, now_ms),
        _ => Err(error),
    })
}

/// The digits of an ObjectId or a UUID, as they are copied from somewhere.
fn bare_id(text: &str) -> Option<TextValue> {
    let (kind, bytes) = match object_id(text) {
        Some(id) => (Kind::ObjectId, id.to_vec()),
        None if text.len() == 36 => call::uuid(text).map(Value::encode)?,
        None => return None,
    };
    Some(TextValue { kind, bytes })
}
