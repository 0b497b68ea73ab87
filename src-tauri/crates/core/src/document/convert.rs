//! A value as one of another type.

use serde::{Deserialize, Serialize};
use specta::Type;
use utoipa::ToSchema;

use crate::{
    Error, Result,
    value::typed::{self, Converted, Kind, TypedValue},
};

/// Asks for a value as one of another type.
#[derive(Clone, Debug, Serialize, Deserialize, Type, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct ConvertValueRequest {
    /// The value; of an object or an array, the text is empty.
    pub value: TypedValue,
    /// The type that it is to have.
    pub kind: Kind,
}

/// Makes the value, and tells what is lost.
pub(crate) fn convert_value(request: &ConvertValueRequest) -> Result<Converted> {
    typed::convert(&request.value, request.kind)
        .map_err(|error| Error::invalid(format!("Nothing was converted: {error}.")))
}
