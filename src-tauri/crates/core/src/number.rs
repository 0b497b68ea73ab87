//! Numbers that JavaScript can hold, and that are what they are said to be.

use serde::{Deserialize, Deserializer, Serialize, Serializer, de};

/// An integer from 0 to 2^53 - 1: what a JavaScript number holds exactly. Larger counts saturate there.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct SafeInt(u64);

impl SafeInt {
    /// The largest integer that a JavaScript number holds exactly (`Number.MAX_SAFE_INTEGER`).
    pub const MAX: u64 = (1 << 53) - 1;

    /// The number, or [`Self::MAX`] where it is larger.
    #[must_use]
    pub fn new(value: u64) -> Self {
        Self(value.min(Self::MAX))
    }

    /// The number.
    #[must_use]
    pub fn get(self) -> u64 {
        self.0
    }
}

impl Serialize for SafeInt {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_u64(self.0)
    }
}

impl<'de> Deserialize<'de> for SafeInt {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let value = u64::deserialize(deserializer)?;
        if value > Self::MAX {
            return Err(de::Error::custom("a number above 2^53 - 1"));
        }
        Ok(Self(value))
    }
}

impl utoipa::PartialSchema for SafeInt {
    #[expect(clippy::cast_precision_loss, reason = "the largest one is the last that a double holds exactly")]
    fn schema() -> utoipa::openapi::RefOr<utoipa::openapi::schema::Schema> {
        use utoipa::openapi::{
            ObjectBuilder,
            schema::{KnownFormat, SchemaFormat, Type},
        };
        ObjectBuilder::new()
            .schema_type(Type::Integer)
            .format(Some(SchemaFormat::KnownFormat(KnownFormat::Int64)))
            .minimum(Some(0))
            .maximum(Some(Self::MAX as f64))
            .into()
    }
}

impl utoipa::ToSchema for SafeInt {}

impl specta::Type for SafeInt {
    fn definition(types: &mut specta::Types) -> specta::datatype::DataType {
        u32::definition(types)
    }
}

/// A share of a whole, from 0 to 1.
#[derive(Clone, Copy, Debug, Default, PartialEq, PartialOrd)]
pub struct Share(f64);

impl Share {
    /// Nothing of it.
    pub const NOTHING: Self = Self(0.0);
    /// All of it.
    pub const WHOLE: Self = Self(1.0);

    /// The share, or the nearest there is; nothing for what is no number.
    #[must_use]
    pub fn new(share: f64) -> Self {
        Self(if share.is_nan() { 0.0 } else { share.clamp(0.0, 1.0) })
    }

    /// The number.
    #[must_use]
    pub fn get(self) -> f64 {
        self.0
    }
}

impl Serialize for Share {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_f64(self.0)
    }
}

impl<'de> Deserialize<'de> for Share {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let share = f64::deserialize(deserializer)?;
        if !(0.0..=1.0).contains(&share) {
            return Err(de::Error::custom("a share that is not from 0 to 1"));
        }
        Ok(Self(share))
    }
}

impl utoipa::PartialSchema for Share {
    fn schema() -> utoipa::openapi::RefOr<utoipa::openapi::schema::Schema> {
        use utoipa::openapi::{ObjectBuilder, schema::Type};
        ObjectBuilder::new().schema_type(Type::Number).minimum(Some(0)).maximum(Some(1)).into()
    }
}

impl utoipa::ToSchema for Share {}

impl specta::Type for Share {
    fn definition(types: &mut specta::Types) -> specta::datatype::DataType {
        u32::definition(types)
    }
}

#[cfg(test)]
mod tests {
    use super::Share;

    #[test]
    fn a_share_that_is_more_than_all_or_no_number_is_not_read() {
        for (text, share) in
            [("0", Some(0.0)), ("0.25", Some(0.25)), ("1.0", Some(1.0)), ("1.01", None), ("-0.1", None)]
        {
            let read = serde_json::from_str::<Share>(text).ok();
            assert_eq!(read, share.map(Share), "{text}");
        }
        assert_eq!((Share::new(f64::NAN), Share::new(7.0)), (Share::NOTHING, Share::WHOLE));
    }
}
