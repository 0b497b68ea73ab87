//! JSON text while it grows.

use base64::{Engine as _, engine::general_purpose::STANDARD};

use crate::value::{scan, typed::hex_digits};

/// Bytes that are UTF-8: every part is when it is put in, so the whole is checked only once, at the end.
pub(super) struct Json {
    bytes: Vec<u8>,
    /// Something was put in that is not UTF-8, and stands there as U+FFFD.
    pub(super) replaced: bool,
}

impl Json {
    pub(super) fn with_capacity(capacity: usize) -> Self {
        Self { bytes: Vec::with_capacity(capacity), replaced: false }
    }

    /// The text; none is ever lost, see [`Json`].
    pub(super) fn into_text(self) -> String {
        String::from_utf8(self.bytes)
            .unwrap_or_else(|error| String::from_utf8_lossy(error.as_bytes()).into_owned())
    }

    /// Appends what is JSON already.
    pub(super) fn raw(&mut self, json: &str) {
        self.bytes.extend_from_slice(json.as_bytes());
    }

    /// Appends a string in quotes, of bytes that ought to be UTF-8.
    pub(super) fn string(&mut self, bytes: &[u8]) {
        self.bytes.push(b'"');
        if !scan::append_if_none(&mut self.bytes, bytes, scan::not_plain_in_json_string) {
            self.awkward_string(bytes);
        }
        self.bytes.push(b'"');
    }

    fn awkward_string(&mut self, bytes: &[u8]) {
        for chunk in bytes.utf8_chunks() {
            self.escaped(chunk.valid());
            if !chunk.invalid().is_empty() {
                self.replaced = true;
                self.raw("\u{FFFD}");
            }
        }
    }

    fn escaped(&mut self, text: &str) {
        let bytes = text.as_bytes();
        let mut from = 0;
        while let Some(at) = scan::append_until(&mut self.bytes, bytes, from, scan::not_in_json_string) {
            match bytes[at] {
                b'"' => self.raw("\\\""),
                b'\\' => self.raw("\\\\"),
                b'\n' => self.raw("\\n"),
                b'\r' => self.raw("\\r"),
                b'\t' => self.raw("\\t"),
                control => {
                    self.raw("\\u00");
                    self.hex(&[control]);
                }
            }
            from = at + 1;
        }
        self.bytes.extend_from_slice(&bytes[from..]);
    }

    pub(super) fn integer(&mut self, number: impl itoa::Integer) {
        self.raw(itoa::Buffer::new().format(number));
    }

    pub(super) fn hex(&mut self, bytes: &[u8]) {
        let start = self.bytes.len();
        self.bytes.resize(start + 2 * bytes.len(), 0);
        let (pairs, _) = self.bytes[start..].as_chunks_mut();
        for (pair, byte) in pairs.iter_mut().zip(bytes) {
            *pair = hex_digits(*byte);
        }
    }

    pub(super) fn base64(&mut self, data: &[u8]) {
        let start = self.bytes.len();
        let len = base64::encoded_len(data.len(), true).unwrap_or_default();
        self.bytes.resize(start + len, 0);
        // The room is exactly what it takes.
        let _ = STANDARD.encode_slice(data, &mut self.bytes[start..]);
    }

    /// For a writer of ASCII that takes bytes.
    pub(super) fn ascii(&mut self, write: impl FnOnce(&mut Vec<u8>)) {
        write(&mut self.bytes);
    }
}
