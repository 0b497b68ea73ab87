//! Decimal128 as text, and back, bit for bit.
//!
//! The text is that of the Decimal128 specification ("BSON Decimal128", To-String Representation). Some
//! bit patterns share it with another one: a NaN with a payload or a sign, an infinity with spare bits, a
//! coefficient of more than 34 digits, which counts as zero. Those carry their bits behind the text, as in
//! `NaN(0x7c000000000000000000000000000001)`: 32 hex digits, the highest first.

/// The largest coefficient: 34 nines.
const MAX_COEFFICIENT: u128 = 9_999_999_999_999_999_999_999_999_999_999_999;
const MAX_DIGITS: usize = 34;
const MIN_EXPONENT: i64 = -6176;
const MAX_EXPONENT: i64 = 6111;

const SIGN: u128 = 1 << 127;
const INFINITY: u128 = 0x78 << 120;
const NAN: u128 = 0x7c << 120;
/// Where the exponent begins in the usual layout; above it stands the sign alone.
const EXPONENT_SHIFT: u32 = 113;

/// The text that gives exactly these bits.
pub(super) fn to_text(bits: u128) -> String {
    let plain = plain_text(bits);
    if parse_plain(&plain) == Some(bits) { plain } else { format!("{plain}(0x{bits:032x})") }
}

/// The bits of a text; none where it is not a number or not one that Decimal128 holds exactly.
pub(super) fn from_text(text: &str) -> Option<u128> {
    let Some((plain, hex)) = text.strip_suffix(')').and_then(|text| text.split_once("(0x")) else {
        return parse_plain(text);
    };
    if hex.len() != 32 || !hex.bytes().all(|byte| byte.is_ascii_hexdigit()) {
        return None;
    }
    let bits = u128::from_str_radix(hex, 16).ok()?;
    (plain_text(bits) == plain).then_some(bits)
}

/// The specification's text, which several bit patterns may share.
fn plain_text(bits: u128) -> String {
    if bits & NAN == NAN {
        return "NaN".to_owned();
    }
    let sign = if bits & SIGN == 0 { "" } else { "-" };
    if bits & INFINITY == INFINITY {
        return format!("{sign}Infinity");
    }
    // Two set bits below the sign: the layout for coefficients above 2^113, all of them beyond 34 digits.
    let (biased, coefficient) = if (bits >> 125) & 3 == 3 {
        ((bits >> 111) & 0x3fff, 0)
    } else {
        ((bits >> EXPONENT_SHIFT) & 0x3fff, bits & ((1 << EXPONENT_SHIFT) - 1))
    };
    let coefficient = if coefficient > MAX_COEFFICIENT { 0 } else { coefficient };
    // 14 bits: the conversion cannot fail.
    let exponent = i64::try_from(biased).unwrap_or_default() + MIN_EXPONENT;
    format!("{sign}{}", digits_text(&coefficient.to_string(), exponent))
}

/// To-scientific-string: plain digits where the point falls close enough, else one digit and an exponent.
fn digits_text(digits: &str, exponent: i64) -> String {
    // At most 34 digits: the conversion cannot fail.
    let len = i64::try_from(digits.len()).unwrap_or_default();
    let adjusted = exponent + len - 1;
    if exponent > 0 || adjusted < -6 {
        let (first, rest) = digits.split_at(1);
        let point = if rest.is_empty() { "" } else { "." };
        return format!("{first}{point}{rest}E{adjusted:+}");
    }
    if exponent == 0 {
        return digits.to_owned();
    }
    match usize::try_from(len + exponent) {
        Ok(whole) if whole > 0 => {
            let (whole, fraction) = digits.split_at(whole);
            format!("{whole}.{fraction}")
        }
        _ => {
            let zeros = usize::try_from(-(len + exponent)).unwrap_or_default();
            format!("0.{}{digits}", "0".repeat(zeros))
        }
    }
}

/// The canonical bits of a specification's text.
fn parse_plain(text: &str) -> Option<u128> {
    let (sign, unsigned) = match text.as_bytes().first()? {
        b'-' => (SIGN, &text[1..]),
        b'+' => (0, &text[1..]),
        _ => (0, text),
    };
    if unsigned.eq_ignore_ascii_case("nan") {
        return (unsigned.len() == text.len()).then_some(NAN);
    }
    if unsigned.eq_ignore_ascii_case("infinity") || unsigned.eq_ignore_ascii_case("inf") {
        return Some(sign | INFINITY);
    }
    let (mantissa, exponent) = match unsigned.split_once(['e', 'E']) {
        Some((mantissa, exponent)) => (mantissa, parse_exponent(exponent)?),
        None => (unsigned, 0),
    };
    let (whole, fraction) = mantissa.split_once('.').unwrap_or((mantissa, ""));
    if whole.len() + fraction.len() == 0 {
        return None;
    }
    let digits = [whole, fraction].concat();
    if !digits.bytes().all(|byte| byte.is_ascii_digit()) {
        return None;
    }
    let exponent = exponent.saturating_sub(i64::try_from(fraction.len()).ok()?);
    let (coefficient, exponent) = fit(digits.trim_start_matches('0'), exponent)?;
    let biased = u128::try_from(exponent - MIN_EXPONENT).ok()?;
    Some(sign | biased << EXPONENT_SHIFT | coefficient)
}

