//! Dates. A text without a zone, and a date by its parts, are in UTC: the core knows no other zone.

use super::{Arguments, Callable, callable};
use crate::value::{date, number::Number, shell::value::Value};

const ISO: &str = "nothing for now, ISO 8601 such as \"2026-11-23T19:30:00Z\", or milliseconds since 1970";
const PARTS: &str = "nothing for now, ISO 8601 such as \"2026-11-23T19:30:00Z\", milliseconds since 1970, or a year, \
                     a month from 0, a day and so on";

pub(super) const ALL: &[Callable] = &[
    callable("ISODate", ISO, iso_date),
    callable("Date", PARTS, |arguments| match arguments.values.as_slice() {
        parts @ [_, _, ..] => utc(parts).map(Value::date),
        _ => iso_date(arguments),
    }),
    callable("Date.now", "nothing", |arguments| arguments.is_empty().then(|| Value::whole(arguments.now_ms))),
    callable("Date.UTC", "a year, a month from 0, a day and so on", |arguments| {
        utc(&arguments.values).map(Value::whole)
    }),
];

/// Milliseconds to either side of 1970 that JavaScript's dates reach from their parts.
const REACH_MS: i64 = 8_640_000_000_000_000;

fn iso_date(arguments: &Arguments) -> Option<Value> {
    if arguments.is_empty() {
        return Some(Value::date(arguments.now_ms));
    }
    let only = arguments.one()?;
    let millis = match (only, only.as_text()) {
        (_, Some(text)) => from_text(text)?,
        (Value::Number(Number::Double(double)), _) => {
            super::super::arithmetic::exact_integer(double.trunc())?
        }
        _ => only.as_date().or_else(|| only.as_integer())?,
    };
    Some(Value::date(millis))
}

/// Milliseconds since 1970 of ISO 8601 as mongosh takes it: a year or more, with `-` and `:` or without, a fraction
/// of any length, and UTC where no zone is named.
fn from_text(text: &str) -> Option<i64> {
    if !text.is_ascii() {
        return None;
    }
    let (day, time) = match text.split_once(['T', 't', ' ']) {
        Some((day, time)) => (day, Some(time)),
        None => (text, None),
    };
    let day = match day.len() {
        4 => format!("{day}-01-01"),
        7 => format!("{day}-01"),
        8 => format!("{}-{}-{}", &day[..4], &day[4..6], &day[6..]),
        _ => day.to_owned(),
    };
    let Some(time) = time else { return date::from_iso(&day) };
    let (clock, zone) = time.split_at(time.find(['Z', 'z', '+', '-']).unwrap_or(time.len()));
    let zone = if zone.is_empty() { "Z" } else { zone };
    let (clock, fraction) = clock.split_once('.').unwrap_or((clock, "0"));
    if fraction.is_empty() || !fraction.bytes().all(|byte| byte.is_ascii_digit()) {
        return None;
    }
    let clock = match clock.len() {
        2 => format!("{clock}:00:00"),
        4 => format!("{}:{}:00", &clock[..2], &clock[2..]),
        5 => format!("{clock}:00"),
        6 => format!("{}:{}:{}", &clock[..2], &clock[2..4], &clock[4..]),
        _ => clock.to_owned(),
    };
    // BSON counts milliseconds; what is finer is left out, as in mongosh.
    let millis = &fraction[..fraction.len().min(3)];
    date::from_iso(&format!("{day}T{clock}.{millis}{zone}"))
}

/// Milliseconds since 1970 of a date by its parts, which may lie beyond their usual range.
fn utc(parts: &[Value]) -> Option<i64> {
    if !(1..=7).contains(&parts.len()) {
        return None;
    }
    let mut given = [0, 0, 1, 0, 0, 0, 0];
    for (part, value) in given.iter_mut().zip(parts) {
        *part = value.as_integer().filter(|&part| reaches(part))?;
    }
    let [year, month, day, hour, minute, second, milli] = given;
    // As in JavaScript, two digits are a year of the last century.
    let year = if (0..=99).contains(&year) { year + 1900 } else { year };
    let first = date::days(year + month.div_euclid(12), month.rem_euclid(12) + 1, 1);
    let days = i128::from(first + day - 1);
    let in_day = ((i128::from(hour) * 60 + i128::from(minute)) * 60 + i128::from(second)) * 1000;
    let millis = i64::try_from(days * 86_400_000 + in_day + i128::from(milli)).ok()?;
    reaches(millis).then_some(millis)
}

fn reaches(number: i64) -> bool {
    (-REACH_MS..=REACH_MS).contains(&number)
}
