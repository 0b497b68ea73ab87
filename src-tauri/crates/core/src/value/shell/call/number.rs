//! Numbers with a type.

use super::{Arguments, Callable, callable};
use crate::value::{
    number::Number,
    shell::{arithmetic, value::Value},
    typed::{Kind, double_from_text, double_text},
};

const INT: &str = "a whole number from -2147483648 to 2147483647, plain or in quotes";
const LONG: &str = "a 64-bit integer, in quotes or plain";
const DOUBLE: &str = "a number, plain or in quotes";
const DECIMAL: &str = "a number of up to 34 digits in quotes";

pub(super) const ALL: &[Callable] = &[
    callable("NumberInt", INT, int),
    callable("Int32", INT, int),
    callable("Int32.fromString", INT, int),
    callable("NumberLong", LONG, long),
    callable("Int64", LONG, long),
    callable("Long", "a 64-bit integer, in quotes or plain, or its low and its high 32 bits", long_or_halves),
    callable(
        "Long.fromString",
        "a 64-bit integer in quotes, and perhaps a radix from 2 to 36",
        long_of_radix,
    ),
    callable("Long.fromNumber", LONG, long),
    callable("Long.fromInt", LONG, long),
    callable("Long.fromBigInt", LONG, long),
    callable("Long.fromBits", "its low and its high 32 bits", halves),
    callable("Double", DOUBLE, double),
    callable("Double.fromString", DOUBLE, double),
    callable("NumberDecimal", DECIMAL, decimal),
    callable("Decimal128", DECIMAL, decimal),
    callable("Decimal128.fromString", DECIMAL, decimal),
];

/// A whole number of any kind; without an argument zero.
fn integer(arguments: &Arguments) -> Option<i64> {
    if arguments.is_empty() {
        return Some(0);
    }
    let only = arguments.one()?;
    match only.as_text() {
        Some(text) => text.parse().ok(),
        None => only.as_integer(),
    }
}

fn int(arguments: &Arguments) -> Option<Value> {
    let int = i32::try_from(integer(arguments)?).ok()?;
    Some(Value::Other(Kind::Int, int.to_le_bytes().to_vec()))
}

fn long(arguments: &Arguments) -> Option<Value> {
    integer(arguments).map(Value::long)
}

fn halves(arguments: &Arguments) -> Option<Value> {
    let [low, high] = arguments.values.as_slice() else { return None };
    // Either half may be written with its sign or without.
    let half = |value: &Value| {
        let half = value.as_integer()?;
        i32::try_from(half).map(i32::cast_unsigned).or_else(|_| u32::try_from(half)).ok()
    };
    let bits = u64::from(half(high)?) << 32 | u64::from(half(low)?);
    Some(Value::long(bits.cast_signed()))
}

fn long_or_halves(arguments: &Arguments) -> Option<Value> {
    if arguments.values.len() == 2 { halves(arguments) } else { long(arguments) }
}

fn long_of_radix(arguments: &Arguments) -> Option<Value> {
    let [text, radix] = arguments.values.as_slice() else { return long(arguments) };
    let radix = u32::try_from(radix.as_integer()?).ok().filter(|radix| (2..=36).contains(radix))?;
    i64::from_str_radix(text.as_text()?, radix).ok().map(Value::long)
}

fn double(arguments: &Arguments) -> Option<Value> {
    let only = arguments.one()?;
    let double = match (only, only.as_text()) {
        (_, Some(text)) => double_from_text(text)?,
        (Value::Number(number), _) => arithmetic::double(*number),
        _ => arithmetic::double(Number::Whole(only.as_integer()?)),
    };
    Some(Value::Number(Number::Double(double)))
}

/// The decimal of a text, or of the text by which JavaScript shows a number.
fn decimal(arguments: &Arguments) -> Option<Value> {
    if arguments.is_empty() {
        return Value::typed(Kind::Decimal, "0");
    }
    let only = arguments.one()?;
    match (only, only.as_text()) {
        (_, Some(text)) => Value::typed(Kind::Decimal, text),
        (Value::Number(Number::Double(double)), _) if only.as_integer().is_none() => {
            Value::typed(Kind::Decimal, &double_text(double.to_bits()))
        }
        (Value::Other(Kind::Decimal, bytes), _) => Some(Value::Other(Kind::Decimal, bytes.clone())),
        _ => Value::typed(Kind::Decimal, &only.as_integer()?.to_string()),
    }
}
