//! What a lab that is made after a set has not, or otherwise than the set.

use std::collections::{BTreeMap, BTreeSet};

use bson::{Bson, Document};

use super::beyond::Beyond;
use super::compare::{members, same};

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

impl Uncopied {
    /// What a lab that takes so much of a set's configuration lacks of it.
    pub(super) fn of(set: &Document, taken: &Beyond) -> Self {
        let mut settings = BTreeMap::new();
        for (name, value) in set.get_document("settings").into_iter().flatten() {
            let of_the_lab = taken.settings.get(name);
            if !same(of_the_lab, Some(value)) {
                settings.insert(name.clone(), of_the_lab.cloned());
            }
        }
        Self {
            set: set.clone(),
            top: others(set.keys(), &TOP),
            member: others(members(set).flat_map(Document::keys), &MEMBER),
            settings,
        }
    }

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

    /// In sentences.
    pub(super) fn remarks(&self) -> Vec<String> {
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

/// The names that are in no list.
fn others<'a>(names: impl Iterator<Item = &'a String>, known: &[&str]) -> BTreeSet<String> {
    names.filter(|name| !known.contains(&name.as_str())).cloned().collect()
}

#[cfg(test)]
mod tests {
    use bson::doc;

    use super::super::beyond::tests::set;
    use super::*;

    fn uncopied() -> Uncopied {
        let stay: Vec<Document> = members(&set()).cloned().collect();
        Uncopied::of(&set(), &Beyond::of(&set(), &stay))
    }

    #[test]
    fn what_a_lab_cannot_have_is_told() {
        let told = uncopied().remarks().join("\n");
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
        uncopied().take_out(&mut wished);
        assert!(!wished.contains_key("configsvr"));
        let settings = wished.get_document("settings").expect("settings");
        assert_eq!(settings.get_i32("electionTimeoutMillis").ok(), Some(60_000), "as the lab has it");
        assert_eq!(settings.get_document("getLastErrorModes").ok(), Some(&doc! { "both": { "dc": 2 } }));
        assert!(!settings.contains_key("replicaSetId"));
        assert!(members(&wished).all(|member| !member.contains_key("horizons")));

        let mut wished = set();
        let settings = wished.get_document_mut("settings").expect("settings");
        settings.insert("electionTimeoutMillis", 90_000);
        uncopied().take_out(&mut wished);
        let settings = wished.get_document("settings").expect("settings");
        assert_eq!(settings.get_i32("electionTimeoutMillis").ok(), Some(90_000));
    }

    #[test]
    fn an_old_sets_delay_has_its_present_name_in_the_lab() {
        let mut wished = doc! { "members": [{ "_id": 0, "host": "a:1", "slaveDelay": 60_i64 }] };
        uncopied().take_out(&mut wished);
        assert_eq!(
            members(&wished).next(),
            Some(&doc! { "_id": 0, "host": "a:1", "secondaryDelaySecs": 60_i64 })
        );
    }
}
