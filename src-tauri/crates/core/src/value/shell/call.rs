//! Calls: an allow-list of names, with `new` or without, and what each of them takes.

mod binary;
mod date;
mod math;
mod number;
mod other;

use oxc_ast::ast::{Argument, Expression};

pub(super) use binary::uuid_of as uuid;

use super::{
    constant::dotted,
    read::{Reader, place, refused},
    value::Value,
};
use crate::value::{ejson::Fault, typed::Kind};

/// One name that may be called.
struct Callable {
    name: &'static str,
    /// What it takes, for messages.
    takes: &'static str,
    /// The value of its arguments; none where they are wrong.
    read: fn(&Arguments) -> Option<Value>,
}

const fn callable(
    name: &'static str,
    takes: &'static str,
    read: fn(&Arguments) -> Option<Value>,
) -> Callable {
    Callable { name, takes, read }
}

/// What is given in parentheses, and when.
struct Arguments {
    values: Vec<Value>,
    now_ms: i64,
}

impl Arguments {
    /// The only argument.
    fn one(&self) -> Option<&Value> {
        match self.values.as_slice() {
            [only] => Some(only),
            _ => None,
        }
    }

    fn is_empty(&self) -> bool {
        self.values.is_empty()
    }
}

fn all() -> impl Iterator<Item = &'static Callable> {
    [number::ALL, date::ALL, binary::ALL, other::ALL, math::ALL].into_iter().flatten()
}

/// Whether this name may be called.
pub(super) fn is_known(name: &str) -> bool {
    all().any(|callable| callable.name == name)
}

/// Reads a call: of a name, or of a method of a date or an ObjectId.
pub(super) fn read(
    reader: &Reader<'_>,
    at: usize,
    callee: &Expression<'_>,
    arguments: &[Argument<'_>],
) -> Result<Value, Fault> {
    let mut values = Vec::with_capacity(arguments.len());
    for argument in arguments {
        let expression = argument.as_expression().ok_or_else(|| refused(place(argument), "'...'"))?;
        values.push(reader.value(expression)?);
    }
    let arguments = Arguments { values, now_ms: reader.now_ms };
    let Some(name) = dotted(callee) else { return method(reader, callee, &arguments) };
    let Some(callable) = all().find(|callable| callable.name == name) else { return Err(unknown(at, &name)) };
    (callable.read)(&arguments).ok_or_else(|| Fault::new(at, format!("'{name}' takes {}", callable.takes)))
}

fn method(reader: &Reader<'_>, callee: &Expression<'_>, arguments: &Arguments) -> Result<Value, Fault> {
    let Expression::StaticMemberExpression(member) = callee else {
        return Err(refused(place(callee), "a call of this"));
    };
    // A method of what another method gave could go on without end.
    let chained = match &member.object {
        Expression::CallExpression(inner) => dotted(&inner.callee).is_none(),
        Expression::NewExpression(inner) => dotted(&inner.callee).is_none(),
        _ => false,
    };
    if chained {
        return Err(refused(place(&member.property), "a further call"));
    }
    let on = reader.value(&member.object)?;
    let value = match member.property.name.as_str() {
        "getTime" | "valueOf" => on.as_date().map(Value::whole),
        "getTimestamp" => on
            .as_kind(Kind::ObjectId)
            .and_then(<[u8]>::first_chunk)
            .map(|seconds| Value::date(1000 * i64::from(u32::from_be_bytes(*seconds)))),
        _ => None,
    };
    value.filter(|_| arguments.is_empty()).ok_or_else(|| {
        let message = "a date has getTime() and valueOf(), an ObjectId has getTimestamp(), and no other method is allowed";
        Fault::new(place(&member.property), message)
    })
}

fn unknown(at: usize, name: &str) -> Fault {
    let similar = all().find(|callable| callable.name.eq_ignore_ascii_case(name));
    let instead = match similar {
        Some(callable) => format!("; it is written {}", callable.name),
        None => String::new(),
    };
    Fault::new(at, format!("'{name:.40}' cannot be called: it is not one of mongosh's types{instead}"))
}
