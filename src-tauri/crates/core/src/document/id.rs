//! How a document is named outside the core.

use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use serde::{Deserialize, Serialize};
use specta::Type;
use utoipa::ToSchema;

use super::{
    TextFormat,
    wire::{Writer, text_value},
};
use crate::{
    Error, ErrorCode, Result,
    value::{
        ejson::{self, Layout, TextValue},
        raw,
        typed::{Kind, TypedValue},
    },
};

/// A document's `_id` as an opaque text: its type and its bytes, so that nothing of it is lost.
///
/// Made of one byte for the BSON type and the value's bytes, in base64url. Where an `_id` may come more than once, as in a
/// view, two parts follow behind dots: the document's position in what a query gives, so that no two have the same name, and
/// the hash of its bytes, by which it is found again.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize, Type, ToSchema)]
#[serde(transparent)]
pub struct DocumentId(String);

impl DocumentId {
    pub(crate) fn new(kind: u8, value: &[u8]) -> Self {
        let mut bytes = Vec::with_capacity(value.len() + 1);
        bytes.push(kind);
        bytes.extend_from_slice(value);
        Self(URL_SAFE_NO_PAD.encode(bytes))
    }

    /// The name of one of several documents that may have this `_id`. Of a projected one the hash is not known.
    pub(super) fn at(self, position: u64, etag: &str, projected: bool) -> Self {
        let etag = if projected { "" } else { etag };
        Self(format!("{}.{position}.{etag}", self.0))
    }

    /// The BSON type and the value's bytes of what names one document alone. An id that is not one of ours is refused.
    pub(crate) fn decode(&self) -> Result<(u8, Vec<u8>)> {
        match self.decode_with()? {
            (kind, value, Which::Only) => Ok((kind, value)),
            (_, _, Which::Among(_)) => Err(Error::new(
                ErrorCode::Unsupported,
                "Documents of a view or a time series cannot be changed one by one; nothing was written.",
            )),
        }
    }

    /// The same, with what tells the document from others that have the same `_id`.
    pub(super) fn decode_with(&self) -> Result<(u8, Vec<u8>, Which<'_>)> {
        let mut parts = self.0.split('.');
        let (kind, value) = decode(parts.next().unwrap_or_default())?;
        let which = match (parts.next().map(str::parse::<u64>), parts.next(), parts.next()) {
            (None, ..) => Which::Only,
            (Some(Ok(_)), Some(etag), None) => Which::Among(Some(etag).filter(|etag| !etag.is_empty())),
            _ => return Err(unreadable()),
        };
        Ok((kind, value, which))
    }
}

/// Which of the documents with an `_id`.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Which<'a> {
    /// There is only one.
    Only,
    /// The one with this hash, where that is known.
    Among(Option<&'a str>),
}

fn decode(text: &str) -> Result<(u8, Vec<u8>)> {
    let mut bytes = URL_SAFE_NO_PAD.decode(text).map_err(|_| unreadable())?;
    if bytes.is_empty() {
        return Err(unreadable());
    }
    let kind = bytes.remove(0);
    if !is_one_value(kind, &bytes) {
        return Err(unreadable());
    }
    Ok((kind, bytes))
}

/// Whether these bytes are one BSON value of this type and nothing else: they are put into commands as they are.
pub(super) fn is_one_value(kind: u8, value: &[u8]) -> bool {
    let document = Writer::new().raw("_id", kind, value).finish();
    let Ok(mut elements) = raw::Elements::new(&document) else { return false };
    let one = matches!(elements.next(), Some(Ok(element)) if element.value == value);
    one && elements.next().is_none() && raw::check(&document).is_ok()
}

/// How the text of an `_id` in an address is read.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, Type, ToSchema)]
#[serde(rename_all = "lowercase")]
pub enum IdType {
    /// 24 hex digits.
    ObjectId,
    /// The text itself.
    String,
    /// Decimal digits of a 32-bit integer.
    Int,
    /// Decimal digits of a 64-bit integer.
    Long,
    /// A UUID in its usual form (binary subtype 4).
    Uuid,
    /// Any value as Extended JSON.
    Ejson,
}

