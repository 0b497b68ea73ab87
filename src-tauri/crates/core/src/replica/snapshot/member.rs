//! One member at one moment.

use serde::{Deserialize, Serialize};
use specta::Type;
use utoipa::ToSchema;

/// What a member is, as far as can be told (`replSetGetStatus.members[].stateStr`).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, Type, ToSchema)]
#[serde(rename_all = "camelCase")]
pub enum MemberState {
    /// 0: reads its configuration.
    Startup,
    /// 1: takes writes.
    Primary,
    /// 2: follows.
    Secondary,
    /// 3: serves no reads.
    Recovering,
    /// 5: initial sync.
    Startup2,
    /// 6: never heard from.
    Unknown,
    /// 7: votes, holds no data.
    Arbiter,
    /// 8: does not answer.
    Down,
    /// 9: undoes writes that the majority never had.
    Rollback,
    /// 10: not in the configuration any more.
    Removed,
}

/// Whether a member answers.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, Type, ToSchema)]
#[serde(rename_all = "camelCase")]
pub enum MemberHealth {
    /// It answers us, or another member.
    Up,
    /// It answers nobody.
    Down,
    /// Not asked yet.
    Unknown,
}

/// One member.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, Type, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct Member {
    /// `_id` in the configuration.
    pub id: Option<u32>,
    /// `host:port` as in the configuration.
    pub host: String,
    /// What it is.
    pub state: MemberState,
    /// The server's number for it.
    pub state_code: u32,
    /// Whether it answers.
    pub health: MemberHealth,
    /// Seconds behind the primary, or behind the newest member where there is no primary. Null for an arbiter, which
    /// has no data, and for a member that does not answer.
    pub lag_seconds: Option<f64>,
    /// Round trip from here, milliseconds.
    pub ping_ms: Option<f64>,
    /// Seconds since the process started.
    pub uptime_seconds: Option<f64>,
    /// Whom it copies from (`syncSourceHost`).
    pub sync_source: Option<String>,
    /// 0 or 1.
    pub votes: Option<u32>,
    /// 0 to 1000; 0 cannot become primary.
    pub priority: Option<f64>,
    /// Not told to clients.
    pub hidden: Option<bool>,
    /// Held back on purpose (`secondaryDelaySecs`).
    pub delay_seconds: Option<f64>,
    /// Votes without data.
    pub arbiter: bool,
    /// What another member last heard of its failure (`lastHeartbeatMessage`).
    pub last_heartbeat_message: Option<String>,
    /// The server's version.
    pub version: Option<String>,
    /// Why it does not answer us, in words: "connection refused".
    pub unreachable_reason: Option<String>,
    /// For how long it has not answered anybody, seconds.
    pub down_seconds: Option<f64>,
    /// Where it is dialled, where that is another address than the configuration's.
    pub address: Option<String>,
    /// Names and values from the configuration.
    pub tags: Vec<MemberTag>,
    /// The configuration that it has.
    pub config: Option<ConfigAge>,
    /// Seconds since its last heartbeat reached the primary, or the best placed other member (`lastHeartbeatRecv`, by that
    /// member's own clock).
    pub heartbeat_seconds: Option<f64>,
    /// The time that its oplog spans, hours: last entry minus first (`serverStatus.oplog`).
    pub oplog_window_hours: Option<f64>,
    /// The oplog has been full once, so that its window is what it can hold; before that it only grows.
    pub oplog_full: Option<bool>,
    /// What it keeps of its oplog at the least, hours (`oplogMinRetentionHours`); for judging alone.
    #[serde(skip)]
    pub(crate) oplog_retention_hours: Option<f64>,
    /// How much longer it may be behind before its source has dropped what it needs, hours: the sync source's window minus
    /// its lag. At 0 it has to be copied from scratch.
    pub headroom_hours: Option<f64>,
    /// Hours until the headroom is used up at the rate at which the lag grows now; null while it does not grow.
    pub stale_in_hours: Option<f64>,
    /// It cannot catch up: nobody has the entries any more that it needs (`tooStale`, from its own answer only).
    pub too_stale: bool,
    /// How far its initial sync is, while there is one.
    pub initial_sync: Option<InitialSync>,
    /// Its clock minus ours, seconds; known to half the round trip.
    pub clock_skew_seconds: Option<f64>,
    /// Half of that round trip, seconds; for judging alone.
    #[serde(skip)]
    pub(crate) clock_skew_error_seconds: Option<f64>,
    /// What it did a second, over the last five.
    pub operations: Option<OperationRates>,
    /// ConnectionCounts in use, and how many there may be.
    pub connections: Option<ConnectionCounts>,
    /// Dirty data in the cache, as a share of it, 0 to 1 (`wiredTiger.cache`).
    pub cache_dirty: Option<f64>,
    /// Data in the cache, as a share of it, 0 to 1.
    pub cache_used: Option<f64>,
    /// Elections that it called since its process started (`electionMetrics`).
    pub elections_called: Option<f64>,
    /// The primary slows writes down because the majority does not follow (`flowControl.isLagged`).
    pub flow_control_lagged: Option<bool>,
}

impl Member {
    /// It is RECOVERING and copies on, as in maintenance: its voting counts for a majority of a write as before (a set of three with
    /// one member in maintenance and one down was seen to acknowledge).
    pub(crate) fn copies_on(&self) -> bool {
        self.state == MemberState::Recovering
            && self.health == MemberHealth::Up
            && self.sync_source.is_some()
            && !self.too_stale
    }
}

/// A name and a value that the configuration gives a member.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, Type, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct MemberTag {
    /// Such as `region`.
    pub name: String,
    /// Such as `east`.
    pub value: String,
}

/// Which configuration: an election raises the term, an edit the version.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize, Type, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct ConfigAge {
    /// `configVersion`.
    pub version: u32,
    /// `configTerm`; null where a reconfiguration by force has dropped it.
    pub term: Option<f64>,
}

/// The copy of all data that a new or resynced member makes (`initialSyncStatus`).
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, Type, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct InitialSync {
    /// Bytes copied so far (`approxTotalBytesCopied`).
    pub copied_bytes: Option<f64>,
    /// Bytes that there are to copy (`approxTotalDataSize`); null before it is known.
    pub total_bytes: Option<f64>,
    /// Attempts that have failed (`failedInitialSyncAttempts`).
    pub failed_attempts: u32,
    /// Attempts after which it gives up (`maxFailedInitialSyncAttempts`).
    pub most_attempts: Option<u32>,
    /// Seconds since it began.
    pub elapsed_seconds: Option<f64>,
    /// Seconds that are left, smoothed: the server's own estimate jumps.
    pub remaining_seconds: Option<f64>,
    /// Whom it copies from.
    pub source: Option<String>,
}

/// Operations a second (`opcounters`, the difference of two samples), to the next whole number.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, Type, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct OperationRates {
    /// Inserts.
    pub insert: u32,
    /// Queries.
    pub query: u32,
    /// Updates.
    pub update: u32,
    /// Deletes.
    pub delete: u32,
    /// Further batches of cursors.
    pub getmore: u32,
    /// Other commands.
    pub command: u32,
}

/// A member's connections (`serverStatus.connections`).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, Type, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct ConnectionCounts {
    /// In use.
    pub current: u32,
    /// How many more there may be.
    pub available: u32,
}
