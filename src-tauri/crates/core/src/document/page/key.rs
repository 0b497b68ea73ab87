//! Where a document stands in an order, and which documents stand beyond it.
//!
//! The conditions are exact over every BSON type. Comparing by `$expr` sees all types, where `$gt` in a filter sees only
//! its own, and the server takes its bounds from both. Only the values below all numbers need care: an index holds a
//! missing field as null, after `undefined`; an expression has a missing field equal to `undefined`, before null.

use super::order::{Direction, Order};
use crate::{
    Result,
    document::{
        text::damaged,
        wire::{Writer, text_value},
    },
    value::{
        raw::{self, Element},
        typed::Kind,
    },
};

/// One BSON value: its type and its bytes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Value {
    pub(super) kind: u8,
    pub(super) bytes: Vec<u8>,
}

impl Value {
    fn of(element: &Element<'_>) -> Self {
        Self { kind: element.kind.byte(), bytes: element.value.to_vec() }
    }

    fn null() -> Self {
        Self { kind: Kind::Null.byte(), bytes: Vec::new() }
    }

    fn is(&self, kind: Kind) -> bool {
        self.kind == kind.byte()
    }
}

/// What an order knows a document by.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Key {
    /// Of an order by a field; a missing one is null here, as in an index.
    pub(super) field: Option<Value>,
    pub(super) id: Value,
}

/// What a document has for a key.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Found {
    Key(Key),
    /// The field is an array, which has more than one place in an index.
    Array,
    /// There is no `_id`.
    Nothing,
}

impl Key {
    pub(super) fn of(document: &[u8], order: &Order) -> Result<Found> {
        let Some(id) = raw::get(document, "_id").map_err(damaged)? else { return Ok(Found::Nothing) };
        let id = Value::of(&id);
        let Some(path) = order.path() else { return Ok(Found::Key(Self { field: None, id })) };
        let mut inside = document;
        let mut names = path.split('.').peekable();
        while let Some(name) = names.next() {
            let Some(element) = raw::get(inside, name).map_err(damaged)? else { break };
            match (element.kind, names.peek()) {
                (Kind::Array, _) => return Ok(Found::Array),
                (_, None) => return Ok(Found::Key(Self { field: Some(Value::of(&element)), id })),
                (Kind::Object, Some(_)) => inside = element.value,
                _ => break,
            }
        }
        Ok(Found::Key(Self { field: Some(Value::null()), id }))
    }
}

/// Filters for the documents beyond a key, the nearest first: all of one come before all of the next.
pub(super) fn beyond(order: &Order, key: &Key, backward: bool, inclusive: bool) -> Vec<Vec<u8>> {
    let id_beyond = |direction: Direction| {
        let operator = match (direction, inclusive) {
            (Direction::Ascending, false) => "$gt",
            (Direction::Ascending, true) => "$gte",
            (Direction::Descending, false) => "$lt",
            (Direction::Descending, true) => "$lte",
        };
        compared("_id", operator, &key.id)
    };
    match (order, &key.field) {
        (Order::Field { path, direction, id }, Some(value)) => {
            let equal = all(&[&no_array(path), &equal(path, value), &id_beyond(id.read(backward))]);
            let further = further(path, value, direction.read(backward))
                .map(|further| all(&[&no_array(path), &further]));
            std::iter::once(equal).chain(further).collect()
        }
        (Order::Field { id: direction, .. } | Order::Id(direction), _) => {
            vec![id_beyond(direction.read(backward))]
        }
    }
}

/// Documents that are all of these.
pub(super) fn all(filters: &[&[u8]]) -> Vec<u8> {
    Writer::new().documents("$and", filters).finish()
}

/// Somebody may have inserted the first array since the order was found to have a place for everything. It would come
/// on every page. An array above the field multiplies it as one in its place does.
fn no_array(path: &str) -> Vec<u8> {
    let above = path.match_indices('.').map(|(at, _)| &path[..at]);
    let conditions: Vec<_> = above.chain([path]).map(|path| of_type(path, &[ARRAY], false)).collect();
    let conditions: Vec<_> = conditions.iter().map(Vec::as_slice).collect();
    all(&conditions)
}

fn equal(path: &str, value: &Value) -> Vec<u8> {
    if value.is(Kind::Null) {
        let null = Writer::new().raw(path, Kind::Null.byte(), &[]).finish();
        return all(&[&null, &of_type(path, &[UNDEFINED], false)]);
    }
    if value.is(Kind::Undefined) {
        return of_type(path, &[UNDEFINED], true);
    }
    compared(path, "$eq", value)
}