impl DocumentId {
    /// Reads an `_id` from an address. Without a type, 24 hex digits are an ObjectId and any other text is refused.
    ///
    /// # Errors
    ///
    /// `InvalidInput` that says what was expected.
    pub fn parse(text: &str, id_type: Option<IdType>) -> Result<Self> {
        let read = match id_type {
            None | Some(IdType::ObjectId) => object_id(text),
            Some(IdType::String) => Some(Self::new(Kind::String.byte(), &text_value(text))),
            Some(IdType::Int) => {
                text.parse::<i32>().ok().map(|id| Self::new(Kind::Int.byte(), &id.to_le_bytes()))
            }
            Some(IdType::Long) => {
                text.parse::<i64>().ok().map(|id| Self::new(Kind::Long.byte(), &id.to_le_bytes()))
            }
            Some(IdType::Uuid) => uuid(text),
            Some(IdType::Ejson) => {
                let TextValue { kind, bytes } = ejson::parse_value(text).map_err(|error| {
                    Error::invalid(format!("The id is not Extended JSON: {}.", error.message))
                })?;
                Some(Self::new(kind.byte(), &bytes))
            }
        };
        read.ok_or_else(|| {
            let expected = match id_type {
                None | Some(IdType::ObjectId) => "24 hex digits",
                Some(IdType::Int) => "a 32-bit integer",
                Some(IdType::Long) => "a 64-bit integer",
                Some(IdType::Uuid) => "a UUID such as 0f9e8d7c-6b5a-4938-8271-605f4e3d2c1b",
                Some(IdType::String | IdType::Ejson) => "another text",
            };
            let error = Error::invalid(format!("The id is not {expected}."));
            match id_type {
                None => error
                    .with_hint("For an _id of another type add id_type=string, int, long, uuid or ejson."),
                Some(_) => error,
            }
        })
    }

    /// The text that [`Self::parse`] reads as this `_id`, and the type to be given with it, where one is needed.
    #[must_use]
    pub fn address(&self) -> (String, Option<IdType>) {
        let Ok((kind, value)) = self.decode() else { return (self.0.clone(), None) };
        let shown = |kind| TypedValue::of(kind, &value).value.text;
        match Kind::from_byte(kind) {
            Some(kind @ Kind::ObjectId) => (shown(kind), None),
            Some(Kind::String) => match raw::string_bytes(&value).map(std::str::from_utf8) {
                // An empty text would leave the last part of an address away, and dots are steps in its path, escaped
                // or not.
                Some(Ok(text)) if !["", ".", ".."].contains(&text) => (text.to_owned(), Some(IdType::String)),
                _ => (self.to_json(TextFormat::Canonical), Some(IdType::Ejson)),
            },
            Some(kind @ Kind::Int) => (shown(kind), Some(IdType::Int)),
            Some(kind @ Kind::Long) => (shown(kind), Some(IdType::Long)),
            _ => (self.to_json(TextFormat::Canonical), Some(IdType::Ejson)),
        }
    }

    /// The `_id` as a JSON value.
    #[must_use]
    pub fn to_json(&self, format: TextFormat) -> String {
        let Ok((kind, value)) = self.decode() else { return "null".to_owned() };
        let document = Writer::new().raw("_id", kind, &value).finish();
        let Ok(written) = ejson::write(&document, format.form(), Layout::Compact) else {
            return "null".to_owned();
        };
        let text = written.text.strip_prefix("{\"_id\":").and_then(|text| text.strip_suffix('}'));
        text.unwrap_or("null").to_owned()
    }
}

fn object_id(text: &str) -> Option<DocumentId> {
    let id = bson::oid::ObjectId::parse_str(text).ok().filter(|_| text.len() == 24)?;
    Some(DocumentId::new(Kind::ObjectId.byte(), &id.bytes()))
}

/// Binary of subtype 4: length, subtype, sixteen bytes.
fn uuid(text: &str) -> Option<DocumentId> {
    let id = bson::uuid::Uuid::parse_str(text).ok()?;
    let mut value = vec![16, 0, 0, 0, 4];
    value.extend_from_slice(&id.bytes());
    Some(DocumentId::new(Kind::BinData.byte(), &value))
}

