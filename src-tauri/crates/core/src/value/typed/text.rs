//! From a value's bytes to its text.

use std::borrow::Cow;

use super::{Kind, TypedValue, ValueError, binary, code};
use crate::value::{date, decimal, raw};

/// A value as its type and text, and whether the text says all.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Typed {
    /// Type and text.
    pub value: TypedValue,
    /// The bytes are not what the type asks for, such as text that is not UTF-8: the text does not give
    /// them back.
    pub damaged: bool,
}

impl TypedValue {
    /// The text of a value's bytes, as an [`Element`](raw::Element) has them. Objects and arrays have none.
    #[must_use]
    pub fn of(kind: Kind, value: &[u8]) -> Typed {
        let text = read_text(kind, value, usize::MAX);
        Typed { value: Self { kind, text: text.shown }, damaged: text.damaged }
    }

    /// The same value with its text as it is written here.
    pub(super) fn tidied(&self) -> Result<Self, ValueError> {
        let (_, value) = self.encode()?;
        Ok(Self::of(self.kind, &value).value)
    }
}

/// The beginning of a value's text.
pub(in crate::value) struct Text {
    pub(in crate::value) shown: String,
    /// There is more than the bytes allowed.
    pub(in crate::value) cut: bool,
    pub(in crate::value) damaged: bool,
}

impl Text {
    pub(super) fn whole(text: impl Into<String>) -> Self {
        Self { shown: text.into(), cut: false, damaged: false }
    }

    /// Bytes that ought to be UTF-8, up to a limit.
    pub(super) fn utf8(bytes: &[u8], limit: usize) -> Self {
        let cut = bytes.len() > limit;
        let shown = if cut { &bytes[..character_start(bytes, limit)] } else { bytes };
        let text = String::from_utf8_lossy(shown);
        let damaged = matches!(text, Cow::Owned(_));
        Self { shown: text.into_owned(), cut, damaged }
    }
}

/// The text of a value, of which strings, code, regular expressions and binaries end at about `limit` bytes.
///
/// The work is bounded by the limit too.
pub(in crate::value) fn read_text(kind: Kind, value: &[u8], limit: usize) -> Text {
    read(kind, value, limit).unwrap_or(Text { shown: String::new(), cut: false, damaged: true })
}

fn read(kind: Kind, value: &[u8], limit: usize) -> Option<Text> {
    Some(match kind {
        Kind::Object | Kind::Array | Kind::Null => Text::whole(""),
        Kind::Undefined | Kind::MinKey | Kind::MaxKey => Text::whole(kind.name()),
        Kind::String | Kind::Javascript | Kind::Symbol => Text::utf8(raw::string_bytes(value)?, limit),
        Kind::JavascriptWithScope => code::text(value, limit)?,
        Kind::Double => Text::whole(double_text(u64::from_le_bytes(*value.first_chunk()?))),
        Kind::Int => Text::whole(itoa::Buffer::new().format(raw::read_i32(value)?)),
        Kind::Long => Text::whole(itoa::Buffer::new().format(read_i64(value)?)),
        Kind::Decimal => {
            let mut text = Vec::new();
            decimal::append_text(&mut text, u128::from_le_bytes(*value.first_chunk()?));
            Text::whole(ascii(text))
        }
        Kind::Bool => {
            let byte = *value.first()?;
            Text { damaged: byte > 1, ..Text::whole(if byte == 0 { "false" } else { "true" }) }
        }
        Kind::Date => {
            let millis = read_i64(value)?;
            Text::whole(date::to_iso(millis).map_or_else(|| millis.to_string(), ascii))
        }
        Kind::ObjectId => Text::whole(hex(value.first_chunk::<12>()?)),
        Kind::Timestamp => {
            let (counter, seconds) = value.split_at_checked(4)?;
            let counter = u32::from_le_bytes(*counter.first_chunk()?);
            let seconds = u32::from_le_bytes(*seconds.first_chunk()?);
            Text::whole(format!("{seconds}:{counter}"))
        }
        Kind::Regex => regex_text(value, limit)?,
        Kind::BinData => binary::text(value, limit)?,
        Kind::DbPointer => {
            let namespace = Text::utf8(raw::string_bytes(value)?, limit);
            let id = hex(value.last_chunk::<12>()?);
            Text { shown: format!("{} {id}", namespace.shown), ..namespace }
        }
    })
}

