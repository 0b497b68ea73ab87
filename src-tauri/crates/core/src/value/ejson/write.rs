//! Raw BSON to Extended JSON, in one pass and into one buffer.

use super::{json::Json, wrapper};
use crate::value::{
    date, decimal,
    raw::{self, Element, Elements, Malformed},
    typed::{Kind, double_text},
};

/// Room for the wrappers of a small document. In a large one most of the text is that of its strings.
const SPARE_BYTES: usize = 512;

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
    let mut writer = Writer::new(bytes.len(), form, layout);
    writer.document(bytes)?;
    Ok(writer.finish())
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

/// Writes documents into one buffer, and whatever JSON is to stand between them.
pub struct Writer {
    out: Json,
    damaged: bool,
    form: Form,
    layout: Layout,
}

impl Writer {
    /// Begins a text for about so many bytes of BSON.
    #[must_use]
    pub fn new(bson_bytes: usize, form: Form, layout: Layout) -> Self {
        Self {
            out: Json::with_capacity(bson_bytes.saturating_mul(2).saturating_add(SPARE_BYTES)),
            damaged: false,
            form,
            layout,
        }
    }

    /// What was written; damaged where one of the documents is.
    #[must_use]
    pub fn finish(self) -> Written {
        Written { damaged: self.damaged | self.out.replaced, text: self.out.into_text() }
    }

    /// Appends what is JSON already.
    pub fn json(&mut self, json: &str) {
        self.out.raw(json);
    }

    /// Appends a document. After an error a part of it stands there.
    pub fn document(&mut self, bytes: &[u8]) -> Result<(), Malformed> {
        let mut container = Open::new(bytes, Bracket::Object)?;
        // What stands around it, and how many levels that are.
        let mut around = Vec::new();
        self.out.raw("{");
        loop {
            let Some(element) = container.elements.read()? else {
                self.close(container.bracket, container.count == 0, around.len());
                match around.pop() {
                    Some(outer) => container = outer,
                    None => return Ok(()),
                }
                continue;
            };
            let top_level = around.is_empty();
            self.begin_element(&element, container.bracket, container.count, around.len() + 1);
            container.count += 1;
            if self.form == Form::Simple
                && top_level
                && element.name == b"_id"
                && element.kind == Kind::ObjectId
            {
                self.quoted_hex(element.value);
                continue;
            }
            if let Some(inner) = self.value(&element) {
                if around.len() == raw::MAX_DEPTH {
                    return Err(Malformed { offset: 0, what: "nested deeper than 200 levels" });
                }
                let bracket = match element.kind {
                    Kind::Array => Bracket::Array,
                    Kind::JavascriptWithScope => Bracket::Scope,
                    _ => Bracket::Object,
                };
                self.out.raw(if bracket == Bracket::Array { "[" } else { "{" });
                around.push(std::mem::replace(&mut container, Open::new(inner, bracket)?));
            }
        }
    }

    fn is_canonical(&self) -> bool {
        self.form == Form::Canonical
    }

    fn new_line(&mut self, level: usize) {
        if self.layout == Layout::Indented {
            self.out.raw("\n");
            for _ in 0..level {
                self.out.raw("  ");
            }
        }
    }

    /// Appends a part of a value that is all on one line, such as `{"$oid":`, and the space behind it.
    fn part(&mut self, json: &str) {
        self.out.raw(json);
        if self.layout == Layout::Indented {
            self.out.raw(" ");
        }
    }

    fn close(&mut self, bracket: Bracket, empty: bool, level: usize) {
        if !empty {
            self.new_line(level);
        }
        self.out.raw(match bracket {
            Bracket::Object => "}",
            Bracket::Array => "]",
            Bracket::Scope => "}}",
        });
    }

    fn begin_element(&mut self, element: &Element<'_>, bracket: Bracket, index: usize, level: usize) {
        if index > 0 {
            self.out.raw(",");
        }
        self.new_line(level);
        if bracket == Bracket::Array {
            self.damaged |= element.name != itoa::Buffer::new().format(index).as_bytes();
            return;
        }
        self.damaged |= wrapper::is_type_key(element.name);
        self.out.string(element.name);
        self.part(":");
    }

