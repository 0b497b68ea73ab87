//! What a lab that is made after a set takes from the set's configuration beyond what a plan says, and what it cannot take.

use std::collections::{BTreeMap, BTreeSet};

use bson::{Bson, Document};
use trivet_core::replica::config::with_port;

use super::LabPlan;
use crate::member::number;

/// What stands in the configuration of such a lab besides what its plan says.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct Beyond {
    /// Fields of the configuration itself.
    top: Document,
    /// The settings, in place of those that the plan makes.
    settings: Document,
    /// Fields of the members' entries, by their places in the plan.
    entries: BTreeMap<u32, Document>,
}

/// What the set has and its lab has not, or otherwise.
#[derive(Clone, Debug, Default)]
pub(crate) struct Uncopied {
    /// The configuration of the set.
    set: Document,
    /// Fields of the configuration itself.
    top: BTreeSet<String>,
    /// Fields of the members' entries.
    member: BTreeSet<String>,
    /// Settings, each with its value in the lab, which has one or none.
    settings: BTreeMap<String, Option<Bson>>,
}

/// The timings that a plan bounds, with these bounds.
pub(super) const BOUNDED: [(&str, i64, i64, i64); 3] = [
    ("electionTimeoutMillis", 10_000, 1_000, 60_000),
    ("heartbeatIntervalMillis", 2_000, 100, 60_000),
    ("heartbeatTimeoutSecs", 10, 1, 60),
];
/// Other settings that the lab takes as they are.
const SETTINGS: [&str; 3] = ["chainingAllowed", "catchUpTimeoutMillis", "catchUpTakeoverDelayMillis"];
/// Fields that the lab has as well, or has its own of; what is in none of these lists is not copied.
const TOP: [&str; 7] = [
    "_id",
    "version",
    "term",
    "members",
    "settings",
    "protocolVersion",
    "writeConcernMajorityJournalDefault",
];
const MEMBER: [&str; 10] = [
    "_id",
    "host",
    "arbiterOnly",
    "buildIndexes",
    "hidden",
    "priority",
    "tags",
    "secondaryDelaySecs",
    "slaveDelay",
    "votes",
];

