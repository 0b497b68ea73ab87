//! What documents have in common: paths, and the types found there.

use std::collections::HashMap;

use super::{SampledField, SampledFields};
use crate::value::{raw::Elements, typed::Kind};

/// Names in a path at most.
const DEPTH: usize = 4;
/// Elements of an array that are looked into.
const ELEMENTS: usize = 20;
/// Paths that are told.
const PATHS: usize = 500;
/// Paths that are counted, so that the frequent ones are found among those that occur once.
const COUNTED: usize = 5_000;

/// The paths of the documents seen so far.
#[derive(Default)]
pub(super) struct Shape {
    documents: u32,
    seen: HashMap<String, Seen>,
}

/// A path.
struct Seen {
    /// Which path it was, counted from the first.
    order: usize,
    kinds: Vec<Kind>,
    documents: u32,
    /// The last document that had it: an array of objects has a path many times.
    latest: u32,
}

/// A container on the way down.
struct Open<'a> {
    elements: Elements<'a>,
    path: String,
    depth: usize,
}

impl Shape {
    pub(super) fn is_empty(&self) -> bool {
        self.documents == 0
    }

    /// Takes in a document. What is damaged in it ends its part of the walk.
    pub(super) fn add(&mut self, document: &[u8]) {
        self.documents += 1;
        let Ok(elements) = Elements::new(document) else { return };
        let mut open = vec![Open { elements, path: String::new(), depth: 1 }];
        while let Some(container) = open.last_mut() {
            let Some(Ok(element)) = container.elements.next() else {
                open.pop();
                continue;
            };
            let Some(path) = joined(&container.path, element.name) else { continue };
            let depth = container.depth + 1;
            self.count(&path, element.kind);
            if depth > DEPTH {
                continue;
            }
            match element.kind {
                Kind::Object => {
                    let inner = Elements::new(element.value).ok();
                    open.extend(inner.map(|elements| Open { elements, path, depth }));
                }
                // The objects in an array are reached by the array's own path, as in a filter.
                Kind::Array => {
                    let Ok(inner) = Elements::new(element.value) else { continue };
                    let objects =
                        inner.take(ELEMENTS).flatten().filter(|element| element.kind == Kind::Object);
                    for object in objects {
                        let inner = Elements::new(object.value).ok();
                        open.extend(inner.map(|elements| Open { elements, path: path.clone(), depth }));
                    }
                }
                _ => {}
            }
        }
    }

    /// The most frequent paths; among equals, the ones that came first.
    pub(super) fn finish(self) -> SampledFields {
        let mut seen: Vec<_> = self.seen.into_iter().collect();
        seen.sort_by_key(|(_, seen)| (std::cmp::Reverse(seen.documents), seen.order));
        // A sample comes in any order: what it says is to be the same each time.
        for (_, seen) in &mut seen {
            seen.kinds.sort_unstable_by_key(|kind| kind.byte());
        }
        seen.truncate(PATHS);
        let fields = seen.into_iter().map(|(path, Seen { kinds, documents, .. })| SampledField {
            path,
            kinds,
            documents,
        });
        SampledFields { fields: fields.collect(), sampled: self.documents }
    }

    fn count(&mut self, path: &str, kind: Kind) {
        let order = self.seen.len();
        if !self.seen.contains_key(path) {
            if order == COUNTED {
                return;
            }
            self.seen.insert(path.to_owned(), Seen { order, kinds: Vec::new(), documents: 0, latest: 0 });
        }
        let Some(seen) = self.seen.get_mut(path) else { return };
        if seen.latest != self.documents {
            seen.latest = self.documents;
            seen.documents += 1;
        }
        if !seen.kinds.contains(&kind) {
            seen.kinds.push(kind);
        }
    }
}

/// The path of a field; none where a query could not name it so.
fn joined(parent: &str, name: &[u8]) -> Option<String> {
    let name = std::str::from_utf8(name).ok()?;
    if name.is_empty() || name.starts_with('$') || name.contains('.') {
        return None;
    }
    Some(if parent.is_empty() { name.to_owned() } else { format!("{parent}.{name}") })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::value::ejson;

    fn shape_of(documents: &[&str]) -> SampledFields {
        let mut shape = Shape::default();
        for text in documents {
            shape.add(&ejson::parse_document(text).expect("a document"));
        }
        shape.finish()
    }

    fn paths(sampled: &SampledFields) -> Vec<&str> {
        sampled.fields.iter().map(|field| field.path.as_str()).collect()
    }

    #[test]
    fn the_most_frequent_path_is_told_first_with_its_types() {
        let sampled = shape_of(&[r#"{"b": 1, "a": 2}"#, r#"{"a": "x"}"#, r#"{"a": 3}"#, r#"{"a": null}"#]);
        assert_eq!(sampled.sampled, 4);
        assert_eq!(paths(&sampled), ["a", "b"]);
        assert_eq!(sampled.fields[0].kinds, [Kind::String, Kind::Null, Kind::Int]);
        let documents: Vec<_> = sampled.fields.iter().map(|field| field.documents).collect();
        assert_eq!(documents, [4, 1]);
    }

    #[test]
    fn objects_and_arrays_of_objects_are_looked_into_as_a_filter_names_them() {
        let sampled = shape_of(&[
            r#"{"in": {"w": 1}, "lines": [{"sku": 1}, 7, {"sku": "x", "n": 2}], "deep": [[{"no": 1}]]}"#,
        ]);
        assert_eq!(paths(&sampled), ["in", "in.w", "lines", "lines.sku", "lines.n", "deep"]);
        let sku = sampled.fields.iter().find(|field| field.path == "lines.sku").expect("it is told");
        assert_eq!(sku.documents, 1, "twice in one document is once");
    }

    #[test]
    fn a_path_has_at_most_four_names() {
        let sampled = shape_of(&[r#"{"a": {"b": {"c": {"d": {"e": 1}}}}}"#]);
        assert_eq!(paths(&sampled), ["a", "a.b", "a.b.c", "a.b.c.d"]);
    }

    #[test]
    fn names_that_a_query_cannot_say_are_left_out() {
        assert_eq!(paths(&shape_of(&[r#"{"a.b": 1, "$c": 2, "": {"x": 3}, "d$": 4}"#])), ["d$"]);
        let mut shape = Shape::default();
        // A name of one byte that is not UTF-8, and a sound one after it.
        shape.add(&[0x0b, 0, 0, 0, 0x0A, 0xFF, 0, 0x0A, b'z', 0, 0]);
        assert_eq!(paths(&shape.finish()), ["z"]);
    }

    #[test]
    fn frequent_paths_are_found_among_thousands_that_occur_once() {
        let rare: Vec<_> = (0..3_000).map(|n| format!(r#""k{n}": 1"#)).collect();
        let first = format!("{{{}}}", rare.join(","));
        let sampled = shape_of(&[&first, r#"{"often": 1}"#, r#"{"often": 1}"#]);
        assert_eq!(sampled.fields.len(), PATHS);
        assert_eq!(sampled.fields[0].path, "often");
    }
}
