//! Two configurations beside each other.

use bson::{Bson, Document};
use trivet_core::replica::config::with_port;

use crate::member::number;

/// The members' entries of a configuration.
pub(crate) fn members(config: &Document) -> impl Iterator<Item = &Document> {
    let members = config.get_array("members").map(Vec::as_slice).unwrap_or_default();
    members.iter().filter_map(Bson::as_document)
}

/// Members of a configuration that another one has otherwise, or not at all, by their hosts in the first.
pub(crate) fn changed(set: &Document, wished: &Document) -> Vec<String> {
    let id = |member: &Document| member.get("_id").and_then(number);
    let stays = |member: &&Document| {
        members(wished).any(|other| id(other) == id(member) && is_same_entry(member, other))
    };
    let changed = members(set).filter(|member| !stays(member));
    changed.filter_map(|member| member.get_str("host").ok().map(str::to_owned)).collect()
}

fn is_same_entry(one: &Document, other: &Document) -> bool {
    let usual = bson::doc! {
        "arbiterOnly": false, "buildIndexes": true, "hidden": false, "priority": 1, "tags": {}, "votes": 1,
        "secondaryDelaySecs": 0, "slaveDelay": 0,
    };
    let mut names = one.keys().chain(other.keys());
    names.all(|name| match (one.get_str(name), other.get_str(name)) {
        (Ok(one), Ok(other)) if name == "host" => with_port(one) == with_port(other),
        _ => {
            let value = |member: &Document| member.get(name).or_else(|| usual.get(name)).cloned();
            same(value(one).as_ref(), value(other).as_ref())
        }
    })
}

/// The same value, of whichever numeric type.
pub(super) fn same(one: Option<&Bson>, other: Option<&Bson>) -> bool {
    match (one, other) {
        (Some(Bson::Document(one)), Some(Bson::Document(other))) => {
            one.len() == other.len() && one.iter().all(|(name, value)| same(Some(value), other.get(name)))
        }
        (Some(Bson::Array(one)), Some(Bson::Array(other))) => {
            one.len() == other.len() && one.iter().zip(other).all(|(one, other)| same(Some(one), Some(other)))
        }
        (Some(one), Some(other)) => match (double(one), double(other)) {
            (Some(one), Some(other)) => one.total_cmp(&other).is_eq(),
            _ => one == other,
        },
        (one, other) => one == other,
    }
}

pub(super) fn double(value: &Bson) -> Option<f64> {
    match value {
        Bson::Double(value) => Some(*value),
        Bson::Int32(value) => Some(f64::from(*value)),
        #[expect(clippy::cast_precision_loss, reason = "priorities, votes and times")]
        Bson::Int64(value) => Some(*value as f64),
        _ => None,
    }
}

/// `secondaryDelaySecs`; servers before 5.0 call it `slaveDelay`.
pub(super) fn delay(member: &Document) -> Option<i64> {
    member.get("secondaryDelaySecs").or_else(|| member.get("slaveDelay")).and_then(number)
}

#[cfg(test)]
mod tests {
    use bson::doc;

    use super::*;

    #[test]
    fn a_member_is_changed_by_another_value_and_not_by_what_goes_without_saying() {
        let set = doc! { "members": [
            { "_id": 1, "host": "a:27017", "priority": 1.0, "votes": 1, "hidden": false, "tags": {} },
            { "_id": 2, "host": "b:27017", "priority": 0.0, "votes": 0 },
            { "_id": 3, "host": "c:27017", "priority": 0.0, "votes": 0 },
        ] };
        let wished = doc! { "members": [
            { "_id": 1_i64, "host": "a" },
            { "_id": 2, "host": "b", "priority": 0, "votes": 1 },
        ] };
        assert_eq!(changed(&set, &wished), ["b:27017", "c:27017"], "the last one leaves");
        let renamed = doc! { "members": [{ "_id": 1, "host": "a.lan:27017" }] };
        assert!(changed(&set, &renamed).contains(&"a:27017".to_owned()));
    }
}
