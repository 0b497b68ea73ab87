//! Numbers from type to type, by their decimal digits: nothing is rounded that need not be.

use super::{NoValue, make::Lost};
use crate::value::{
    decimal,
    typed::{Kind, double_from_text, double_text},
};

/// The text of the new value, and what it has lost.
pub(super) type Made = Result<(String, Lost), NoValue>;

/// From here on a double has no fraction, and its shortest digits are not all of its digits.
const DOUBLE_WHOLE: f64 = 9_007_199_254_740_992.0;
/// Digits of a decimal.
const DECIMAL_DIGITS: usize = 34;
/// Digits that an `i128` surely holds.
const WHOLE_DIGITS: i64 = 38;
/// Zeros after the point that are written out.
const WRITTEN_ZEROS: i64 = 20;
/// Beyond every exponent of every type.
const ENDLESS: i64 = 1_000_000_000;

/// The number of a type, as a number of another one.
pub(super) fn between(from: Kind, text: &str, to: Kind) -> Made {
    if from == Kind::Double
        && matches!(to, Kind::Int | Kind::Long)
        && let Some(double) = double_from_text(text).filter(|double| double.abs() >= DOUBLE_WHOLE)
    {
        return if double.is_finite() { whole(exactly(double), None, to) } else { Err(NoValue::NotFinite) };
    }
    // Bits that stand behind the text are those of its own type.
    of_text(text.split('(').next().unwrap_or_default(), to)
}

/// The number that a text says, as a number of a type.
pub(super) fn of_text(text: &str, to: Kind) -> Made {
    let Some(digits) = Finite::of(text) else {
        let finite = to == Kind::Int || to == Kind::Long;
        let special = double_from_text(text).is_some() || decimal::from_text(text).is_some();
        return match (special, finite) {
            (true, true) => Err(NoValue::NotFinite),
            (true, false) => Ok((text.to_owned(), Lost::Nothing)),
            (false, _) => Err(NoValue::Unreadable),
        };
    };
    match to {
        Kind::Double => {
            let double = double_from_text(text).ok_or(NoValue::OutOfRange)?;
            let lost = if digits.is(double) { Lost::Nothing } else { Lost::Digits };
            Ok((double_text(double.to_bits()), lost))
        }
        Kind::Decimal if decimal::from_text(text).is_some() => Ok((text.to_owned(), Lost::Nothing)),
        Kind::Decimal => {
            let rounded = digits.rounded();
            let fits = decimal::from_text(&rounded).is_some();
            if fits { Ok((rounded, Lost::Digits)) } else { Err(NoValue::OutOfRange) }
        }
        _ => {
            let (number, fraction) = digits.whole().ok_or(NoValue::OutOfRange)?;
            whole(number, fraction, to)
        }
    }
}

pub(super) fn is_zero(text: &str) -> bool {
    Finite::of(text.split('(').next().unwrap_or_default()).is_some_and(|digits| digits.digits.is_empty())
}

pub(super) fn is_one(text: &str) -> bool {
    Finite::of(text).is_some_and(|digits| digits.whole() == Some((1, None)))
}

fn whole(number: i128, fraction: Option<Finite>, to: Kind) -> Made {
    let fits = if to == Kind::Int { i32::try_from(number).is_ok() } else { i64::try_from(number).is_ok() };
    if !fits {
        return Err(NoValue::OutOfRange);
    }
    let lost = fraction.map_or(Lost::Nothing, |fraction| Lost::Fraction(fraction.text()));
    Ok((number.to_string(), lost))
}

#[expect(
    clippy::cast_possible_truncation,
    reason = "a double without a fraction; beyond 128 bits it saturates"
)]
fn exactly(double: f64) -> i128 {
    double as i128
}

/// A finite number: its digits without zeros at either end, and the power of ten that they are to be multiplied by.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Finite {
    negative: bool,
    digits: String,
    exponent: i64,
}

