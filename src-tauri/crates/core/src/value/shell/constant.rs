//! Names that stand for a value by themselves.

use std::f64::consts;

use oxc_ast::ast::Expression;

use super::{
    call,
    read::{place, refused},
    value::Value,
};
use crate::value::{ejson::Fault, number::Number, typed::Kind};

/// A name, or a name and its part, in a syntax tree.
pub(super) fn dotted(expression: &Expression<'_>) -> Option<String> {
    match expression {
        Expression::Identifier(name) => Some(name.name.as_str().to_owned()),
        Expression::StaticMemberExpression(member) => match &member.object {
            Expression::Identifier(name) => Some(format!("{}.{}", name.name, member.property.name)),
            _ => None,
        },
        _ => None,
    }
}

/// Reads a name that is not called.
pub(super) fn read(expression: &Expression<'_>) -> Result<Value, Fault> {
    let at = place(expression);
    let name = dotted(expression).ok_or_else(|| refused(at, "a part of a value"))?;
    if let Some(value) = find(&name) {
        return Ok(value);
    }
    if call::is_known(&name) {
        return Err(Fault::new(at, format!("'{name}' takes its arguments in parentheses")));
    }
    Err(Fault::new(at, format!("'{name:.40}' is not a value; a string stands in quotes")))
}

fn find(name: &str) -> Option<Value> {
    let double = |number| Value::Number(Number::Double(number));
    Some(match name {
        "undefined" => Value::Other(Kind::Undefined, Vec::new()),
        "NaN" | "Number.NaN" => double(f64::NAN),
        "Infinity" | "Number.POSITIVE_INFINITY" => double(f64::INFINITY),
        "Number.NEGATIVE_INFINITY" => double(f64::NEG_INFINITY),
        "Number.MAX_SAFE_INTEGER" => Value::whole((1 << 53) - 1),
        "Number.MIN_SAFE_INTEGER" => Value::whole(1 - (1 << 53)),
        "Number.MAX_VALUE" => double(f64::MAX),
        // The smallest of all, where Rust's is the smallest normal one.
        "Number.MIN_VALUE" => double(f64::from_bits(1)),
        "Number.EPSILON" => double(f64::EPSILON),
        "MinKey" => Value::Other(Kind::MinKey, Vec::new()),
        "MaxKey" => Value::Other(Kind::MaxKey, Vec::new()),
        "Long.MAX_VALUE" => Value::long(i64::MAX),
        "Long.MIN_VALUE" => Value::long(i64::MIN),
        "Long.ZERO" => Value::long(0),
        "Long.ONE" => Value::long(1),
        "Long.NEG_ONE" => Value::long(-1),
        "Math.E" => double(consts::E),
        "Math.PI" => double(consts::PI),
        "Math.LN2" => double(consts::LN_2),
        "Math.LN10" => double(consts::LN_10),
        "Math.LOG2E" => double(consts::LOG2_E),
        "Math.LOG10E" => double(consts::LOG10_E),
        "Math.SQRT2" => double(consts::SQRT_2),
        "Math.SQRT1_2" => double(consts::FRAC_1_SQRT_2),
        _ => return None,
    })
}
