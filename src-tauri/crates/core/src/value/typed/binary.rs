//! Binaries as text: `BinData(0, "base64")` as in mongosh, and UUIDs in their usual form.

use base64::{
    Engine as _, alphabet,
    engine::{DecodePaddingMode, GeneralPurpose, GeneralPurposeConfig, general_purpose::STANDARD},
};

use super::text::{Text, hex};
use crate::value::ejson::{binary, binary_parts};

/// The subtype of a UUID.
pub(in crate::value) const SUBTYPE_UUID: u8 = 4;

/// With `=` at the end or without.
pub(in crate::value) const BASE64: GeneralPurpose = GeneralPurpose::new(
    &alphabet::STANDARD,
    GeneralPurposeConfig::new().with_decode_padding_mode(DecodePaddingMode::Indifferent),
);

/// The text of a binary, whose data ends at about `limit` bytes of base64.
pub(super) fn text(value: &[u8], limit: usize) -> Option<Text> {
    let (subtype, data, damaged) = binary_parts(value)?;
    if subtype == SUBTYPE_UUID && data.len() == 16 {
        return Some(Text::whole(uuid_text(data)));
    }
    // Three bytes make four characters.
    let shown = &data[..data.len().min(limit / 4 * 3)];
    Some(Text {
        shown: format!("BinData({subtype}, \"{}\")", STANDARD.encode(shown)),
        cut: shown.len() < data.len(),
        damaged,
    })
}

/// The value of a text: a UUID, or a call as mongosh has it.
pub(super) fn from_text(text: &str) -> Option<Vec<u8>> {
    if let Some(uuid) = uuid_from_text(text) {
        return value(SUBTYPE_UUID, &uuid);
    }
    let (call, arguments) = text.strip_suffix(')')?.split_once('(')?;
    let (subtype, quoted) = match arguments.split_once(',') {
        Some((subtype, quoted)) => (Some(subtype.trim().parse().ok()?), quoted),
        None => (None, arguments),
    };
    let data = quoted.trim().strip_prefix('"')?.strip_suffix('"')?;
    match (call.trim_end(), subtype) {
        ("BinData", Some(subtype)) => value(subtype, &BASE64.decode(data).ok()?),
        ("HexData", Some(subtype)) => value(subtype, &bytes_of_hex(data)?),
        ("UUID", None) => {
            let uuid: [u8; 16] = bytes_of_hex(&data.replace('-', ""))?.try_into().ok()?;
            value(SUBTYPE_UUID, &uuid)
        }
        _ => None,
    }
}

/// Subtype and base64 of a text as it is written here; none of a UUID.
pub(super) fn base64_of(text: &str) -> Option<(u8, &str)> {
    let (subtype, data) = text.strip_prefix("BinData(")?.strip_suffix("\")")?.split_once(", \"")?;
    Some((subtype.parse().ok()?, data))
}

fn value(subtype: u8, data: &[u8]) -> Option<Vec<u8>> {
    binary(subtype, data).map(|(_, value)| value)
}

fn uuid_text(data: &[u8]) -> String {
    let digits = hex(data);
    [&digits[..8], &digits[8..12], &digits[12..16], &digits[16..20], &digits[20..]].join("-")
}

/// The bytes of a UUID that is written in the usual way, with its hyphens.
pub(in crate::value) fn uuid_from_text(text: &str) -> Option<[u8; 16]> {
    let hyphens = text.bytes().enumerate().all(|(at, byte)| (byte == b'-') == matches!(at, 8 | 13 | 18 | 23));
    if !hyphens {
        return None;
    }
    bytes_of_hex(&text.replace('-', ""))?.try_into().ok()
}

/// The bytes that pairs of hex digits stand for.
pub(in crate::value) fn bytes_of_hex(text: &str) -> Option<Vec<u8>> {
    let (pairs, rest) = text.as_bytes().as_chunks::<2>();
    let digit = |byte: u8| char::from(byte).to_digit(16).and_then(|digit| u8::try_from(digit).ok());
    let byte = |pair: &[u8; 2]| Some(digit(pair[0])? << 4 | digit(pair[1])?);
    rest.is_empty().then(|| pairs.iter().map(byte).collect()).flatten()
}
