//! What is beyond its threshold.

use serde::{Deserialize, Serialize};
use specta::Type;
use utoipa::ToSchema;

/// Something that is beyond its threshold, and has been for as long as the threshold asks.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, Type, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct Alert {
    /// What it is about.
    pub signal: AlertSignal,
    /// Which member; null for the whole set.
    pub host: Option<String>,
    /// How bad.
    pub level: AlertLevel,
    /// What is measured, in the signal's own unit; null where it is a state.
    pub value: Option<f64>,
    /// The threshold that it is beyond.
    pub threshold: Option<f64>,
    /// When it went beyond, ISO 8601 in UTC.
    pub since: String,
    /// The same in words.
    pub message: String,
}

/// How bad an alert is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, Type, ToSchema)]
#[serde(rename_all = "camelCase")]
pub enum AlertLevel {
    /// To be looked at today.
    Warning,
    /// To be looked at now.
    Critical,
}

/// What an alert is about: the signals that have a threshold.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, Type, ToSchema,
)]
#[serde(rename_all = "camelCase")]
pub enum AlertSignal {
    /// There is no primary.
    NoPrimary,
    /// Seconds that a member is behind.
    Lag,
    /// Seconds that what a majority has is behind.
    CommitLag,
    /// Hours that the oplog spans.
    OplogWindow,
    /// Headroom as a share of the oplog window, 0 to 1.
    Headroom,
    /// Hours until a member is too stale.
    TimeToStale,
    /// A member follows nobody, although there is a primary.
    SyncSource,
    /// Voters that may be lost before none can be elected.
    ElectionMargin,
    /// Members that may be lost before majority writes stop.
    WriteMargin,
    /// A member is in a state in which it does not serve.
    MemberState,
    /// The members see each other differently.
    Sight,
    /// Seconds for which members have held different configurations.
    ConfigSpread,
    /// Elections in five minutes.
    Elections,
    /// Failed attempts of an initial sync.
    InitialSync,
    /// A member can catch up no more, or undoes writes.
    TooStale,
    /// The primary slows writes down.
    FlowControl,
    /// Seconds that a clock is off.
    ClockSkew,
    /// Members of different versions.
    MixedVersions,
    /// Dirty data as a share of the cache, 0 to 1.
    CacheDirty,
    /// Connections in use as a share of what there may be, 0 to 1.
    Connections,
}
