//! A configuration as a person wrote it, made into what the server would keep of it: types, and values for what is left out.
//!
//! As 6.0.5 does it, but for what it changes without a word, which is refused here: a field of the settings that it does not know
//! is dropped, and a number's fraction is cut off.

use bson::{Bson, Document};

use super::{
    WholeConfig,
    rules::{ours, refused},
    whole::{integer, number},
};
use crate::replica::{ConfigRule, OperationCheck};

const TOP: [&str; 8] = [
    "_id",
    "version",
    "term",
    "members",
    "protocolVersion",
    "writeConcernMajorityJournalDefault",
    "configsvr",
    "settings",
];
const MEMBER: [&str; 11] = [
    "_id",
    "host",
    "arbiterOnly",
    "buildIndexes",
    "hidden",
    "priority",
    "tags",
    "secondaryDelaySecs",
    "votes",
    "horizons",
    "slaveDelay",
];
const SETTINGS: [&str; 9] = [
    "chainingAllowed",
    "heartbeatIntervalMillis",
    "heartbeatTimeoutSecs",
    "electionTimeoutMillis",
    "catchUpTimeoutMillis",
    "catchUpTakeoverDelayMillis",
    "getLastErrorModes",
    "getLastErrorDefaults",
    "replicaSetId",
];

/// What the server would make of a wish, with the version and term of the present configuration; or what it cannot read.
pub(super) fn canonical(
    current: &WholeConfig,
    wished: &WholeConfig,
) -> Result<WholeConfig, Vec<OperationCheck>> {
    let mut reader = Reader { current, checks: Vec::new() };
    let config = reader.config(wished.document());
    if reader.checks.is_empty() { Ok(WholeConfig::of(config).aged(current, 0)) } else { Err(reader.checks) }
}

struct Reader<'c> {
    current: &'c WholeConfig,
    checks: Vec<OperationCheck>,
}

