//! Numbers that JavaScript can hold.

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
