//! What one member answered when it was asked directly.

use std::sync::Arc;

use bson::{Bson, Document};

use super::MemberState;

/// The reason of a member that answers, but not to this user: an arbiter of a set with authentication has no
/// users, and a member that is being synced has none yet.
pub(crate) const LOGIN_REFUSED: &str = "the login is refused";

/// One member's own answer, or why there is none.
#[derive(Debug, Clone)]
pub(crate) struct Observation {
    /// The name under which the configuration knows it (`hello.me`), else the address that was dialled.
    pub(crate) host: String,
    pub(crate) answer: Result<Answer, String>,
}

/// A member's own answer.
#[derive(Debug, Clone)]
pub(crate) struct Answer {
    pub(crate) ping_ms: f64,
    pub(crate) version: Option<String>,
    pub(crate) hello: Hello,
    /// `replSetGetStatus`, or the server's number for its refusal.
    pub(crate) status: Result<Status, i32>,
    /// `replSetGetConfig` as this member has it, where it may be asked.
    pub(crate) config: Option<Arc<Config>>,
}

/// The set's configuration as one member has it.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Config {
    /// Term and version: the highest is the newest. A reconfiguration by force has no term.
    pub(crate) age: (i64, i64),
    pub(crate) members: Vec<Configured>,
}

/// What `hello` tells without any privilege.
#[derive(Debug, Clone, Default)]
pub(crate) struct Hello {
    pub(crate) set_name: Option<String>,
    pub(crate) hosts: Vec<String>,
    pub(crate) passives: Vec<String>,
    pub(crate) arbiters: Vec<String>,
    pub(crate) me: Option<String>,
    pub(crate) writable_primary: bool,
    pub(crate) secondary: bool,
    pub(crate) arbiter_only: bool,
    /// The term that elected this primary: the last 8 bytes of `electionId`.
    pub(crate) election_term: Option<i64>,
    /// `lastWrite.lastWriteDate`, milliseconds since 1970.
    pub(crate) last_write_ms: Option<i64>,
    /// "Does not have a valid replica set config": removed from the set, or never in one.
    pub(crate) info: Option<String>,
}

/// What `replSetGetStatus` tells.
#[derive(Debug, Clone, Default)]
pub(crate) struct Status {
    pub(crate) my_state: u32,
    pub(crate) term: Option<i64>,
    pub(crate) sync_source: Option<String>,
    /// `optimes.lastAppliedWallTime`, milliseconds since 1970.
    pub(crate) applied_wall_ms: Option<i64>,
    /// `optimes.appliedOpTime`: seconds and counter of the timestamp, and the term.
    pub(crate) applied: Option<(u32, u32, i64)>,
    pub(crate) voting_members: Option<u32>,
    pub(crate) majority_votes: Option<u32>,
    pub(crate) write_majority: Option<u32>,
    pub(crate) members: Vec<Seen>,
}

/// How one member sees another, or itself (`replSetGetStatus.members[]`).
#[derive(Debug, Clone, Default)]
pub(crate) struct Seen {
    pub(crate) id: u32,
    pub(crate) host: String,
    pub(crate) is_self: bool,
    pub(crate) healthy: bool,
    pub(crate) state: u32,
    pub(crate) uptime_seconds: Option<f64>,
    pub(crate) message: Option<String>,
    /// `configTerm` and `configVersion`.
    pub(crate) config_age: (i64, i64),
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
}

impl Hello {
    pub(crate) fn read(hello: &Document) -> Self {
        Self {
            set_name: text(hello, "setName"),
            hosts: texts(hello, "hosts"),
            passives: texts(hello, "passives"),
            arbiters: texts(hello, "arbiters"),
            me: text(hello, "me"),
            writable_primary: hello.get_bool("isWritablePrimary").unwrap_or(false),
            secondary: hello.get_bool("secondary").unwrap_or(false),
            arbiter_only: hello.get_bool("arbiterOnly").unwrap_or(false),
            election_term: hello
                .get_object_id("electionId")
                .ok()
                .and_then(|id| id.bytes().last_chunk().copied().map(i64::from_be_bytes)),
            last_write_ms: hello
                .get_document("lastWrite")
                .ok()
                .and_then(|last| millis(last, "lastWriteDate")),
            info: text(hello, "info"),
        }
    }