fn unreadable() -> Error {
    Error::invalid("The document's id cannot be read: use the id that came with the document.")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_is_read_back_as_the_same_id() {
        for (text, id_type) in [
            ("65f0a1b2c3d4e5f60718293a", None),
            ("65f0a1b2c3d4e5f60718293a", Some(IdType::String)),
            ("a/b ü%", Some(IdType::String)),
            ("-7", Some(IdType::Int)),
            ("9007199254740993", Some(IdType::Long)),
            ("0f9e8d7c-6b5a-4938-8271-605f4e3d2c1b", Some(IdType::Uuid)),
            (r#"{"a":1,"b":{"$numberLong":"1"}}"#, Some(IdType::Ejson)),
            (r#"{"$minKey":1}"#, Some(IdType::Ejson)),
            (r#""""#, Some(IdType::Ejson)),
            (r#"".""#, Some(IdType::Ejson)),
            (r#""..""#, Some(IdType::Ejson)),
        ] {
            let id = DocumentId::parse(text, id_type).expect("an id");
            let (address, address_type) = id.address();
            assert_eq!(DocumentId::parse(&address, address_type).expect("an address"), id, "{text}");
        }
    }

    #[test]
    fn a_text_that_an_address_cannot_end_with_is_written_in_quotes() {
        for text in ["", ".", ".."] {
            let id = DocumentId::parse(text, Some(IdType::String)).expect("an id");
            assert_eq!(id.address(), (format!("{text:?}"), Some(IdType::Ejson)));
        }
    }

    #[test]
    fn a_malformed_id_is_refused_with_what_was_expected() {
        for (text, id_type, expected) in [
            ("65f0", None, "24 hex digits"),
            ("65f0a1b2c3d4e5f60718293g", None, "24 hex digits"),
            ("2147483648", Some(IdType::Int), "32-bit"),
            ("1.5", Some(IdType::Long), "64-bit"),
            ("0f9e8d7c", Some(IdType::Uuid), "UUID"),
            ("{", Some(IdType::Ejson), "Extended JSON"),
        ] {
            let error = DocumentId::parse(text, id_type).expect_err(text);
            assert!(error.body().message.contains(expected), "{text}: {error}");
        }
    }

    #[test]
    fn one_of_several_documents_with_an_id_has_its_own_name_and_is_not_written_to() {
        let id = DocumentId::parse("7", Some(IdType::Int)).expect("an id");
        let (kind, value) = id.decode().expect("ours");
        assert_eq!(id.decode_with().expect("ours"), (kind, value.clone(), Which::Only));
        let (one, other) = (id.clone().at(3, "ab", false), id.clone().at(4, "ab", true));
        assert_ne!(one, other);
        assert_eq!(one.decode_with().expect("ours"), (kind, value.clone(), Which::Among(Some("ab"))));
        assert_eq!(other.decode_with().expect("ours"), (kind, value, Which::Among(None)));
        assert_eq!(one.decode().expect_err("not written to").code(), ErrorCode::Unsupported);
    }

    #[test]
    fn a_name_that_is_none_is_refused() {
        let DocumentId(id) = DocumentId::parse("7", Some(IdType::Int)).expect("an id");
        for text in [
            "",
            ".",
            ".1.",
            "!",
            &format!("{id}."),
            &format!("{id}.1"),
            &format!("{id}.x."),
            &format!("{id}.1.a.b"),
        ] {
            let error = DocumentId(text.to_owned()).decode_with().expect_err(text);
            assert_eq!(error.code(), ErrorCode::InvalidInput);
        }
    }

    #[test]
    fn an_id_is_written_as_json_in_each_form() {
        let id = DocumentId::parse("65f0a1b2c3d4e5f60718293a", None).expect("an id");
        assert_eq!(id.to_json(TextFormat::Relaxed), r#"{"$oid":"65f0a1b2c3d4e5f60718293a"}"#);
        assert_eq!(id.to_json(TextFormat::Simple), r#""65f0a1b2c3d4e5f60718293a""#);
    }
}
