//! What a projection leaves of a document's keys.

use crate::{
    Result,
    document::text::damaged,
    value::{raw, typed::Kind},
};

/// Whether a projection leaves `_id` as it is, or leaves it out.
pub(super) fn keeps_ids(projection: &[u8]) -> Result<bool> {
    for element in raw::Elements::new(projection).map_err(damaged)? {
        let element = element.map_err(damaged)?;
        if element.name.starts_with(b"_id.") || (element.name == b"_id" && !is_plain(element.kind)) {
            return Ok(false);
        }
    }
    Ok(true)
}

/// Whether documents show a field, as it is, through a projection. Where that would take more than a look, it does not.
pub(super) fn shows(projection: &[u8], path: &str) -> Result<bool> {
    let (mut includes, mut named) = (false, None);
    for element in raw::Elements::new(projection).map_err(damaged)? {
        let element = element.map_err(damaged)?;
        let taken = is_plain(element.kind) && element.value.iter().any(|byte| *byte != 0);
        let touches = first_name(element.name) == first_name(path.as_bytes());
        if element.name == path.as_bytes() && is_plain(element.kind) {
            named = Some(taken);
        } else if touches {
            return Ok(false);
        }
        includes |= taken || !is_plain(element.kind);
    }
    Ok(named.unwrap_or(path == "_id" || !includes))
}

fn first_name(path: &[u8]) -> &[u8] {
    path.split(|byte| *byte == b'.').next().unwrap_or_default()
}

fn is_plain(kind: Kind) -> bool {
    matches!(kind, Kind::Int | Kind::Long | Kind::Double | Kind::Bool)
}

#[cfg(test)]
mod tests {
    use bson::rawdoc;

    use super::*;

    #[test]
    fn a_projection_shows_a_field_as_it_is_or_does_not() {
        for (projection, path, expected) in [
            (rawdoc! {}, "a", true),
            (rawdoc! { "a": 1 }, "a", true),
            (rawdoc! { "a": true }, "_id", true),
            (rawdoc! { "b": 1 }, "a", false),
            (rawdoc! { "b": 0 }, "a", true),
            (rawdoc! { "a": 0 }, "a", false),
            (rawdoc! { "a": 1, "_id": 0 }, "_id", false),
            (rawdoc! { "a": 1, "_id": 0 }, "a", true),
            (rawdoc! { "_id": 1 }, "a", false),
            (rawdoc! { "a": "$b" }, "a", false),
            (rawdoc! { "a.b": 1 }, "a", false),
            (rawdoc! { "a": 1 }, "a.b", false),
            (rawdoc! { "a.b": 1 }, "a.b", true),
            (rawdoc! { "c": { "$slice": 1 } }, "a", false),
        ] {
            assert_eq!(shows(projection.as_bytes(), path).expect("BSON"), expected, "{projection:?} {path}");
        }
    }
}
