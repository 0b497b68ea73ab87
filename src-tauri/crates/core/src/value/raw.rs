//! A checked walk over raw BSON, from bytes to elements.
//!
//! The layout is that of bsonspec.org. Nothing is decoded and nothing is copied: names and values stay the
//! bytes that they are, UTF-8 or not.

#[cfg(test)]
mod tests;

use std::ops::Range;

use super::{scan, typed::Kind};

/// Levels below the document that are read and written, here and as text. mongod 6.0.5 was seen to store 180, by insert,
/// replacement and update alike, and to answer with more (`$replaceWith` around a stored document): what is too deep to
/// be stored is for the server to refuse.
pub const MAX_DEPTH: usize = 200;

/// Bytes of the smallest document: its length and its terminator.
const EMPTY_LEN: usize = 5;

/// Bytes that are not BSON.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the document is damaged at byte {offset}: {what}")]
pub struct Malformed {
    /// Where, counted from the start of the bytes that were walked.
    pub offset: usize,
    /// What is wrong there.
    pub what: &'static str,
}

impl Malformed {
    fn at(offset: usize, what: &'static str) -> Self {
        Self { offset, what }
    }
}

/// One element of a document or of an array.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Element<'a> {
    /// The BSON type.
    pub kind: Kind,
    /// The name's bytes, without the closing zero; not always UTF-8.
    pub name: &'a [u8],
    /// The value's bytes, checked to be of the length that the type asks for.
    pub value: &'a [u8],
    /// Where the element's type byte stands in the document that was walked.
    pub start: usize,
}

impl Element<'_> {
    /// The bytes of the whole element in the document that was walked.
    #[must_use]
    pub fn range(&self) -> Range<usize> {
        self.start..self.value_range().end
    }

    /// The bytes of the value in the document that was walked.
    #[must_use]
    pub fn value_range(&self) -> Range<usize> {
        let value_start = self.start + 1 + self.name.len() + 1;
        value_start..value_start + self.value.len()
    }
}

/// The elements of one document or array, in order; an embedded document is one element of it.
#[derive(Clone, Debug)]
pub struct Elements<'a> {
    bytes: &'a [u8],
    at: usize,
}

impl<'a> Elements<'a> {
    /// Begins a walk over a whole document: its length must be that of the bytes.
    pub fn new(bytes: &'a [u8]) -> Result<Self, Malformed> {
        let declared = document_len(bytes, 0)?;
        if declared != bytes.len() {
            return Err(Malformed::at(0, "bytes follow the end of the document"));
        }
        Ok(Self { bytes, at: 4 })
    }

    /// The element here, or none at the document's terminator. After an error there is no use in another call.
    pub(super) fn read(&mut self) -> Result<Option<Element<'a>>, Malformed> {
        let start = self.at;
        let end = self.bytes.len() - 1;
        if start == end {
            return Ok(None);
        }
        let kind = Kind::from_byte(self.bytes[start])
            .ok_or(Malformed::at(start, "a type that BSON does not have"))?;
        let name_start = start + 1;
        let name_end = scan::find(self.bytes, name_start, scan::zero)
            .filter(|&name_end| name_end < end)
            .ok_or(Malformed::at(name_start, "a field name without an end"))?;
        let value_start = name_end + 1;
        let value_len = value_len(kind, &self.bytes[..end], value_start)?;
        self.at = value_start + value_len;
        Ok(Some(Element {
            kind,
            name: &self.bytes[name_start..name_end],
            value: &self.bytes[value_start..self.at],
            start,
        }))
    }
}

impl<'a> Iterator for Elements<'a> {
    type Item = Result<Element<'a>, Malformed>;

    fn next(&mut self) -> Option<Self::Item> {
        let result = self.read();
        if result.is_err() {
            self.at = self.bytes.len() - 1;
        }
        result.transpose()
    }
}

/// Walks everything, embedded documents too, without recursion.
pub fn check(bytes: &[u8]) -> Result<(), Malformed> {
    let mut open = vec![(Elements::new(bytes)?, 0)];
    while let Some((elements, base)) = open.last_mut() {
        let base = *base;
        let Some(element) = elements.next() else {
            open.pop();
            continue;
        };
        let element = element.map_err(|malformed| Malformed::at(base + malformed.offset, malformed.what))?;
        let Some(inner) = embedded(element.kind, element.value) else { continue };
        let inner_base = base + element.value_range().end - inner.len();
        if open.len() > MAX_DEPTH {
            return Err(Malformed::at(inner_base, "nested deeper than 200 levels"));
        }
        let inner = Elements::new(inner)
            .map_err(|malformed| Malformed::at(inner_base + malformed.offset, malformed.what))?;
        open.push((inner, inner_base));
    }
    Ok(())
}

/// Levels of documents and arrays in a value: none in a scalar, one in an empty document.
pub(super) fn levels(kind: Kind, value: &[u8]) -> usize {
    let mut open: Vec<_> =
        embedded(kind, value).and_then(|bytes| Elements::new(bytes).ok()).into_iter().collect();
    let mut deepest = open.len();
    while let Some(elements) = open.last_mut() {
        let Some(Ok(element)) = elements.next() else {
            open.pop();
            continue;
        };
        let inner = embedded(element.kind, element.value).and_then(|bytes| Elements::new(bytes).ok());
        open.extend(inner);
        deepest = deepest.max(open.len());
    }
    deepest
}