fn regex_text(value: &[u8], limit: usize) -> Option<Text> {
    let mut parts = value.split(|&byte| byte == 0);
    let pattern = Text::utf8(parts.next()?, limit);
    let flags = Text::utf8(parts.next()?, limit);
    Some(Text {
        shown: format!("/{}/{}", pattern.shown, flags.shown),
        cut: pattern.cut || flags.cut,
        // The last slash ends the pattern: flags that hold one are not given back.
        damaged: pattern.damaged || flags.damaged || flags.shown.contains('/'),
    })
}

pub(super) fn hex(bytes: &[u8]) -> String {
    bytes.iter().flat_map(|&byte| hex_digits(byte)).map(char::from).collect()
}

/// The two hex digits of a byte.
pub(in crate::value) fn hex_digits(byte: u8) -> [u8; 2] {
    HEX_DIGITS[usize::from(byte)]
}

const HEX_DIGITS: [[u8; 2]; 256] = {
    let digits = b"0123456789abcdef";
    let mut all = [[0; 2]; 256];
    let mut byte = 0;
    while byte < all.len() {
        all[byte] = [digits[byte >> 4], digits[byte & 15]];
        byte += 1;
    }
    all
};

fn ascii(text: impl IntoIterator<Item = u8>) -> String {
    text.into_iter().map(char::from).collect()
}

fn read_i64(value: &[u8]) -> Option<i64> {
    value.first_chunk().map(|chunk| i64::from_le_bytes(*chunk))
}

/// The last place at or before `at` where a UTF-8 character may begin.
fn character_start(bytes: &[u8], at: usize) -> usize {
    // A character has at most three bytes that continue it; more of them are damage and may be cut anywhere.
    (at.saturating_sub(3)..=at).rev().find(|&place| bytes[place] & 0xC0 != 0x80).unwrap_or(at)
}

/// The shortest text that reads back to the same bits; a NaN other than the usual one shows its bits.
pub(in crate::value) fn double_text(bits: u64) -> String {
    let number = f64::from_bits(bits);
    if number.is_finite() {
        return zmij::Buffer::new().format_finite(number).to_owned();
    }
    if number.is_nan() {
        let usual = bits == f64::NAN.to_bits();
        return if usual { "NaN".to_owned() } else { format!("NaN(0x{bits:016x})") };
    }
    if number > 0.0 { "Infinity".to_owned() } else { "-Infinity".to_owned() }
}

/// The double of a text; none where it is not a number or is beyond the largest double.
pub(in crate::value) fn double_from_text(text: &str) -> Option<f64> {
    // Rust reads words such as `inf` as well; only digits are wanted here.
    let unsigned = text.strip_prefix(['-', '+']).unwrap_or(text);
    if unsigned.starts_with(|first: char| first.is_ascii_digit() || first == '.') {
        return text.parse().ok().filter(|number: &f64| number.is_finite());
    }
    match text {
        "NaN" => return Some(f64::NAN),
        "Infinity" | "+Infinity" => return Some(f64::INFINITY),
        "-Infinity" => return Some(f64::NEG_INFINITY),
        _ => {}
    }
    let hex = text.strip_prefix("NaN(0x")?.strip_suffix(')')?;
    let digits = hex.len() == 16 && hex.bytes().all(|byte| byte.is_ascii_hexdigit());
    let number = f64::from_bits(u64::from_str_radix(hex, 16).ok()?);
    (digits && number.is_nan()).then_some(number)
}
