//! Which operators a filter has.

use super::text::damaged;
use crate::{
    Result,
    value::{raw::Elements, typed::Kind},
};

/// Gives documents in an order of its own, by their distance.
pub(super) const BY_DISTANCE: [&str; 2] = ["$near", "$nearSphere"];
/// Runs JavaScript for every document.
pub(super) const WHERE: &str = "$where";

/// Whether one of these operators stands anywhere in a filter. A value that only looks like one counts too.
pub(super) fn uses(filter: &[u8], operators: &[&str]) -> Result<bool> {
    let mut open = vec![filter];
    while let Some(document) = open.pop() {
        for element in Elements::new(document).map_err(damaged)? {
            let element = element.map_err(damaged)?;
            if operators.iter().any(|operator| operator.as_bytes() == element.name) {
                return Ok(true);
            }
            if matches!(element.kind, Kind::Object | Kind::Array) {
                open.push(element.value);
            }
        }
    }
    Ok(false)
}

#[cfg(test)]
mod tests {
    use bson::rawdoc;

    use super::*;

    #[test]
    fn an_operator_is_found_wherever_it_stands() {
        for (filter, expected) in [
            (rawdoc! {}, false),
            (rawdoc! { "near": 1 }, false),
            (rawdoc! { "place": { "$near": [1, 2] } }, true),
            (rawdoc! { "$and": [{ "a": 1 }, { "place": { "$nearSphere": [1, 2] } }] }, true),
            (rawdoc! { "place": "$near" }, false),
        ] {
            assert_eq!(uses(filter.as_bytes(), &BY_DISTANCE).expect("BSON"), expected, "{filter:?}");
        }
    }
}
