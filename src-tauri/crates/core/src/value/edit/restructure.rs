//! Changing a document as a person does who sees it: values, names, places, what is there and what is not.
//!
//! A place is a position and the name that is shown there. Both must fit: the document is the very one that was shown. So a
//! name that repeats or is not UTF-8 is no obstacle here; what has to be told apart by names alone is not edited this way.

use std::ops::Range;

use super::{EditError, path_text};
use crate::value::{
    node::shown_name,
    path::{Path, PathStep},
    raw::{Element, Elements},
    typed::Kind,
};

/// One step of editing a document.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Rework {
    /// Another value in the place of the one at `path`.
    Set {
        /// Where.
        path: Path,
        /// Its type.
        kind: Kind,
        /// Its bytes.
        value: Vec<u8>,
    },
    /// A new field in the object at `parent`, or a new element in the array there.
    Add {
        /// The object or the array; empty for the document itself.
        parent: Path,
        /// Before which of its children; their number for the end.
        index: u32,
        /// Its name; of an element of an array it is not looked at.
        name: String,
        /// Its type.
        kind: Kind,
        /// Its bytes.
        value: Vec<u8>,
    },
    /// The value at `path` is not to be there any more.
    Remove {
        /// Where.
        path: Path,
    },
    /// Another name for the field at `path`.
    Rename {
        /// Where.
        path: Path,
        /// What it is to be called.
        name: String,
    },
    /// Another place among its siblings for the value at `path`.
    Move {
        /// Where it stands.
        path: Path,
        /// Its position afterwards.
        index: u32,
    },
}

/// The document with one step done; everything that the step is not about stays byte for byte.
///
/// # Errors
///
/// `Gone` where the path leads nowhere, `Immutable` for the `_id` of the document, `Name` for a name that BSON cannot have or
/// that a sibling has already.
pub fn rework(document: &[u8], step: &Rework) -> Result<Vec<u8>, EditError> {
    match step {
        Rework::Set { path, kind, value } => within(document, path, |inside| {
            let at = inside.child(path)?;
            let name = inside.elements[at].name.to_vec();
            inside.parts[at] = Part::New(*kind, name, value.clone());
            Ok(())
        }),
        Rework::Add { parent, index, name, kind, value } => {
            let mut path = parent.clone();
            path.push(PathStep { index: *index, name: name.clone() });
            within(document, &path, |inside| {
                inside.check_name(&path, name, None)?;
                let at = position(*index).min(inside.parts.len());
                inside.parts.insert(at, Part::New(*kind, name.as_bytes().to_vec(), value.clone()));
                Ok(())
            })
        }
        Rework::Remove { path } => within(document, path, |inside| {
            let at = inside.child(path)?;
            inside.parts.remove(at);
            Ok(())
        }),
        Rework::Rename { path, name } => within(document, path, |inside| {
            let at = inside.child(path)?;
            if inside.is_array {
                return Err(EditError::Name {
                    name: name.clone(),
                    why: "elements of an array have no names",
                });
            }
            inside.check_name(path, name, Some(at))?;
            let Element { kind, value, .. } = inside.elements[at];
            inside.parts[at] = Part::New(kind, name.as_bytes().to_vec(), value.to_vec());
            Ok(())
        }),
        Rework::Move { path, index } => within(document, path, |inside| {
            let at = inside.child(path)?;
            let part = inside.parts.remove(at);
            inside.parts.insert(position(*index).min(inside.parts.len()), part);
            Ok(())
        }),
    }
}

/// The element at exactly this position, under the name that is shown there.
pub fn element_exactly_at<'a>(document: &'a [u8], path: &Path) -> Result<Element<'a>, EditError> {
    let Container { is_array, range, .. } = container_of(document, path)?;
    let inside = Inside::of(&document[range], is_array)?;
    let at = inside.child(path)?;
    Ok(inside.elements[at])
}

