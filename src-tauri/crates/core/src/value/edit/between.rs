//! The smallest update that is sure to turn one document into another.

use std::{collections::HashSet, str};

use super::plan::{Update, has_repeated_names, is_numbered, is_plain, replacement};
use crate::value::{
    raw::{Element, Elements, Malformed, embedded},
    typed::Kind,
};

/// Paths that one update names at most; with more of them, a replacement is simpler for the server too.
const MOST_PATHS: usize = 50;

/// The update that turns `before` into `after`.
///
/// An operator reaches a field by its name and puts a new one behind all others, several new ones in the order of their
/// names. Where that is not what is wished, the object that holds it is set as a whole; where a name repeats anywhere, or an
/// operator might take a name for something else, the document is replaced.
pub fn between(before: &[u8], after: &[u8]) -> Result<Update, Malformed> {
    if before == after {
        return Ok(Update::Nothing);
    }
    if has_repeated_names(before)? || has_repeated_names(after)? {
        return replacement(before, after);
    }
    let mut fields = Fields::default();
    let reached = fields.object(before, after, "")?;
    let few = fields.set.len() + fields.unset.len() <= MOST_PATHS;
    if !reached || !few || !fields.are_plain()? {
        return replacement(before, after);
    }
    Ok(Update::Fields { set: fields.set, unset: fields.unset })
}

#[derive(Default)]
struct Fields {
    set: Vec<(String, u8, Vec<u8>)>,
    unset: Vec<String>,
}

impl Fields {
    /// Adds what turns one object into another. False where operators would not give exactly this one; then what was added
    /// means nothing.
    fn object(&mut self, before: &[u8], after: &[u8], path: &str) -> Result<bool, Malformed> {
        let (before, after) = (all(before)?, all(after)?);
        let names: HashSet<&[u8]> = after.iter().map(|element| element.name).collect();
        let (kept, gone): (Vec<&Element<'_>>, Vec<&Element<'_>>) =
            before.iter().partition(|element| names.contains(element.name));
        let (in_place, added) = after.split_at(kept.len());
        let same_places = kept.iter().zip(in_place).all(|(one, other)| one.name == other.name);
        if !same_places || !added.is_sorted_by(|one, other| one.name < other.name) {
            return Ok(false);
        }
        for element in gone {
            let Some(path) = named(path, element.name) else { return Ok(false) };
            self.unset.push(path);
        }
        for (one, other) in kept.into_iter().zip(in_place) {
            let path = || named(path, one.name);
            if !same(one, other) && !self.value(one, other, path())? {
                return Ok(false);
            }
        }
        for element in added {
            let Some(path) = named(path, element.name) else { return Ok(false) };
            self.set.push((path, element.kind.byte(), element.value.to_vec()));
        }
        Ok(true)
    }

    /// The same for arrays: elements are reached by their position while their number stays.
    fn array(&mut self, before: &[u8], after: &[u8], path: &str) -> Result<bool, Malformed> {
        if !is_numbered(before)? || !is_numbered(after)? {
            return Ok(false);
        }
        let (before, after) = (all(before)?, all(after)?);
        if before.len() != after.len() {
            return Ok(false);
        }
        for (at, (one, other)) in before.iter().zip(&after).enumerate() {
            if !same(one, other) && !self.value(one, other, Some(format!("{path}.{at}")))? {
                return Ok(false);
            }
        }
        Ok(true)
    }

    /// Adds what turns one value into another at the same path, where that can be named.
    fn value(
        &mut self,
        one: &Element<'_>,
        other: &Element<'_>,
        path: Option<String>,
    ) -> Result<bool, Malformed> {
        let Some(path) = path else { return Ok(false) };
        let (sets, unsets) = (self.set.len(), self.unset.len());
        let looked_into = match (one.kind, other.kind) {
            (Kind::Object, Kind::Object) => self.object(one.value, other.value, &path)?,
            (Kind::Array, Kind::Array) => self.array(one.value, other.value, &path)?,
            _ => false,
        };
        if !looked_into {
            self.set.truncate(sets);
            self.unset.truncate(unsets);
            self.set.push((path, other.kind.byte(), other.value.to_vec()));
        }
        Ok(true)
    }

    /// Whether the values that are set hold only names that the server takes for names.
    fn are_plain(&self) -> Result<bool, Malformed> {
        let mut left: Vec<&[u8]> = Vec::new();
        let inside = |kind: u8, value| Kind::from_byte(kind).and_then(|kind| embedded(kind, value));
        left.extend(self.set.iter().filter_map(|(_, kind, value)| inside(*kind, value)));
        while let Some(document) = left.pop() {
            for element in Elements::new(document)? {
                let element = element?;
                if element.name.starts_with(b"$") {
                    return Ok(false);
                }
                left.extend(embedded(element.kind, element.value));
            }
        }
        Ok(true)
    }
}

