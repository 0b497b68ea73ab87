//! A single BSON value as a type and an exact text.

mod binary;
mod code;
mod convert;
mod encode;
mod kind;
#[cfg(test)]
mod tests;
mod text;

use serde::{Deserialize, Serialize};
use specta::Type;
use utoipa::ToSchema;

pub(super) use binary::{BASE64, SUBTYPE_UUID, bytes_of_hex, uuid_from_text};
pub use convert::{Converted, Loss, NoValue, Part, convert};
pub use encode::ValueError;
pub(super) use encode::object_id;
pub use text::Typed;
pub(super) use text::{double_from_text, double_text, hex_digits, read_text};

/// A BSON type, by the name that `$type` uses for it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize, Type, ToSchema)]
#[serde(rename_all = "camelCase")]
pub enum Kind {
    /// 64-bit IEEE 754 (0x01).
    Double,
    /// UTF-8 text (0x02).
    String,
    /// An embedded document (0x03).
    Object,
    /// An array (0x04).
    Array,
    /// Bytes with a subtype (0x05).
    BinData,
    /// Deprecated (0x06).
    Undefined,
    /// Twelve bytes (0x07).
    ObjectId,
    /// True or false (0x08).
    Bool,
    /// Milliseconds since 1970 (0x09).
    Date,
    /// Null (0x0A).
    Null,
    /// Pattern and flags (0x0B).
    Regex,
    /// Deprecated reference (0x0C).
    DbPointer,
    /// JavaScript (0x0D).
    Javascript,
    /// Deprecated (0x0E).
    Symbol,
    /// Deprecated JavaScript with variables (0x0F).
    JavascriptWithScope,
    /// 32-bit integer (0x10).
    Int,
    /// The server's own clock: seconds and counter (0x11).
    Timestamp,
    /// 64-bit integer (0x12).
    Long,
    /// 128-bit decimal (0x13).
    Decimal,
    /// Below every value (0xFF).
    MinKey,
    /// Above every value (0x7F).
    MaxKey,
}

/// A value as the window shows and sends it: a type and the text that gives exactly this value.
///
/// Texts: a string is itself; `int` and `long` are decimal digits; `double` is the shortest text that
/// reads back to the same bits (`NaN`, `Infinity`, `-0.0`, and `NaN(0x7ff8000000000001)` for a NaN with
/// another payload); `decimal` as in the Decimal128 specification; `date` is ISO 8601 in UTC with
/// milliseconds, or the milliseconds as digits outside years 1 to 9999; `objectId` is 24 hex digits;
/// `bool` is `true` or `false`; `null` is empty. A `decimal` whose bits are not the canonical ones of its
/// text carries them behind it, as in `NaN(0x7c000000000000000000000000000001)`.
///
/// `binData` is `BinData(0, "base64")`, or a UUID's usual text for subtype 4; `regex` is `/pattern/flags`, of which the
/// last slash ends the pattern; `timestamp` is `seconds:counter`; `javascript` and `symbol` are themselves;
/// `javascriptWithScope` is `Code("source", {"name": 1})`, with the source as a JSON string and the scope as relaxed
/// Extended JSON; `dbPointer` is `namespace id`; `minKey`, `maxKey` and `undefined` are their own names.
///
/// Only `object` and `array` have no text here: theirs is empty, and they are written as documents.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, Type, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct TypedValue {
    /// The BSON type.
    pub kind: Kind,
    /// The exact text of the value.
    pub text: String,
}
