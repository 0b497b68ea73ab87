//! The short way for objects that stand for a value and are spelled as they mostly are.
//!
//! Everything that is unusual about one (the order of its fields, an older form, a mistake) is left to the
//! general way, [`wrapper::read`](super::wrapper::read), which knows what to say about it.

use base64::{Engine as _, engine::general_purpose::STANDARD};

use super::{lexer::Lexer, wrapper};
use crate::value::{
    date, decimal,
    typed::{Kind, double_from_text, object_id},
};

/// Reads the value that an object stands for, from behind its `{` to its end, and appends its bytes. None
/// where it stands for none, or is unusual: then the lexer and what stands behind `out` are to be taken back.
pub(super) fn read(lexer: &mut Lexer<'_>, out: &mut Vec<u8>) -> Option<Kind> {
    lexer.is_at_dollar_name().then_some(())?;
    let key = lexer.plain_string()?;
    colon(lexer)?;
    let kind = match key {
        "$oid" => {
            out.extend_from_slice(&object_id(lexer.plain_string()?)?);
            Kind::ObjectId
        }
        "$numberInt" => {
            out.extend_from_slice(&lexer.plain_string()?.parse::<i32>().ok()?.to_le_bytes());
            Kind::Int
        }
        "$numberLong" => {
            out.extend_from_slice(&lexer.plain_string()?.parse::<i64>().ok()?.to_le_bytes());
            Kind::Long
        }
        "$numberDouble" => {
            out.extend_from_slice(&double_from_text(lexer.plain_string()?)?.to_le_bytes());
            Kind::Double
        }
        "$numberDecimal" => {
            out.extend_from_slice(&decimal::from_text(lexer.plain_string()?)?.to_le_bytes());
            Kind::Decimal
        }
        "$date" => {
            out.extend_from_slice(&millis(lexer)?.to_le_bytes());
            Kind::Date
        }
        "$timestamp" => {
            let (seconds, counter) = timestamp(lexer)?;
            out.extend_from_slice(&counter.to_le_bytes());
            out.extend_from_slice(&seconds.to_le_bytes());
            Kind::Timestamp
        }
        "$binary" => {
            binary(lexer, out)?;
            Kind::BinData
        }
        _ => return None,
    };
    lexer.skip(b'}').then_some(kind)
}

fn millis(lexer: &mut Lexer<'_>) -> Option<i64> {
    if !lexer.skip(b'{') {
        return date::from_iso(lexer.plain_string()?);
    }
    field(lexer, "$numberLong")?;
    let millis = lexer.plain_string()?.parse().ok()?;
    lexer.skip(b'}').then_some(millis)
}

fn timestamp(lexer: &mut Lexer<'_>) -> Option<(u32, u32)> {
    lexer.skip(b'{').then_some(())?;
    field(lexer, "t")?;
    let seconds = number(lexer)?;
    lexer.skip(b',').then_some(())?;
    field(lexer, "i")?;
    let counter = number(lexer)?;
    lexer.skip(b'}').then_some((seconds, counter))
}

fn binary(lexer: &mut Lexer<'_>, out: &mut Vec<u8>) -> Option<()> {
    lexer.skip(b'{').then_some(())?;
    field(lexer, "base64")?;
    let base64 = lexer.plain_string()?;
    lexer.skip(b',').then_some(())?;
    field(lexer, "subType")?;
    let subtype = lexer.plain_string().filter(|text| text.len() == 2 && !text.starts_with('+'))?;
    let subtype = u8::from_str_radix(subtype, 16).ok()?;
    if subtype == wrapper::SUBTYPE_OLD_BINARY {
        return None;
    }
    let len_at = out.len();
    out.extend_from_slice(&[0, 0, 0, 0, subtype]);
    let data_at = out.len();
    STANDARD.decode_vec(base64, out).ok()?;
    let len = i32::try_from(out.len() - data_at).ok()?;
    out[len_at..data_at - 1].copy_from_slice(&len.to_le_bytes());
    lexer.skip(b'}').then_some(())
}

/// A field of this name, up to its value.
fn field(lexer: &mut Lexer<'_>, name: &str) -> Option<()> {
    lexer.plain_string().filter(|found| *found == name)?;
    colon(lexer)
}

fn colon(lexer: &mut Lexer<'_>) -> Option<()> {
    lexer.skip(b':').then_some(())
}

/// A plain number from 0 to 4294967295.
fn number(lexer: &mut Lexer<'_>) -> Option<u32> {
    lexer.peek().filter(u8::is_ascii_digit)?;
    lexer.number().ok()?.text.parse().ok()
}
