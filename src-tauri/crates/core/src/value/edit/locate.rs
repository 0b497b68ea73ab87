//! Finding the value that a path means in the document as it stands now.

use std::ops::Range;

use super::{EditError, path_text};
use crate::value::{
    path::{Path, PathStep},
    raw::{Element, Elements},
    typed::{Kind, TypedValue},
};

/// One level of the way down to a value.
#[derive(Clone, Debug)]
pub struct Step<'a> {
    /// The object or array that was stepped into.
    pub container: &'a [u8],
    /// Where it begins in the document.
    pub container_start: usize,
    /// Whether it is an array.
    pub in_array: bool,
    /// The name of the element in it.
    pub name: &'a [u8],
}

/// A value and where it stands.
#[derive(Clone, Debug)]
pub struct Located<'a> {
    /// The BSON type.
    pub kind: Kind,
    /// The value's bytes.
    pub value: &'a [u8],
    /// Where its type byte stands in the document.
    pub type_at: usize,
    /// Where its bytes stand in the document.
    pub value_range: Range<usize>,
    /// The way down to it, from the document itself on.
    pub steps: Vec<Step<'a>>,
}

/// Finds the value at a path.
///
/// In an object, the element at the step's position counts when it has the step's name, otherwise the only
/// one of that name; in an array, the position alone counts.
pub fn resolve<'a>(document: &'a [u8], path: &Path) -> Result<Located<'a>, EditError> {
    let mut located = Located {
        kind: Kind::Object,
        value: document,
        type_at: 0,
        value_range: 0..document.len(),
        steps: Vec::with_capacity(path.len()),
    };
    for step in path {
        let in_array = match located.kind {
            Kind::Object => false,
            Kind::Array => true,
            _ => return Err(EditError::Gone { path: path_text(path) }),
        };
        let container = located.value;
        let container_start = located.value_range.start;
        let found = if in_array { at_index(container, step) } else { named(container, step) };
        let element = found.map_err(|missing| missing.into_error(path))?;
        let inner_range = element.value_range();
        located.kind = element.kind;
        located.value = element.value;
        located.type_at = container_start + element.start;
        located.value_range = container_start + inner_range.start..container_start + inner_range.end;
        located.steps.push(Step { container, container_start, in_array, name: element.name });
    }
    Ok(located)
}

/// Compares what stands there with what was read there: type and exact text.
pub fn check_before(located: &Located<'_>, path: &Path, before: &TypedValue) -> Result<(), EditError> {
    let now = TypedValue::of(located.kind, located.value);
    if now.value != *before {
        return Err(EditError::Changed { path: path_text(path), now: now.value });
    }
    if now.damaged {
        return Err(EditError::Damaged { path: path_text(path) });
    }
    Ok(())
}

/// Why a step leads nowhere.
enum Missing {
    Gone,
    Damaged,
    Other(EditError),
}

impl Missing {
    fn into_error(self, path: &Path) -> EditError {
        match self {
            Self::Gone => EditError::Gone { path: path_text(path) },
            Self::Damaged => EditError::Damaged { path: path_text(path) },
            Self::Other(error) => error,
        }
    }
}

fn elements(container: &[u8]) -> Result<Vec<Element<'_>>, Missing> {
    Elements::new(container)
        .and_then(Iterator::collect)
        .map_err(|malformed| Missing::Other(EditError::Malformed(malformed)))
}

fn position(step: &PathStep) -> usize {
    usize::try_from(step.index).unwrap_or(usize::MAX)
}

fn at_index<'a>(container: &'a [u8], step: &PathStep) -> Result<Element<'a>, Missing> {
    elements(container)?.get(position(step)).copied().ok_or(Missing::Gone)
}

fn named<'a>(container: &'a [u8], step: &PathStep) -> Result<Element<'a>, Missing> {
    let elements = elements(container)?;
    let has_name = |element: &&Element<'a>| element.name == step.name.as_bytes();
    if let Some(element) = elements.get(position(step)) {
        if has_name(&element) {
            return Ok(*element);
        }
        if std::str::from_utf8(element.name).is_err() && String::from_utf8_lossy(element.name) == step.name {
            return Err(Missing::Damaged);
        }
    }
    let mut of_that_name = elements.iter().filter(has_name);
    match (of_that_name.next(), of_that_name.next()) {
        (Some(element), None) => Ok(*element),
        _ => Err(Missing::Gone),
    }
}
