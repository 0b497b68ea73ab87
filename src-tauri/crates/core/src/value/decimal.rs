//! Decimal128 as text, and back, bit for bit.
//!
//! The text is that of the Decimal128 specification ("BSON Decimal128", To-String Representation). Some
//! bit patterns share it with another one: a NaN with a payload or a sign, an infinity with spare bits, a
//! coefficient of more than 34 digits, which counts as zero. Those carry their bits behind the text, as in
//! `NaN(0x7c000000000000000000000000000001)`: 32 hex digits, the highest first.

/// The largest coefficient: 34 nines.
const MAX_COEFFICIENT: u128 = 9_999_999_999_999_999_999_999_999_999_999_999;
const MAX_DIGITS: u32 = 34;
const MIN_EXPONENT: i64 = -6176;
const MAX_EXPONENT: i64 = 6111;

const SIGN: u128 = 1 << 127;
const INFINITY: u128 = 0x78 << 120;
const NAN: u128 = 0x7c << 120;
/// Where the exponent begins in the usual layout; above it stands the sign alone.
const EXPONENT_SHIFT: u32 = 113;

/// Appends the text that gives exactly these bits.
pub(super) fn append_text(out: &mut Vec<u8>, bits: u128) {
    if !append_plain(out, bits) {
        out.extend_from_slice(format!("(0x{bits:032x})").as_bytes());
    }
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
    let mut expected = Vec::new();
    append_plain(&mut expected, bits);
    (expected == plain.as_bytes()).then_some(bits)
}

/// Appends the specification's text, and tells whether of all bit patterns that share it these are the
/// canonical one.
fn append_plain(out: &mut Vec<u8>, bits: u128) -> bool {
    if bits & NAN == NAN {
        out.extend_from_slice(b"NaN");
        return bits == NAN;
    }
    if bits & SIGN != 0 {
        out.push(b'-');
    }
    if bits & INFINITY == INFINITY {
        out.extend_from_slice(b"Infinity");
        return bits & !SIGN == INFINITY;
    }
    // Two set bits below the sign: the layout for coefficients above 2^113, all of them beyond 34 digits.
    let (biased, coefficient) = if (bits >> 125) & 3 == 3 {
        ((bits >> 111) & 0x3fff, u128::MAX)
    } else {
        ((bits >> EXPONENT_SHIFT) & 0x3fff, bits & ((1 << EXPONENT_SHIFT) - 1))
    };
    let canonical = coefficient <= MAX_COEFFICIENT;
    let coefficient = if canonical { coefficient } else { 0 };
    // 14 bits: the conversion cannot fail.
    let exponent = i64::try_from(biased).unwrap_or_default() + MIN_EXPONENT;
    append_digits(out, itoa::Buffer::new().format(coefficient).as_bytes(), exponent);
    canonical
}

/// To-scientific-string: plain digits where the point falls close enough, else one digit and an exponent.
fn append_digits(out: &mut Vec<u8>, digits: &[u8], exponent: i64) {
    // At most 34 digits: the conversion cannot fail.
    let len = i64::try_from(digits.len()).unwrap_or_default();
    let adjusted = exponent + len - 1;
    if exponent > 0 || adjusted < -6 {
        out.extend_from_slice(&digits[..1]);
        if digits.len() > 1 {
            out.push(b'.');
            out.extend_from_slice(&digits[1..]);
        }
        out.extend_from_slice(if adjusted < 0 { b"E" } else { b"E+" });
        out.extend_from_slice(itoa::Buffer::new().format(adjusted).as_bytes());
    } else if let Ok(whole @ 1..) = usize::try_from(len + exponent) {
        let (whole, fraction) = digits.split_at(whole);
        out.extend_from_slice(whole);
        if !fraction.is_empty() {
            out.push(b'.');
            out.extend_from_slice(fraction);
        }
    } else {
        out.extend_from_slice(b"0.");
        out.extend((len + exponent..0).map(|_| b'0'));
        out.extend_from_slice(digits);
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
    let (coefficient, shift) = parse_mantissa(mantissa)?;
    let (coefficient, exponent) = fit(coefficient, exponent.saturating_add(shift))?;
    let biased = u128::try_from(exponent - MIN_EXPONENT).ok()?;
    Some(sign | biased << EXPONENT_SHIFT | coefficient)
}

/// The digits as one number of at most 34 of them, and the power of ten that it is to be multiplied by.
fn parse_mantissa(text: &str) -> Option<(u128, i64)> {
    let mut coefficient = 0;
    let mut digits = 0;
    let mut shift = 0;
    let mut point = false;
    for byte in text.bytes() {
        match byte {
            b'.' if !point => {
                point = true;
                continue;
            }
            // Zeros behind 34 digits move into the exponent; anything else there would be rounded.
            b'0' if digits == MAX_DIGITS => shift += 1,
            b'0'..=b'9' if digits < MAX_DIGITS => {
                coefficient = coefficient * 10 + u128::from(byte - b'0');
                digits += u32::from(coefficient > 0);
            }
            _ => return None,
        }
        shift -= i64::from(point);
    }
    (text.len() > usize::from(point)).then_some((coefficient, shift))
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
fn fit(mut coefficient: u128, mut exponent: i64) -> Option<(u128, i64)> {
    if coefficient == 0 {
        return Some((0, exponent.clamp(MIN_EXPONENT, MAX_EXPONENT)));
    }
    // Zeros at the end may move into an exponent that is too small.
    while exponent < MIN_EXPONENT && coefficient.is_multiple_of(10) {
        coefficient /= 10;
        exponent += 1;
    }
    // One that is too large may move into zeros at the end ("clamping").
    while exponent > MAX_EXPONENT && coefficient <= MAX_COEFFICIENT / 10 {
        coefficient *= 10;
        exponent -= 1;
    }
    (MIN_EXPONENT..=MAX_EXPONENT).contains(&exponent).then_some((coefficient, exponent))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::{NAN, SIGN, append_text, from_text};

    fn to_text(bits: u128) -> String {
        let mut text = Vec::new();
        append_text(&mut text, bits);
        text.into_iter().map(char::from).collect()
    }

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
