//! Type bytes and type names.

use super::Kind;

impl Kind {
    /// The type of an element's first byte; none for a byte that BSON does not use.
    #[must_use]
    #[inline]
    pub fn from_byte(byte: u8) -> Option<Self> {
        Some(match byte {
            0x01 => Self::Double,
            0x02 => Self::String,
            0x03 => Self::Object,
            0x04 => Self::Array,
            0x05 => Self::BinData,
            0x06 => Self::Undefined,
            0x07 => Self::ObjectId,
            0x08 => Self::Bool,
            0x09 => Self::Date,
            0x0A => Self::Null,
            0x0B => Self::Regex,
            0x0C => Self::DbPointer,
            0x0D => Self::Javascript,
            0x0E => Self::Symbol,
            0x0F => Self::JavascriptWithScope,
            0x10 => Self::Int,
            0x11 => Self::Timestamp,
            0x12 => Self::Long,
            0x13 => Self::Decimal,
            0xFF => Self::MinKey,
            0x7F => Self::MaxKey,
            _ => return None,
        })
    }

    /// The byte that stands for the type in BSON.
    #[must_use]
    pub fn byte(self) -> u8 {
        match self {
            Self::Double => 0x01,
            Self::String => 0x02,
            Self::Object => 0x03,
            Self::Array => 0x04,
            Self::BinData => 0x05,
            Self::Undefined => 0x06,
            Self::ObjectId => 0x07,
            Self::Bool => 0x08,
            Self::Date => 0x09,
            Self::Null => 0x0A,
            Self::Regex => 0x0B,
            Self::DbPointer => 0x0C,
            Self::Javascript => 0x0D,
            Self::Symbol => 0x0E,
            Self::JavascriptWithScope => 0x0F,
            Self::Int => 0x10,
            Self::Timestamp => 0x11,
            Self::Long => 0x12,
            Self::Decimal => 0x13,
            Self::MinKey => 0xFF,
            Self::MaxKey => 0x7F,
        }
    }

    /// The name that `$type` uses for it, such as `objectId`.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Double => "double",
            Self::String => "string",
            Self::Object => "object",
            Self::Array => "array",
            Self::BinData => "binData",
            Self::Undefined => "undefined",
            Self::ObjectId => "objectId",
            Self::Bool => "bool",
            Self::Date => "date",
            Self::Null => "null",
            Self::Regex => "regex",
            Self::DbPointer => "dbPointer",
            Self::Javascript => "javascript",
            Self::Symbol => "symbol",
            Self::JavascriptWithScope => "javascriptWithScope",
            Self::Int => "int",
            Self::Timestamp => "timestamp",
            Self::Long => "long",
            Self::Decimal => "decimal",
            Self::MinKey => "minKey",
            Self::MaxKey => "maxKey",
        }
    }

    /// Whether a value of this type is a single one, which a [`TypedValue`](super::TypedValue) says as a whole. Objects
    /// and arrays hold others, and are written as documents.
    #[must_use]
    pub fn is_editable(self) -> bool {
        !matches!(self, Self::Object | Self::Array)
    }
}
