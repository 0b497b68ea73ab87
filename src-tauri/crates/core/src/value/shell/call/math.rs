//! The pure functions of `Math`.

use super::{Arguments, Callable, callable};
use crate::value::{
    number::Number,
    shell::{
        arithmetic::{double, exact_integer, power, tidy},
        value::Value,
    },
};

const ONE: &str = "a plain number";
const TWO: &str = "two plain numbers";
const ANY: &str = "plain numbers";

pub(super) const ALL: &[Callable] = &[
    callable("Math.abs", ONE, |arguments| one(arguments, f64::abs)),
    callable("Math.acos", ONE, |arguments| one(arguments, f64::acos)),
    callable("Math.acosh", ONE, |arguments| one(arguments, f64::acosh)),
    callable("Math.asin", ONE, |arguments| one(arguments, f64::asin)),
    callable("Math.asinh", ONE, |arguments| one(arguments, f64::asinh)),
    callable("Math.atan", ONE, |arguments| one(arguments, f64::atan)),
    callable("Math.atan2", TWO, |arguments| two(arguments, f64::atan2)),
    callable("Math.atanh", ONE, |arguments| one(arguments, f64::atanh)),
    callable("Math.cbrt", ONE, |arguments| one(arguments, f64::cbrt)),
    callable("Math.ceil", ONE, |arguments| one(arguments, f64::ceil)),
    callable("Math.clz32", ONE, |arguments| {
        Some(Value::whole(i64::from(low_bits(double(arguments.one()?.as_number()?)).leading_zeros())))
    }),
    callable("Math.cos", ONE, |arguments| one(arguments, f64::cos)),
    callable("Math.cosh", ONE, |arguments| one(arguments, f64::cosh)),
    callable("Math.exp", ONE, |arguments| one(arguments, f64::exp)),
    callable("Math.expm1", ONE, |arguments| one(arguments, f64::exp_m1)),
    callable("Math.floor", ONE, |arguments| one(arguments, f64::floor)),
    callable("Math.fround", ONE, |arguments| one(arguments, nearest_single)),
    callable("Math.hypot", ANY, |arguments| fold(arguments, 0.0, f64::hypot)),
    callable("Math.imul", TWO, |arguments| {
        two(arguments, |a, b| f64::from(low_bits(a).wrapping_mul(low_bits(b)).cast_signed()))
    }),
    callable("Math.log", ONE, |arguments| one(arguments, f64::ln)),
    callable("Math.log10", ONE, |arguments| one(arguments, f64::log10)),
    callable("Math.log1p", ONE, |arguments| one(arguments, f64::ln_1p)),
    callable("Math.log2", ONE, |arguments| one(arguments, f64::log2)),
    callable("Math.max", ANY, |arguments| fold(arguments, f64::NEG_INFINITY, |a, b| pick(a, b, a > b))),
    callable("Math.min", ANY, |arguments| fold(arguments, f64::INFINITY, |a, b| pick(a, b, a < b))),
    callable("Math.pow", TWO, |arguments| {
        let [a, b] = arguments.values.as_slice() else { return None };
        Some(Value::Number(power(a.as_number()?, b.as_number()?)))
    }),
    // Halves go up, also below zero.
    callable("Math.round", ONE, |arguments| {
        one(arguments, |number| {
            let down = number.floor();
            if number - down < 0.5 { down } else { number.ceil() }
        })
    }),
    callable("Math.sign", ONE, |arguments| {
        one(arguments, |number| if number == 0.0 || number.is_nan() { number } else { number.signum() })
    }),
    callable("Math.sin", ONE, |arguments| one(arguments, f64::sin)),
    callable("Math.sinh", ONE, |arguments| one(arguments, f64::sinh)),
    callable("Math.sqrt", ONE, |arguments| one(arguments, f64::sqrt)),
    callable("Math.tan", ONE, |arguments| one(arguments, f64::tan)),
    callable("Math.tanh", ONE, |arguments| one(arguments, f64::tanh)),
    callable("Math.trunc", ONE, |arguments| one(arguments, f64::trunc)),
];

fn one(arguments: &Arguments, function: fn(f64) -> f64) -> Option<Value> {
    let number = arguments.one()?.as_number()?;
    // What a double could not hold stays as it is where the function does not change it.
    let result = function(double(number));
    let unchanged = matches!(number, Number::Whole(_)) && result.to_bits() == double(number).to_bits();
    Some(Value::Number(if unchanged { number } else { tidy(result) }))
}

fn two(arguments: &Arguments, function: fn(f64, f64) -> f64) -> Option<Value> {
    let [a, b] = arguments.values.as_slice() else { return None };
    Some(Value::Number(tidy(function(double(a.as_number()?), double(b.as_number()?)))))
}

fn fold(arguments: &Arguments, start: f64, function: fn(f64, f64) -> f64) -> Option<Value> {
    let numbers = arguments.values.iter().map(|value| value.as_number().map(double));
    let result = numbers.collect::<Option<Vec<_>>>()?.into_iter().fold(start, function);
    Some(Value::Number(tidy(result)))
}

fn pick(a: f64, b: f64, first: bool) -> f64 {
    if a.is_nan() || b.is_nan() {
        f64::NAN
    } else if first {
        a
    } else {
        b
    }
}

/// The lowest 32 bits of the whole part.
fn low_bits(number: f64) -> u32 {
    let whole = exact_integer((number.trunc()) % 4_294_967_296.0).unwrap_or_default();
    u32::try_from(whole.rem_euclid(1 << 32)).unwrap_or_default()
}

#[expect(clippy::cast_possible_truncation, reason = "this is what the function is for")]
fn nearest_single(number: f64) -> f64 {
    f64::from(number as f32)
}
