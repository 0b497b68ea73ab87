//! Values of every type, for `_id`s and for fields to sort by.

use bson::{Binary, Bson, DateTime, Decimal128, Regex, Timestamp, doc, oid::ObjectId, spec::BinarySubtype};

/// One value of every type that can be an `_id`, and neighbours within types.
pub(super) fn mixed() -> Vec<Bson> {
    vec![
        Bson::MinKey,
        Bson::Null,
        Bson::Double(f64::NAN),
        Bson::Double(f64::NEG_INFINITY),
        Bson::Int32(-5),
        Bson::Double(-0.5),
        Bson::Int64(1 << 60),
        Bson::Double(2.5),
        Bson::Decimal128("2.75".parse::<Decimal128>().expect("a decimal")),
        Bson::Symbol("symbol".into()),
        Bson::String(String::new()),
        Bson::String("a".into()),
        Bson::String("ä".into()),
        Bson::Document(doc! {}),
        Bson::Document(doc! { "a": 1, "b": "x" }),
        Bson::Document(doc! { "b": "x", "a": 1 }),
        Bson::Binary(Binary { subtype: BinarySubtype::Uuid, bytes: vec![7; 16] }),
        Bson::Binary(Binary { subtype: BinarySubtype::Generic, bytes: vec![1, 2] }),
        Bson::ObjectId(ObjectId::from_bytes([1; 12])),
        Bson::Boolean(false),
        Bson::Boolean(true),
        Bson::DateTime(DateTime::from_millis(-1)),
        Bson::DateTime(DateTime::from_millis(1_700_000_000_000)),
        Bson::Timestamp(Timestamp { time: 5, increment: 1 }),
        Bson::JavaScriptCode("f()".into()),
        Bson::MaxKey,
    ]
}

/// Those, what only a field can be, and values that are equal though they are not the same. None is a missing field.
pub(super) fn of_fields() -> Vec<Option<Bson>> {
    let equal = [
        Bson::Int32(1),
        Bson::Int64(1),
        Bson::Double(1.0),
        Bson::Decimal128("1.00".parse().expect("a decimal")),
        Bson::Double(0.0),
        Bson::Double(-0.0),
        Bson::Int32(0),
        Bson::Decimal128("NaN".parse().expect("a decimal")),
        Bson::Symbol("a".into()),
        Bson::Document(doc! { "a": 1.0, "b": "x" }),
    ];
    let regex = Bson::RegularExpression(Regex {
        pattern: "^x".try_into().expect("a pattern"),
        options: "i".try_into().expect("options"),
    });
    let nested = Bson::Document(doc! { "in": { "array": [1, 2] } });
    let only = [Bson::Undefined, regex, nested];
    let some = mixed().into_iter().chain(equal).chain(only).map(Some);
    some.chain([None, None]).collect()
}