impl Finite {
    fn of(text: &str) -> Option<Self> {
        let (negative, unsigned) = match text.as_bytes().first()? {
            b'-' => (true, &text[1..]),
            b'+' => (false, &text[1..]),
            _ => (false, text),
        };
        let (mantissa, exponent) = match unsigned.split_once(['e', 'E']) {
            Some((mantissa, exponent)) => (mantissa, read_exponent(exponent)?),
            None => (unsigned, 0),
        };
        let (whole, fraction) = mantissa.split_once('.').unwrap_or((mantissa, ""));
        let all = format!("{whole}{fraction}");
        if all.is_empty() || !is_digits(&all) {
            return None;
        }
        let significant = all.trim_end_matches('0');
        let zeros = signed(all.len() - significant.len());
        let digits = significant.trim_start_matches('0').to_owned();
        let exponent = if digits.is_empty() { 0 } else { exponent + zeros - signed(fraction.len()) };
        Some(Self { negative, digits, exponent })
    }

    /// How many digits stand before the point; below zero, how many zeros stand behind it.
    fn before_point(&self) -> i64 {
        signed(self.digits.len()) + self.exponent
    }

    /// The number without its fraction, and the fraction; none where it is far beyond 64 bits.
    fn whole(&self) -> Option<(i128, Option<Self>)> {
        let before_point = self.before_point();
        if self.digits.is_empty() {
            return Some((0, None));
        }
        if before_point <= 0 {
            return Some((0, Some(self.clone())));
        }
        if before_point > WHOLE_DIGITS {
            return None;
        }
        // At most 38: the conversions cannot fail.
        let before_point = usize::try_from(before_point).unwrap_or_default();
        let (whole, rest) = self.digits.split_at(before_point.min(self.digits.len()));
        let zeros = "0".repeat(before_point - whole.len());
        let number: i128 = format!("{whole}{zeros}").parse().unwrap_or_default();
        let number = if self.negative { -number } else { number };
        let digits = rest.trim_start_matches('0').to_owned();
        let fraction = (!digits.is_empty()).then_some(Self { digits, ..*self });
        Some((number, fraction))
    }

    /// Whether a double is this number: exactly where it has no fraction, else by the digits that it is written with.
    fn is(&self, double: f64) -> bool {
        if double.abs() >= DOUBLE_WHOLE
            && let Some((number, None)) = self.whole()
        {
            return exactly(double) == number;
        }
        Self::of(&double_text(double.to_bits())).is_some_and(|shown| {
            shown.digits == self.digits && shown.exponent == self.exponent && shown.negative == self.negative
        })
    }

    /// To as many digits as a decimal has, half to even.
    fn rounded(&self) -> String {
        let sign = if self.negative { "-" } else { "" };
        let (kept, rest) = self.digits.split_at(self.digits.len().min(DECIMAL_DIGITS));
        // At most 34 digits: the conversion cannot fail.
        let mut coefficient: u128 = kept.parse().unwrap_or_default();
        let odd = coefficient % 2 == 1;
        // There is no zero at the end of what is cut off: a single 5 is a half.
        let up = if rest == "5" { odd } else { rest.as_bytes().first().is_some_and(|&digit| digit >= b'5') };
        coefficient += u128::from(up);
        format!("{sign}{coefficient}E{}", self.exponent + signed(rest.len()))
    }

    /// A number below 1 as people write it.
    fn text(&self) -> String {
        let sign = if self.negative { "-" } else { "" };
        let zeros = -self.before_point();
        if !(0..=WRITTEN_ZEROS).contains(&zeros) {
            return format!("{sign}{}E{}", self.digits, self.exponent);
        }
        let zeros = "0".repeat(usize::try_from(zeros).unwrap_or_default());
        format!("{sign}0.{zeros}{}", self.digits)
    }
}

fn is_digits(text: &str) -> bool {
    text.bytes().all(|byte| byte.is_ascii_digit())
}

fn read_exponent(text: &str) -> Option<i64> {
    let digits = text.strip_prefix(['+', '-']).unwrap_or(text);
    if digits.is_empty() || !is_digits(digits) {
        return None;
    }
    let exponent = digits.parse().unwrap_or(ENDLESS).min(ENDLESS);
    Some(if text.starts_with('-') { -exponent } else { exponent })
}

fn signed(length: usize) -> i64 {
    i64::try_from(length).unwrap_or(i64::MAX)
}
