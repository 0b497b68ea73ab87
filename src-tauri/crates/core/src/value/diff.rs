//! What differs between two documents, field by field.
//!
//! Fields of an object belong together when they have the same name; where a name repeats, the first with the first, the
//! second with the second. Elements of an array belong together by position, counted from the end behind whatever was
//! added or removed.

mod align;
#[cfg(test)]
mod tests;

use align::{elements_of_array, fields_of_object};

use super::{
    node::shown_name,
    path::{Path, PathStep},
    raw::{Element, Elements, MAX_DEPTH, Malformed},
    typed::Kind,
};

/// How a field differs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Difference {
    /// It is only in the second document.
    Added,
    /// It is only in the first document.
    Removed,
    /// It has another value or another type.
    Changed,
    /// The same value stands in the same place under another name.
    Renamed,
    /// It stands at another place among its siblings.
    Moved,
}

/// One field that differs.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FieldDifference<'a> {
    /// How it differs.
    pub what: Difference,
    /// Where it stands in the first document; of an added one, where it would.
    pub before_path: Path,
    /// What stands in the first document.
    pub before: Option<Element<'a>>,
    /// Where it stands in the second document; of a removed one, where it would.
    pub after_path: Path,
    /// What stands in the second document.
    pub after: Option<Element<'a>>,
}

/// Everything in which two documents differ, in the order of the second. None exactly when their bytes are the same.
pub fn diff<'a>(before: &'a [u8], after: &'a [u8]) -> Result<Vec<FieldDifference<'a>>, Malformed> {
    let mut differ = Differ { found: Vec::new(), before: Vec::new(), after: Vec::new() };
    if before != after {
        differ.containers(Kind::Object, before, after)?;
    }
    Ok(differ.found)
}

/// The differences found so far, and the way to where the walk is in each document.
struct Differ<'a> {
    found: Vec<FieldDifference<'a>>,
    before: Path,
    after: Path,
}

impl<'a> Differ<'a> {
    /// Compares what is inside two objects, or two arrays. Goes no deeper than documents are read.
    fn containers(&mut self, kind: Kind, before: &'a [u8], after: &'a [u8]) -> Result<(), Malformed> {
        let (before, after) = (all(before)?, all(after)?);
        let pairs = match kind {
            Kind::Array => elements_of_array(&before, &after),
            _ => fields_of_object(&before, &after),
        };
        let mut removed = pairs.removed(before.len()).peekable();
        for (at, element) in after.iter().enumerate() {
            let pair = pairs.of(at);
            while let Some(gone) =
                removed.next_if(|&gone| pair.is_some_and(|pair| !pair.moved && gone < pair.before))
            {
                self.tell(Difference::Removed, (gone, Some(&before[gone])), (at, None));
            }
            let Some(pair) = pair else {
                self.tell(Difference::Added, (at.min(before.len()), None), (at, Some(element)));
                continue;
            };
            let other = &before[pair.before];
            if pair.renamed {
                self.tell(Difference::Renamed, (pair.before, Some(other)), (at, Some(element)));
            } else {
                if pair.moved {
                    self.tell(Difference::Moved, (pair.before, Some(other)), (at, Some(element)));
                }
                self.pair((pair.before, other), (at, element))?;
            }
        }
        for gone in removed {
            self.tell(Difference::Removed, (gone, Some(&before[gone])), (after.len(), None));
        }
        Ok(())
    }

    /// Compares two values that belong together.
    fn pair(&mut self, before: (usize, &Element<'a>), after: (usize, &Element<'a>)) -> Result<(), Malformed> {
        let (one, other) = (before.1, after.1);
        if one.kind == other.kind && one.value == other.value {
            return Ok(());
        }
        let inside = matches!(one.kind, Kind::Object | Kind::Array) && one.kind == other.kind;
        if inside && self.after.len() < MAX_DEPTH {
            let known = self.found.len();
            self.before.push(step(before.0, one));
            self.after.push(step(after.0, other));
            self.containers(one.kind, one.value, other.value)?;
            self.before.pop();
            self.after.pop();
            if self.found.len() > known {
                return Ok(());
            }
        }
        self.tell(Difference::Changed, (before.0, Some(one)), (after.0, Some(other)));
        Ok(())
    }

    fn tell(&mut self, what: Difference, before: Side<'_, 'a>, after: Side<'_, 'a>) {
        let Some(either) = after.1.or(before.1) else { return };
        let path = |above: &Path, (at, element): Side<'_, 'a>| {
            let mut path = above.clone();
            path.push(step(at, element.unwrap_or(either)));
            path
        };
        self.found.push(FieldDifference {
            what,
            before_path: path(&self.before, before),
            before: before.1.copied(),
            after_path: path(&self.after, after),
            after: after.1.copied(),
        });
    }
}

/// A position, and what stands there.
type Side<'e, 'a> = (usize, Option<&'e Element<'a>>);

fn step(at: usize, element: &Element<'_>) -> PathStep {
    PathStep { index: u32::try_from(at).unwrap_or(u32::MAX), name: shown_name(element.name).0 }
}

pub(super) fn all(container: &[u8]) -> Result<Vec<Element<'_>>, Malformed> {
    Elements::new(container)?.collect()
}
