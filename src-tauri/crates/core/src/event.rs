//! What the core announces without being asked.

use serde::{Deserialize, Serialize};
use specta::Type;
use utoipa::ToSchema;

use crate::{connection::ConnectionId, replica::ReplicaSnapshot};

/// The state of a connection's replica set, taken anew.
#[derive(Clone, Debug, Serialize, Deserialize, Type, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct ReplicaChanged {
    /// Which connection.
    pub connection: ConnectionId,
    /// The whole state: the latest replaces all before it.
    pub snapshot: ReplicaSnapshot,
}
