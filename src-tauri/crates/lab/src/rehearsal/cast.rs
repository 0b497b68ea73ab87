//! Who stands for whom: an operation on a set, as one on the lab.

use std::collections::BTreeMap;

use bson::Document;
use trivet_core::replica::config::with_port;
use trivet_core::replica::{ConfigEdit, SetOperation, WishedMember};

use super::document::read;
use crate::plan::{Uncopied, changed};
use crate::types::StandIn;

/// The hosts of the lab in the place of others.
#[derive(Clone, Debug, Default)]
pub(super) struct Cast {
    /// The name of the set, where it has one already.
    pub(super) set_name: Option<String>,
    /// That of the lab.
    pub(super) lab_name: String,
    /// Who stands for whom, in the order in which they came up.
    pub(super) parts: Vec<StandIn>,
    /// The members of the set for which nobody stands.
    pub(super) left_out: Vec<String>,
    /// What the set has and the lab has not.
    pub(super) uncopied: Uncopied,
    /// The `_id`s of the members, with those of their stand-ins and where these are found.
    pub(super) ids: BTreeMap<i64, (i64, String)>,
    /// Mongods that are in no set, for hosts that the set has not yet.
    pub(super) spares: Vec<String>,
    /// So many of them are needed.
    pub(super) used: usize,
}

impl Cast {
    /// The operation on the lab.
    pub(super) fn operation(&mut self, operation: SetOperation) -> SetOperation {
        match operation {
            SetOperation::StepDown { .. } => operation,
            SetOperation::Freeze { host, seconds } => {
                SetOperation::Freeze { host: self.exactly(&host), seconds }
            }
            SetOperation::Maintenance { host, on } => {
                SetOperation::Maintenance { host: self.exactly(&host), on }
            }
            SetOperation::SyncFrom { host, source } => {
                SetOperation::SyncFrom { host: self.exactly(&host), source: self.exactly(&source) }
            }
            SetOperation::Initiate { members, .. } => SetOperation::Initiate {
                set_name: self.lab_name.clone(),
                members: members.into_iter().map(|member| self.member(member)).collect(),
            },
            SetOperation::Reconfigure { edits } => SetOperation::Reconfigure { edits: self.edits(edits) },
            SetOperation::ForceReconfigure { host, edits } => {
                SetOperation::ForceReconfigure { host: self.exactly(&host), edits: self.edits(edits) }
            }
            SetOperation::Resync { host } => SetOperation::Resync { host: self.exactly(&host) },
        }
    }

    fn edits(&mut self, edits: Vec<ConfigEdit>) -> Vec<ConfigEdit> {
        edits.into_iter().map(|edit| self.edit(edit)).collect()
    }

    /// One edit upon those before it, which may have brought its host in.
    fn edit(&mut self, edit: ConfigEdit) -> ConfigEdit {
        match edit {
            ConfigEdit::Add { member } => ConfigEdit::Add { member: self.member(member) },
            ConfigEdit::Remove { host } => ConfigEdit::Remove { host: self.known(&host) },
            ConfigEdit::ChangeHost { host, to, same_server } => {
                let host = self.known(&host);
                let to = if same_server { self.renamed(&host, &to) } else { self.any(&to) };
                ConfigEdit::ChangeHost { host, to, same_server }
            }
            ConfigEdit::Votes { host, votes } => ConfigEdit::Votes { host: self.known(&host), votes },
            ConfigEdit::Priority { host, priority } => {
                ConfigEdit::Priority { host: self.known(&host), priority }
            }
            ConfigEdit::Hidden { host, hidden } => ConfigEdit::Hidden { host: self.known(&host), hidden },
            ConfigEdit::Delay { host, seconds } => ConfigEdit::Delay { host: self.known(&host), seconds },
            ConfigEdit::Tags { host, tags } => ConfigEdit::Tags { host: self.known(&host), tags },
            ConfigEdit::Settings { .. } => edit,
            ConfigEdit::Document { text } => ConfigEdit::Document { text: self.document(text) },
        }
    }

