//! What the stopwatch measured.

use serde::{Deserialize, Serialize};
use specta::Type;
use utoipa::ToSchema;

use crate::{
    connection::{ConnectionId, QueryId},
    replica::ElectionCourse,
};

/// Asks to measure until it is stopped.
#[derive(Clone, Debug, Serialize, Deserialize, Type, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct MeasureFailoverRequest {
    /// Which connection.
    pub connection: ConnectionId,
    /// What is measured, in a person's words, such as `kill of the primary`.
    pub label: String,
    /// It ends by itself after so many seconds, 1 to 3,600; 300 where it is left out.
    #[serde(default)]
    pub seconds: Option<u32>,
    /// Names it, so that it can be stopped under this name (`cancel_query`). What was measured until then is the outcome.
    #[serde(default)]
    pub query: Option<QueryId>,
}

/// How the measuring goes.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, Type, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct FailoverProgress {
    /// Milliseconds since it began.
    pub elapsed_ms: u32,
    /// Writes that were acknowledged by a majority.
    pub acknowledged: u32,
    /// Writes that failed.
    pub failed: u32,
    /// Milliseconds for which writes have been away now; null while they are acknowledged.
    pub away_ms: Option<u32>,
    /// The last error, in words.
    pub last_error: Option<String>,
}

/// How long writes were away, and what the servers say of the same time.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, Type, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct FailoverMeasurement {
    /// Names it for good.
    pub id: String,
    /// What was measured, in words.
    pub label: String,
    /// The replica set's name.
    pub set_name: Option<String>,
    /// When it began, ISO 8601 in UTC.
    pub began_at: String,
    /// Seconds that it took.
    pub seconds: u32,
    /// Milliseconds between two writes.
    pub interval_ms: u32,
    /// Writes that were acknowledged by a majority.
    pub acknowledged: u32,
    /// Writes of which every attempt failed.
    pub failed: u32,
    /// The time from asking to acknowledgement while all was well, milliseconds: the median.
    pub usual_ms: Option<f64>,
    /// The times in which no write was acknowledged, the first first.
    pub outages: Vec<Outage>,
    /// The longest of them, milliseconds; null where there was none.
    pub worst_away_ms: Option<f64>,
    /// The median of them, milliseconds.
    pub median_away_ms: Option<f64>,
    /// Every error that a write met, by code.
    pub errors: Vec<SeenError>,
    /// What a client whose writes are retried once (`retryWrites=true`) would have seen.
    pub retryable: RetryableView,
    /// The elections in this time as the members' logs tell of them.
    pub elections: Vec<ElectionCourse>,
    /// The writes, for a chart: milliseconds from the beginning to when each was sent. Of more than 6,000, every one that failed, and
    /// of those that did not the slowest in a row. A list of measurements leaves both columns out.
    pub sent_ms: Vec<u32>,
    /// And how long each took, milliseconds; null for one that failed.
    pub took_ms: Vec<Option<u32>>,
    /// What could not be measured or cleaned up, in sentences.
    pub remarks: Vec<String>,
}

/// A time in which no write was acknowledged.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, Type, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct Outage {
    /// From the last acknowledgement before it (when it was received), ISO 8601 in UTC.
    pub from: String,
    /// To the first one after it; null where none came before the end.
    pub to: Option<String>,
    /// How long, milliseconds: `to` - `from`; until the end where none came.
    pub away_ms: Option<f64>,
    /// The same as the members' logs have it (`ElectionCourse.writes_away_seconds`), milliseconds. A primary that was killed or frozen
    /// has not told when it was lost: then it counts from when it was missed, which is later.
    pub log_away_ms: Option<f64>,
    /// And for majority writes (`ElectionCourse.majority_away_seconds`), milliseconds.
    pub log_majority_away_ms: Option<f64>,
}

/// An error that writes met.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, Type, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct SeenError {
    /// The server's number; null where no server spoke.
    pub code: Option<i32>,
    /// The server's name of it, or what kind of failure it is.
    pub name: String,
    /// The first of them, in words.
    pub message: String,
    /// How often.
    pub count: u32,
    /// The driver may try such a write again by itself (`RetryableWriteError`).
    pub retryable: bool,
    /// When it was first met, milliseconds from the beginning.
    pub first_ms: u32,
    /// And last.
    pub last_ms: u32,
}

/// What a client with retryable writes would have seen.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, Type, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct RetryableView {
    /// Writes that failed at first and would have been acknowledged without the application hearing of it.
    pub hidden: u32,
    /// Writes that the application would have heard of as an error all the same.
    pub errors: u32,
    /// The longest that one write would have taken, milliseconds.
    pub slowest_ms: Option<u32>,
}

/// Asks for what was measured before.
#[derive(Clone, Debug, Serialize, Deserialize, Type, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct MeasurementsRequest {
    /// Which connection.
    pub connection: ConnectionId,
}

/// Asks to forget a measurement for good.
#[derive(Clone, Debug, Serialize, Deserialize, Type, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct ForgetMeasurementRequest {
    /// Which connection.
    pub connection: ConnectionId,
    /// Its `id`.
    pub id: String,
}

/// Asks for one measurement.
#[derive(Clone, Debug, Serialize, Deserialize, Type, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct MeasurementRequest {
    /// Which connection.
    pub connection: ConnectionId,
    /// Its `id`.
    pub id: String,
}

/// Asks for a measurement as a file of its own.
#[derive(Clone, Debug, Serialize, Deserialize, Type, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct ExportMeasurementRequest {
    /// Which connection.
    pub connection: ConnectionId,
    /// Its `id`.
    pub id: String,
    /// As what.
    pub format: MeasurementFormat,
}

/// As what a measurement is exported.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, Type, ToSchema)]
#[serde(rename_all = "camelCase")]
pub enum MeasurementFormat {
    /// All that is known of it.
    Json,
    /// Its writes alone: a line each, with when it was sent and how long it took.
    Csv,
}

/// A measurement as a file.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, Type, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct MeasurementText {
    /// What the file may be called.
    pub name: String,
    /// What stands in it.
    pub text: String,
}