/// What is inside one object or array, and what it is to become.
struct Inside<'a> {
    is_array: bool,
    elements: Vec<Element<'a>>,
    parts: Vec<Part>,
}

/// One element of what comes out.
enum Part {
    /// An element that was there, by its position.
    Old(usize),
    /// Type, name and value of another.
    New(Kind, Vec<u8>, Vec<u8>),
}

impl<'a> Inside<'a> {
    fn of(container: &'a [u8], is_array: bool) -> Result<Self, EditError> {
        let elements = Elements::new(container)?.collect::<Result<Vec<_>, _>>()?;
        let parts = (0..elements.len()).map(Part::Old).collect();
        Ok(Self { is_array, elements, parts })
    }

    /// The position of the child that the last step of a path means.
    fn child(&self, path: &Path) -> Result<usize, EditError> {
        let gone = || EditError::Gone { path: path_text(path) };
        let step = path.last().ok_or_else(gone)?;
        let at = position(step.index);
        let element = self.elements.get(at).ok_or_else(gone)?;
        if self.is_array || shown_name(element.name).0 == step.name { Ok(at) } else { Err(gone()) }
    }

    /// A name that no other field here has, but for the one at `except`.
    fn check_name(&self, path: &Path, name: &str, except: Option<usize>) -> Result<(), EditError> {
        let refused = |why| Err(EditError::Name { name: name.to_owned(), why });
        if self.is_array {
            return Ok(());
        }
        if name.contains('\0') {
            return refused("a name cannot hold a zero byte");
        }
        if path.len() == 1 && name == "_id" {
            return Err(EditError::Immutable);
        }
        let mut others = self.elements.iter().enumerate().filter(|(at, _)| Some(*at) != except);
        if others.any(|(_, element)| element.name == name.as_bytes()) {
            return refused("there is a field of this name already");
        }
        Ok(())
    }

    /// The bytes of the object or array. Elements of an array are named by their position.
    fn finish(&self, container: &[u8]) -> Result<Vec<u8>, EditError> {
        let mut bytes = vec![0; 4];
        for (at, part) in self.parts.iter().enumerate() {
            let (kind, name, value) = match part {
                Part::Old(old) if !self.is_array => {
                    bytes.extend_from_slice(&container[self.elements[*old].range()]);
                    continue;
                }
                Part::Old(old) => {
                    let element = self.elements[*old];
                    (element.kind, element.name, element.value)
                }
                Part::New(kind, name, value) => (*kind, name.as_slice(), value.as_slice()),
            };
            bytes.push(kind.byte());
            if self.is_array {
                bytes.extend_from_slice(itoa::Buffer::new().format(at).as_bytes());
            } else {
                bytes.extend_from_slice(name);
            }
            bytes.push(0);
            bytes.extend_from_slice(value);
        }
        bytes.push(0);
        let length = i32::try_from(bytes.len()).map_err(|_| EditError::TooLarge)?;
        bytes[..4].copy_from_slice(&length.to_le_bytes());
        Ok(bytes)
    }
}

