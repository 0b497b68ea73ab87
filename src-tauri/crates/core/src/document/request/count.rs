//! How many documents there are: the question and the answer.

use serde::{Deserialize, Serialize};
use specta::Type;
use utoipa::ToSchema;

use crate::{
    connection::{ConnectionId, QueryId, ReadPreferenceMode},
    namespace::Namespace,
    number::SafeInt,
};

/// How documents are counted.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, Type, ToSchema)]
#[serde(rename_all = "camelCase")]
pub enum CountMode {
    /// From the collection's metadata: at once, without a filter, not exact after a crash.
    Estimated,
    /// By counting, up to the limit.
    Exact,
}

/// Asks how many documents there are.
#[derive(Clone, Debug, Serialize, Deserialize, Type, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct CountRequest {
    /// Which connection.
    pub connection: ConnectionId,
    /// Which collection.
    pub namespace: Namespace,
    /// The filter in mongosh syntax or as Extended JSON; refused with `estimated`.
    #[serde(default)]
    pub filter: Option<String>,
    /// How to count.
    pub mode: CountMode,
    /// Where exact counting stops; none for no limit.
    #[serde(default)]
    pub limit: Option<SafeInt>,
    /// The index to count by, by its keys in mongosh syntax or Extended JSON, or by its name; none for the server's choice.
    #[serde(default)]
    pub hint: Option<String>,
    /// The collation that the filter compares by, in mongosh syntax or Extended JSON; none for the collection's own.
    #[serde(default)]
    pub collation: Option<String>,
    /// Milliseconds that the server may take, 1 to 600,000; none for 20,000.
    #[serde(default)]
    #[schema(minimum = 1, maximum = 600_000)]
    pub max_time_ms: Option<u32>,
    /// Which members may answer; none for the primary while there is one.
    #[serde(default)]
    pub read_preference: Option<ReadPreferenceMode>,
    /// What to call it while it runs, so that it can be cancelled.
    #[serde(default)]
    pub query: Option<QueryId>,
}

/// How many documents there are.
#[derive(Clone, Debug, Serialize, Deserialize, Type, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct Count {
    /// The number of documents.
    pub count: SafeInt,
    /// Counted, not estimated.
    pub exact: bool,
    /// Counting stopped at the limit: there may be more.
    pub limited: bool,
}
