//! JSON Merge Patch (RFC 7396) over raw BSON, and its shallow sister.
//!
//! Whatever the patch does not name stays byte for byte and in its place; new fields are added at the end.

use super::{
    raw::{Elements, MAX_DEPTH, Malformed},
    typed::Kind,
};

/// Why a patch cannot be applied.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum MergeError {
    /// A name that the patch gives stands more than once in the document, or in the patch.
    #[error("the name '{0}' repeats, so it is not sure which field is meant")]
    Repeated(String),
    /// The patch gives another `_id`, or removes it.
    #[error("the _id of a document cannot be changed")]
    Id,
    /// The document would be larger than BSON can be.
    #[error("the document would be larger than BSON can be")]
    TooLarge,
    /// The patch is nested deeper than a document can be.
    #[error("the patch is nested too deep")]
    Deep,
    /// The bytes are not BSON.
    #[error(transparent)]
    Malformed(#[from] Malformed),
}

/// Merges a patch into a document as RFC 7396 has it: objects are merged at any depth, `null` removes a field,
/// every other value is put in its place.
pub fn merge(document: &[u8], patch: &[u8]) -> Result<Vec<u8>, MergeError> {
    let merged = apply(document, patch, Rule::Merge, 0)?;
    keeps_id(document, &merged)?;
    Ok(merged)
}

