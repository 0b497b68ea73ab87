//! A value as one of another type, and what is lost on the way.

mod make;
mod number;
#[cfg(test)]
mod tests;

use serde::{Deserialize, Serialize};
use specta::Type;
use utoipa::ToSchema;

use super::{Kind, TypedValue, ValueError, encode::shortened};
use make::{Lost, make};

/// A value made of another one.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, Type, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct Converted {
    /// The value in the type that was asked for; none where there is none.
    pub value: Option<TypedValue>,
    /// What the new value does not say any more.
    pub loss: Loss,
}

/// What a new value does not say any more. Texts are cut to 60 characters.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, Type, ToSchema)]
#[serde(rename_all = "camelCase", tag = "kind")]
pub enum Loss {
    /// Nothing: converted back, it is what it was, to the bit.
    Exact,
    /// Nothing but the way it was written, such as zeros at the end of a decimal.
    Rewritten {
        /// The text before.
        from: String,
        /// The text now.
        to: String,
    },
    /// The type does not hold the number: this is the nearest that it holds.
    Rounded {
        /// The text before.
        from: String,
        /// The text now.
        to: String,
    },
    /// An integer has no fraction.
    Truncated {
        /// The text before.
        from: String,
        /// The text now.
        to: String,
        /// The fraction, as a number below 1.
        lost: String,
    },
    /// A timestamp holds whole seconds.
    Milliseconds {
        /// How many are lost, 1 to 999.
        lost: u32,
    },
    /// A date is a moment: it does not keep the offset that it was written with.
    Offset {
        /// The offset, such as `+02:00`.
        lost: String,
    },
    /// Only a part is left.
    Part {
        /// What is left.
        left: Part,
    },
    /// Every character is kept, but it stands for something else.
    Meaning,
    /// The new value says nothing of the old one.
    Everything,
    /// There is no such value.
    Impossible {
        /// Why.
        why: NoValue,
    },
}

/// What is left of a value of which the rest is lost.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, Type, ToSchema)]
#[serde(rename_all = "camelCase")]
pub enum Part {
    /// Of an ObjectId, when it was made.
    CreationTime,
    /// Of a timestamp, its seconds: the counter is lost.
    Seconds,
    /// Of a binary, its bytes: the subtype is lost.
    Data,
    /// Of JavaScript with a scope, its source: the scope is lost.
    Source,
    /// Of a DBPointer, its id: the namespace is lost.
    Id,
    /// Of a number, whether it is zero.
    Truth,
}

/// Why no value of a type can be made of another one.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, Type, ToSchema)]
#[serde(rename_all = "camelCase")]
pub enum NoValue {
    /// The two types have nothing to do with each other.
    Unrelated,
    /// The text does not read as a value of the type.
    Unreadable,
    /// The type holds no infinity, and NaN is no value of it.
    NotFinite,
    /// It is beyond the least or the greatest value of the type.
    OutOfRange,
}

/// Makes a value of type `to` of another one.
///
/// An error tells that the given text is no value of its own type.
pub fn convert(value: &TypedValue, to: Kind) -> Result<Converted, ValueError> {
    if is_nothing(to) {
        let text = if to == Kind::Null { "" } else { to.name() };
        let loss = match value.kind {
            kind if kind == to => Loss::Exact,
            kind if is_nothing(kind) => Loss::Meaning,
            _ => Loss::Everything,
        };
        return Ok(Converted { value: Some(TypedValue { kind: to, text: text.to_owned() }), loss });
    }
    let impossible = |why| Converted { value: None, loss: Loss::Impossible { why } };
    if !value.kind.is_editable() || !to.is_editable() {
        return Ok(impossible(NoValue::Unrelated));
    }
    let from = value.tidied()?;
    Ok(match make(&from, to) {
        Ok((made, lost)) => Converted { loss: told(&from, &made, lost), value: Some(made) },
        Err(why) => impossible(why),
    })
}

/// Types that have one value only, which says nothing.
fn is_nothing(kind: Kind) -> bool {
    matches!(kind, Kind::Null | Kind::Undefined | Kind::MinKey | Kind::MaxKey)
}

/// What is lost, with the texts of both.
fn told(before: &TypedValue, after: &TypedValue, lost: Lost) -> Loss {
    let (from, to) = (shortened(&before.text), shortened(&after.text));
    match lost {
        Lost::Nothing => match make(after, before.kind) {
            Ok((back, _)) if back == *before => Loss::Exact,
            _ => Loss::Rewritten { from, to },
        },
        Lost::Digits => Loss::Rounded { from, to },
        Lost::Fraction(lost) => Loss::Truncated { from, to, lost },
        Lost::Milliseconds(lost) => Loss::Milliseconds { lost },
        Lost::Offset(lost) => Loss::Offset { lost },
        Lost::AllBut(left) => Loss::Part { left },
        Lost::Meaning => Loss::Meaning,
    }
}
