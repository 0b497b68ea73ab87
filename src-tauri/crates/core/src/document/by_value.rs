//! A value as the filter that finds it.

use serde::{Deserialize, Serialize};
use specta::Type;
use utoipa::ToSchema;

use super::wire::Writer;
use crate::{
    Error, ErrorCode, Result,
    value::{
        ejson::Layout,
        shell,
        typed::{Kind, TypedValue, ValueError},
    },
};

/// Asks for the filter that finds documents by a value.
#[derive(Clone, Debug, Serialize, Deserialize, Type, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct FilterByValueRequest {
    /// The field: names joined by dots.
    pub field: String,
    /// The value that it is to have, of a type that can be written as a text.
    pub value: TypedValue,
}

/// A filter as text.
#[derive(Clone, Debug, Serialize, Deserialize, Type, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct FilterText {
    /// The filter in mongosh syntax; read back, it holds exactly the value that was given.
    pub text: String,
}

/// Writes `{ field: value }` so that the value keeps its type and its bits.
///
/// In the place of a value, a regular expression would find the texts that it matches, and undefined is refused: these
/// two are written as `{ $eq: /pattern/ }` and `{ $type: "undefined" }`.
pub(crate) fn filter_by_value(request: &FilterByValueRequest) -> Result<FilterText> {
    let FilterByValueRequest { field, value } = request;
    if field.contains('\0') || field.split('.').any(|name| name.is_empty() || name.starts_with('$')) {
        return Err(Error::invalid(format!("A filter cannot name the field '{field}'.")));
    }
    let (kind, bytes) = value.encode().map_err(|error| match error {
        ValueError::NotEditable(_) => {
            Error::new(ErrorCode::Unsupported, format!("No filter was made: {error}."))
        }
        ValueError::NotAValue { .. } => Error::invalid(format!("No filter was made: {error}.")),
    })?;
    let filter = Writer::new();
    let filter = match value.kind {
        Kind::Regex => filter.document(field, &Writer::new().raw("$eq", kind, &bytes).finish()),
        Kind::Undefined => filter.document(field, &Writer::new().text("$type", value.kind.name()).finish()),
        _ => filter.raw(field, kind, &bytes),
    };
    let filter = filter.finish();
    let written = shell::write(&filter, Layout::Compact)
        .map_err(|malformed| Error::internal(format!("A filter could not be written: {malformed}.")))?;
    Ok(FilterText { text: written.text })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn filter(field: &str, kind: Kind, text: &str) -> Result<String> {
        let value = TypedValue { kind, text: text.to_owned() };
        filter_by_value(&FilterByValueRequest { field: field.to_owned(), value }).map(|filter| filter.text)
    }

    #[test]
    fn every_text_reads_back_to_the_bytes_of_its_value() {
        for (kind, text) in [
            (Kind::String, "say \"it\\\n\u{2028}\u{1F600}"),
            (Kind::Int, "20"),
            (Kind::Long, "20"),
            (Kind::Long, "9007199254740993"),
            (Kind::Double, "20"),
            (Kind::Double, "-0.0"),
            (Kind::Double, "0.1"),
            (Kind::Double, "NaN"),
            (Kind::Double, "NaN(0x7ff8000000000001)"),
            (Kind::Double, "-Infinity"),
            (Kind::Decimal, "1.00"),
            (Kind::Decimal, "NaN(0x7c000000000000000000000000000001)"),
            (Kind::Bool, "true"),
            (Kind::Date, "2026-11-23T19:30:00.001Z"),
            (Kind::Date, "-62135596800001"),
            (Kind::ObjectId, "696298d165744c6162000040"),
            (Kind::Null, ""),
            (Kind::BinData, "BinData(128, \"YWJj\")"),
            (Kind::BinData, "00112233-4455-6677-8899-aabbccddeeff"),
            (Kind::Timestamp, "5:1"),
            (Kind::Javascript, "function () { return 1; }"),
            (Kind::JavascriptWithScope, "Code(\"f\", {\"a\":[1]})"),
            (Kind::DbPointer, "d.c 696298d165744c6162000040"),
            (Kind::Symbol, "s"),
            (Kind::MinKey, "minKey"),
            (Kind::MaxKey, "maxKey"),
        ] {
            let (byte, bytes) = TypedValue { kind, text: text.to_owned() }.encode().expect("a value");
            let expected = Writer::new().raw("a.b", byte, &bytes).finish();
            let written = filter("a.b", kind, text).expect("a filter");
            assert_eq!(shell::parse_document(&written, 0).expect("it reads back"), expected, "{written}");
        }
    }

    #[test]
    fn what_would_not_be_compared_as_a_value_is_asked_for_otherwise() {
        assert_eq!(filter("a", Kind::Regex, "/b/i").expect("a filter"), "{ a: { $eq: /b/i } }");
        let undefined = filter("a", Kind::Undefined, "undefined").expect("a filter");
        assert_eq!(undefined, "{ a: { $type: \"undefined\" } }");
    }

    #[test]
    fn what_cannot_be_a_filter_is_refused() {
        for field in ["", "a..b", ".a", "a.", "$where", "a.$b", "a\0"] {
            assert_eq!(filter(field, Kind::Int, "1").expect_err(field).code(), ErrorCode::InvalidInput);
        }
        let code = |kind, text| filter("a", kind, text).expect_err("no filter").code();
        assert_eq!(code(Kind::Int, "one"), ErrorCode::InvalidInput);
        assert_eq!(code(Kind::Object, ""), ErrorCode::Unsupported);
    }
}