/// Changes what is inside the object or array that holds what a path means, and mends the lengths of all that it is in.
fn within(
    document: &[u8],
    path: &Path,
    change: impl FnOnce(&mut Inside<'_>) -> Result<(), EditError>,
) -> Result<Vec<u8>, EditError> {
    if path.first().is_some_and(|step| step.name == "_id") {
        return Err(EditError::Immutable);
    }
    let Container { is_array, range, above } = container_of(document, path)?;
    let container = &document[range.clone()];
    let mut inside = Inside::of(container, is_array)?;
    change(&mut inside)?;
    let id_moved = path.len() == 1
        && inside.elements.first().is_some_and(|first| first.name == b"_id")
        && !matches!(inside.parts.first(), Some(Part::Old(0)));
    if id_moved {
        return Err(EditError::Immutable);
    }
    let changed = inside.finish(container)?;
    let growth = signed(changed.len())? - signed(container.len())?;
    let mut bytes = Vec::with_capacity(document.len() + changed.len());
    bytes.extend_from_slice(&document[..range.start]);
    bytes.extend_from_slice(&changed);
    bytes.extend_from_slice(&document[range.end..]);
    for outer in above {
        let length = i32::try_from(signed(outer.len())? + growth).map_err(|_| EditError::TooLarge)?;
        bytes[outer.start..outer.start + 4].copy_from_slice(&length.to_le_bytes());
    }
    Ok(bytes)
}

/// An object or an array in a document.
struct Container {
    is_array: bool,
    /// Where its bytes are.
    range: Range<usize>,
    /// Where those are that it is in, from the document on.
    above: Vec<Range<usize>>,
}

/// The container of what a path means.
fn container_of(document: &[u8], path: &Path) -> Result<Container, EditError> {
    let gone = || EditError::Gone { path: path_text(path) };
    let (_, way) = path.split_last().ok_or_else(gone)?;
    let (mut is_array, mut range) = (false, 0..document.len());
    let mut above = Vec::with_capacity(way.len());
    for depth in 0..way.len() {
        let inside = Inside::of(&document[range.clone()], is_array)?;
        let at = inside.child(&path[..=depth].to_vec())?;
        let element = inside.elements[at];
        is_array = match element.kind {
            Kind::Object => false,
            Kind::Array => true,
            _ => return Err(gone()),
        };
        let value = element.value_range();
        above.push(range.clone());
        range = range.start + value.start..range.start + value.end;
    }
    Ok(Container { is_array, range, above })
}

fn position(index: u32) -> usize {
    usize::try_from(index).unwrap_or(usize::MAX)
}

fn signed(len: usize) -> Result<i64, EditError> {
    i64::try_from(len).map_err(|_| EditError::TooLarge)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::value::{
        ejson::{Form, Layout, parse_document, write},
        raw::check,
        samples,
    };

    fn document(text: &str) -> Vec<u8> {
        parse_document(text).expect(text)
    }

    fn text(bytes: &[u8]) -> String {
        check(bytes).expect("valid");
        write(bytes, Form::Relaxed, Layout::Compact).expect("valid").text
    }

    fn path(steps: &str) -> Path {
        let step = |step: &str| {
            let (index, name) = step.split_once(':').expect("index:name");
            PathStep { index: index.parse().expect("an index"), name: name.to_owned() }
        };
        steps.split_whitespace().map(step).collect()
    }

    fn int(value: i32) -> (Kind, Vec<u8>) {
        (Kind::Int, value.to_le_bytes().to_vec())
    }

    fn set(at: &str, (kind, value): (Kind, Vec<u8>)) -> Rework {
        Rework::Set { path: path(at), kind, value }
    }

    fn add(parent: &str, index: u32, name: &str) -> Rework {
        let (kind, value) = int(9);
        Rework::Add { parent: path(parent), index, name: name.to_owned(), kind, value }
    }

    fn rename(at: &str, name: &str) -> Rework {
        Rework::Rename { path: path(at), name: name.to_owned() }
    }

    const BEFORE: &str = r#"{"_id":1,"a":{"x":1,"l":[1,{"y":2},3]},"b":2}"#;

    #[test]
    fn each_step_does_what_it_says_and_nothing_else() {
        for (step, after) in [
            (set("1:a 1:l 1:1 0:y", int(5)), r#"{"_id":1,"a":{"x":1,"l":[1,{"y":5},3]},"b":2}"#),
            (set("1:a", (Kind::Null, vec![])), r#"{"_id":1,"a":null,"b":2}"#),
            (add("", 3, "c"), r#"{"_id":1,"a":{"x":1,"l":[1,{"y":2},3]},"b":2,"c":9}"#),
            (add("1:a", 0, "w"), r#"{"_id":1,"a":{"w":9,"x":1,"l":[1,{"y":2},3]},"b":2}"#),
            (add("1:a 1:l", 1, ""), r#"{"_id":1,"a":{"x":1,"l":[1,9,{"y":2},3]},"b":2}"#),
            (add("1:a 1:l", 99, ""), r#"{"_id":1,"a":{"x":1,"l":[1,{"y":2},3,9]},"b":2}"#),
            (Rework::Remove { path: path("1:a 1:l 0:0") }, r#"{"_id":1,"a":{"x":1,"l":[{"y":2},3]},"b":2}"#),
            (Rework::Remove { path: path("1:a") }, r#"{"_id":1,"b":2}"#),
            (rename("1:a 0:x", "z"), r#"{"_id":1,"a":{"z":1,"l":[1,{"y":2},3]},"b":2}"#),
            (rename("2:b", ""), r#"{"_id":1,"a":{"x":1,"l":[1,{"y":2},3]},"":2}"#),
            (
                Rework::Move { path: path("1:a 1:l 0:0"), index: 2 },
                r#"{"_id":1,"a":{"x":1,"l":[{"y":2},3,1]},"b":2}"#,
            ),
            (
                Rework::Move { path: path("2:b"), index: 1 },
                r#"{"_id":1,"b":2,"a":{"x":1,"l":[1,{"y":2},3]}}"#,
            ),
        ] {
            assert_eq!(text(&rework(&document(BEFORE), &step).expect("possible")), after, "{step:?}");
        }
    }

    #[test]
    fn what_cannot_be_is_refused_by_name() {
        let refused = |step: &Rework| rework(&document(BEFORE), step).expect_err("refused");
        assert_eq!(refused(&set("0:_id", int(2))), EditError::Immutable);
        assert_eq!(refused(&Rework::Remove { path: path("0:_id") }), EditError::Immutable);
        assert_eq!(refused(&Rework::Move { path: path("2:b"), index: 0 }), EditError::Immutable);
        assert_eq!(refused(&add("", 0, "c")), EditError::Immutable, "_id stays in front");
        assert!(matches!(refused(&rename("2:b", "a")), EditError::Name { .. }));
        assert!(matches!(refused(&rename("2:b", "x\0")), EditError::Name { .. }));
        assert!(matches!(refused(&rename("1:a 1:l 0:0", "x")), EditError::Name { .. }));
        for gone in ["2:x", "9:b", "2:b 0:x", "1:a 1:l 7:7"] {
            assert!(matches!(refused(&set(gone, int(2))), EditError::Gone { .. }), "{gone}");
        }
        assert!(
            rework(&document(BEFORE), &rename("1:a 0:x", "_id")).is_ok(),
            "only the document's own stays"
        );
    }

    #[test]
    fn a_name_that_repeats_or_is_damaged_is_reached_by_its_position() {
        let twice = document(r#"{"a":1,"a":2,"a":3}"#);
        let removed = rework(&twice, &Rework::Remove { path: path("1:a") }).expect("possible");
        assert_eq!(text(&removed), r#"{"a":1,"a":3}"#);
        let (kind, value) = int(1);
        let damaged = samples::assemble(&[(b"\xff".to_vec(), (kind.byte(), value))]);
        let renamed = rework(&damaged, &rename("0:\u{FFFD}", "good")).expect("possible");
        assert_eq!(text(&renamed), r#"{"good":1}"#);
    }

    proptest! {
        #[test]
        fn adding_and_removing_again_changes_nothing(bytes in samples::document(), index: u8) {
            let index = u32::from(index) % 7;
            let Ok(added) = rework(&bytes, &add("", index, "a new name")) else { return Ok(()) };
            prop_assert_eq!(check(&added), Ok(()));
            let count = Elements::new(&bytes).expect("valid").count();
            let at = index.min(u32::try_from(count).expect("few"));
            let path = vec![PathStep { index: at, name: "a new name".to_owned() }];
            prop_assert_eq!(rework(&added, &Rework::Remove { path }), Ok(bytes));
        }
    }
}
