//! Raw BSON to Extended JSON, in one pass and into one buffer.

use std::fmt::Write as _;

use base64::{Engine as _, engine::general_purpose::STANDARD};

use super::wrapper;
use crate::value::{
    date,
    raw::{self, Element, Elements, Malformed},
    typed::{Kind, double_text, read_text},
};

/// Which of the two forms of Extended JSON v2.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Form {
    /// Every type is spelled out.
    Canonical,
    /// Numbers are plain where that keeps their type, and dates in years 1970 to 9999 are ISO 8601.
    Relaxed,
    /// Relaxed, and a top-level `_id` that is an ObjectId is only its 24 hex digits.
    Simple,
}

/// Where lines are broken.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Layout {
    /// Everything on one line, without spaces.
    Compact,
    /// A line for every element, indented by two spaces.
    Indented,
}

/// A document as text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Written {
    /// The text.
    pub text: String,
    /// The text does not give these bytes back, so it must not be saved in their place: a name or a text
    /// is not UTF-8 (shown as U+FFFD), an array's elements are not named 0, 1, 2 and so on, an object has a
    /// field such as `$oid` that reads as a type, or a value has bits that no text says.
    pub damaged: bool,
}

/// Writes a document as Extended JSON.
pub fn write(bytes: &[u8], form: Form, layout: Layout) -> Result<Written, Malformed> {
    let mut text = String::with_capacity(bytes.len() * 2);
    let damaged = append(&mut text, bytes, form, layout)?;
    Ok(Written { text, damaged })
}

/// Writes a document behind a text, and tells whether it is [damaged](Written::damaged). After an error the text
/// holds a part of it.
pub fn append(text: &mut String, bytes: &[u8], form: Form, layout: Layout) -> Result<bool, Malformed> {
    let mut writer = Writer {
        out: text,
        damaged: false,
        canonical: form == Form::Canonical,
        simple_id: form == Form::Simple,
        indented: layout == Layout::Indented,
    };
    let mut open = vec![Open::new(bytes, Bracket::Object)?];
    writer.out.push('{');
    while let Some(container) = open.last_mut() {
        let Some(element) = container.elements.next().transpose()? else {
            let closed = container.bracket;
            let empty = container.count == 0;
            open.pop();
            writer.close(closed, empty, open.len());
            continue;
        };
        let bracket = container.bracket;
        let index = container.count;
        container.count += 1;
        writer.begin_element(&element, bracket, index, open.len());
        if writer.simple_id && open.len() == 1 && element.name == b"_id" && element.kind == Kind::ObjectId {
            writer.quoted(element.kind, element.value);
            continue;
        }
        if let Some(inner) = writer.value(&element) {
            if open.len() > raw::MAX_DEPTH {
                return Err(Malformed { offset: 0, what: "nested deeper than 200 levels" });
            }
            let bracket = match element.kind {
                Kind::Array => Bracket::Array,
                Kind::JavascriptWithScope => Bracket::Scope,
                _ => Bracket::Object,
            };
            writer.out.push(if bracket == Bracket::Array { '[' } else { '{' });
            open.push(Open::new(inner, bracket)?);
        }
    }
    Ok(writer.damaged)
}

/// How a container is closed.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Bracket {
    Object,
    Array,
    /// A scope closes the wrapper around it as well.
    Scope,
}

struct Open<'a> {
    elements: Elements<'a>,
    bracket: Bracket,
    count: usize,
}

impl<'a> Open<'a> {
    fn new(bytes: &'a [u8], bracket: Bracket) -> Result<Self, Malformed> {
        Ok(Self { elements: Elements::new(bytes)?, bracket, count: 0 })
    }
}

struct Writer<'a> {
    out: &'a mut String,
    damaged: bool,
    canonical: bool,
    simple_id: bool,
    indented: bool,
}

