//! Plain numbers: how a text's digits become one of BSON's types.

use super::typed::{Kind, TypedValue, ValueError};

/// A number that is written without its type.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum Number {
    /// Without a fraction: of the smallest integer type that holds it.
    Whole(i64),
    /// Any other, and what is written as one.
    Double(f64),
}

impl Number {
    /// The number of decimal digits as JSON and JavaScript have them: a whole one where it fits 64 bits and is written
    /// without a point and an exponent. Minus zero is no integer.
    pub(super) fn from_text(text: &str) -> Result<Self, ValueError> {
        if text != "-0"
            && !text.contains(['.', 'e', 'E'])
            && let Ok(whole) = text.parse()
        {
            return Ok(Self::Whole(whole));
        }
        let (_, bytes) = TypedValue { kind: Kind::Double, text: text.to_owned() }.encode()?;
        Ok(Self::Double(bytes.first_chunk().map_or(f64::NAN, |chunk| f64::from_le_bytes(*chunk))))
    }

    /// Type and bytes.
    pub(super) fn encode(self) -> (Kind, Vec<u8>) {
        match self {
            Self::Whole(whole) => match i32::try_from(whole) {
                Ok(int) => (Kind::Int, int.to_le_bytes().to_vec()),
                Err(_) => (Kind::Long, whole.to_le_bytes().to_vec()),
            },
            Self::Double(double) => (Kind::Double, double.to_le_bytes().to_vec()),
        }
    }
}
