//! From a typed text to a value's bytes.

use super::{Kind, TypedValue, binary, code, double_from_text};
use crate::value::{date, decimal};

/// Longest part of a wrong text that a message repeats.
const QUOTED_CHARS: usize = 60;

/// A text that is not a value of its type.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ValueError {
    /// The text does not say a value of the type.
    #[error("'{text}' is not {what}")]
    NotAValue {
        /// The text, shortened where it is long.
        text: String,
        /// What it ought to be, and which texts are taken.
        what: &'static str,
    },
    /// Values of this type are shown and never written from a text.
    #[error("a value of type {} cannot be edited as text", .0.name())]
    NotEditable(Kind),
}

impl TypedValue {
    /// The type byte and the bytes of the value that the text says.
    ///
    /// Where spaces cannot belong to the value, some may stand around it. A date is ISO 8601 with `Z` or an offset, a
    /// plain date, or milliseconds since 1970. A binary may be written as `HexData(0, "00ff")` and `UUID("…")` too.
    pub fn encode(&self) -> Result<(u8, Vec<u8>), ValueError> {
        match encode(self.kind, &self.text)? {
            Some(value) => Ok((self.kind.byte(), value)),
            None => Err(ValueError::NotAValue { text: shortened(&self.text), what: wanted(self.kind) }),
        }
    }
}

/// The bytes of a text's value; none where it says none.
fn encode(kind: Kind, whole: &str) -> Result<Option<Vec<u8>>, ValueError> {
    let text = whole.trim();
    Ok(match kind {
        Kind::String | Kind::Javascript | Kind::Symbol => string_value(whole),
        Kind::Int => text.parse::<i32>().ok().map(|int| int.to_le_bytes().to_vec()),
        Kind::Long => text.parse::<i64>().ok().map(|long| long.to_le_bytes().to_vec()),
        Kind::Double => double_from_text(text).map(|double| double.to_le_bytes().to_vec()),
        Kind::Decimal => decimal::from_text(text).map(|bits| bits.to_le_bytes().to_vec()),
        Kind::Bool => bool_value(text),
        Kind::Date => date_from_text(text).map(|millis| millis.to_le_bytes().to_vec()),
        Kind::ObjectId => object_id(text).map(Vec::from),
        Kind::Timestamp => timestamp(text),
        Kind::BinData => binary::from_text(text),
        Kind::Regex => regex(whole),
        Kind::JavascriptWithScope => code::from_text(text),
        Kind::DbPointer => db_pointer(whole),
        Kind::Null => text.is_empty().then(Vec::new),
        Kind::Undefined | Kind::MinKey | Kind::MaxKey => (text == kind.name()).then(Vec::new),
        Kind::Object | Kind::Array => return Err(ValueError::NotEditable(kind)),
    })
}

/// What a text of this type ought to be.
fn wanted(kind: Kind) -> &'static str {
    match kind {
        Kind::String | Kind::Javascript | Kind::Symbol => "a text below 2 GiB",
        Kind::Int => "a 32-bit integer; it takes -2147483648 to 2147483647",
        Kind::Long => "a 64-bit integer; it takes -9223372036854775808 to 9223372036854775807",
        Kind::Double => {
            "a double; it takes numbers such as 1.5 or -2e-7 up to 1.8e308, NaN, Infinity and -Infinity"
        }
        Kind::Decimal => {
            "a decimal; it takes up to 34 digits, an exponent up to E+6144, NaN, Infinity and -Infinity"
        }
        Kind::Bool => "a boolean; it takes true or false",
        Kind::Date => {
            "a date; it takes 2026-11-23, 2026-11-23T19:30:00.000Z, an offset such as +02:00 in the place \
             of Z, or milliseconds since 1970"
        }
        Kind::ObjectId => "an ObjectId; it takes 24 hex digits",
        Kind::Timestamp => "a timestamp; it takes seconds:counter, both from 0 to 4294967295",
        Kind::BinData => {
            "a binary; it takes BinData(0, \"base64\"), HexData(0, \"hex digits\") or a UUID with its hyphens"
        }
        Kind::Regex => "a regular expression; it takes /pattern/flags, without the character U+0000",
        Kind::JavascriptWithScope => {
            "JavaScript with a scope; it takes Code(\"source\", {\"name\": value}), with the scope as Extended JSON"
        }
        Kind::DbPointer => "a DBPointer; it takes a namespace, a space, and 24 hex digits",
        Kind::Null => "null; its text is empty",
        Kind::Undefined => "undefined, which is its only text",
        Kind::MinKey => "minKey, which is its only text",
        Kind::MaxKey => "maxKey, which is its only text",
        Kind::Object | Kind::Array => "a single value",
    }
}

/// A text as a message repeats it.
pub(super) fn shortened(text: &str) -> String {
    match text.char_indices().nth(QUOTED_CHARS) {
        Some((end, _)) => format!("{}…", &text[..end]),
        None => text.to_owned(),
    }
}

pub(super) fn string_value(text: &str) -> Option<Vec<u8>> {
    let len = i32::try_from(text.len().checked_add(1)?).ok()?;
    Some([&len.to_le_bytes(), text.as_bytes(), &[0]].concat())
}

fn bool_value(text: &str) -> Option<Vec<u8>> {
    match text {
        "true" => Some(vec![1]),
        "false" => Some(vec![0]),
        _ => None,
    }
}

fn date_from_text(text: &str) -> Option<i64> {
    text.parse().ok().or_else(|| date::from_iso(text))
}

fn timestamp(text: &str) -> Option<Vec<u8>> {
    let (seconds, counter) = text.split_once(':')?;
    let (seconds, counter) =
        (seconds.trim_end().parse::<u32>().ok()?, counter.trim_start().parse::<u32>().ok()?);
    Some([counter.to_le_bytes(), seconds.to_le_bytes()].concat())
}

/// A pattern may hold slashes, flags may not: the last slash ends the pattern. The flags stay as they are: whoever wants
/// other ones, or the usual order, writes them.
fn regex(text: &str) -> Option<Vec<u8>> {
    let (pattern, flags) = text.strip_prefix('/')?.rsplit_once('/')?;
    (!text.contains('\0')).then(|| [pattern.as_bytes(), &[0], flags.as_bytes(), &[0]].concat())
}

/// A namespace may hold spaces, an id may not.
fn db_pointer(text: &str) -> Option<Vec<u8>> {
    let (namespace, id) = text.rsplit_once(' ')?;
    Some([string_value(namespace)?, object_id(id)?.to_vec()].concat())
}

/// The twelve bytes of 24 hex digits.
pub(in crate::value) fn object_id(text: &str) -> Option<[u8; 12]> {
    let mut id = [0; 12];
    let (pairs, []) = text.as_bytes().as_chunks() else { return None };
    if pairs.len() != id.len() {
        return None;
    }
    for (byte, [high, low]) in id.iter_mut().zip(pairs) {
        let (high, low) = (HEX_VALUES[usize::from(*high)], HEX_VALUES[usize::from(*low)]);
        if high | low == NO_HEX {
            return None;
        }
        *byte = high << 4 | low;
    }
    Some(id)
}

/// All bits: with another value it stays what it is.
const NO_HEX: u8 = 0xFF;

const HEX_VALUES: [u8; 256] = {
    let digits = b"0123456789abcdef";
    let mut values = [NO_HEX; 256];
    let mut value = 0;
    while value < 16 {
        values[digits[value as usize] as usize] = value;
        values[digits[value as usize].to_ascii_uppercase() as usize] = value;
        value += 1;
    }
    values
};
