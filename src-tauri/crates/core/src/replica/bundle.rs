//! An incident as one document: what was seen, told and logged, without what is nobody else's business.

mod redact;
mod save;
#[cfg(test)]
mod tests;

pub(crate) use save::{name_of, save};
use serde::{Deserialize, Serialize};
use specta::Type;
use utoipa::ToSchema;

use super::{ConfigAge, MemberTag, ReplicaHistory, ReplicaSnapshot, TimelineEntry, reply::LogLine};
use crate::{Error, ErrorCode, Result, connection::ConnectionId, time::iso_of_millis};

/// The version of the document.
const FORMAT: u32 = 1;
/// A text larger than this is not read, bytes.
const MOST_BYTES: usize = 64 * 1_024 * 1_024;

/// Asks for an incident of a connection's replica set.
#[derive(Clone, Debug, Serialize, Deserialize, Type, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct ExportIncidentRequest {
    /// Which connection.
    pub connection: ConnectionId,
    /// How far back, seconds: 1 to 86,400; 900 where it is left out.
    #[serde(default)]
    pub seconds: Option<u32>,
    /// Every host is called `member-1`, `member-2` and so on, everywhere.
    #[serde(default)]
    pub hide_hosts: bool,
}

/// Reads an incident that was exported before.
#[derive(Clone, Debug, Serialize, Deserialize, Type, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct ReadIncidentRequest {
    /// The text of the file.
    pub text: String,
}

/// What happened to a replica set, as one document. It holds no connection string, user, address of a client or value of a
/// command.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, Type, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct Incident {
    /// The version of this document: 1.
    pub format: u32,
    /// What a file of it is called, less its extension.
    pub name: String,
    /// When it was made, ISO 8601 in UTC.
    pub made_at: String,
    /// The program that made it, with its version.
    pub program: String,
    /// The figures over time.
    pub history: ReplicaHistory,
    /// The state each time that the verdict or the primary changed, the latest 50, and the present one last.
    pub snapshots: Vec<ReplicaSnapshot>,
    /// What happened, the newest first.
    pub timeline: Vec<TimelineEntry>,
    /// The configurations that were seen, the newest last.
    pub configurations: Vec<SeenConfiguration>,
    /// The lines of the members' logs that tell of elections and states, in the order of time.
    pub logs: Vec<IncidentLog>,
}

/// A configuration that was seen.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, Type, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct SeenConfiguration {
    /// When it was seen first, ISO 8601 in UTC.
    pub seen_at: String,
    /// Its version and term.
    pub age: ConfigAge,
    /// `electionTimeoutMillis`, milliseconds.
    pub election_timeout_ms: u32,
    /// `heartbeatIntervalMillis`, milliseconds.
    pub heartbeat_interval_ms: u32,
    /// `heartbeatTimeoutSecs`, seconds.
    pub heartbeat_timeout_seconds: u32,
    /// `chainingAllowed`.
    pub chaining_allowed: bool,
    /// Its members.
    pub members: Vec<SeenConfigurationMember>,
}

/// A member of a configuration that was seen.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, Type, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct SeenConfigurationMember {
    /// `_id`.
    pub id: Option<u32>,
    /// `host:port`.
    pub host: String,
    /// 0 or 1.
    pub votes: Option<u32>,
    /// 0 to 1000.
    pub priority: Option<f64>,
    /// Not told to clients.
    pub hidden: Option<bool>,
    /// `secondaryDelaySecs`.
    pub delay_seconds: Option<f64>,
    /// Votes without data.
    pub arbiter: bool,
    /// Its tags.
    pub tags: Vec<MemberTag>,
}

/// A line of a member's log, less what is not needed of it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, Type, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct IncidentLog {
    /// When, ISO 8601 in UTC, by the member's clock.
    pub at: String,
    /// Whose log.
    pub host: String,
    /// The id of the message, such as 21450.
    pub id: u32,
    /// What it says: the same words each time.
    pub message: String,
    /// What is said with it.
    pub attributes: Vec<IncidentAttribute>,
}

