//! Where a page ended, as an opaque text.

use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};

use super::id::is_one_value;
use crate::{Error, Result};

/// Where a page ended.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum PageCursor {
    /// After this `_id`: its BSON type and its bytes.
    AfterId(u8, Vec<u8>),
    /// After so many documents.
    Skip(u32),
}

impl PageCursor {
    pub(super) fn encode(&self) -> String {
        let mut bytes = Vec::new();
        match self {
            Self::AfterId(kind, value) => {
                bytes.extend_from_slice(&[b'k', *kind]);
                bytes.extend_from_slice(value);
            }
            Self::Skip(count) => {
                bytes.push(b's');
                bytes.extend_from_slice(&count.to_le_bytes());
            }
        }
        URL_SAFE_NO_PAD.encode(bytes)
    }

    pub(super) fn decode(text: &str) -> Result<Self> {
        let unreadable = || Error::invalid("The page cursor cannot be read: use the page's own 'next'.");
        let bytes = URL_SAFE_NO_PAD.decode(text).map_err(|_| unreadable())?;
        match bytes.split_first() {
            Some((b'k', [kind, value @ ..])) if is_one_value(*kind, value) => {
                Ok(Self::AfterId(*kind, value.to_vec()))
            }
            Some((b's', count)) => {
                Ok(Self::Skip(u32::from_le_bytes(count.try_into().map_err(|_| unreadable())?)))
            }
            _ => Err(unreadable()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cursor_is_read_back_as_it_was_written() {
        for cursor in [
            PageCursor::AfterId(0x0A, Vec::new()),
            PageCursor::AfterId(0x10, vec![1, 0, 0, 0]),
            PageCursor::Skip(7),
        ] {
            assert_eq!(PageCursor::decode(&cursor.encode()).expect("ours"), cursor);
        }
    }

    #[test]
    fn a_text_that_is_no_cursor_is_refused() {
        for text in ["", "!", "aaaa", "cw", "c3Rvcmll"] {
            assert!(PageCursor::decode(text).is_err(), "{text}");
        }
    }
}