/// None where nothing is beyond.
fn further(path: &str, value: &Value, direction: Direction) -> Option<Vec<u8>> {
    let least = value.is(Kind::MinKey);
    let undefined = value.is(Kind::Undefined);
    match direction {
        Direction::Ascending if least => Some(of_type(path, &[MIN_KEY], false)),
        Direction::Ascending if undefined => Some(of_type(path, &[MIN_KEY, UNDEFINED], false)),
        Direction::Ascending if value.is(Kind::MaxKey) => None,
        Direction::Ascending => Some(compared(path, "$gt", value)),
        Direction::Descending if least => None,
        Direction::Descending if undefined => Some(of_type(path, &[MIN_KEY], true)),
        Direction::Descending if value.is(Kind::Null) => Some(of_type(path, &[UNDEFINED, MIN_KEY], true)),
        Direction::Descending => Some(compared(path, "$lt", value)),
    }
}

// As `$type` takes them.
const ARRAY: i32 = 4;
const UNDEFINED: i32 = 6;
const MIN_KEY: i32 = -1;

fn of_type(path: &str, types: &[i32], is: bool) -> Vec<u8> {
    let types: Vec<_> = types.iter().map(|number| number.to_le_bytes()).collect();
    let types: Vec<_> = types.iter().map(|number| (Kind::Int.byte(), number.as_slice())).collect();
    let of_type = Writer::new().array("$type", &types).finish();
    let condition = if is { of_type } else { Writer::new().document("$not", &of_type).finish() };
    Writer::new().document(path, &condition).finish()
}

fn compared(path: &str, operator: &str, value: &Value) -> Vec<u8> {
    let literal = Writer::new().raw("$literal", value.kind, &value.bytes).finish();
    let path = text_value(&format!("${path}"));
    let comparison = Writer::new()
        .array(operator, &[(Kind::String.byte(), &path), (Kind::Object.byte(), &literal)])
        .finish();
    Writer::new().document("$expr", &comparison).finish()
}

#[cfg(test)]
mod tests {
    use bson::{RawBson, rawdoc};

    use super::*;

    fn order(path: &str) -> Order {
        Order::Field { path: path.to_owned(), direction: Direction::Ascending, id: Direction::Ascending }
    }

    #[test]
    fn a_missing_field_has_the_place_of_null() {
        let id = Value { kind: Kind::Int.byte(), bytes: vec![7, 0, 0, 0] };
        let null = Found::Key(Key { field: Some(Value::null()), id });
        for (path, document) in [
            ("a", rawdoc! { "_id": 7 }),
            ("a", rawdoc! { "_id": 7, "a": RawBson::Null }),
            ("a.b", rawdoc! { "_id": 7, "a": 1 }),
            ("a.b", rawdoc! { "_id": 7, "a": { "c": 1 } }),
            ("a.b", rawdoc! { "_id": 7, "a": { "b": RawBson::Null } }),
        ] {
            assert_eq!(
                Key::of(document.as_bytes(), &order(path)).expect("BSON"),
                null,
                "{path} {document:?}"
            );
        }
    }

    #[test]
    fn what_has_no_place_or_more_than_one_is_told_apart() {
        for (path, document, found) in [
            ("a", rawdoc! { "a": 1 }, Found::Nothing),
            ("a", rawdoc! { "_id": 1, "a": [] }, Found::Array),
            ("a.b", rawdoc! { "_id": 1, "a": [{ "b": 1 }] }, Found::Array),
            ("a.b", rawdoc! { "_id": 1, "a": { "b": [1] } }, Found::Array),
        ] {
            assert_eq!(
                Key::of(document.as_bytes(), &order(path)).expect("BSON"),
                found,
                "{path} {document:?}"
            );
        }
    }

    #[test]
    fn nothing_is_beyond_the_ends() {
        let key =
            |kind: Kind| Key { field: Some(Value { kind: kind.byte(), bytes: vec![] }), id: Value::null() };
        let steps = |kind, backward| beyond(&order("a"), &key(kind), backward, false).len();
        assert_eq!((steps(Kind::MaxKey, false), steps(Kind::MaxKey, true)), (1, 2));
        assert_eq!((steps(Kind::MinKey, false), steps(Kind::MinKey, true)), (2, 1));
    }
}
