//! From a typed text to a value's bytes.

use super::{Kind, TypedValue, double_from_text};
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
    /// Numbers, dates, ids and booleans may have spaces around them. A date is ISO 8601 with `Z` or an
    /// offset, a plain date, or milliseconds since 1970.
    pub fn encode(&self) -> Result<(u8, Vec<u8>), ValueError> {
        let text = self.text.trim();
        let (value, what) = match self.kind {
            Kind::String => (string_value(&self.text), "a string below 2 GiB"),
            Kind::Int => (
                text.parse::<i32>().ok().map(|int| int.to_le_bytes().to_vec()),
                "a 32-bit integer; it takes -2147483648 to 2147483647",
            ),
            Kind::Long => (
                text.parse::<i64>().ok().map(|long| long.to_le_bytes().to_vec()),
                "a 64-bit integer; it takes -9223372036854775808 to 9223372036854775807",
            ),
            Kind::Double => (
                double_from_text(text).map(|double| double.to_le_bytes().to_vec()),
                "a double; it takes numbers such as 1.5 or -2e-7 up to 1.8e308, NaN, Infinity and -Infinity",
            ),
            Kind::Decimal => (
                decimal::from_text(text).map(|bits| bits.to_le_bytes().to_vec()),
                "a decimal; it takes up to 34 digits, an exponent up to E+6144, NaN, Infinity and -Infinity",
            ),
            Kind::Bool => (bool_value(text), "a boolean; it takes true or false"),
            Kind::Date => (
                date_from_text(text).map(|millis| millis.to_le_bytes().to_vec()),
                "a date; it takes 2026-11-23, 2026-11-23T19:30:00.000Z, an offset such as +02:00 in the place \
                 of Z, or milliseconds since 1970",
            ),
            Kind::ObjectId => (object_id(text).map(Vec::from), "an ObjectId; it takes 24 hex digits"),
            Kind::Null => (text.is_empty().then(Vec::new), "null; its text is empty"),
            kind => return Err(ValueError::NotEditable(kind)),
        };
        match value {
            Some(value) => Ok((self.kind.byte(), value)),
            None => Err(ValueError::NotAValue { text: quoted(&self.text), what }),
        }
    }
}

fn quoted(text: &str) -> String {
    match text.char_indices().nth(QUOTED_CHARS) {
        Some((end, _)) => format!("{}…", &text[..end]),
        None => text.to_owned(),
    }
}

fn string_value(text: &str) -> Option<Vec<u8>> {
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
