//! Who stands for whom: an operation on a set, as one on the lab.

use std::collections::BTreeMap;

use trivet_core::replica::{ConfigEdit, SetOperation, WishedMember};

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
                SetOperation::Freeze { host: self.known(&host), seconds }
            }
            SetOperation::Maintenance { host, on } => {
                SetOperation::Maintenance { host: self.known(&host), on }
            }
            SetOperation::SyncFrom { host, source } => {
                SetOperation::SyncFrom { host: self.known(&host), source: self.known(&source) }
            }
            SetOperation::Initiate { members, .. } => SetOperation::Initiate {
                set_name: self.lab_name.clone(),
                members: members.into_iter().map(|member| self.member(member)).collect(),
            },
            SetOperation::Reconfigure { edits } => SetOperation::Reconfigure { edits: self.edits(edits) },
            SetOperation::ForceReconfigure { host, edits } => {
                SetOperation::ForceReconfigure { host: self.known(&host), edits: self.edits(edits) }
            }
            SetOperation::Resync { host } => SetOperation::Resync { host: self.known(&host) },
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

    /// Who stands for a host. One that nobody knows stays as it is: the plan then says so.
    fn known(&self, host: &str) -> String {
        self.stand_in(host).unwrap_or(host).to_owned()
    }

    pub(super) fn stand_in(&self, host: &str) -> Option<&str> {
        // The latest: a host may have gone to somebody else meanwhile.
        self.parts.iter().rev().find(|part| part.host == host).map(|part| part.stand_in.as_str())
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

    /// A stand-in under another name that leads to it as well: what listens on 127.0.0.1 is found at `localhost`.
    pub(super) fn renamed(&mut self, stand_in: &str, to: &str) -> String {
        if let Some(known) = self.stand_in(to) {
            return known.to_owned();
        }
        let other = match stand_in.rsplit_once(':') {
            Some(("127.0.0.1", port)) => format!("localhost:{port}"),
            Some((_, port)) => format!("127.0.0.1:{port}"),
            None => stand_in.to_owned(),
        };
        self.play(to, other)
    }

    fn play(&mut self, host: &str, stand_in: String) -> String {
        self.parts.push(StandIn { host: host.to_owned(), stand_in: stand_in.clone() });
        stand_in
    }
}

/// The hosts that an operation names one by one, of members that have to be there.
pub(super) fn named(operation: &SetOperation) -> Vec<String> {
    match operation {
        SetOperation::StepDown { .. } | SetOperation::Initiate { .. } => Vec::new(),
        SetOperation::Freeze { host, .. }
        | SetOperation::Maintenance { host, .. }
        | SetOperation::Resync { host } => vec![host.clone()],
        SetOperation::SyncFrom { host, source } => vec![host.clone(), source.clone()],
        SetOperation::Reconfigure { edits } => edits.iter().filter_map(named_by).collect(),
        SetOperation::ForceReconfigure { host, edits } => {
            std::iter::once(host.clone()).chain(edits.iter().filter_map(named_by)).collect()
        }
    }
}

fn named_by(edit: &ConfigEdit) -> Option<String> {
    match edit {
        ConfigEdit::Remove { host }
        | ConfigEdit::ChangeHost { host, .. }
        | ConfigEdit::Votes { host, .. }
        | ConfigEdit::Priority { host, .. }
        | ConfigEdit::Hidden { host, .. }
        | ConfigEdit::Delay { host, .. }
        | ConfigEdit::Tags { host, .. } => Some(host.clone()),
        ConfigEdit::Add { .. } | ConfigEdit::Settings { .. } | ConfigEdit::Document { .. } => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

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
        assert_eq!(told["edits"][1]["to"], "127.0.0.1:1");
        assert_eq!(cast.used, 0);
    }

    #[test]
    fn a_whole_configuration_is_the_labs_in_hosts_numbers_and_names() {
        let mut cast = cast();
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
