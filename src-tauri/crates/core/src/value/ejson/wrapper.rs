//! The objects of Extended JSON that stand for a value, such as `{"$oid": ...}`.

use base64::{Engine as _, engine::general_purpose::STANDARD};

use crate::value::{
    date,
    raw::{self, Element, Elements},
    typed::{Kind, SUBTYPE_UUID, TypedValue, object_id, uuid_from_text},
};

/// The binary subtype whose data begins with its own length.
pub(super) const SUBTYPE_OLD_BINARY: u8 = 2;

/// Reads the value of a type's field, and that of the field beside it; none where they are wrong.
type Read = fn(&Element<'_>, Option<&Element<'_>>) -> Option<(Kind, Vec<u8>)>;

/// What a field stands for, when its object stands for a value.
struct TypeKey {
    key: &'static str,
    /// The one other field that may stand beside it.
    companion: Option<&'static str>,
    /// What it takes, for messages.
    takes: &'static str,
    read: Read,
}

const fn alone(key: &'static str, takes: &'static str, read: Read) -> TypeKey {
    TypeKey { key, companion: None, takes, read }
}

/// All of them; an object that has one of these fields stands for a value, or is wrong.
const TYPE_KEYS: [TypeKey; 16] = [
    alone("$oid", "a string of 24 hex digits", |value, _| {
        Some((Kind::ObjectId, object_id(text(value)?)?.to_vec()))
    }),
    alone("$numberInt", "a string with an integer from -2147483648 to 2147483647", |value, _| {
        number(Kind::Int, value)
    }),
    alone("$numberLong", "a string with a 64-bit integer", |value, _| number(Kind::Long, value)),
    alone("$numberDouble", "a string with a number, \"NaN\", \"Infinity\" or \"-Infinity\"", |value, _| {
        number(Kind::Double, value)
    }),
    alone("$numberDecimal", "a string with a number of up to 34 digits", |value, _| {
        number(Kind::Decimal, value)
    }),
    alone("$date", "ISO 8601 such as \"2026-11-23T19:30:00Z\", or milliseconds since 1970", read_date),
    TypeKey {
        key: "$binary",
        companion: Some("$type"),
        takes: "{\"base64\": \"...\", \"subType\": \"00\"}",
        read: read_binary,
    },
    alone("$uuid", "a string such as \"00112233-4455-6677-8899-aabbccddeeff\"", read_uuid),
    alone("$regularExpression", "{\"pattern\": \"...\", \"options\": \"...\"}", read_regex),
    alone("$timestamp", "{\"t\": seconds, \"i\": counter}, both from 0 to 4294967295", read_timestamp),
    alone("$minKey", "1", |value, _| (integer(value)? == 1).then_some((Kind::MinKey, Vec::new()))),
    alone("$maxKey", "1", |value, _| (integer(value)? == 1).then_some((Kind::MaxKey, Vec::new()))),
    alone("$undefined", "true", |value, _| {
        (value.kind == Kind::Bool && value.value == [1]).then_some((Kind::Undefined, Vec::new()))
    }),
    alone("$symbol", "a string", |value, _| {
        text(value)?;
        Some((Kind::Symbol, value.value.to_vec()))
    }),
    TypeKey {
        key: "$code",
        companion: Some("$scope"),
        takes: "a string, and beside it only \"$scope\" with a document",
        read: read_code,
    },
    alone("$dbPointer", "{\"$ref\": \"database.collection\", \"$id\": {\"$oid\": \"...\"}}", read_db_pointer),
];

fn type_key(name: &[u8]) -> Option<&'static TypeKey> {
    // Nearly every name is settled by its first byte.
    if name.first() != Some(&b'$') {
        return None;
    }
    TYPE_KEYS.iter().find(|known| known.key.as_bytes() == name)
}

/// Whether an object with a field of this name stands for a value.
pub(in crate::value) fn is_type_key(name: &[u8]) -> bool {
    type_key(name).is_some()
}

/// The value that an object stands for, given as the document that it was read as; or what is wrong with it.
pub(in crate::value) fn read(document: &[u8]) -> Result<(Kind, Vec<u8>), String> {
    let fields = fields(document).unwrap_or_default();
    let Some((main, known)) = fields.iter().find_map(|field| Some((field, type_key(field.name)?))) else {
        return Err("a value is expected".to_owned());
    };
    let mut companion = None;
    for field in fields.iter().filter(|field| field.start != main.start) {
        if companion.is_none() && known.companion.is_some_and(|name| name.as_bytes() == field.name) {
            companion = Some(field);
        } else {
            let other = String::from_utf8_lossy(field.name);
            return Err(format!(
                "'{}' stands for a value, so '{other:.40}' cannot stand beside it",
                known.key
            ));
        }
    }
    (known.read)(main, companion).ok_or_else(|| format!("'{}' takes {}", known.key, known.takes))
}

fn fields(document: &[u8]) -> Option<Vec<Element<'_>>> {
    Elements::new(document).ok()?.collect::<Result<_, _>>().ok()
}

/// The fields of exactly these names, in any order.
fn exactly<'a, const N: usize>(value: &Element<'a>, names: [&str; N]) -> Option<[Element<'a>; N]> {
    let fields = fields(value.value).filter(|fields| value.kind == Kind::Object && fields.len() == N)?;
    let find = |name: &str| fields.iter().find(|field| field.name == name.as_bytes()).copied();
    let found: Vec<_> = names.into_iter().map_while(find).collect();
    found.try_into().ok()
}