/// Puts every top-level field of `fields` in its place in the document, `null` too.
pub fn set_fields(document: &[u8], fields: &[u8]) -> Result<Vec<u8>, MergeError> {
    let merged = apply(document, fields, Rule::Put, 0)?;
    keeps_id(document, &merged)?;
    Ok(merged)
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Rule {
    Merge,
    Put,
}

/// A document that has no field yet.
const EMPTY: [u8; 5] = [5, 0, 0, 0, 0];

/// Recursion goes no deeper than the patch, whose depth is bounded.
fn apply(document: &[u8], patch: &[u8], rule: Rule, depth: usize) -> Result<Vec<u8>, MergeError> {
    if depth > MAX_DEPTH {
        return Err(MergeError::Deep);
    }
    let patch = Elements::new(patch)?.collect::<Result<Vec<_>, _>>()?;
    let mut used = vec![false; patch.len()];
    let mut out = vec![0; 4];
    for element in Elements::new(document)? {
        let element = element?;
        let mut matching = patch.iter().enumerate().filter(|(_, change)| change.name == element.name);
        let Some((at, change)) = matching.next() else {
            out.extend_from_slice(&document[element.range()]);
            continue;
        };
        if matching.next().is_some() || std::mem::replace(&mut used[at], true) {
            return Err(repeated(element.name));
        }
        let below = if element.kind == Kind::Object { element.value } else { &EMPTY };
        put(&mut out, change.name, change.kind, change.value, below, rule, depth)?;
    }
    for (at, change) in patch.iter().enumerate() {
        if used[at] {
            continue;
        }
        if patch[..at].iter().any(|other| other.name == change.name) {
            return Err(repeated(change.name));
        }
        put(&mut out, change.name, change.kind, change.value, &EMPTY, rule, depth)?;
    }
    out.push(0);
    let length = i32::try_from(out.len()).map_err(|_| MergeError::TooLarge)?;
    out[..4].copy_from_slice(&length.to_le_bytes());
    Ok(out)
}

fn put(
    out: &mut Vec<u8>,
    name: &[u8],
    kind: Kind,
    value: &[u8],
    below: &[u8],
    rule: Rule,
    depth: usize,
) -> Result<(), MergeError> {
    let merged;
    let value = match (rule, kind) {
        (Rule::Merge, Kind::Null) => return Ok(()),
        (Rule::Merge, Kind::Object) => {
            merged = apply(below, value, rule, depth + 1)?;
            merged.as_slice()
        }
        _ => value,
    };
    out.push(kind.byte());
    out.extend_from_slice(name);
    out.push(0);
    out.extend_from_slice(value);
    Ok(())
}

fn keeps_id(before: &[u8], after: &[u8]) -> Result<(), MergeError> {
    let id = |document| super::raw::get(document, "_id").map(|id| id.map(|id| (id.kind, id.value)));
    if id(before)? == id(after)? { Ok(()) } else { Err(MergeError::Id) }
}

fn repeated(name: &[u8]) -> MergeError {
    MergeError::Repeated(String::from_utf8_lossy(name).into_owned())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::value::ejson::{Form, Layout, parse_document, write};

    fn bytes(text: &str) -> Vec<u8> {
        parse_document(text).expect("a document")
    }

    fn text(bytes: &[u8]) -> String {
        write(bytes, Form::Relaxed, Layout::Compact).expect("written").text
    }

    #[test]
    fn the_examples_of_rfc_7396_hold() {
        // Appendix A, those with an object on both sides.
        for (document, patch, result) in [
            (r#"{"a":"b"}"#, r#"{"a":"c"}"#, r#"{"a":"c"}"#),
            (r#"{"a":"b"}"#, r#"{"b":"c"}"#, r#"{"a":"b","b":"c"}"#),
            (r#"{"a":"b"}"#, r#"{"a":null}"#, "{}"),
            (r#"{"a":"b","b":"c"}"#, r#"{"a":null}"#, r#"{"b":"c"}"#),
            (r#"{"a":["b"]}"#, r#"{"a":"c"}"#, r#"{"a":"c"}"#),
            (r#"{"a":"c"}"#, r#"{"a":["b"]}"#, r#"{"a":["b"]}"#),
            (r#"{"a":{"b":"c"}}"#, r#"{"a":{"b":"d","c":null}}"#, r#"{"a":{"b":"d"}}"#),
            (r#"{"a":[{"b":"c"}]}"#, r#"{"a":[1]}"#, r#"{"a":[1]}"#),
            (r#"{"e":null}"#, r#"{"a":1}"#, r#"{"e":null,"a":1}"#),
            ("{}", r#"{"a":{"bb":{"ccc":null}}}"#, r#"{"a":{"bb":{}}}"#),
        ] {
            assert_eq!(
                text(&merge(&bytes(document), &bytes(patch)).expect("merged")),
                result,
                "{document} {patch}"
            );
        }
    }

    #[test]
    fn what_is_not_named_stays_byte_for_byte_and_in_its_place() {
        let document = bytes(r#"{"_id":1,"z":{"$numberLong":"1"},"a":1,"z2":-0.0,"m":{"x":1,"y":2}}"#);
        let merged = merge(&document, &bytes(r#"{"a":2,"m":{"x":{"$numberLong":"5"}}}"#)).expect("merged");
        let expected =
            bytes(r#"{"_id":1,"z":{"$numberLong":"1"},"a":2,"z2":-0.0,"m":{"x":{"$numberLong":"5"},"y":2}}"#);
        assert_eq!(merged, expected);
    }

    #[test]
    fn setting_fields_puts_whole_values_and_nulls() {
        let document = bytes(r#"{"_id":1,"a":{"b":1,"c":2},"d":1}"#);
        let set = set_fields(&document, &bytes(r#"{"a":{"b":9},"d":null,"e":true}"#)).expect("set");
        assert_eq!(text(&set), r#"{"_id":1,"a":{"b":9},"d":null,"e":true}"#);
    }

    #[test]
    fn a_name_that_repeats_is_refused() {
        let twice = bytes(r#"{"a":1,"a":2,"b":1}"#);
        assert!(matches!(merge(&twice, &bytes(r#"{"a":9}"#)), Err(MergeError::Repeated(_))));
        assert!(merge(&twice, &bytes(r#"{"b":9}"#)).is_ok());
        assert!(matches!(merge(&bytes("{}"), &twice), Err(MergeError::Repeated(_))));
        assert!(matches!(merge(&bytes(r#"{"a":0}"#), &twice), Err(MergeError::Repeated(_))));
    }

    #[test]
    fn the_id_never_changes() {
        let document = bytes(r#"{"_id":1}"#);
        for patch in [r#"{"_id":2}"#, r#"{"_id":null}"#, r#"{"_id":{"$numberLong":"1"}}"#] {
            assert_eq!(merge(&document, &bytes(patch)), Err(MergeError::Id), "{patch}");
        }
        assert!(merge(&document, &bytes(r#"{"_id":1,"a":1}"#)).is_ok());
    }

    #[test]
    fn a_patch_as_deep_as_a_document_is_merged_on_a_small_stack() {
        let deep = format!("{}1{}", r#"{"a":"#.repeat(180), "}".repeat(180));
        let merged = std::thread::Builder::new()
            .stack_size(2 * 1024 * 1024)
            .spawn(move || merge(&bytes(&deep), &bytes(&deep)).expect("merged") == bytes(&deep))
            .expect("a thread")
            .join();
        assert!(merged.expect("no overflow"));
    }
}
