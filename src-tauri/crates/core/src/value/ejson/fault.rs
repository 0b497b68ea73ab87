//! What a text is read as, or what is wrong with it.

use crate::value::typed::Kind;

/// What is wrong with a text, and the byte where it is.
#[derive(Debug)]
pub(in crate::value) struct Fault {
    pub(in crate::value) at: usize,
    pub(in crate::value) message: String,
}

impl Fault {
    pub(in crate::value) fn new(at: usize, message: impl Into<String>) -> Self {
        Self { at, message: message.into() }
    }

    /// The same, in a text that goes on from so many bytes before.
    pub(in crate::value) fn later(self, by: usize) -> Self {
        Self { at: self.at + by, ..self }
    }
}

/// A text that cannot be read.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("line {line}, column {column}: {message}")]
pub struct TextError {
    /// The line, from 1.
    pub line: u32,
    /// The column in characters, from 1.
    pub column: u32,
    /// What is wrong, and what is expected.
    pub message: String,
}

impl TextError {
    pub(in crate::value) fn new(text: &str, fault: Fault) -> Self {
        let before = &text.as_bytes()[..fault.at.min(text.len())];
        let line_start = before.iter().rposition(|&byte| byte == b'\n').map_or(0, |at| at + 1);
        let lines = before.split(|&byte| byte == b'\n').count() - 1;
        let columns = before[line_start..].iter().filter(|&&byte| byte & 0xC0 != 0x80).count();
        let from_one = |count: usize| u32::try_from(count + 1).unwrap_or(u32::MAX);
        Self { line: from_one(lines), column: from_one(columns), message: fault.message }
    }
}

/// A value that was read from a text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TextValue {
    /// The BSON type.
    pub kind: Kind,
    /// The value's bytes.
    pub bytes: Vec<u8>,
}

impl TextValue {
    /// The bytes of a document; of any other value, what is wrong with it as one.
    pub(in crate::value) fn into_document(self, text: &str) -> Result<Vec<u8>, TextError> {
        if self.kind == Kind::Object {
            return Ok(self.bytes);
        }
        let at = text.len() - text.trim_start().len();
        let message =
            format!("a document between {{ and }} is expected, not a value of type {}", self.kind.name());
        Err(TextError::new(text, Fault::new(at, message)))
    }
}
