//! How a document is named outside the core.

use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use serde::{Deserialize, Serialize};
use specta::Type;

use super::wire::Writer;
use crate::{Error, Result, value::raw};

/// A document's `_id` as an opaque text: its type and its bytes, so that nothing of it is lost.
///
/// Made of one byte for the BSON type and the value's bytes, in base64url.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize, Type)]
#[serde(transparent)]
pub struct DocumentId(String);

impl DocumentId {
    pub(crate) fn new(kind: u8, value: &[u8]) -> Self {
        let mut bytes = Vec::with_capacity(value.len() + 1);
        bytes.push(kind);
        bytes.extend_from_slice(value);
        Self(URL_SAFE_NO_PAD.encode(bytes))
    }

    /// The BSON type and the value's bytes. An id that is not one of ours is refused.
    pub(crate) fn decode(&self) -> Result<(u8, Vec<u8>)> {
        let mut bytes = URL_SAFE_NO_PAD.decode(&self.0).map_err(|_| unreadable())?;
        if bytes.is_empty() {
            return Err(unreadable());
        }
        let kind = bytes.remove(0);
        if !is_one_value(kind, &bytes) {
            return Err(unreadable());
        }
        Ok((kind, bytes))
    }
}

/// Whether these bytes are one BSON value of this type and nothing else: they are put into commands as they are.
pub(super) fn is_one_value(kind: u8, value: &[u8]) -> bool {
    let document = Writer::new().raw("_id", kind, value).finish();
    let Ok(mut elements) = raw::Elements::new(&document) else { return false };
    let one = matches!(elements.next(), Some(Ok(element)) if element.value == value);
    one && elements.next().is_none() && raw::check(&document).is_ok()
}

fn unreadable() -> Error {
    Error::invalid("The document's id cannot be read: use the id that came with the document.")
}