    /// Writes a value; of one that holds a document, only what stands before it, and gives the document.
    fn value<'a>(&mut self, element: &Element<'a>) -> Option<&'a [u8]> {
        let (kind, value) = (element.kind, element.value);
        match kind {
            Kind::Object | Kind::Array => return Some(value),
            Kind::JavascriptWithScope => {
                let (code, scope) = raw::code_with_scope(value)?;
                self.part("{\"$code\":");
                self.out.string(code);
                self.part(",");
                self.part("\"$scope\":");
                return Some(scope);
            }
            Kind::String => self.string(value),
            Kind::Bool => self.bool(value),
            Kind::Null => self.out.raw("null"),
            Kind::Int => self.int(value),
            Kind::Long => self.long(value),
            Kind::Double => self.double(value),
            Kind::Decimal => self.decimal(value),
            Kind::ObjectId => self.object_id(value),
            Kind::Date => self.date(value),
            Kind::Javascript => self.wrapped_string("{\"$code\":", value),
            Kind::Symbol => self.wrapped_string("{\"$symbol\":", value),
            Kind::Undefined => self.wrapped("{\"$undefined\":", "true"),
            Kind::MinKey => self.wrapped("{\"$minKey\":", "1"),
            Kind::MaxKey => self.wrapped("{\"$maxKey\":", "1"),
            Kind::Timestamp => self.timestamp(value),
            Kind::Regex => self.regex(value),
            Kind::BinData => self.binary(value),
            Kind::DbPointer => self.db_pointer(value),
        }
        None
    }

    fn string(&mut self, value: &[u8]) {
        self.out.string(raw::string_bytes(value).unwrap_or_default());
    }

    fn wrapped_string(&mut self, before: &str, value: &[u8]) {
        self.part(before);
        self.string(value);
        self.out.raw("}");
    }

    fn wrapped(&mut self, before: &str, json: &str) {
        self.part(before);
        self.out.raw(json);
        self.out.raw("}");
    }

    fn bool(&mut self, value: &[u8]) {
        self.damaged |= !matches!(value, [0 | 1]);
        self.out.raw(if value == [0] { "false" } else { "true" });
    }

    fn int(&mut self, value: &[u8]) {
        let int = raw::read_i32(value).unwrap_or_default();
        if self.is_canonical() {
            self.part("{\"$numberInt\":");
            self.quoted_integer(int);
            self.out.raw("}");
        } else {
            self.out.integer(int);
        }
    }

    fn long(&mut self, value: &[u8]) {
        let long = read_i64(value);
        // One that fits would be read back as a 32-bit integer.
        if self.is_canonical() || i32::try_from(long).is_ok() {
            self.wrapped_long(long);
        } else {
            self.out.integer(long);
        }
    }

    fn wrapped_long(&mut self, long: i64) {
        self.part("{\"$numberLong\":");
        self.quoted_integer(long);
        self.out.raw("}");
    }

    fn quoted_integer(&mut self, number: impl itoa::Integer) {
        self.out.raw("\"");
        self.out.integer(number);
        self.out.raw("\"");
    }

    fn double(&mut self, value: &[u8]) {
        let bits = value.first_chunk().map_or(0, |chunk| u64::from_le_bytes(*chunk));
        let number = f64::from_bits(bits);
        let plain = number.is_finite() && !self.is_canonical();
        if !plain {
            self.part("{\"$numberDouble\":");
            self.out.raw("\"");
        }
        if number.is_finite() {
            self.out.raw(zmij::Buffer::new().format_finite(number));
        } else {
            self.out.raw(&double_text(bits));
        }
        if !plain {
            self.out.raw("\"}");
        }
    }

    fn decimal(&mut self, value: &[u8]) {
        let bits = value.first_chunk().map_or(0, |chunk| u128::from_le_bytes(*chunk));
        self.part("{\"$numberDecimal\":");
        self.out.raw("\"");
        self.out.ascii(|out| decimal::append_text(out, bits));
        self.out.raw("\"}");
    }

    fn object_id(&mut self, value: &[u8]) {
        self.part("{\"$oid\":");
        self.quoted_hex(value);
        self.out.raw("}");
    }

    fn quoted_hex(&mut self, value: &[u8]) {
        self.out.raw("\"");
        self.out.hex(value);
        self.out.raw("\"");
    }

    fn date(&mut self, value: &[u8]) {
        let millis = read_i64(value);
        // The relaxed form is ISO 8601 from 1970 on only, and without a fraction that is zero.
        let iso = if self.is_canonical() || millis < 0 { None } else { date::to_iso(millis) };
        self.part("{\"$date\":");
        if let Some(iso) = iso {
            self.out.raw("\"");
            match iso.strip_suffix(b".000Z") {
                Some(seconds) => {
                    self.out.ascii(|out| out.extend_from_slice(seconds));
                    self.out.raw("Z");
                }
                None => self.out.ascii(|out| out.extend_from_slice(&iso)),
            }
            self.out.raw("\"");
        } else {
            self.wrapped_long(millis);
        }
        self.out.raw("}");
    }

    fn timestamp(&mut self, value: &[u8]) {
        let (counter, seconds) = value.split_at(value.len().min(4));
        let number = |bytes: &[u8]| bytes.first_chunk().map_or(0, |chunk| u32::from_le_bytes(*chunk));
        self.part("{\"$timestamp\":");
        self.part("{\"t\":");
        self.out.integer(number(seconds));
        self.part(",");
        self.part("\"i\":");
        self.out.integer(number(counter));
        self.out.raw("}}");
    }

    fn regex(&mut self, value: &[u8]) {
        let mut parts = value.split(|&byte| byte == 0);
        self.part("{\"$regularExpression\":");
        self.part("{\"pattern\":");
        self.out.string(parts.next().unwrap_or_default());
        self.part(",");
        self.part("\"options\":");
        self.out.string(parts.next().unwrap_or_default());
        self.out.raw("}}");
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
        self.part("{\"$binary\":");
        self.part("{\"base64\":");
        self.out.raw("\"");
        self.out.base64(data);
        self.part("\",");
        self.part("\"subType\":");
        self.quoted_hex(&[subtype]);
        self.out.raw("}}");
    }

    fn db_pointer(&mut self, value: &[u8]) {
        self.part("{\"$dbPointer\":");
        self.part("{\"$ref\":");
        self.string(value);
        self.part(",");
        self.part("\"$id\":");
        self.object_id(&value[value.len().saturating_sub(12)..]);
        self.out.raw("}}");
    }
}

fn read_i64(value: &[u8]) -> i64 {
    value.first_chunk().map_or(0, |chunk| i64::from_le_bytes(*chunk))
}
