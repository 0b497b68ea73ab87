//! Fields of a reply, whichever of its types the server chose.

use bson::{Bson, Document};

pub(super) fn text(document: &Document, key: &str) -> Option<String> {
    document.get_str(key).ok().map(str::to_owned)
}

pub(super) fn texts(document: &Document, key: &str) -> Vec<String> {
    let array = document.get_array(key).map(Vec::as_slice).unwrap_or_default();
    array.iter().filter_map(|value| value.as_str().map(str::to_owned)).collect()
}

pub(super) fn documents<'a>(document: &'a Document, key: &str) -> impl Iterator<Item = &'a Document> {
    let array = document.get_array(key).map(Vec::as_slice).unwrap_or_default();
    array.iter().filter_map(Bson::as_document)
}

/// What stands at a path.
pub(super) fn inside<'a>(document: &'a Document, path: &[&str]) -> Option<&'a Document> {
    path.iter().try_fold(document, |document, key| document.get_document(key).ok())
}

pub(super) fn number(document: &Document, key: &str) -> Option<f64> {
    match document.get(key)? {
        Bson::Double(value) => Some(*value),
        Bson::Int32(value) => Some(f64::from(*value)),
        #[expect(clippy::cast_precision_loss, reason = "seconds, bytes and counts, far below 2^53")]
        Bson::Int64(value) => Some(*value as f64),
        _ => None,
    }
}

pub(super) fn integer(document: &Document, key: &str) -> Option<i64> {
    match document.get(key)? {
        Bson::Int32(value) => Some(i64::from(*value)),
        Bson::Int64(value) => Some(*value),
        #[expect(clippy::cast_possible_truncation, reason = "the shell writes whole numbers as doubles")]
        Bson::Double(value) => Some(*value as i64),
        _ => None,
    }
}

pub(super) fn count(document: &Document, key: &str) -> Option<u32> {
    integer(document, key).and_then(|value| u32::try_from(value).ok())
}

/// Milliseconds since 1970; none for the epoch itself, which stands for "never".
pub(super) fn millis(document: &Document, key: &str) -> Option<i64> {
    document.get_datetime(key).ok().map(|date| date.timestamp_millis()).filter(|millis| *millis > 0)
}

/// The seconds of a timestamp; none for 0, which stands for "none".
pub(super) fn seconds(document: &Document, key: &str) -> Option<u32> {
    document.get_timestamp(key).ok().map(|at| at.time).filter(|seconds| *seconds > 0)
}
