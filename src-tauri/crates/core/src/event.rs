//! What the core announces without being asked.

use serde::{Deserialize, Serialize};
use specta::Type;
use utoipa::ToSchema;

use crate::{
    connection::ConnectionId,
    replica::{Alert, AlertLevel, ReplicaSnapshot},
};

/// The state of a connection's replica set, taken anew.
#[derive(Clone, Debug, Serialize, Deserialize, Type, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct ReplicaChanged {
    /// Which connection.
    pub connection: ConnectionId,
    /// The whole state: the latest replaces all before it.
    pub snapshot: ReplicaSnapshot,
}

/// An alert of a connection whose alerts are switched on is raised, or is over.
#[derive(Clone, Debug, PartialEq)]
pub struct AlertChanged {
    /// Which connection.
    pub connection: ConnectionId,
    /// What a person calls it.
    pub name: String,
    /// The alert.
    pub alert: Alert,
    /// It is over.
    pub over: bool,
    /// How bad the worst is that is raised on this connection now; none where all is over.
    pub standing: Option<AlertLevel>,
}