/// The path of a field of an object, as operators take it; none where they would take the name for something else.
fn named(path: &str, name: &[u8]) -> Option<String> {
    let name = str::from_utf8(name).ok().filter(|name| is_plain(name))?;
    Some(if path.is_empty() { name.to_owned() } else { format!("{path}.{name}") })
}

fn same(one: &Element<'_>, other: &Element<'_>) -> bool {
    one.kind == other.kind && one.value == other.value
}

fn all(container: &[u8]) -> Result<Vec<Element<'_>>, Malformed> {
    Elements::new(container)?.collect()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::value::{ejson::parse_document, samples};

    fn update(before: &str, after: &str) -> String {
        let (before, after) = (parse_document(before).expect(before), parse_document(after).expect(after));
        match between(&before, &after).expect("valid") {
            Update::Fields { set, unset } => {
                let set: Vec<_> = set.into_iter().map(|(path, ..)| path).collect();
                format!("set {} unset {}", set.join(" "), unset.join(" "))
            }
            other => format!("{other:?}"),
        }
    }

    #[test]
    fn the_smallest_update_that_is_sure_is_taken() {
        for (before, after, expected) in [
            (r#"{"a":1}"#, r#"{"a":1}"#, "Nothing"),
            (r#"{"a":1,"b":1}"#, r#"{"a":2,"b":1}"#, "set a unset "),
            (r#"{"a":1,"b":1}"#, r#"{"b":1}"#, "set  unset a"),
            (r#"{"a":1}"#, r#"{"a":1,"n":1}"#, "set n unset "),
            (r#"{"a":1}"#, r#"{"a":1,"m":1,"n":1}"#, "set m n unset "),
            // New fields land in the order of their names.
            (r#"{"a":1}"#, r#"{"a":1,"n":1,"m":1}"#, "Replace"),
            (r#"{"a":1,"b":1}"#, r#"{"a":1,"n":1,"b":1}"#, "Replace"),
            (r#"{"a":1,"b":1}"#, r#"{"b":1,"a":1}"#, "Replace"),
            (r#"{"a":1,"b":1}"#, r#"{"a":1,"c":1}"#, "set c unset b"),
            (r#"{"o":{"a":1,"b":1}}"#, r#"{"o":{"b":1,"a":1}}"#, "set o unset "),
            (r#"{"o":{"a":1,"b":1}}"#, r#"{"o":{"b":1}}"#, "set  unset o.a"),
            (r#"{"l":[1,{"x":1}]}"#, r#"{"l":[1,{"x":2}]}"#, "set l.1.x unset "),
            (r#"{"l":[1,2]}"#, r#"{"l":[1]}"#, "set l unset "),
            (r#"{"o":{"l":[1,2]}}"#, r#"{"o":{"l":[1,2,3]}}"#, "set o.l unset "),
            (r#"{"o":{"a.b":1}}"#, r#"{"o":{"a.b":2}}"#, "set o unset "),
            (r#"{"0":1}"#, r#"{"0":2}"#, "Replace"),
            (r#"{"a.b":1}"#, r#"{"a.b":2}"#, "Replace"),
            (r#"{"a":1,"a":1}"#, r#"{"a":1,"a":2}"#, "Replace"),
            (r#"{"a":1,"o":{"b":1,"b":1}}"#, r#"{"a":2,"o":{"b":1,"b":1}}"#, "Replace"),
            (r#"{"a":1}"#, r#"{"a":{"$x":1}}"#, "Replace"),
            (r#"{"a":1}"#, r#"{"a":1,"$x":1}"#, "ReplaceWith"),
        ] {
            assert_eq!(update(before, after), expected, "{before} {after}");
        }
    }

    proptest! {
        #[test]
        fn no_two_paths_of_an_update_touch_each_other(one in samples::document(), other in samples::document()) {
            let Update::Fields { set, unset } = between(&one, &other).expect("valid") else { return Ok(()) };
            let paths: Vec<String> =
                set.into_iter().map(|(path, ..)| path).chain(unset).map(|path| path + ".").collect();
            for (at, path) in paths.iter().enumerate() {
                let others = paths.iter().enumerate().filter(|(other, _)| *other != at);
                prop_assert!(others.into_iter().all(|(_, other)| !other.starts_with(path)), "{:?}", paths);
            }
        }
    }
}