fn text<'a>(value: &Element<'a>) -> Option<&'a str> {
    if value.kind != Kind::String {
        return None;
    }
    std::str::from_utf8(raw::string_bytes(value.value)?).ok()
}

fn integer(value: &Element<'_>) -> Option<i64> {
    match value.kind {
        Kind::Int => raw::read_i32(value.value).map(i64::from),
        Kind::Long => value.value.first_chunk().map(|chunk| i64::from_le_bytes(*chunk)),
        _ => None,
    }
}

fn number(kind: Kind, value: &Element<'_>) -> Option<(Kind, Vec<u8>)> {
    let text = text(value).filter(|text| text.trim().len() == text.len())?.to_owned();
    let (_, bytes) = TypedValue { kind, text }.encode().ok()?;
    Some((kind, bytes))
}

fn read_date(value: &Element<'_>, _: Option<&Element<'_>>) -> Option<(Kind, Vec<u8>)> {
    let millis = match text(value) {
        Some(text) => date::from_iso(text)?,
        None => integer(value)?,
    };
    Some((Kind::Date, millis.to_le_bytes().to_vec()))
}

/// The form of version 2, `{base64, subType}`, or that of version 1, a string beside `$type`.
fn read_binary(value: &Element<'_>, old_type: Option<&Element<'_>>) -> Option<(Kind, Vec<u8>)> {
    let (base64, subtype) = if let Some(subtype) = old_type {
        (text(value)?, subtype_of(subtype)?)
    } else {
        let [base64, subtype] = exactly(value, ["base64", "subType"])?;
        (text(&base64)?, subtype_of(&subtype).filter(|_| subtype.kind == Kind::String)?)
    };
    binary(subtype, &STANDARD.decode(base64).ok()?)
}

fn subtype_of(value: &Element<'_>) -> Option<u8> {
    let Some(text) = text(value) else { return u8::try_from(integer(value)?).ok() };
    let hex = matches!(text.len(), 1 | 2) && text.bytes().all(|byte| byte.is_ascii_hexdigit());
    hex.then(|| u8::from_str_radix(text, 16).ok()).flatten()
}

/// A binary of this subtype with this data.
pub(in crate::value) fn binary(subtype: u8, data: &[u8]) -> Option<(Kind, Vec<u8>)> {
    let inner_len = i32::try_from(data.len()).ok()?.to_le_bytes();
    let inner: &[u8] = if subtype == SUBTYPE_OLD_BINARY { &inner_len } else { &[] };
    let len = i32::try_from(inner.len() + data.len()).ok()?;
    Some((Kind::BinData, [&len.to_le_bytes(), [subtype].as_slice(), inner, data].concat()))
}

/// Subtype and data of a binary, and whether no text gives it back. The old subtype repeats its length inside, which
/// every text leaves out.
pub(in crate::value) fn binary_parts(value: &[u8]) -> Option<(u8, &[u8], bool)> {
    let (&subtype, data) = value.get(4..)?.split_first()?;
    if subtype != SUBTYPE_OLD_BINARY {
        return Some((subtype, data, false));
    }
    Some(match data.split_at_checked(4) {
        Some((len, rest)) if raw::read_i32(len) == i32::try_from(rest.len()).ok() => (subtype, rest, false),
        _ => (subtype, data, true),
    })
}

fn read_uuid(value: &Element<'_>, _: Option<&Element<'_>>) -> Option<(Kind, Vec<u8>)> {
    binary(SUBTYPE_UUID, &uuid_from_text(text(value)?)?)
}

fn read_regex(value: &Element<'_>, _: Option<&Element<'_>>) -> Option<(Kind, Vec<u8>)> {
    let [pattern, options] = exactly(value, ["pattern", "options"])?;
    let (pattern, options) = (text(&pattern)?, text(&options)?);
    if pattern.contains('\0') || options.contains('\0') {
        return None;
    }
    Some((Kind::Regex, [pattern.as_bytes(), &[0], options.as_bytes(), &[0]].concat()))
}

fn read_timestamp(value: &Element<'_>, _: Option<&Element<'_>>) -> Option<(Kind, Vec<u8>)> {
    let [seconds, counter] = exactly(value, ["t", "i"])?;
    let part = |element: &Element<'_>| u32::try_from(integer(element)?).ok();
    let (seconds, counter) = (part(&seconds)?, part(&counter)?);
    Some((Kind::Timestamp, [counter.to_le_bytes(), seconds.to_le_bytes()].concat()))
}

fn read_code(code: &Element<'_>, scope: Option<&Element<'_>>) -> Option<(Kind, Vec<u8>)> {
    text(code)?;
    let Some(scope) = scope else { return Some((Kind::Javascript, code.value.to_vec())) };
    if scope.kind != Kind::Object {
        return None;
    }
    let len = i32::try_from(4 + code.value.len() + scope.value.len()).ok()?;
    Some((Kind::JavascriptWithScope, [&len.to_le_bytes(), code.value, scope.value].concat()))
}

fn read_db_pointer(value: &Element<'_>, _: Option<&Element<'_>>) -> Option<(Kind, Vec<u8>)> {
    let [namespace, id] = exactly(value, ["$ref", "$id"])?;
    text(&namespace)?;
    (id.kind == Kind::ObjectId).then(|| (Kind::DbPointer, [namespace.value, id.value].concat()))
}