/// A signed decimal exponent; one beyond all bounds counts as very large.
fn parse_exponent(text: &str) -> Option<i64> {
    let (negative, digits) = match text.as_bytes().first()? {
        b'-' => (true, &text[1..]),
        b'+' => (false, &text[1..]),
        _ => (false, text),
    };
    if digits.is_empty() || !digits.bytes().all(|byte| byte.is_ascii_digit()) {
        return None;
    }
    let magnitude = digits.parse().unwrap_or(i64::MAX);
    Some(if negative { -magnitude } else { magnitude })
}

/// Coefficient and exponent in range, without changing the number; none where that takes rounding.
fn fit(digits: &str, exponent: i64) -> Option<(u128, i64)> {
    if digits.is_empty() {
        return Some((0, exponent.clamp(MIN_EXPONENT, MAX_EXPONENT)));
    }
    // Zeros at the end may move into the exponent, when there are too many digits or it is too small.
    let len = i64::try_from(digits.len()).ok()?;
    let too_long = len - i64::try_from(MAX_DIGITS).ok()?;
    let move_out = too_long.max(MIN_EXPONENT.saturating_sub(exponent)).max(0);
    let kept = usize::try_from(len.saturating_sub(move_out)).ok().filter(|&kept| kept > 0)?;
    if digits.as_bytes()[kept..].iter().any(|&digit| digit != b'0') {
        return None;
    }
    let exponent = exponent.saturating_add(move_out);
    // An exponent that is too large may move into zeros at the end ("clamping").
    let move_in = usize::try_from(exponent.saturating_sub(MAX_EXPONENT).max(0)).ok()?;
    if move_in > MAX_DIGITS - kept {
        return None;
    }
    let padded = format!("{}{}", &digits[..kept], "0".repeat(move_in));
    Some((padded.parse().ok()?, exponent - i64::try_from(move_in).ok()?))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::{NAN, SIGN, from_text, to_text};

    #[test]
    fn texts_are_those_of_the_specification() {
        for (text, expected) in [
            ("0", "0"),
            ("-0", "-0"),
            ("0E+3", "0E+3"),
            ("-0E-7", "-0E-7"),
            ("0.000001", "0.000001"),
            ("0.0000001", "1E-7"),
            ("1.00", "1.00"),
            ("1E3", "1E+3"),
            ("12.3E+7", "1.23E+8"),
            (".5", "0.5"),
            ("5.", "5"),
            ("Infinity", "Infinity"),
            ("-inf", "-Infinity"),
            ("nan", "NaN"),
            ("1234567890123456789012345678901234", "1234567890123456789012345678901234"),
            ("1E6112", "1.0E+6112"),
            ("10E-6177", "1E-6176"),
            ("0E999999999999999999999", "0E+6111"),
            ("12345678901234567890123456789012340", "1.234567890123456789012345678901234E+34"),
        ] {
            assert_eq!(from_text(text).map(to_text).as_deref(), Some(expected), "{text}");
        }
    }

    #[test]
    fn a_number_that_would_be_rounded_is_refused() {
        for text in ["12345678901234567890123456789012345", "1E-6177", "1E6145", "1E99999999999999999999"] {
            assert_eq!(from_text(text), None, "{text}");
        }
    }

    #[test]
    fn what_is_not_a_number_is_refused() {
        let no_number = ["", "-", "+-1", "1a", "0x10", "1E", "1E+", "1.2.3", ".", "E5", "é", "-NaN", "1(0x)"];
        for text in no_number {
            assert_eq!(from_text(text), None, "{text}");
        }
        assert_eq!(from_text("1(0x7c000000000000000000000000000001)"), None, "the bits are those of a NaN");
    }

    #[test]
    fn bits_without_a_text_of_their_own_are_kept() {
        assert_eq!(to_text(NAN | 1), "NaN(0x7c000000000000000000000000000001)");
        assert_eq!(to_text(NAN | SIGN), "NaN(0xfc000000000000000000000000000000)");
        // 2^113 - 1 is a coefficient of 35 digits, and counts as zero.
        let too_large = (6176 << 113) | ((1 << 113) - 1);
        assert_eq!(to_text(too_large), "0(0x3041ffffffffffffffffffffffffffff)");
    }

    proptest! {
        #[test]
        fn every_bit_pattern_reads_back(bits in any::<u128>()) {
            prop_assert_eq!(from_text(&to_text(bits)), Some(bits));
        }

        #[test]
        fn the_bson_crate_agrees(coefficient in 0..10_u128.pow(34), exponent in 0..12288_u128, sign: bool) {
            let bits = u128::from(sign) << 127 | exponent << 113 | coefficient;
            let theirs = bson::Decimal128::from_bytes(bits.to_le_bytes()).to_string();
            prop_assert_eq!(to_text(bits), theirs);
        }

        #[test]
        fn no_text_makes_it_panic(text in "[-+0-9.eE(x)NnaInfity]{0,40}") {
            let _ = from_text(&text);
        }
    }
}