/// The first top-level element of this name.
pub fn get<'a>(bytes: &'a [u8], name: &str) -> Result<Option<Element<'a>>, Malformed> {
    for element in Elements::new(bytes)? {
        let element = element?;
        if element.name == name.as_bytes() {
            return Ok(Some(element));
        }
    }
    Ok(None)
}

/// The document inside a value: the value itself, or the scope of JavaScript with scope.
pub(super) fn embedded(kind: Kind, value: &[u8]) -> Option<&[u8]> {
    match kind {
        Kind::Object | Kind::Array => Some(value),
        Kind::JavascriptWithScope => code_with_scope(value).map(|(_, scope)| scope),
        _ => None,
    }
}

/// Source and scope of a value of JavaScript with scope.
pub(super) fn code_with_scope(value: &[u8]) -> Option<(&[u8], &[u8])> {
    let string = value.get(4..)?;
    let code = string_bytes(string)?;
    Some((code, string.get(4 + code.len() + 1..)?))
}

/// The bytes of a string value, without its length and its closing zero.
pub(crate) fn string_bytes(value: &[u8]) -> Option<&[u8]> {
    let len = usize::try_from(read_i32(value)?).ok()?;
    value.get(4..)?.get(..len.checked_sub(1)?)
}

/// The little-endian integer at the start.
pub(super) fn read_i32(bytes: &[u8]) -> Option<i32> {
    bytes.first_chunk().map(|chunk| i32::from_le_bytes(*chunk))
}

/// The length that stands at `at`, checked to be a possible one that lies within the bytes.
fn length(bytes: &[u8], at: usize, least: usize) -> Result<usize, Malformed> {
    let declared = bytes.get(at..).and_then(read_i32).ok_or(Malformed::at(at, "a length is missing"))?;
    usize::try_from(declared)
        .ok()
        .filter(|&len| len >= least)
        .ok_or(Malformed::at(at, "a length that is not possible"))
}

/// The length of the document at `at`, checked to lie within the bytes and to end with its terminator.
fn document_len(bytes: &[u8], at: usize) -> Result<usize, Malformed> {
    let len = length(bytes, at, EMPTY_LEN)?;
    match bytes[at..].get(len - 1) {
        Some(0) => Ok(len),
        Some(_) => Err(Malformed::at(at + len - 1, "a document without its closing zero")),
        None => Err(Malformed::at(at, "a document longer than what holds it")),
    }
}

/// The length of the string value at `at`, with its own length and its closing zero.
fn string_len(bytes: &[u8], at: usize) -> Result<usize, Malformed> {
    let len = length(bytes, at, 1)?;
    match bytes[at + 4..].get(len - 1) {
        Some(0) => Ok(4 + len),
        Some(_) => Err(Malformed::at(at + 4 + len - 1, "a string without its closing zero")),
        None => Err(Malformed::at(at, "a string longer than what holds it")),
    }
}

/// The length of the zero-terminated text at `at`, with its zero.
fn cstring_len(bytes: &[u8], at: usize) -> Result<usize, Malformed> {
    let rest = bytes.get(at..).unwrap_or_default();
    let end = rest.iter().position(|&byte| byte == 0);
    end.map(|end| end + 1).ok_or(Malformed::at(at, "a text without its closing zero"))
}

/// How many bytes the value of this type at `at` has; they lie within `bytes`.
fn value_len(kind: Kind, bytes: &[u8], at: usize) -> Result<usize, Malformed> {
    let len = match kind {
        Kind::Undefined | Kind::Null | Kind::MinKey | Kind::MaxKey => 0,
        Kind::Bool => 1,
        Kind::Int => 4,
        Kind::Double | Kind::Date | Kind::Timestamp | Kind::Long => 8,
        Kind::ObjectId => 12,
        Kind::Decimal => 16,
        Kind::String | Kind::Javascript | Kind::Symbol => string_len(bytes, at)?,
        Kind::Object | Kind::Array => document_len(bytes, at)?,
        Kind::BinData => 4 + 1 + length(bytes, at, 0)?,
        Kind::DbPointer => string_len(bytes, at)? + 12,
        Kind::Regex => {
            let pattern = cstring_len(bytes, at)?;
            pattern + cstring_len(bytes, at + pattern)?
        }
        Kind::JavascriptWithScope => {
            let len = length(bytes, at, 4 + 5 + EMPTY_LEN)?;
            let code = string_len(bytes, at + 4)?;
            let scope = document_len(bytes, at + 4 + code)?;
            if len != 4 + code + scope {
                return Err(Malformed::at(at, "a length that is not that of the code and its scope"));
            }
            len
        }
    };
    if len > bytes.len() - at {
        return Err(Malformed::at(at, "a value longer than what holds it"));
    }
    Ok(len)
}