impl Writer<'_> {
    fn new_line(&mut self, level: usize) {
        if self.indented {
            self.out.push('\n');
            self.out.extend(std::iter::repeat_n("  ", level));
        }
    }

    fn colon(&mut self) {
        self.out.push_str(if self.indented { ": " } else { ":" });
    }

    fn close(&mut self, bracket: Bracket, empty: bool, level: usize) {
        if !empty {
            self.new_line(level);
        }
        self.out.push(if bracket == Bracket::Array { ']' } else { '}' });
        if bracket == Bracket::Scope {
            self.out.push('}');
        }
    }

    fn begin_element(&mut self, element: &Element<'_>, bracket: Bracket, index: usize, level: usize) {
        if index > 0 {
            self.out.push(',');
        }
        self.new_line(level);
        if bracket == Bracket::Array {
            self.damaged |= element.name != itoa::Buffer::new().format(index).as_bytes();
            return;
        }
        self.damaged |= wrapper::is_type_key(element.name);
        self.string(element.name);
        self.colon();
    }

    /// Writes a value; of one that holds a document, only what stands before it, and gives the document.
    fn value<'a>(&mut self, element: &Element<'a>) -> Option<&'a [u8]> {
        let (kind, value) = (element.kind, element.value);
        match kind {
            Kind::Object | Kind::Array => return Some(value),
            Kind::JavascriptWithScope => {
                let (code, scope) = raw::code_with_scope(value)?;
                self.key("{", "$code");
                self.string(code);
                self.key(",", "$scope");
                return Some(scope);
            }
            Kind::String => self.string(raw::string_bytes(value).unwrap_or_default()),
            Kind::Bool => self.plain(kind, value),
            Kind::Null => self.out.push_str("null"),
            Kind::Int if !self.canonical => self.plain(kind, value),
            Kind::Int => self.wrapped("$numberInt", kind, value),
            Kind::Long if !self.canonical && !fits_int(value) => self.plain(kind, value),
            Kind::Long => self.wrapped("$numberLong", kind, value),
            Kind::Double => self.double(value),
            Kind::Decimal => self.wrapped("$numberDecimal", kind, value),
            Kind::ObjectId => self.wrapped("$oid", kind, value),
            Kind::Date => self.date(value),
            Kind::Javascript => self.wrapped_string("$code", value),
            Kind::Symbol => self.wrapped_string("$symbol", value),
            Kind::Undefined => self.wrapped_word("$undefined", "true"),
            Kind::MinKey => self.wrapped_word("$minKey", "1"),
            Kind::MaxKey => self.wrapped_word("$maxKey", "1"),
            Kind::Timestamp => self.timestamp(value),
            Kind::Regex => self.regex(value),
            Kind::BinData => self.binary(value),
            Kind::DbPointer => self.db_pointer(value),
        }
        None
    }

    fn key(&mut self, before: &str, key: &str) {
        self.out.push_str(before);
        if self.indented && before == "," {
            self.out.push(' ');
        }
        self.out.push('"');
        self.out.push_str(key);
        self.out.push('"');
        self.colon();
    }

    fn plain(&mut self, kind: Kind, value: &[u8]) {
        let text = read_text(kind, value, usize::MAX);
        self.damaged |= text.damaged;
        self.out.push_str(&text.shown);
    }

    /// A wrapper around a text that needs no escapes.
    fn wrapped(&mut self, key: &str, kind: Kind, value: &[u8]) {
        self.key("{", key);
        self.quoted(kind, value);
        self.out.push('}');
    }

    fn quoted(&mut self, kind: Kind, value: &[u8]) {
        self.out.push('"');
        self.plain(kind, value);
        self.out.push('"');
    }

    fn wrapped_string(&mut self, key: &str, value: &[u8]) {
        self.key("{", key);
        self.string(raw::string_bytes(value).unwrap_or_default());
        self.out.push('}');
    }

    fn wrapped_word(&mut self, key: &str, word: &str) {
        self.key("{", key);
        self.out.push_str(word);
        self.out.push('}');
    }

    fn double(&mut self, value: &[u8]) {
        let bits = value.first_chunk().map_or(0, |chunk| u64::from_le_bytes(*chunk));
        if !self.canonical && f64::from_bits(bits).is_finite() {
            self.out.push_str(&double_text(bits));
        } else {
            self.wrapped("$numberDouble", Kind::Double, value);
        }
    }

    fn date(&mut self, value: &[u8]) {
        let millis = value.first_chunk().map_or(0, |chunk| i64::from_le_bytes(*chunk));
        // The relaxed form is ISO 8601 from 1970 on only, and without a fraction that is zero.
        let iso = if self.canonical || millis < 0 { None } else { date::to_iso(millis) };
        self.key("{", "$date");
        if let Some(iso) = iso {
            self.out.push('"');
            match iso.strip_suffix(".000Z") {
                Some(seconds) => {
                    self.out.push_str(seconds);
                    self.out.push('Z');
                }
                None => self.out.push_str(&iso),
            }
            self.out.push('"');
        } else {
            self.wrapped("$numberLong", Kind::Long, value);
        }
        self.out.push('}');
    }

    fn timestamp(&mut self, value: &[u8]) {
        let (counter, seconds) = value.split_at(value.len().min(4));
        let number = |bytes: &[u8]| bytes.first_chunk().map_or(0, |chunk| u32::from_le_bytes(*chunk));
        self.key("{", "$timestamp");
        self.key("{", "t");
        self.number(u64::from(number(seconds)));
        self.key(",", "i");
        self.number(u64::from(number(counter)));
        self.out.push_str("}}");
    }

    fn regex(&mut self, value: &[u8]) {
        let mut parts = value.split(|&byte| byte == 0);
        self.key("{", "$regularExpression");
        self.key("{", "pattern");
        self.string(parts.next().unwrap_or_default());
        self.key(",", "options");
        self.string(parts.next().unwrap_or_default());
        self.out.push_str("}}");
    }

    fn binary(&mut self, value: &[u8]) {
        let Some((&subtype, mut data)) = value.get(4..).and_then(<[u8]>::split_first) else { return };
        if subtype == wrapper::SUBTYPE_OLD_BINARY {
            // The old subtype repeats its length inside, which Extended JSON leaves out.
            match data.split_at_checked(4) {
                Some((len, rest)) if raw::read_i32(len) == i32::try_from(rest.len()).ok() => data = rest,
                _ => self.damaged = true,
            }
        }
        self.key("{", "$binary");
        self.key("{", "base64");
        self.out.push('"');
        STANDARD.encode_string(data, self.out);
        self.out.push('"');
        self.key(",", "subType");
        // Writing to a String cannot fail.
        let _ = write!(self.out, "\"{subtype:02x}\"}}}}");
    }

    fn db_pointer(&mut self, value: &[u8]) {
        let id = &value[value.len().saturating_sub(12)..];
        self.key("{", "$dbPointer");
        self.key("{", "$ref");
        self.string(raw::string_bytes(value).unwrap_or_default());
        self.key(",", "$id");
        self.wrapped("$oid", Kind::ObjectId, id);
        self.out.push_str("}}");
    }

    fn number(&mut self, number: u64) {
        self.out.push_str(itoa::Buffer::new().format(number));
    }

    /// A JSON string of bytes that ought to be UTF-8.
    fn string(&mut self, bytes: &[u8]) {
        self.out.push('"');
        for chunk in bytes.utf8_chunks() {
            self.escaped(chunk.valid());
            if !chunk.invalid().is_empty() {
                self.damaged = true;
                self.out.push(char::REPLACEMENT_CHARACTER);
            }
        }
        self.out.push('"');
    }

    fn escaped(&mut self, text: &str) {
        let mut rest = text;
        let special = |byte| byte < 0x20 || byte == b'"' || byte == b'\\';
        while let Some(at) = rest.bytes().position(special) {
            self.out.push_str(&rest[..at]);
            match rest.as_bytes()[at] {
                b'"' => self.out.push_str("\\\""),
                b'\\' => self.out.push_str("\\\\"),
                b'\n' => self.out.push_str("\\n"),
                b'\r' => self.out.push_str("\\r"),
                b'\t' => self.out.push_str("\\t"),
                // Writing to a String cannot fail.
                control => drop(write!(self.out, "\\u{control:04x}")),
            }
            rest = &rest[at + 1..];
        }
        self.out.push_str(rest);
    }
}

/// Whether a 64-bit integer would be read back as a 32-bit one.
fn fits_int(value: &[u8]) -> bool {
    let long = value.first_chunk().map_or(0, |chunk| i64::from_le_bytes(*chunk));
    i32::try_from(long).is_ok()
}
