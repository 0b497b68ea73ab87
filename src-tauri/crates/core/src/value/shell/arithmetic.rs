//! Calculating with plain numbers: whole ones exactly as long as they fit 64 bits, all others as JavaScript does.

use oxc_ast::ast::BinaryOperator;

use super::value::Value;
use crate::value::{number::Number, typed::Kind};

/// The value of two operands and what stands between them.
pub(super) fn binary(left: &Value, operator: BinaryOperator, right: &Value) -> Result<Value, String> {
    if operator == BinaryOperator::Addition {
        if let (Some(left), Some(right)) = (left.as_text(), right.as_text()) {
            return Ok(Value::text(&[left, right].concat()));
        }
        if [left, right].iter().any(|side| side.as_date().is_some()) {
            return Err("'+' does not take a date; add to its getTime()".to_owned());
        }
    }
    let (Some(a), Some(b)) = (left.as_number(), right.as_number()) else {
        let also = if operator == BinaryOperator::Addition { " or two strings" } else { "" };
        return Err(format!(
            "'{}' takes two plain numbers{also}, not values of type {} and {}",
            operator.as_str(),
            kind(left).name(),
            kind(right).name(),
        ));
    };
    let number = match operator {
        BinaryOperator::Addition => calculate(a, b, i64::checked_add, |a, b| a + b),
        BinaryOperator::Subtraction => calculate(a, b, i64::checked_sub, |a, b| a - b),
        BinaryOperator::Multiplication => calculate(a, b, i64::checked_mul, |a, b| a * b),
        BinaryOperator::Division => calculate(a, b, exact_quotient, |a, b| a / b),
        BinaryOperator::Remainder => calculate(a, b, i64::checked_rem, |a, b| a % b),
        BinaryOperator::Exponential => power(a, b),
        _ => {
            return Err(format!(
                "'{}' is not allowed: values are read and nothing is run",
                operator.as_str()
            ));
        }
    };
    Ok(Value::Number(number))
}

fn kind(value: &Value) -> Kind {
    value.clone().encode().0
}

/// The number with the other sign; that of a whole zero is minus zero, which is a double.
pub(super) fn negated(number: Number) -> Number {
    match number {
        Number::Whole(whole) if whole != 0 => {
            whole.checked_neg().map_or_else(|| tidy(-double(number)), Number::Whole)
        }
        Number::Whole(_) => Number::Double(-0.0),
        // There is one NaN in JavaScript.
        Number::Double(double) if double.is_nan() => number,
        Number::Double(double) => Number::Double(-double),
    }
}

fn calculate(
    a: Number,
    b: Number,
    exactly: fn(i64, i64) -> Option<i64>,
    roughly: fn(f64, f64) -> f64,
) -> Number {
    if let (Number::Whole(a), Number::Whole(b)) = (a, b)
        && let Some(whole) = exactly(a, b)
    {
        return Number::Whole(whole);
    }
    tidy(roughly(double(a), double(b)))
}

fn exact_quotient(a: i64, b: i64) -> Option<i64> {
    (a.checked_rem(b)? == 0).then(|| a.checked_div(b)).flatten()
}

/// `Math.pow` and `**`.
pub(super) fn power(a: Number, b: Number) -> Number {
    calculate(
        a,
        b,
        |a, b| a.checked_pow(u32::try_from(b).ok()?),
        // JavaScript departs from IEEE 754 here, where the power is 1.
        |a, b| {
            if b.is_nan() || (b.is_infinite() && a.abs().to_bits() == 1_f64.to_bits()) {
                f64::NAN
            } else {
                a.powf(b)
            }
        },
    )
}

/// The nearest double.
#[expect(clippy::cast_precision_loss, reason = "that of JavaScript's numbers")]
pub(super) fn double(number: Number) -> f64 {
    match number {
        Number::Whole(whole) => whole as f64,
        Number::Double(double) => double,
    }
}

/// A result: whole where it is an integer that fits 64 bits.
pub(super) fn tidy(result: f64) -> Number {
    match exact_integer(result) {
        Some(whole) if whole != 0 || result.is_sign_positive() => Number::Whole(whole),
        _ if result.is_nan() => Number::Double(f64::NAN),
        _ => Number::Double(result),
    }
}

/// The integer that a double is, if it is one of 64 bits.
pub(super) fn exact_integer(double: f64) -> Option<i64> {
    const BEYOND: f64 = 9_223_372_036_854_775_808.0;
    let fits = double.fract() == 0.0 && (-BEYOND..BEYOND).contains(&double);
    #[expect(clippy::cast_possible_truncation, reason = "looked at above")]
    fits.then_some(double as i64)
}
