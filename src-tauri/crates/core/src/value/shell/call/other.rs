//! Ids, timestamps, references, code and regular expressions.

use bson::oid::ObjectId;

use super::{Arguments, Callable, callable};
use crate::value::{
    raw::{Element, Elements},
    shell::{arithmetic, build::Builder, value::Value},
    typed::{Kind, object_id},
};

const REGEX: &str = "a pattern in quotes, and perhaps its flags in quotes: i, m, s, x, l and u, each once";
const TIMESTAMP: &str =
    "seconds since 1970 and a counter, {t: seconds, i: counter}, or all 64 bits as a NumberLong";

pub(super) const ALL: &[Callable] = &[
    callable("ObjectId", "24 hex digits in quotes, or nothing for a new one", id),
    callable("ObjectID", "24 hex digits in quotes, or nothing for a new one", id),
    callable("ObjectId.createFromHexString", "24 hex digits in quotes", |arguments| {
        id_of(object_id(arguments.one()?.as_text()?)?)
    }),
    callable("ObjectId.createFromTime", "seconds since 1970", |arguments| {
        let seconds = arithmetic::double(arguments.one()?.as_number()?).floor();
        let seconds = u32::try_from(arithmetic::exact_integer(seconds)?).ok()?;
        let mut id = [0; 12];
        id[..4].copy_from_slice(&seconds.to_be_bytes());
        id_of(id)
    }),
    callable("Timestamp", TIMESTAMP, timestamp),
    callable("DBRef", "a collection, an id, and perhaps a database and a document of further fields", db_ref),
    callable("Code", "source in quotes, and perhaps a document of variables", code),
    callable("Symbol", "a string", symbol),
    callable("BSONSymbol", "a string", symbol),
    callable("BSONRegExp", REGEX, |arguments| regex(arguments, "")),
    callable("RegExp", REGEX, |arguments| regex(arguments, "u")),
    callable("MinKey", "nothing", |arguments| nothing(arguments, Kind::MinKey)),
    callable("MaxKey", "nothing", |arguments| nothing(arguments, Kind::MaxKey)),
];

fn nothing(arguments: &Arguments, kind: Kind) -> Option<Value> {
    arguments.is_empty().then(|| Value::Other(kind, Vec::new()))
}

#[expect(clippy::unnecessary_wraps, reason = "what a table of functions asks for")]
fn id_of(id: [u8; 12]) -> Option<Value> {
    Some(Value::Other(Kind::ObjectId, id.to_vec()))
}

fn id(arguments: &Arguments) -> Option<Value> {
    if !arguments.is_empty() {
        let only = arguments.one()?;
        return match only.as_kind(Kind::ObjectId) {
            Some(_) => Some(only.clone()),
            None => id_of(object_id(only.as_text()?)?),
        };
    }
    // A new one, of the time that was handed in.
    let seconds = u32::try_from(arguments.now_ms.div_euclid(1000)).unwrap_or_default();
    let mut id = ObjectId::new().bytes();
    id[..4].copy_from_slice(&seconds.to_be_bytes());
    id_of(id)
}

fn timestamp(arguments: &Arguments) -> Option<Value> {
    let value = |seconds: i64, counter: i64| {
        let (seconds, counter) = (u32::try_from(seconds).ok()?, u32::try_from(counter).ok()?);
        Some(Value::Other(Kind::Timestamp, [counter.to_le_bytes(), seconds.to_le_bytes()].concat()))
    };
    match arguments.values.as_slice() {
        [] => value(0, 0),
        [Value::Other(Kind::Long, bits)] => Some(Value::Other(Kind::Timestamp, bits.clone())),
        [Value::Other(Kind::Object, document)] => {
            let fields = Elements::new(document).ok()?.collect::<Result<Vec<_>, _>>().ok()?;
            let part = |name: &[u8]| {
                let field = fields.iter().find(|field| field.name == name && fields.len() == 2)?;
                Value::Other(field.kind, field.value.to_vec()).as_integer()
            };
            value(part(b"t")?, part(b"i")?)
        }
        [seconds] => value(seconds.as_integer()?, 0),
        [seconds, counter] => value(seconds.as_integer()?, counter.as_integer()?),
        _ => None,
    }
}

/// A document by convention. A name such as `shop.orders` is a database and a collection.
fn db_ref(arguments: &Arguments) -> Option<Value> {
    let (collection, id, rest) = match arguments.values.as_slice() {
        [collection, id, rest @ ..] if rest.len() <= 2 => (collection.as_text()?, id.clone(), rest),
        _ => return None,
    };
    let named = rest.first().map(|database| database.as_text()).map_or(Some(None), |text| text.map(Some))?;
    let (database, collection) = match (named, collection.split_once('.')) {
        (None, Some((database, collection))) if !collection.contains('.') => (Some(database), collection),
        _ => (named, collection),
    };
    let mut builder = Builder::new();
    let put = |builder: &mut Builder, name: &str, value: Value| {
        builder.begin_field(0, name).ok()?;
        let (kind, bytes) = value.encode();
        builder.put(kind, &bytes);
        Some(())
    };
    builder.open_object(0).ok()?;
    put(&mut builder, "$ref", Value::text(collection))?;
    put(&mut builder, "$id", id)?;
    if let Some(database) = database {
        put(&mut builder, "$db", Value::text(database))?;
    }
    if let Some(further) = rest.get(1) {
        for element in Elements::new(further.as_kind(Kind::Object)?).ok()? {
            let Element { kind, name, value, .. } = element.ok()?;
            put(&mut builder, std::str::from_utf8(name).ok()?, Value::Other(kind, value.to_vec()))?;
        }
    }
    builder.close().ok()?;
    let document = builder.finish().ok()?;
    Some(Value::Other(document.kind, document.bytes))
}

fn code(arguments: &Arguments) -> Option<Value> {
    match arguments.values.as_slice() {
        [] => Some(Value::of_text(Kind::Javascript, "")),
        [source] => Some(Value::of_text(Kind::Javascript, source.as_text()?)),
        [source, scope] => {
            let (source, scope) = (source.as_kind(Kind::String)?, scope.as_kind(Kind::Object)?);
            let len = i32::try_from(4 + source.len() + scope.len()).ok()?;
            Some(Value::Other(Kind::JavascriptWithScope, [&len.to_le_bytes(), source, scope].concat()))
        }
        _ => None,
    }
}

fn symbol(arguments: &Arguments) -> Option<Value> {
    arguments.one()?.as_text().map(|text| Value::of_text(Kind::Symbol, text))
}

/// A pattern as it is, and flags in the order that BSON asks for, less those that say nothing.
fn regex(arguments: &Arguments, left_out: &str) -> Option<Value> {
    let (pattern, flags) = match arguments.values.as_slice() {
        [Value::Other(Kind::Regex, _)] => return arguments.one().cloned(),
        [pattern] => (pattern, ""),
        [pattern, flags] => (pattern, flags.as_text()?),
        _ => return None,
    };
    let mut flags: Vec<char> = flags.chars().filter(|&flag| !left_out.contains(flag)).collect();
    flags.sort_unstable();
    let known = flags.iter().all(|&flag| "ilmsux".contains(flag));
    if !known || flags.windows(2).any(|pair| pair[0] == pair[1]) {
        return None;
    }
    Value::regex(pattern.as_text()?, &flags.into_iter().collect::<String>())
}