impl Beyond {
    /// Takes what can be taken of a set's configuration for those of its members that have a stand-in; tells in `remarks` what
    /// cannot.
    pub(super) fn of(set: &Document, stay: &[Document], remarks: &mut Vec<String>) -> (Self, Uncopied) {
        let mut uncopied = Uncopied { set: set.clone(), ..Uncopied::default() };
        let mut beyond = Self::default();
        if let Some(value) = set.get("writeConcernMajorityJournalDefault") {
            beyond.top.insert("writeConcernMajorityJournalDefault", value.clone());
        }
        uncopied.top = set.keys().filter(|name| !TOP.contains(&name.as_str())).cloned().collect();
        let settings = set.get_document("settings").cloned().unwrap_or_default();
        for (name, value) in &settings {
            let taken = taken(name, value, stay);
            if taken.as_ref().is_none_or(|taken| !same(Some(taken), Some(value))) {
                uncopied.settings.insert(name.clone(), taken.clone());
            }
            if let Some(taken) = taken {
                beyond.settings.insert(name, taken);
            }
        }
        for (place, member) in (0..).zip(stay) {
            let entry = entry(member);
            if !entry.is_empty() {
                beyond.entries.insert(place, entry);
            }
        }
        let fields = members(set).flat_map(Document::keys);
        uncopied.member = fields.filter(|name| !MEMBER.contains(&name.as_str())).cloned().collect();
        remarks.extend(uncopied.remarks());
        (beyond, uncopied)
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

impl Uncopied {
    /// Makes a configuration that is wished of the set one that is wished of the lab, in what the lab has not: it is no change.
    pub(crate) fn take_out(&self, wished: &mut Document) {
        for name in &self.top {
            if same(wished.get(name), self.set.get(name)) {
                wished.remove(name);
            }
        }
        let settings = self.set.get_document("settings").ok();
        if let (Ok(wished), Some(settings)) = (wished.get_document_mut("settings"), settings) {
            for (name, of_the_lab) in &self.settings {
                if !same(wished.get(name), settings.get(name)) {
                    continue;
                }
                match of_the_lab {
                    Some(value) => wished.insert(name, value.clone()),
                    None => wished.remove(name),
                };
            }
        }
        for member in wished.get_array_mut("members").into_iter().flatten().filter_map(Bson::as_document_mut)
        {
            for name in &self.member {
                member.remove(name);
            }
            if let Some(delay) = member.remove("slaveDelay") {
                member.insert("secondaryDelaySecs", delay);
            }
        }
    }

    fn remarks(&self) -> Vec<String> {
        let settings = self.set.get_document("settings").ok();
        let of_the_set = |name: &String| settings.and_then(|settings| settings.get(name));
        let mut remarks = Vec::new();
        for (name, of_the_lab) in self.settings.iter().filter(|(name, _)| *name != "replicaSetId") {
            let Some(of_the_set) = of_the_set(name) else { continue };
            remarks.push(match of_the_lab {
                Some(of_the_lab) => {
                    format!("`{name}` is {of_the_set} in the set, and {of_the_lab} in the lab.")
                }
                None => format!("`{name}` of the set is not in the lab."),
            });
        }
        remarks.extend(self.top.iter().map(|name| format!("`{name}` of the set is not in the lab.")));
        remarks.extend(self.member.iter().map(|name| {
            format!("`{name}` of the members is not in the lab, and a change of it is not rehearsed.")
        }));
        remarks
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

/// `secondaryDelaySecs`; servers before 5.0 call it `slaveDelay`.
pub(super) fn delay(member: &Document) -> Option<i64> {
    member.get("secondaryDelaySecs").or_else(|| member.get("slaveDelay")).and_then(number)
}

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
fn same(one: Option<&Bson>, other: Option<&Bson>) -> bool {
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

#[cfg(test)]
mod tests {
    use bson::{doc, oid::ObjectId};

    use super::*;

    fn set() -> Document {
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

    fn made() -> (Beyond, Uncopied, Vec<String>) {
        let mut remarks = Vec::new();
        let stay: Vec<Document> = members(&set()).cloned().collect();
        let (beyond, uncopied) = Beyond::of(&set(), &stay, &mut remarks);
        (beyond, uncopied, remarks)
    }

    #[test]
    fn a_lab_has_the_settings_of_its_set_and_of_its_members_what_a_plan_does_not_say() {
        let mut config =
            doc! { "_id": "rehearsal", "members": [{ "_id": 0_i64 }, { "_id": 1_i64, "priority": 0.0 }] };
        made().0.put_into(&mut config);
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

    #[test]
    fn what_a_lab_cannot_have_is_told() {
        let told = made().2.join("\n");
        for words in [
            "`electionTimeoutMillis` is 120000",
            "60000 in the lab",
            "`configsvr`",
            "`horizons`",
            "getLastErrorModes",
        ] {
            assert!(told.contains(words), "{words}: {told}");
        }
        assert!(!told.contains("replicaSetId"), "every set has its own: {told}");
        assert!(!told.contains("buildIndexes") && !told.contains("catchUp"), "{told}");
    }

    #[test]
    fn what_a_lab_cannot_have_is_no_change_and_what_is_wished_otherwise_is_one() {
        let mut wished = set();
        made().1.take_out(&mut wished);
        assert!(!wished.contains_key("configsvr"));
        let settings = wished.get_document("settings").expect("settings");
        assert_eq!(settings.get_i32("electionTimeoutMillis").ok(), Some(60_000), "as the lab has it");
        assert_eq!(settings.get_document("getLastErrorModes").ok(), Some(&doc! { "both": { "dc": 2 } }));
        assert!(!settings.contains_key("replicaSetId"));
        assert!(members(&wished).all(|member| !member.contains_key("horizons")));

        let mut wished = set();
        let settings = wished.get_document_mut("settings").expect("settings");
        settings.insert("electionTimeoutMillis", 90_000);
        made().1.take_out(&mut wished);
        let settings = wished.get_document("settings").expect("settings");
        assert_eq!(settings.get_i32("electionTimeoutMillis").ok(), Some(90_000));
    }

    #[test]
    fn an_old_sets_delay_has_its_present_name_in_the_lab() {
        let mut wished = doc! { "members": [{ "_id": 0, "host": "a:1", "slaveDelay": 60_i64 }] };
        made().1.take_out(&mut wished);
        assert_eq!(
            members(&wished).next(),
            Some(&doc! { "_id": 0, "host": "a:1", "secondaryDelaySecs": 60_i64 })
        );
    }

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
