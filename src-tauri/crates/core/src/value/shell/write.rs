//! Raw BSON to mongosh syntax that gives the same bytes back.

use std::fmt::Write as _;

use base64::{Engine as _, engine::general_purpose::STANDARD};

use super::literal;
use crate::value::{
    date,
    ejson::{Layout, Written, binary_parts, is_type_key},
    quote,
    raw::{self, Element, Malformed},
    typed::{Kind, SUBTYPE_UUID, read_text},
    walk::{Bracket, Place, Sink, walk},
};

/// Writes a document in mongosh syntax.
pub fn write(bytes: &[u8], layout: Layout) -> Result<Written, Malformed> {
    let mut writer = Writer {
        out: String::with_capacity(bytes.len() * 2),
        damaged: false,
        indented: layout == Layout::Indented,
    };
    walk(bytes, &mut writer)?;
    Ok(Written { text: writer.out, damaged: writer.damaged })
}

struct Writer {
    out: String,
    damaged: bool,
    indented: bool,
}

impl Sink for Writer {
    fn open(&mut self, bracket: Bracket) {
        self.out.push(if bracket == Bracket::Array { '[' } else { '{' });
    }

    fn begin(&mut self, element: &Element<'_>, place: Place) {
        if place.index > 0 {
            self.out.push(',');
        }
        if self.indented {
            self.new_line(place.level);
        } else if place.index > 0 || place.bracket != Bracket::Array {
            self.out.push(' ');
        }
        if place.bracket == Bracket::Array {
            self.damaged |= !place.is_named_by(element);
            return;
        }
        self.damaged |= is_type_key(element.name);
        self.name(element.name);
        self.out.push_str(": ");
    }

    fn value<'a>(&mut self, element: &Element<'a>, _: Place) -> Option<&'a [u8]> {
        let (kind, value) = (element.kind, element.value);
        match kind {
            Kind::Object | Kind::Array => return Some(value),
            Kind::JavascriptWithScope => {
                let (code, scope) = raw::code_with_scope(value)?;
                self.out.push_str("Code(");
                self.string(code);
                self.out.push_str(", ");
                return Some(scope);
            }
            Kind::String => self.string(raw::string_bytes(value).unwrap_or_default()),
            Kind::Null => self.out.push_str("null"),
            Kind::Bool | Kind::Int | Kind::Undefined => self.plain(kind, value),
            Kind::Double => self.double(value),
            Kind::Long => self.call("NumberLong", kind, value),
            Kind::Decimal => self.call("NumberDecimal", kind, value),
            Kind::ObjectId => self.call("ObjectId", kind, value),
            Kind::Date => self.date(value),
            Kind::Javascript => self.call_of_string("Code", value),
            Kind::Symbol => self.call_of_string("BSONSymbol", value),
            Kind::MinKey => self.out.push_str("MinKey()"),
            Kind::MaxKey => self.out.push_str("MaxKey()"),
            Kind::Timestamp => self.timestamp(value),
            Kind::Regex => self.regex(value),
            Kind::BinData => self.binary(value),
            Kind::DbPointer => self.db_pointer(value),
        }
        None
    }

    fn close(&mut self, bracket: Bracket, empty: bool, level: usize) {
        if !empty && self.indented {
            self.new_line(level);
        } else if !empty && bracket != Bracket::Array {
            self.out.push(' ');
        }
        self.out.push(if bracket == Bracket::Array { ']' } else { '}' });
        if bracket == Bracket::Scope {
            self.out.push(')');
        }
    }
}

impl Writer {
    fn new_line(&mut self, level: usize) {
        self.out.push('\n');
        self.out.extend(std::iter::repeat_n("  ", level));
    }

