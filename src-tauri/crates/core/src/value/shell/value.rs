//! A value on its way to BSON.

use crate::value::{
    number::Number,
    raw,
    typed::{Kind, TypedValue},
};

/// What an expression stands for.
#[derive(Clone, Debug)]
pub(super) enum Value {
    /// A number without a type of its own: only with these is calculated.
    Number(Number),
    /// A value with its type and bytes.
    Other(Kind, Vec<u8>),
}

impl Value {
    pub(super) fn whole(number: i64) -> Self {
        Self::Number(Number::Whole(number))
    }

    pub(super) fn long(long: i64) -> Self {
        Self::Other(Kind::Long, long.to_le_bytes().to_vec())
    }

    pub(super) fn date(millis: i64) -> Self {
        Self::Other(Kind::Date, millis.to_le_bytes().to_vec())
    }

    pub(super) fn text(text: &str) -> Self {
        Self::of_text(Kind::String, text)
    }

    /// A string, or one of the types that have its layout. It is no longer than the text that it comes from.
    pub(super) fn of_text(kind: Kind, text: &str) -> Self {
        let len = u32::try_from(text.len() + 1).unwrap_or(u32::MAX);
        Self::Other(kind, [&len.to_le_bytes(), text.as_bytes(), &[0]].concat())
    }

    /// A regular expression; none where it holds U+0000.
    pub(super) fn regex(pattern: &str, options: &str) -> Option<Self> {
        let fits = !pattern.contains('\0') && !options.contains('\0');
        fits.then(|| Self::Other(Kind::Regex, [pattern.as_bytes(), &[0], options.as_bytes(), &[0]].concat()))
    }

    /// The value that a text of this type says.
    pub(super) fn typed(kind: Kind, text: &str) -> Option<Self> {
        let (_, bytes) = TypedValue { kind, text: text.to_owned() }.encode().ok()?;
        (text.trim().len() == text.len()).then_some(Self::Other(kind, bytes))
    }

    /// Type and bytes.
    pub(super) fn encode(self) -> (Kind, Vec<u8>) {
        match self {
            Self::Number(number) => number.encode(),
            Self::Other(kind, bytes) => (kind, bytes),
        }
    }

    /// A plain number; a date is its milliseconds.
    pub(super) fn as_number(&self) -> Option<Number> {
        match self {
            Self::Number(number) => Some(*number),
            Self::Other(..) => self.as_date().map(Number::Whole),
        }
    }

    /// A number without a fraction, plain or of an integer type.
    pub(super) fn as_integer(&self) -> Option<i64> {
        match self {
            Self::Number(Number::Whole(whole)) => Some(*whole),
            Self::Number(Number::Double(double)) => super::arithmetic::exact_integer(*double),
            Self::Other(Kind::Int, bytes) => raw::read_i32(bytes).map(i64::from),
            Self::Other(Kind::Long, bytes) => bytes.first_chunk().map(|chunk| i64::from_le_bytes(*chunk)),
            Self::Other(..) => None,
        }
    }

    pub(super) fn as_date(&self) -> Option<i64> {
        match self {
            Self::Other(Kind::Date, bytes) => bytes.first_chunk().map(|chunk| i64::from_le_bytes(*chunk)),
            _ => None,
        }
    }

    pub(super) fn as_text(&self) -> Option<&str> {
        match self {
            Self::Other(Kind::String, bytes) => std::str::from_utf8(raw::string_bytes(bytes)?).ok(),
            _ => None,
        }
    }

    /// The bytes of a value of this type.
    pub(super) fn as_kind(&self, wanted: Kind) -> Option<&[u8]> {
        match self {
            Self::Other(kind, bytes) if *kind == wanted => Some(bytes),
            _ => None,
        }
    }
}