    fn member(&mut self, member: WishedMember) -> WishedMember {
        WishedMember { host: self.any(&member.host), ..member }
    }

    /// Who stands for a member that is asked something. Its host is not completed, as it is not for the set.
    fn exactly(&self, host: &str) -> String {
        let part = self.parts.iter().rev().find(|part| part.host == host);
        part.map_or(host, |part| part.stand_in.as_str()).to_owned()
    }

    /// Who stands for a host. One that nobody knows stays as it is: the plan then says so.
    fn known(&self, host: &str) -> String {
        self.stand_in(host).unwrap_or(host).to_owned()
    }

    pub(super) fn stand_in(&self, host: &str) -> Option<&str> {
        let host = with_port(host);
        // The latest: a host may have gone to somebody else meanwhile.
        self.parts.iter().rev().find(|part| with_port(&part.host) == host).map(|part| part.stand_in.as_str())
    }

    /// The same for a host that may be new to the set: a spare stands for it.
    pub(super) fn any(&mut self, host: &str) -> String {
        if let Some(known) = self.stand_in(host) {
            return known.to_owned();
        }
        // Without spares it is only counted how many are needed.
        let spare = self.spares.get(self.used).cloned().unwrap_or_else(|| format!("spare:{}", self.used));
        self.used += 1;
        self.play(host, spare)
    }

    /// A stand-in under another name that leads to it as well: what listens on 127.0.0.1 is found at `localhost`. There is no
    /// third name: who is renamed twice is renamed once.
    pub(super) fn renamed(&mut self, stand_in: &str, to: &str) -> String {
        if let Some(known) = self.stand_in(to) {
            return known.to_owned();
        }
        let other = match stand_in.rsplit_once(':') {
            Some(("127.0.0.1", port)) => format!("localhost:{port}"),
            _ => stand_in.to_owned(),
        };
        self.play(to, other)
    }

    fn play(&mut self, host: &str, stand_in: String) -> String {
        self.parts.push(StandIn { host: with_port(host), stand_in: stand_in.clone() });
        stand_in
    }
}

/// The hosts of members that an operation is about, which have to be there.
pub(super) fn needed(operation: &SetOperation, set: &Document) -> Vec<String> {
    let by = |edits: &[ConfigEdit]| edits.iter().flat_map(|edit| needed_by(edit, set)).collect::<Vec<_>>();
    match operation {
        SetOperation::StepDown { .. } | SetOperation::Initiate { .. } => Vec::new(),
        SetOperation::Freeze { host, .. }
        | SetOperation::Maintenance { host, .. }
        | SetOperation::Resync { host } => vec![host.clone()],
        SetOperation::SyncFrom { host, source } => vec![host.clone(), source.clone()],
        SetOperation::Reconfigure { edits } => by(edits),
        SetOperation::ForceReconfigure { host, edits } => {
            std::iter::once(host.clone()).chain(by(edits)).collect()
        }
    }
}