    /// A field's name: without quotes where it is one in JavaScript too. In mongosh `__proto__` is none.
    fn name(&mut self, name: &[u8]) {
        let part = |byte: &u8| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'$');
        let plain = name.first().is_some_and(|first| !first.is_ascii_digit()) && name.iter().all(part);
        if plain && name != b"__proto__" {
            self.out.extend(name.iter().map(|&byte| char::from(byte)));
        } else {
            self.string(name);
        }
    }

    fn string(&mut self, bytes: &[u8]) {
        let start = self.out.len();
        self.damaged |= quote::push(&mut self.out, bytes);
        // Both may stand in a string, but an editor takes them for the end of the line.
        for (separator, escape) in [("\u{2028}", "\\u2028"), ("\u{2029}", "\\u2029")] {
            if self.out[start..].contains(separator) {
                let escaped = self.out[start..].replace(separator, escape);
                self.out.truncate(start);
                self.out.push_str(&escaped);
            }
        }
    }

    fn plain(&mut self, kind: Kind, value: &[u8]) {
        let text = read_text(kind, value, usize::MAX);
        self.damaged |= text.damaged;
        self.out.push_str(&text.shown);
    }

    /// A call with a text that needs no escapes.
    fn call(&mut self, name: &str, kind: Kind, value: &[u8]) {
        self.out.push_str(name);
        self.out.push_str("(\"");
        self.plain(kind, value);
        self.out.push_str("\")");
    }

    fn call_of_string(&mut self, name: &str, value: &[u8]) {
        self.out.push_str(name);
        self.out.push('(');
        self.string(raw::string_bytes(value).unwrap_or_default());
        self.out.push(')');
    }

    /// The digits, which have a point or an exponent; of a NaN other than the usual one, its bits.
    fn double(&mut self, value: &[u8]) {
        let double = value.first_chunk().map_or(0.0, |chunk| f64::from_le_bytes(*chunk));
        if double.is_nan() && double.to_bits() != f64::NAN.to_bits() {
            self.call("Double", Kind::Double, value);
        } else {
            self.plain(Kind::Double, value);
        }
    }

    fn date(&mut self, value: &[u8]) {
        let millis = value.first_chunk().map_or(0, |chunk| i64::from_le_bytes(*chunk));
        // Writing to a String cannot fail.
        let _ = match date::to_iso(millis) {
            Some(iso) => write!(self.out, "ISODate(\"{}\")", iso.map(char::from).iter().collect::<String>()),
            None => write!(self.out, "new Date({millis})"),
        };
    }

    fn timestamp(&mut self, value: &[u8]) {
        let (counter, seconds) = value.split_at(value.len().min(4));
        let number = |bytes: &[u8]| bytes.first_chunk().map_or(0, |chunk| u32::from_le_bytes(*chunk));
        // Writing to a String cannot fail.
        let _ = write!(self.out, "Timestamp({}, {})", number(seconds), number(counter));
    }

    /// A literal where one can say it, else a call, and where options are none that mongosh has, Extended JSON.
    fn regex(&mut self, value: &[u8]) {
        let mut parts = value.split(|&byte| byte == 0);
        let (pattern, options) = (parts.next().unwrap_or_default(), parts.next().unwrap_or_default());
        if let (Ok(pattern), Ok(options)) = (std::str::from_utf8(pattern), std::str::from_utf8(options))
            && literal::is_regex(pattern, options)
        {
            // Writing to a String cannot fail.
            let _ = write!(self.out, "/{pattern}/{options}");
            return;
        }
        let known = options.iter().all(|option| b"ilmsux".contains(option));
        let (open, between, close) = if known && options.is_sorted_by(|a, b| a < b) {
            ("BSONRegExp(", ", ", ")")
        } else {
            ("{ $regularExpression: { pattern: ", ", options: ", " } }")
        };
        self.out.push_str(open);
        self.string(pattern);
        self.out.push_str(between);
        self.string(options);
        self.out.push_str(close);
    }

    fn binary(&mut self, value: &[u8]) {
        let Some((subtype, data, damaged)) = binary_parts(value) else { return };
        self.damaged |= damaged;
        if subtype == SUBTYPE_UUID && data.len() == 16 {
            self.call("UUID", Kind::BinData, value);
            return;
        }
        // Writing to a String cannot fail.
        let _ = write!(self.out, "BinData({subtype}, \"");
        STANDARD.encode_string(data, &mut self.out);
        self.out.push_str("\")");
    }

    /// mongosh has no call for it.
    fn db_pointer(&mut self, value: &[u8]) {
        let id = &value[value.len().saturating_sub(12)..];
        self.out.push_str("{ $dbPointer: { $ref: ");
        self.string(raw::string_bytes(value).unwrap_or_default());
        self.out.push_str(", $id: ");
        self.call("ObjectId", Kind::ObjectId, id);
        self.out.push_str(" } }");
    }
}