    /// Every member that `hello` names; hidden and delayed ones are only in the configuration.
    pub(crate) fn members(&self) -> impl Iterator<Item = &String> {
        self.hosts.iter().chain(&self.passives).chain(&self.arbiters)
    }

    /// The state as far as `hello` tells it.
    pub(crate) fn state(&self) -> MemberState {
        if self.writable_primary {
            MemberState::Primary
        } else if self.arbiter_only {
            MemberState::Arbiter
        } else if self.secondary {
            MemberState::Secondary
        } else if self.info.is_some() {
            MemberState::Removed
        } else {
            MemberState::Recovering
        }
    }
}

impl Status {
    pub(crate) fn read(status: &Document) -> Self {
        let optimes = status.get_document("optimes").ok();
        let applied = optimes.and_then(|optimes| optimes.get_document("appliedOpTime").ok());
        Self {
            my_state: count(status, "myState").unwrap_or(6),
            term: integer(status, "term"),
            sync_source: text(status, "syncSourceHost").filter(|host| !host.is_empty()),
            applied_wall_ms: optimes.and_then(|optimes| millis(optimes, "lastAppliedWallTime")),
            applied: applied.and_then(|applied| {
                let ts = applied.get_timestamp("ts").ok()?;
                Some((ts.time, ts.increment, integer(applied, "t")?))
            }),
            voting_members: count(status, "votingMembersCount"),
            majority_votes: count(status, "majorityVoteCount"),
            write_majority: count(status, "writeMajorityCount"),
            members: documents(status, "members").map(Seen::read).collect(),
        }
    }
}

impl Seen {
    fn read(member: &Document) -> Self {
        Self {
            id: count(member, "_id").unwrap_or_default(),
            host: text(member, "name").unwrap_or_default(),
            is_self: member.get_bool("self").unwrap_or(false),
            healthy: number(member, "health").is_some_and(|health| health > 0.0),
            state: count(member, "state").unwrap_or(6),
            uptime_seconds: number(member, "uptime"),
            message: text(member, "lastHeartbeatMessage").filter(|message| !message.is_empty()),
            config_age: (
                integer(member, "configTerm").unwrap_or(-1),
                integer(member, "configVersion").unwrap_or(0),
            ),
        }
    }
}

impl Config {
    /// Reads `replSetGetConfig`'s reply.
    pub(crate) fn read(reply: &Document) -> Option<Self> {
        let config = reply.get_document("config").ok()?;
        let age = (integer(config, "term").unwrap_or(-1), integer(config, "version").unwrap_or(0));
        Some(Self { age, members: documents(config, "members").map(Configured::read).collect() })
    }
}

impl Configured {
    fn read(member: &Document) -> Self {
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
        }
    }
}

fn text(document: &Document, key: &str) -> Option<String> {
    document.get_str(key).ok().map(str::to_owned)
}

fn texts(document: &Document, key: &str) -> Vec<String> {
    let array = document.get_array(key).map(Vec::as_slice).unwrap_or_default();
    array.iter().filter_map(|value| value.as_str().map(str::to_owned)).collect()
}

fn documents<'a>(document: &'a Document, key: &str) -> impl Iterator<Item = &'a Document> {
    let array = document.get_array(key).map(Vec::as_slice).unwrap_or_default();
    array.iter().filter_map(Bson::as_document)
}

/// A number, whichever of its numeric types the server chose.
fn number(document: &Document, key: &str) -> Option<f64> {
    match document.get(key)? {
        Bson::Double(value) => Some(*value),
        Bson::Int32(value) => Some(f64::from(*value)),
        #[expect(clippy::cast_precision_loss, reason = "seconds and counts, far below 2^53")]
        Bson::Int64(value) => Some(*value as f64),
        _ => None,
    }
}

fn integer(document: &Document, key: &str) -> Option<i64> {
    match document.get(key)? {
        Bson::Int32(value) => Some(i64::from(*value)),
        Bson::Int64(value) => Some(*value),
        #[expect(clippy::cast_possible_truncation, reason = "the shell writes whole numbers as doubles")]
        Bson::Double(value) => Some(*value as i64),
        _ => None,
    }
}

fn count(document: &Document, key: &str) -> Option<u32> {
    integer(document, key).and_then(|value| u32::try_from(value).ok())
}

fn millis(document: &Document, key: &str) -> Option<i64> {
    document.get_datetime(key).ok().map(|date| date.timestamp_millis())
}