fn needed_by(edit: &ConfigEdit, set: &Document) -> Vec<String> {
    match edit {
        ConfigEdit::Remove { host }
        | ConfigEdit::ChangeHost { host, .. }
        | ConfigEdit::Votes { host, .. }
        | ConfigEdit::Priority { host, .. }
        | ConfigEdit::Hidden { host, .. }
        | ConfigEdit::Delay { host, .. }
        | ConfigEdit::Tags { host, .. } => vec![host.clone()],
        ConfigEdit::Document { text } => read(text).map(|wished| changed(set, &wished)).unwrap_or_default(),
        ConfigEdit::Add { .. } | ConfigEdit::Settings { .. } => Vec::new(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::plan::{LabPlan, original};

    fn cast() -> Cast {
        let part =
            |host: &str, port: u16| StandIn { host: host.into(), stand_in: format!("127.0.0.1:{port}") };
        Cast {
            set_name: Some("prod".to_owned()),
            lab_name: "rehearsal".to_owned(),
            parts: vec![part("db1:27017", 1), part("db2:27017", 2)],
            spares: vec!["127.0.0.1:8".to_owned(), "127.0.0.1:9".to_owned()],
            ids: BTreeMap::from([(4, (0, "127.0.0.1:1".to_owned())), (7, (1, "127.0.0.1:2".to_owned()))]),
            left_out: vec!["db9:27017".to_owned()],
            ..Cast::default()
        }
    }

    fn operation(json: serde_json::Value) -> SetOperation {
        serde_json::from_value(json).expect("an operation")
    }

    #[test]
    fn members_are_played_by_their_stand_ins_and_new_ones_by_spares() {
        let mut cast = cast();
        let edits = serde_json::json!([
            { "kind": "add", "member": { "host": "db3:27017", "priority": 0.5 } },
            { "kind": "priority", "host": "db3:27017", "priority": 2.0 },
            { "kind": "remove", "host": "db2:27017" },
            { "kind": "changeHost", "host": "db1:27017", "to": "db4:27017", "sameServer": false },
            { "kind": "votes", "host": "nobody:1", "votes": 0 },
        ]);
        let told = cast.operation(operation(serde_json::json!({ "kind": "reconfigure", "edits": edits })));
        let told = serde_json::to_value(told).expect("written");
        let host = |at: usize, name: &str| told["edits"][at][name].clone();
        assert_eq!(told["edits"][0]["member"]["host"], "127.0.0.1:8");
        assert_eq!(told["edits"][0]["member"]["priority"], 0.5);
        assert_eq!(host(1, "host"), "127.0.0.1:8", "the edit before has brought it in");
        assert_eq!(host(2, "host"), "127.0.0.1:2");
        assert_eq!((host(3, "host"), host(3, "to")), ("127.0.0.1:1".into(), "127.0.0.1:9".into()));
        assert_eq!(host(4, "host"), "nobody:1", "the plan says that there is none");
        assert_eq!(cast.used, 2);
        assert_eq!(cast.stand_in("db4:27017"), Some("127.0.0.1:9"));
    }

    #[test]
    fn a_mongod_under_another_name_stays_the_same_mongod() {
        let mut cast = cast();
        let change = |host: &str, to: &str| serde_json::json!({ "kind": "changeHost", "host": host, "to": to, "sameServer": true });
        let edits = serde_json::json!([change("db1:27017", "db1.lan:27017"), change("db1.lan:27017", "x:1")]);
        let told = cast.operation(operation(serde_json::json!({ "kind": "reconfigure", "edits": edits })));
        let told = serde_json::to_value(told).expect("written");
        assert_eq!(told["edits"][0]["to"], "localhost:1");
        assert_eq!(told["edits"][1]["host"], "localhost:1");
        assert_eq!(told["edits"][1]["to"], "localhost:1", "one change of its name, as in the set");
        assert_eq!(cast.used, 0);
        let back = serde_json::json!([change("x:1", "db1:27017")]);
        let told = cast.operation(operation(serde_json::json!({ "kind": "reconfigure", "edits": back })));
        let told = serde_json::to_value(told).expect("written");
        assert_eq!(told["edits"][0]["to"], "127.0.0.1:1", "and none where it has its own again");
    }

    #[test]
    fn a_host_without_a_port_is_completed_in_a_configuration_and_nowhere_else_as_in_the_set() {
        let mut cast = cast();
        let edits = serde_json::json!([
            { "kind": "priority", "host": "db1", "priority": 2.0 },
            { "kind": "add", "member": { "host": "db3" } },
            { "kind": "votes", "host": "db3:27017", "votes": 0 },
        ]);
        let told = cast.operation(operation(serde_json::json!({ "kind": "reconfigure", "edits": edits })));
        let told = serde_json::to_value(told).expect("written");
        assert_eq!(told["edits"][0]["host"], "127.0.0.1:1");
        assert_eq!(told["edits"][1]["member"]["host"], "127.0.0.1:8");
        assert_eq!(told["edits"][2]["host"], "127.0.0.1:8");
        assert_eq!(cast.used, 1);
        let freeze = operation(serde_json::json!({ "kind": "freeze", "host": "db1", "seconds": 5 }));
        let told = serde_json::to_value(cast.operation(freeze)).expect("written");
        assert_eq!(told["host"], "db1", "the set would say that it has none");
    }

    #[test]
    fn whoever_a_whole_configuration_changes_has_to_be_there() {
        let set = bson::doc! { "members": [
            { "_id": 0, "host": "db1:27017" },
            { "_id": 1, "host": "db2:27017", "votes": 0, "priority": 0 },
            { "_id": 2, "host": "db3:27017", "votes": 0, "priority": 0 },
        ] };
        let text = "{ members: [{ _id: 0, host: 'db1' }, { _id: 1, host: 'db2:27017', priority: 0 }, \
                    { _id: 2, host: 'db3', votes: 0, priority: 0 }] }";
        let edits =
            serde_json::json!([{ "kind": "document", "text": text }, { "kind": "remove", "host": "db9" }]);
        let wish = operation(serde_json::json!({ "kind": "reconfigure", "edits": edits }));
        assert_eq!(needed(&wish, &set), ["db2:27017", "db9"]);
    }

    #[test]
    fn a_whole_configuration_is_the_labs_in_hosts_numbers_and_names() {
        let id = bson::oid::ObjectId::from_bytes([0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1]);
        let member = bson::doc! { "_id": 4, "host": "db1:27017" };
        let set = original(vec![member], bson::doc! { "replicaSetId": id });
        let uncopied = LabPlan::like(&set, "rehearsal".to_owned(), 0, &[]).expect("a plan").uncopied;
        let mut cast = Cast { uncopied, ..cast() };
        let text = "{ _id: 'prod', version: 3, members: [
            { _id: 4, host: 'db1:27017', priority: 2 },
            { _id: 7, host: 'db2.lan:27017' },
            { _id: 8, host: 'db3:27017', priority: 0, votes: 0 },
            { _id: 9, host: 'db9:27017', priority: 0, votes: 0 },
        ], settings: { electionTimeoutMillis: 5000, replicaSetId: ObjectId('000000000000000000000001') } }";
        let edits = serde_json::json!([{ "kind": "document", "text": text }]);
        let told = cast.operation(operation(serde_json::json!({ "kind": "reconfigure", "edits": edits })));
        let SetOperation::Reconfigure { edits } = told else { panic!("{told:?}") };
        let ConfigEdit::Document { text } = &edits[0] else { panic!("{edits:?}") };
        let config: serde_json::Value = serde_json::from_str(text).expect("extended JSON");
        assert_eq!(config["_id"], "rehearsal");
        assert!(config.get("version").is_none(), "the lab's configuration has another one: {config}");
        let member = |at: usize| &config["members"][at];
        assert_eq!((&member(0)["_id"], &member(0)["host"]), (&0.into(), &"127.0.0.1:1".into()));
        assert_eq!(
            (&member(1)["_id"], &member(1)["host"]),
            (&1.into(), &"localhost:2".into()),
            "who keeps the number is the same mongod"
        );
        assert_eq!((&member(2)["_id"], &member(2)["host"]), (&2.into(), &"127.0.0.1:8".into()));
        assert_eq!(config["members"].as_array().map(Vec::len), Some(3), "nobody stands for the fourth");
        assert_eq!(config["settings"], serde_json::json!({ "electionTimeoutMillis": 5000 }));
    }

    #[test]
    fn what_is_no_configuration_stays_as_it_is() {
        let told: serde_json::Value =
            serde_json::from_str(&cast().document("{ _id: 'other', members: 3 }".to_owned())).expect("JSON");
        assert_eq!(
            told,
            serde_json::json!({ "_id": "other", "members": 3 }),
            "another set's name is told as such"
        );
        assert_eq!(cast().document("{ _id: ".to_owned()), "{ _id: ");
    }
}
