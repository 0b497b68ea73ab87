//! What a lab that is made after a set takes from the set's configuration beyond what a plan says.

use std::collections::BTreeMap;

use bson::{Bson, Document};

use super::LabPlan;
use super::compare::{delay, same};
use crate::member::number;

/// What stands in the configuration of such a lab besides what its plan says.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct Beyond {
    /// Fields of the configuration itself.
    top: Document,
    /// The settings, in place of those that the plan makes.
    pub(super) settings: Document,
    /// Fields of the members' entries, by their places in the plan.
    entries: BTreeMap<u32, Document>,
}

/// The timings that a plan bounds, with these bounds.
pub(super) const BOUNDED: [(&str, i64, i64, i64); 3] = [
    ("electionTimeoutMillis", 10_000, 1_000, 60_000),
    ("heartbeatIntervalMillis", 2_000, 100, 60_000),
    ("heartbeatTimeoutSecs", 10, 1, 60),
];
/// Other settings that the lab takes as they are.
const SETTINGS: [&str; 3] = ["chainingAllowed", "catchUpTimeoutMillis", "catchUpTakeoverDelayMillis"];

impl Beyond {
    /// Takes what can be taken of a set's configuration for those of its members that have a stand-in.
    pub(super) fn of(set: &Document, stay: &[Document]) -> Self {
        let mut top = Document::new();
        if let Some(value) = set.get("writeConcernMajorityJournalDefault") {
            top.insert("writeConcernMajorityJournalDefault", value.clone());
        }
        let settings = set.get_document("settings").into_iter().flatten();
        let settings = settings.filter_map(|(name, value)| Some((name.clone(), taken(name, value, stay)?)));
        let entries = (0..).zip(stay.iter().map(entry)).filter(|(_, entry)| !entry.is_empty());
        Self { top, settings: settings.collect(), entries: entries.collect() }
    }

    /// Puts it into what a plan makes of the configuration.
    pub(crate) fn put_into(&self, config: &mut Document) {
        config.extend(self.top.clone());
        config.insert("settings", self.settings.clone());
        for member in config.get_array_mut("members").into_iter().flatten().filter_map(Bson::as_document_mut)
        {
            let place = member.get("_id").and_then(number).and_then(|id| u32::try_from(id).ok());
            if let Some(entry) = place.and_then(|place| self.entries.get(&place)) {
                member.extend(entry.clone());
            }
        }
    }
}

impl LabPlan {
    /// A setting as a lab takes it: the number within the bounds of a plan.
    pub(super) fn bounded(name: &str, value: i64) -> i64 {
        let bounds = BOUNDED.iter().find(|(bounded, ..)| *bounded == name);
        bounds.map_or(value, |(_, _, least, most)| value.clamp(*least, *most))
    }
}

/// What the lab takes of a setting; none where it takes nothing.
fn taken(name: &str, value: &Bson, stay: &[Document]) -> Option<Bson> {
    match (name, value) {
        _ if SETTINGS.contains(&name) => Some(value.clone()),
        ("getLastErrorModes", Bson::Document(modes)) => {
            // A mode counts tags, and the server refuses one whose tags no member has.
            let has = |tag: &String| {
                stay.iter().any(|member| member.get_document("tags").is_ok_and(|tags| tags.contains_key(tag)))
            };
            let kept =
                modes.iter().filter(|(_, mode)| mode.as_document().is_some_and(|mode| mode.keys().all(has)));
            Some(Bson::Document(kept.map(|(name, mode)| (name.clone(), mode.clone())).collect()))
        }
        // Another value has been refused since 5.0, and ignored.
        ("getLastErrorDefaults", Bson::Document(defaults)) => {
            let usual = bson::doc! { "w": 1, "wtimeout": 0 };
            let is_usual = defaults.iter().all(|(name, value)| same(Some(value), usual.get(name)));
            is_usual.then(|| value.clone())
        }
        _ if BOUNDED.iter().any(|(bounded, ..)| *bounded == name) => {
            let whole = number(value)?;
            let bounded = LabPlan::bounded(name, whole);
            if bounded == whole { Some(value.clone()) } else { i32::try_from(bounded).ok().map(Bson::Int32) }
        }
        _ => None,
    }
}

/// What an entry has beyond what a plan says of a member.
fn entry(member: &Document) -> Document {
    let mut entry = Document::new();
    if member.get_bool("buildIndexes").is_ok_and(|builds| !builds) {
        entry.insert("buildIndexes", false);
    }
    // Also tags without a value, which a plan does not take from a person.
    if let Ok(tags) = member.get_document("tags")
        && !tags.is_empty()
    {
        entry.insert("tags", tags.clone());
    }
    if member.get_bool("arbiterOnly").unwrap_or(false) {
        if member.get_bool("hidden").unwrap_or(false) {
            entry.insert("hidden", true);
        }
        if let Some(delay) = delay(member).filter(|delay| *delay > 0) {
            entry.insert("secondaryDelaySecs", delay);
        }
    }
    entry
}

#[cfg(test)]
pub(super) mod tests {
    use bson::{doc, oid::ObjectId};

    use super::super::compare::members;
    use super::*;

    pub(in crate::plan) fn set() -> Document {
        doc! {
            "_id": "prod", "version": 7, "term": 3_i64, "protocolVersion": 1_i64, "configsvr": true,
            "writeConcernMajorityJournalDefault": false,
            "members": [
                { "_id": 3, "host": "db1:27017", "priority": 2.0, "tags": { "dc": "west" }, "horizons": { "out": "x:1" } },
                { "_id": 5, "host": "db2:27017", "priority": 0.0, "buildIndexes": false, "tags": { "dc": "" } },
            ],
            "settings": {
                "chainingAllowed": true, "electionTimeoutMillis": 120_000, "catchUpTimeoutMillis": 5_000,
                "getLastErrorModes": { "both": { "dc": 2 }, "other": { "rack": 1 } },
                "getLastErrorDefaults": { "w": 1, "wtimeout": 0 },
                "replicaSetId": ObjectId::from_bytes([1; 12]),
            },
        }
    }

    #[test]
    fn a_lab_has_the_settings_of_its_set_and_of_its_members_what_a_plan_does_not_say() {
        let mut config =
            doc! { "_id": "rehearsal", "members": [{ "_id": 0_i64 }, { "_id": 1_i64, "priority": 0.0 }] };
        let stay: Vec<Document> = members(&set()).cloned().collect();
        Beyond::of(&set(), &stay).put_into(&mut config);
        assert_eq!(
            config,
            doc! {
                "_id": "rehearsal",
                "members": [
                    { "_id": 0_i64, "tags": { "dc": "west" } },
                    { "_id": 1_i64, "priority": 0.0, "buildIndexes": false, "tags": { "dc": "" } },
                ],
                "writeConcernMajorityJournalDefault": false,
                "settings": {
                    "chainingAllowed": true, "electionTimeoutMillis": 60_000, "catchUpTimeoutMillis": 5_000,
                    "getLastErrorModes": { "both": { "dc": 2 } }, "getLastErrorDefaults": { "w": 1, "wtimeout": 0 },
                },
            }
        );
    }
}
