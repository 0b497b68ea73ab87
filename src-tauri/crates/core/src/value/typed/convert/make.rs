//! The values that can be made of one of another type.

use super::{
    NoValue, Part,
    number::{self, Made},
};
use crate::value::{
    date,
    typed::{Kind, TypedValue, binary, code},
};

/// What making a value has lost; whether nothing is lost at all, going back tells.
pub(super) enum Lost {
    Nothing,
    /// Digits that the type has no place for.
    Digits,
    Fraction(String),
    Milliseconds(u32),
    Offset(String),
    AllBut(Part),
    Meaning,
}

/// Seconds of a timestamp and milliseconds of a date.
const SECOND_MS: i64 = 1000;

/// Makes a value of type `to`; `from` is written as the core writes it.
pub(super) fn make(from: &TypedValue, to: Kind) -> Result<(TypedValue, Lost), NoValue> {
    let (text, lost) = text_of(from, to)?;
    let value = TypedValue { kind: to, text }.tidied().map_err(|_| NoValue::Unreadable)?;
    Ok((value, lost))
}

fn text_of(from: &TypedValue, to: Kind) -> Made {
    let text = &from.text;
    let same = || Ok((text.clone(), Lost::Nothing));
    match (from.kind, to) {
        (kind, _) if kind == to => same(),
        (Kind::String | Kind::Symbol, _) => of_string(text, to),
        (_, Kind::String | Kind::Symbol) => as_string(from),
        (Kind::Bool, _) if is_number(to) => number::of_text(if text == "true" { "1" } else { "0" }, to),
        (kind, Kind::Bool) if is_number(kind) => Ok(truth(text)),
        (kind, _) if is_number(kind) && is_number(to) => number::between(kind, text, to),
        (Kind::Date, _) if is_number(to) => number::between(Kind::Long, &millis_of(from)?.to_string(), to),
        (kind, Kind::Date) if is_number(kind) => number::between(kind, text, Kind::Long),
        (Kind::Date, Kind::Timestamp) => timestamp_of(millis_of(from)?),
        (Kind::Timestamp, Kind::Date) => date_of_timestamp(text),
        (Kind::ObjectId, Kind::Date) => {
            let seconds = u32::from_str_radix(&text[..8], 16).map_err(|_| NoValue::Unreadable)?;
            Ok((millis(seconds), Lost::AllBut(Part::CreationTime)))
        }
        (Kind::DbPointer, Kind::ObjectId) => {
            let (_, id) = text.rsplit_once(' ').ok_or(NoValue::Unreadable)?;
            Ok((id.to_owned(), Lost::AllBut(Part::Id)))
        }
        (Kind::Javascript, Kind::JavascriptWithScope) => Ok((code::without_scope(text), Lost::Nothing)),
        (Kind::JavascriptWithScope, Kind::Javascript) => source_of(text),
        _ => Err(NoValue::Unrelated),
    }
}

fn is_number(kind: Kind) -> bool {
    matches!(kind, Kind::Int | Kind::Long | Kind::Double | Kind::Decimal)
}

fn as_string(from: &TypedValue) -> Made {
    let text = from.text.clone();
    Ok(match from.kind {
        Kind::BinData => match binary::base64_of(&text) {
            Some((0, data)) => (data.to_owned(), Lost::Nothing),
            Some((_, data)) => (data.to_owned(), Lost::AllBut(Part::Data)),
            // A UUID is a text already.
            None => (text, Lost::Nothing),
        },
        Kind::Regex | Kind::Javascript | Kind::JavascriptWithScope => (text, Lost::Meaning),
        Kind::Null | Kind::Undefined | Kind::MinKey | Kind::MaxKey => return Err(NoValue::Unrelated),
        _ => (text, Lost::Nothing),
    })
}

fn of_string(text: &str, to: Kind) -> Made {
    let reads = |text: &str| TypedValue { kind: to, text: text.to_owned() }.encode().is_ok();
    let same = |lost| Ok((text.to_owned(), lost));
    match to {
        Kind::Javascript => same(Lost::Meaning),
        Kind::Regex | Kind::JavascriptWithScope if reads(text) => same(Lost::Meaning),
        Kind::Regex => Ok((format!("/{text}/"), Lost::Meaning)),
        Kind::JavascriptWithScope => Ok((code::without_scope(text), Lost::Meaning)),
        Kind::BinData if !reads(text) => Ok((format!("BinData(0, \"{}\")", text.trim()), Lost::Nothing)),
        Kind::Bool => Ok((text.trim().to_ascii_lowercase(), Lost::Nothing)),
        Kind::Date => Ok(date_of_string(text.trim())),
        _ if is_number(to) => number::of_text(text.trim(), to),
        _ => same(Lost::Nothing),
    }
}

/// Whether a number is zero. Only 0 and 1 can be told from it again.
fn truth(number: &str) -> (String, Lost) {
    let zero = number::is_zero(number);
    let lost = if zero || number::is_one(number) { Lost::Nothing } else { Lost::AllBut(Part::Truth) };
    ((!zero).to_string(), lost)
}

fn millis_of(date: &TypedValue) -> Result<i64, NoValue> {
    let millis = date.text.parse().ok().or_else(|| date::from_iso(&date.text));
    millis.ok_or(NoValue::Unreadable)
}

fn millis(seconds: u32) -> String {
    (i64::from(seconds) * SECOND_MS).to_string()
}

fn timestamp_of(millis: i64) -> Made {
    let seconds = u32::try_from(millis.div_euclid(SECOND_MS)).map_err(|_| NoValue::OutOfRange)?;
    // Below 1000: the conversion cannot fail.
    let lost = match u32::try_from(millis.rem_euclid(SECOND_MS)).unwrap_or_default() {
        0 => Lost::Nothing,
        millis => Lost::Milliseconds(millis),
    };
    Ok((format!("{seconds}:0"), lost))
}

fn date_of_timestamp(text: &str) -> Made {
    let (seconds, counter) = text.split_once(':').ok_or(NoValue::Unreadable)?;
    let seconds = seconds.parse().map_err(|_| NoValue::Unreadable)?;
    let lost = if counter == "0" { Lost::Nothing } else { Lost::AllBut(Part::Seconds) };
    Ok((millis(seconds), lost))
}

/// A time without an offset is one in UTC.
fn date_of_string(text: &str) -> (String, Lost) {
    let in_utc = format!("{text}Z");
    if date::from_iso(text).is_none() && date::from_iso(&in_utc).is_some() {
        return (in_utc, Lost::Nothing);
    }
    // Behind the day, a sign can only be that of an offset.
    let sign = text.get(10..).and_then(|time| time.find(['+', '-'])).map(|at| at + 10);
    let offset = sign.map(|at| &text[at..]).filter(|_| date::from_iso(text).is_some());
    let lost = match offset {
        Some(offset) if offset.contains(|digit: char| ('1'..='9').contains(&digit)) => {
            Lost::Offset(offset.to_owned())
        }
        _ => Lost::Nothing,
    };
    (text.to_owned(), lost)
}

fn source_of(text: &str) -> Made {
    let (source, scope_is_empty) = code::source_of(text).ok_or(NoValue::Unreadable)?;
    Ok((source, if scope_is_empty { Lost::Nothing } else { Lost::AllBut(Part::Source) }))
}