/// A name and a value of a line of a log.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, Type, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct IncidentAttribute {
    /// Such as `term`.
    pub name: String,
    /// As text.
    pub value: String,
}

impl SeenConfiguration {
    /// What a snapshot tells of the configuration in force; none where it cannot be read.
    pub(crate) fn of(snapshot: &ReplicaSnapshot) -> Option<Self> {
        let configuration = snapshot.configuration.as_ref()?;
        let member = |member: &super::Member| SeenConfigurationMember {
            id: member.id,
            host: member.host.clone(),
            votes: member.votes,
            priority: member.priority,
            hidden: member.hidden,
            delay_seconds: member.delay_seconds,
            arbiter: member.arbiter,
            tags: member.tags.clone(),
        };
        Some(Self {
            seen_at: snapshot.taken_at.clone(),
            age: configuration.age,
            election_timeout_ms: configuration.election_timeout_ms,
            heartbeat_interval_ms: configuration.heartbeat_interval_ms,
            heartbeat_timeout_seconds: configuration.heartbeat_timeout_seconds,
            chaining_allowed: configuration.chaining_allowed,
            members: snapshot.members.iter().map(member).collect(),
        })
    }
}

impl IncidentLog {
    pub(crate) fn of(host: &str, line: &LogLine) -> Self {
        let attribute =
            |(name, value): &(String, String)| IncidentAttribute { name: name.clone(), value: value.clone() };
        Self {
            at: iso_of_millis(line.at_ms),
            host: host.to_owned(),
            id: line.id,
            message: line.message.clone(),
            attributes: line.attributes.iter().map(attribute).collect(),
        }
    }
}

impl Incident {
    /// An incident that may be given away.
    pub(crate) fn redacted(self, hide_hosts: bool) -> Result<Self> {
        redact::redacted(self, hide_hosts)
    }

    pub(crate) fn empty(made_at: String) -> Self {
        Self {
            format: FORMAT,
            name: save::name_of(None, &made_at),
            made_at,
            program: format!("Trivet {}", env!("CARGO_PKG_VERSION")),
            history: ReplicaHistory::default(),
            snapshots: Vec::new(),
            timeline: Vec::new(),
            configurations: Vec::new(),
            logs: Vec::new(),
        }
    }
}

/// What is looked at first.
#[derive(Deserialize)]
struct Head {
    format: u32,
}

/// Reads an incident, and says what is wrong with one that cannot be read.
pub(crate) fn read_incident(text: &str) -> Result<Incident> {
    if text.len() > MOST_BYTES {
        return Err(Error::new(ErrorCode::TooLarge, "The file is larger than 64 MiB: it is no incident."));
    }
    let no_incident =
        |what: String| Error::invalid(format!("This is no incident that Trivet has exported: {what}."));
    let head: Head = serde_json::from_str(text).map_err(|error| no_incident(error.to_string()))?;
    if head.format != FORMAT {
        let message =
            format!("The incident is of format {}: this program reads format {FORMAT}.", head.format);
        return Err(Error::new(ErrorCode::Unsupported, message).with_hint("A newer Trivet may have made it."));
    }
    let incident: Incident = serde_json::from_str(text).map_err(|error| no_incident(error.to_string()))?;
    let history = &incident.history;
    let length = history.times.len();
    let columns = [history.primary.len(), history.commit_lag.len()];
    let of_members = history.members.iter().flat_map(|member| {
        [member.lag.len(), member.oplog_window.len(), member.operations.len(), member.state.len()]
    });
    if columns.into_iter().chain(of_members).any(|column| column != length) {
        return Err(no_incident("the columns of its history are not of the same length".to_owned()));
    }
    if history.primary.iter().flatten().any(|place| *place as usize >= history.members.len()) {
        return Err(no_incident("its history names a primary that is no member".to_owned()));
    }
    Ok(incident)
}
