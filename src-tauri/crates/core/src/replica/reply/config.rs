//! `replSetGetConfig`.

use std::time::Duration;

use bson::{Bson, Document};

use super::fields::{count, documents, integer, number, text};

/// The set's configuration as one member has it.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Config {
    /// Term and version: the highest is the newest. A reconfiguration by force has no term.
    pub(crate) age: (i64, i64),
    pub(crate) members: Vec<Configured>,
    pub(crate) timing: Timing,
    pub(crate) chaining_allowed: bool,
    /// `commitmentStatus`: whether a majority has it. None where it was not asked for, or not of the primary.
    pub(crate) committed: Option<bool>,
}

/// `settings`: how soon a loss is noticed.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Timing {
    /// `electionTimeoutMillis`, milliseconds.
    pub(crate) election_timeout_ms: u32,
    /// `heartbeatIntervalMillis`, milliseconds.
    pub(crate) heartbeat_interval_ms: u32,
    /// `heartbeatTimeoutSecs`, seconds.
    pub(crate) heartbeat_timeout_seconds: u32,
}

impl Default for Timing {
    fn default() -> Self {
        Self { election_timeout_ms: 10_000, heartbeat_interval_ms: 2_000, heartbeat_timeout_seconds: 10 }
    }
}

/// One member of the configuration (`replSetGetConfig.config.members[]`).
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Configured {
    pub(crate) id: u32,
    pub(crate) host: String,
    pub(crate) votes: u32,
    pub(crate) priority: f64,
    pub(crate) hidden: bool,
    pub(crate) delay_seconds: f64,
    pub(crate) arbiter: bool,
    pub(crate) builds_indexes: bool,
    /// Names and values, in their order.
    pub(crate) tags: Vec<(String, String)>,
}

impl Config {
    /// Reads `replSetGetConfig`'s reply.
    pub(crate) fn read(reply: &Document) -> Option<Self> {
        let config = reply.get_document("config").ok()?;
        let settings = config.get_document("settings").ok();
        Some(Self {
            age: (integer(config, "term").unwrap_or(-1), integer(config, "version").unwrap_or(0)),
            members: documents(config, "members").map(Configured::read).collect(),
            timing: settings.map(Timing::read).unwrap_or_default(),
            chaining_allowed: settings
                .and_then(|settings| settings.get_bool("chainingAllowed").ok())
                .unwrap_or(true),
            committed: reply.get_bool("commitmentStatus").ok(),
        })
    }
}

impl Timing {
    /// Within this time a change has reached every member's view that it can reach.
    pub(crate) fn two_heartbeats(self) -> Duration {
        2 * Duration::from_millis(self.heartbeat_interval_ms.into())
    }

    /// After this time the members have noticed that one of them does not answer.
    pub(crate) fn noticed_after(self) -> Duration {
        Duration::from_secs(self.heartbeat_timeout_seconds.into()) + self.two_heartbeats()
    }

    fn read(settings: &Document) -> Self {
        let usual = Self::default();
        Self {
            election_timeout_ms: count(settings, "electionTimeoutMillis")
                .unwrap_or(usual.election_timeout_ms),
            heartbeat_interval_ms: count(settings, "heartbeatIntervalMillis")
                .unwrap_or(usual.heartbeat_interval_ms),
            heartbeat_timeout_seconds: count(settings, "heartbeatTimeoutSecs")
                .unwrap_or(usual.heartbeat_timeout_seconds),
        }
    }
}

impl Configured {
    pub(crate) fn read(member: &Document) -> Self {
        let tags = member.get_document("tags").ok();
        let tag = |(name, value): (&String, &Bson)| Some((name.clone(), value.as_str()?.to_owned()));
        Self {
            id: count(member, "_id").unwrap_or_default(),
            host: text(member, "host").unwrap_or_default(),
            votes: count(member, "votes").unwrap_or(1),
            priority: number(member, "priority").unwrap_or(1.0),
            hidden: member.get_bool("hidden").unwrap_or(false),
            delay_seconds: number(member, "secondaryDelaySecs")
                .or_else(|| number(member, "slaveDelay"))
                .unwrap_or(0.0),
            arbiter: member.get_bool("arbiterOnly").unwrap_or(false),
            builds_indexes: member.get_bool("buildIndexes").unwrap_or(true),
            tags: tags.map(|tags| tags.iter().filter_map(tag).collect()).unwrap_or_default(),
        }
    }
}
