//! Binaries and UUIDs.

use base64::Engine as _;

use super::{Arguments, Callable, callable};
use crate::value::{
    ejson::binary,
    shell::value::Value,
    typed::{BASE64, Kind, SUBTYPE_UUID, bytes_of_hex as from_hex, uuid_from_text},
};

const SUBTYPE_OLD_UUID: u8 = 3;
const SUBTYPE_MD5: u8 = 5;

const UUID: &str = "32 hex digits in quotes, with hyphens or without";

pub(super) const ALL: &[Callable] = &[
    callable("UUID", "32 hex digits in quotes, with hyphens or without, or nothing for a new one", uuid),
    callable("LegacyJavaUUID", UUID, |arguments| {
        old_uuid(arguments, [7, 6, 5, 4, 3, 2, 1, 0, 15, 14, 13, 12, 11, 10, 9, 8])
    }),
    callable("LegacyCSharpUUID", UUID, |arguments| {
        old_uuid(arguments, [3, 2, 1, 0, 5, 4, 7, 6, 8, 9, 10, 11, 12, 13, 14, 15])
    }),
    callable("LegacyPythonUUID", UUID, |arguments| {
        old_uuid(arguments, [0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15])
    }),
    callable("BinData", "a subtype from 0 to 255, and base64 in quotes", |arguments| {
        let [subtype, data] = arguments.values.as_slice() else { return None };
        of_subtype(Some(subtype), &BASE64.decode(data.as_text()?).ok()?)
    }),
    callable("HexData", "a subtype from 0 to 255, and hex digits in quotes", |arguments| {
        let [subtype, data] = arguments.values.as_slice() else { return None };
        of_subtype(Some(subtype), &from_hex(data.as_text()?)?)
    }),
    callable("MD5", "32 hex digits in quotes", |arguments| {
        let data = from_hex(arguments.one()?.as_text()?).filter(|data| data.len() == 16)?;
        value(SUBTYPE_MD5, &data)
    }),
    callable(
        "Binary.createFromBase64",
        "base64 in quotes, and perhaps a subtype from 0 to 255",
        |arguments| {
            let (data, subtype) = data_and_subtype(arguments)?;
            of_subtype(subtype, &BASE64.decode(data.as_text()?).ok()?)
        },
    ),
    callable(
        "Binary.createFromHexString",
        "hex digits in quotes, and perhaps a subtype from 0 to 255",
        |arguments| {
            let (data, subtype) = data_and_subtype(arguments)?;
            of_subtype(subtype, &from_hex(data.as_text()?)?)
        },
    ),
    callable(
        "Binary",
        "Buffer.from(\"...\", \"base64\"), and perhaps a subtype from 0 to 255; Binary.createFromBase64(\"...\") is shorter",
        |arguments| {
            let (data, subtype) = data_and_subtype(arguments)?;
            of_subtype(subtype, data.as_kind(Kind::BinData).filter(|data| data.get(4) == Some(&0))?.get(5..)?)
        },
    ),
    callable("Buffer.from", "a string, and perhaps \"base64\", \"hex\" or \"utf8\"", |arguments| {
        let (data, encoding) = data_and_subtype(arguments)?;
        let data = data.as_text()?;
        value(
            0,
            &match encoding.map_or(Some("utf8"), Value::as_text)? {
                "base64" => BASE64.decode(data).ok()?,
                "hex" => from_hex(data)?,
                "utf8" | "utf-8" => data.as_bytes().to_vec(),
                _ => return None,
            },
        )
    }),
];

fn data_and_subtype(arguments: &Arguments) -> Option<(&Value, Option<&Value>)> {
    match arguments.values.as_slice() {
        [data] => Some((data, None)),
        [data, subtype] => Some((data, Some(subtype))),
        _ => None,
    }
}

fn of_subtype(subtype: Option<&Value>, data: &[u8]) -> Option<Value> {
    let subtype = subtype.map_or(Some(0), Value::as_integer)?;
    value(u8::try_from(subtype).ok()?, data)
}

fn value(subtype: u8, data: &[u8]) -> Option<Value> {
    let (kind, bytes) = binary(subtype, data)?;
    Some(Value::Other(kind, bytes))
}

/// A UUID of subtype 4; without an argument a new one of version 4.
fn uuid(arguments: &Arguments) -> Option<Value> {
    if arguments.is_empty() {
        return value(SUBTYPE_UUID, &bson::Uuid::new().bytes());
    }
    value(SUBTYPE_UUID, &uuid_bytes(arguments)?)
}

/// A UUID of subtype 3, in the order of bytes of a former driver.
fn old_uuid(arguments: &Arguments, order: [usize; 16]) -> Option<Value> {
    let bytes = uuid_bytes(arguments)?;
    value(SUBTYPE_OLD_UUID, &order.map(|at| bytes[at]))
}

/// The bytes of 32 hex digits, with hyphens or without.
fn uuid_bytes(arguments: &Arguments) -> Option<[u8; 16]> {
    from_hex(&arguments.one()?.as_text()?.replace('-', ""))?.try_into().ok()
}

/// The UUID that is written in the usual way, with its hyphens.
pub(in crate::value::shell) fn uuid_of(text: &str) -> Option<Value> {
    value(SUBTYPE_UUID, &uuid_from_text(text)?)
}