impl Reader<'_> {
    fn config(&mut self, wished: &Document) -> Document {
        let known = self.current.document();
        let mut config = Document::new();
        for (name, value) in wished {
            let value = match name.as_str() {
                "members" => self.members(value),
                "settings" => match value {
                    Bson::Null => continue,
                    Bson::Document(settings) => Bson::Document(self.settings(settings)),
                    _ => self.wrong(name, value, "an object"),
                },
                "version" => {
                    self.made_of(value);
                    value.clone()
                }
                "protocolVersion" => self.long(name, value),
                "writeConcernMajorityJournalDefault" | "configsvr" => self.boolean(name, value),
                _ if TOP.contains(&name.as_str()) || known.contains_key(name) => value.clone(),
                _ => self.unknown(name),
            };
            config.insert(name, value);
        }
        if !wished.contains_key("members") {
            self.checks.push(refused(
                ConfigRule::Readable,
                "There is no `members`: a configuration lists its members.",
            ));
        }
        for (name, usual) in
            [("protocolVersion", Bson::Int64(1)), ("writeConcernMajorityJournalDefault", Bson::Boolean(true))]
        {
            if known.contains_key(name) && config.get(name).is_none_or(|value| *value == Bson::Null) {
                config.insert(name, usual);
            }
        }
        if self.current.settings().is_some() && !config.contains_key("settings") {
            let settings = self.settings(&Document::new());
            config.insert("settings", settings);
        }
        config
    }

    /// The version that the wish was made of: what another one has changed since must not be undone without a word.
    fn made_of(&mut self, version: &Bson) {
        let now = integer(self.current.document().get("version")).unwrap_or_default();
        let told = match integer(Some(version)) {
            _ if *version == Bson::Null => return,
            Some(version) if version == now => return,
            Some(version) => format!(
                "The text was made of version {version}; the configuration is version {now} now: it was changed since. Read it anew."
            ),
            None => format!(
                "`version` says of which configuration the text was made, and is no whole number: it is {now} now. Leave it out, or \
                 read the text anew."
            ),
        };
        self.checks.push(ours(ConfigRule::PresentVersion, told));
    }

    fn members(&mut self, members: &Bson) -> Bson {
        let Bson::Array(members) = members else { return self.wrong("members", members, "an array") };
        let mut read = Vec::with_capacity(members.len());
        for (place, member) in members.iter().enumerate() {
            let path = format!("members[{place}]");
            read.push(match member {
                Bson::Document(member) => Bson::Document(self.member(&path, member)),
                other => self.wrong(&path, other, "an object"),
            });
        }
        Bson::Array(read)
    }

    /// One member, in the order in which the server writes its fields.
    fn member(&mut self, path: &str, wished: &Document) -> Document {
        let delay = self.delay_name();
        let mut member = Document::new();
        for name in ["_id", "host"] {
            if wished.get(name).is_none_or(|value| *value == Bson::Null) {
                self.checks.push(refused(
                    ConfigRule::Readable,
                    format!("{path} has no `{name}`. Each member has one."),
                ));
            }
        }
        let usual = [
            ("_id", Bson::Null),
            ("host", Bson::Null),
            ("arbiterOnly", Bson::Boolean(false)),
            ("buildIndexes", Bson::Boolean(true)),
            ("hidden", Bson::Boolean(false)),
            ("priority", Bson::Double(1.0)),
            ("tags", Bson::Document(Document::new())),
            (delay, Bson::Int64(0)),
            ("votes", Bson::Int32(1)),
        ];
        for (name, usual) in usual {
            let full = format!("{path}.{name}");
            let value = match wished.get(name) {
                None | Some(Bson::Null) => usual,
                Some(value) => self.member_value(&full, name, value),
            };
            member.insert(name, value);
        }
        if member.get("arbiterOnly") == Some(&Bson::Boolean(true))
            && number(member.get("priority")) == Some(1.0)
        {
            // The server does so without a word, for the sake of `rs.addArb()`.
            member.insert("priority", 0.0);
        }
        let before = self.current.member_documents().find(|other| {
            other.get("_id").is_some() && integer(other.get("_id")) == integer(wished.get("_id"))
        });
        for (name, value) in wished.iter().filter(|(name, _)| !member.contains_key(name)).collect::<Vec<_>>()
        {
            let is_old = before.is_some_and(|before| before.contains_key(name));
            match name.as_str() {
                "secondaryDelaySecs" | "slaveDelay" if *value != Bson::Null => {
                    self.checks.push(refused(
                        ConfigRule::Readable,
                        format!("{path}.{name} is called `{delay}` by this server."),
                    ));
                }
                _ if is_old || MEMBER.contains(&name.as_str()) => {
                    member.insert(name, value.clone());
                }
                _ => {
                    self.unknown(&format!("{path}.{name}"));
                }
            }
        }
        member
    }

    fn member_value(&mut self, path: &str, name: &str, value: &Bson) -> Bson {
        match (name, value) {
            ("_id", _) => self.within(ConfigRule::UniqueId, path, value),
            ("votes", _) => self.within(ConfigRule::Votes, path, value),
            ("host", Bson::String(host)) => Bson::String(with_port(host)),
            ("host", _) => self.wrong(path, value, "a string"),
            ("arbiterOnly" | "buildIndexes" | "hidden", _) => self.boolean(path, value),
            ("priority", _) => match number(Some(value)) {
                Some(priority) => Bson::Double(priority),
                None => self.wrong(path, value, "a number"),
            },
            ("tags", Bson::Document(_)) => value.clone(),
            ("tags", _) => self.wrong(path, value, "an object"),
            _ => self.long(path, value),
        }
    }

    fn settings(&mut self, wished: &Document) -> Document {
        let known = self.current.settings().cloned().unwrap_or_default();
        let usual = |name: &str| match name {
            "chainingAllowed" => Some(Bson::Boolean(true)),
            "heartbeatIntervalMillis" => Some(Bson::Int32(2_000)),
            "heartbeatTimeoutSecs" => Some(Bson::Int32(10)),
            "electionTimeoutMillis" => Some(Bson::Int32(10_000)),
            "catchUpTimeoutMillis" => Some(Bson::Int32(-1)),
            "catchUpTakeoverDelayMillis" => Some(Bson::Int32(30_000)),
            "getLastErrorModes" => Some(Bson::Document(Document::new())),
            "getLastErrorDefaults" => Some(Bson::Document(bson::doc! { "w": 1, "wtimeout": 0 })),
            // Its id stays with it, also where it is not written down.
            "replicaSetId" => known.get(name).cloned(),
            _ => None,
        };
        let mut settings = Document::new();
        // First those that are there, in their order.
        for name in known.keys() {
            let value = wished.get(name).filter(|value| **value != Bson::Null);
            let value = match value {
                Some(value) => Some(self.setting(name, value)),
                None => usual(name),
            };
            if let Some(value) = value {
                settings.insert(name, value);
            }
        }
        for (name, value) in wished.iter().filter(|(name, _)| !known.contains_key(name)).collect::<Vec<_>>() {
            if SETTINGS.contains(&name.as_str()) {
                let value = self.setting(name, value);
                settings.insert(name, value);
            } else {
                self.checks.push(ours(
                    ConfigRule::Settings,
                    format!(
                        "settings.{name} is no setting that this server is known to have: it would drop it without a word. \
                         Leave it out."
                    ),
                ));
            }
        }
        settings
    }

    fn setting(&mut self, name: &str, value: &Bson) -> Bson {
        let path = format!("settings.{name}");
        match (name, value) {
            ("chainingAllowed", _) => self.boolean(&path, value),
            ("getLastErrorDefaults", Bson::Document(defaults)) if defaults.is_empty() => {
                Bson::Document(bson::doc! { "w": 1, "wtimeout": 0 })
            }
            ("getLastErrorModes" | "getLastErrorDefaults", Bson::Document(_)) | ("replicaSetId", _) => {
                value.clone()
            }
            ("getLastErrorModes" | "getLastErrorDefaults", _) => self.wrong(&path, value, "an object"),
            _ if SETTINGS.contains(&name) => self.int(&path, value),
            _ => value.clone(),
        }
    }

    /// `slaveDelay` on servers before 5.0.
    fn delay_name(&self) -> &'static str {
        let old = self.current.member_documents().any(|member| member.contains_key("slaveDelay"));
        if old { "slaveDelay" } else { "secondaryDelaySecs" }
    }

    fn boolean(&mut self, path: &str, value: &Bson) -> Bson {
        match (value, number(Some(value))) {
            (Bson::Boolean(_), _) => value.clone(),
            (_, Some(number)) => Bson::Boolean(number != 0.0),
            _ => self.wrong(path, value, "true or false"),
        }
    }

    fn int(&mut self, path: &str, value: &Bson) -> Bson {
        match self.whole(path, value) {
            Some(whole) => i32::try_from(whole).map_or(Bson::Int64(whole), Bson::Int32),
            None => Bson::Null,
        }
    }

    /// A whole number of 31 bits.
    fn within(&mut self, rule: ConfigRule, path: &str, value: &Bson) -> Bson {
        let whole = self.int(path, value);
        if integer(Some(&whole)).is_some_and(|whole| i32::try_from(whole).is_ok_and(|whole| whole >= 0)) {
            return whole;
        }
        if whole != Bson::Null {
            self.checks.push(refused(rule, format!("{path} is {whole}: it is 0 or more.")));
        }
        Bson::Null
    }

    fn long(&mut self, path: &str, value: &Bson) -> Bson {
        self.whole(path, value).map_or(Bson::Null, Bson::Int64)
    }

    fn whole(&mut self, path: &str, value: &Bson) -> Option<i64> {
        let whole = integer(Some(value));
        match number(Some(value)) {
            Some(_) if whole.is_some() => {}
            Some(number) => {
                let told = format!("{path} is {number}: it has to be a whole number.");
                // Of a setting the server refuses a fraction, of a member it cuts it off.
                self.checks.push(if path.starts_with("settings.") {
                    refused(ConfigRule::Readable, told)
                } else {
                    ours(ConfigRule::Readable, format!("{told} The server would cut the fraction off."))
                });
            }
            None => {
                self.wrong(path, value, "a whole number");
            }
        }
        whole
    }

    fn wrong(&mut self, path: &str, value: &Bson, wanted: &str) -> Bson {
        let kind = kind(value);
        self.checks.push(refused(ConfigRule::Readable, format!("{path} is {kind}: it has to be {wanted}.")));
        Bson::Null
    }

    fn unknown(&mut self, path: &str) -> Bson {
        self.checks.push(refused(
            ConfigRule::Readable,
            format!("{path} is no field of a configuration that this server is known to have. Leave it out, or correct its name."),
        ));
        Bson::Null
    }
}

/// A host as the server completes it.
#[must_use]
pub fn with_port(host: &str) -> String {
    let host = host.trim();
    let behind = host.rsplit_once(']').map_or(host, |(_, behind)| behind);
    if host.is_empty() || behind.contains(':') || host.starts_with('/') {
        host.to_owned()
    } else {
        format!("{host}:27017")
    }
}

fn kind(value: &Bson) -> &'static str {
    match value {
        Bson::String(_) => "a string",
        Bson::Array(_) => "an array",
        Bson::Document(_) => "an object",
        Bson::Boolean(_) => "true or false",
        Bson::Null | Bson::Undefined => "null",
        Bson::Double(_) | Bson::Int32(_) | Bson::Int64(_) | Bson::Decimal128(_) => "a number",
        _ => "a value of another type",
    }
}
