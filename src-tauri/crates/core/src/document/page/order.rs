//! In which order documents come.

use crate::{
    Error, ErrorCode, Result,
    document::{text::damaged, wire::Writer},
    value::{
        raw::{self, Element},
        typed::Kind,
    },
};

/// One of the two ways through an index.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Direction {
    Ascending,
    Descending,
}

impl Direction {
    /// As a sort order writes it.
    pub(super) fn sign(self) -> i32 {
        match self {
            Self::Ascending => 1,
            Self::Descending => -1,
        }
    }

    pub(super) fn reversed(self) -> Self {
        match self {
            Self::Ascending => Self::Descending,
            Self::Descending => Self::Ascending,
        }
    }

    /// The direction in which a page is read.
    pub(super) fn read(self, backward: bool) -> Self {
        if backward { self.reversed() } else { self }
    }

    /// Of a number as a sort order or an index writes it.
    pub(super) fn of(number: f64) -> Option<Self> {
        if (number - 1.0).abs() < f64::EPSILON {
            Some(Self::Ascending)
        } else if (number + 1.0).abs() < f64::EPSILON {
            Some(Self::Descending)
        } else {
            None
        }
    }

    fn of_element(element: &Element<'_>) -> Option<Self> {
        number(element).and_then(Self::of)
    }
}

/// An order in which the place of every document is known by its own values.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Order {
    /// By `_id` alone.
    Id(Direction),
    /// By one field, and by `_id` where that is equal.
    Field { path: String, direction: Direction, id: Direction },
}

impl Order {
    /// The sort order to ask for.
    pub(super) fn sort(&self, backward: bool) -> Vec<u8> {
        match self {
            Self::Id(direction) => Writer::new().int("_id", direction.read(backward).sign()).finish(),
            Self::Field { path, direction, id } => Writer::new()
                .int(path, direction.read(backward).sign())
                .int("_id", id.read(backward).sign())
                .finish(),
        }
    }

    /// The field that comes before `_id`.
    pub(super) fn path(&self) -> Option<&str> {
        match self {
            Self::Id(_) => None,
            Self::Field { path, .. } => Some(path),
        }
    }
}

/// A sort order as it was asked for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Asked {
    /// None.
    Nothing,
    /// `_id` alone.
    Id(Direction),
    /// One field, perhaps with `_id` behind it: an [`Order`] where an index has exactly that.
    Field { path: String, direction: Direction, id: Option<Direction> },
    /// Any other.
    Other,
}

impl Asked {
    pub(super) fn parse(sort: Option<&[u8]>) -> Result<Self> {
        let Some(sort) = sort else { return Ok(Self::Nothing) };
        let elements = raw::Elements::new(sort).and_then(Iterator::collect::<Result<Vec<_>, _>>);
        let elements = elements.map_err(damaged)?;
        let directions: Vec<_> =
            elements.iter().map(|element| (element.name, Direction::of_element(element))).collect();
        let field = |name: &[u8], direction, id| match std::str::from_utf8(name) {
            Ok(path) if can_be_compared(path) => Self::Field { path: path.to_owned(), direction, id },
            _ => Self::Other,
        };
        Ok(match directions.as_slice() {
            [] => Self::Nothing,
            [(b"_id", Some(direction))] => Self::Id(*direction),
            [(name, Some(direction))] => field(name, *direction, None),
            [(name, Some(direction)), (b"_id", Some(id))] if *name != b"_id" => {
                field(name, *direction, Some(*id))
            }
            _ => Self::Other,
        })
    }
}

/// Whether `"$path"` means in an expression what the path means in an index: there a number may be a position.
fn can_be_compared(path: &str) -> bool {
    // A part of `_id` beside `_id` is more than a projection can ask for.
    !path.starts_with("_id.")
        && path.split('.').all(|name| {
            !name.is_empty() && !name.starts_with('$') && name.bytes().any(|byte| !byte.is_ascii_digit())
        })
}

/// The same order from its end; of none the order in which documents are stored.
///
/// # Errors
///
/// `Unsupported` where it has no other end, such as one by the score of a text search.
pub(super) fn reversed(sort: Option<&[u8]>) -> Result<Vec<u8>> {
    let Some(sort) = sort else { return Ok(Writer::new().int("$natural", -1).finish()) };
    let mut writer = Writer::new();
    for element in raw::Elements::new(sort).map_err(damaged)? {
        let element = element.map_err(damaged)?;
        let name = std::str::from_utf8(element.name).ok();
        let (Some(name), Some(direction)) = (name, Direction::of_element(&element)) else {
            return Err(Error::new(ErrorCode::Unsupported, "This sort order cannot be read from its end.")
                .with_hint("Ask for the first page, and go on from there."));
        };
        writer = writer.int(name, direction.reversed().sign());
    }
    Ok(writer.finish())
}

fn number(element: &Element<'_>) -> Option<f64> {
    match element.kind {
        Kind::Int => element.value.try_into().ok().map(|bytes| f64::from(i32::from_le_bytes(bytes))),
        Kind::Double => element.value.try_into().ok().map(f64::from_le_bytes),
        #[expect(clippy::cast_precision_loss, reason = "only 1 and -1 matter")]
        Kind::Long => element.value.try_into().ok().map(|bytes| i64::from_le_bytes(bytes) as f64),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use bson::rawdoc;

    use super::{Direction::*, *};

    #[test]
    fn an_order_of_one_field_is_told_from_any_other() {
        let field = |path: &str, direction, id| Some(Asked::Field { path: path.to_owned(), direction, id });
        for (sort, expected) in [
            (rawdoc! {}, Some(Asked::Nothing)),
            (rawdoc! { "_id": 1 }, Some(Asked::Id(Ascending))),
            (rawdoc! { "_id": -1.0 }, Some(Asked::Id(Descending))),
            (rawdoc! { "a": -1_i64 }, field("a", Descending, None)),
            (rawdoc! { "a.b": 1, "_id": -1 }, field("a.b", Ascending, Some(Descending))),
            (rawdoc! { "a b": 1 }, field("a b", Ascending, None)),
            (rawdoc! { "_id": 1, "a": 1 }, None),
            (rawdoc! { "a": 1, "b": 1 }, None),
            (rawdoc! { "a": 1, "_id": 1, "b": 1 }, None),
            (rawdoc! { "a": 2 }, None),
            (rawdoc! { "a": { "$meta": "textScore" } }, None),
            (rawdoc! { "$natural": 1 }, None),
            (rawdoc! { "a.0": 1 }, None),
            (rawdoc! { "a..b": 1 }, None),
            (rawdoc! { "_id.a": 1 }, None),
        ] {
            let asked = Asked::parse(Some(sort.as_bytes())).expect("parsed");
            assert_eq!(asked, expected.unwrap_or(Asked::Other), "{sort:?}");
        }
    }

    #[test]
    fn an_order_is_reversed_where_it_has_an_end() {
        let end = reversed(Some(rawdoc! { "a": 1, "b.c": -1.0 }.as_bytes())).expect("reversed");
        assert_eq!(end, rawdoc! { "a": -1, "b.c": 1 }.as_bytes());
        assert_eq!(reversed(None).expect("reversed"), rawdoc! { "$natural": -1 }.as_bytes());
        let score = rawdoc! { "score": { "$meta": "textScore" } };
        assert_eq!(reversed(Some(score.as_bytes())).expect_err("no end").code(), ErrorCode::Unsupported);
    }
}
