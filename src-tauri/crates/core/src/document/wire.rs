//! Commands as raw bytes, so that a document inside one stays byte for byte.

use bson::RawDocumentBuf;

use crate::{Error, Result, value::typed::Kind};

/// Writes a raw document, element by element.
pub(super) struct Writer {
    bytes: Vec<u8>,
}

impl Writer {
    pub(super) fn new() -> Self {
        Self { bytes: vec![0; 4] }
    }

    /// A value as it stands in another document.
    pub(super) fn raw(mut self, name: &str, kind: u8, value: &[u8]) -> Self {
        self.bytes.push(kind);
        self.bytes.extend_from_slice(name.as_bytes());
        self.bytes.push(0);
        self.bytes.extend_from_slice(value);
        self
    }

    pub(super) fn document(self, name: &str, document: &[u8]) -> Self {
        self.raw(name, Kind::Object.byte(), document)
    }

    /// An array of documents.
    pub(super) fn documents(self, name: &str, documents: &[&[u8]]) -> Self {
        let elements: Vec<_> = documents.iter().map(|document| (Kind::Object.byte(), *document)).collect();
        self.array(name, &elements)
    }

    /// An array of values as they stand in other documents.
    pub(super) fn array(self, name: &str, elements: &[(u8, &[u8])]) -> Self {
        let array = elements
            .iter()
            .enumerate()
            .fold(Self::new(), |array, (index, (kind, value))| array.raw(&index.to_string(), *kind, value));
        self.raw(name, Kind::Array.byte(), &array.finish())
    }

    pub(super) fn text(self, name: &str, text: &str) -> Self {
        let value = text_value(text);
        self.raw(name, Kind::String.byte(), &value)
    }

    pub(super) fn int(self, name: &str, value: i32) -> Self {
        self.raw(name, Kind::Int.byte(), &value.to_le_bytes())
    }

    pub(super) fn long(self, name: &str, value: i64) -> Self {
        self.raw(name, Kind::Long.byte(), &value.to_le_bytes())
    }

    pub(super) fn bool(self, name: &str, value: bool) -> Self {
        self.raw(name, Kind::Bool.byte(), &[u8::from(value)])
    }

    /// Bytes of no particular subtype.
    pub(super) fn binary(self, name: &str, bytes: &[u8]) -> Self {
        let length = u32::try_from(bytes.len()).unwrap_or(u32::MAX);
        let mut value = length.to_le_bytes().to_vec();
        value.push(0);
        value.extend_from_slice(bytes);
        self.raw(name, Kind::BinData.byte(), &value)
    }

    pub(super) fn finish(mut self) -> Vec<u8> {
        self.bytes.push(0);
        // A command never comes near 4 GiB: documents are checked against 16 MiB before.
        let length = u32::try_from(self.bytes.len()).unwrap_or(u32::MAX);
        self.bytes[..4].copy_from_slice(&length.to_le_bytes());
        self.bytes
    }

    pub(super) fn command(self) -> Result<RawDocumentBuf> {
        RawDocumentBuf::from_bytes(self.finish())
            .map_err(|_| Error::internal("A command could not be written."))
    }
}

/// The bytes of a string value.
pub(super) fn text_value(text: &str) -> Vec<u8> {
    let length = u32::try_from(text.len() + 1).unwrap_or(u32::MAX);
    let mut value = Vec::with_capacity(text.len() + 5);
    value.extend_from_slice(&length.to_le_bytes());
    value.extend_from_slice(text.as_bytes());
    value.push(0);
    value
}
