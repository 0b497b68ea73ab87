//! What is asked of the catalogue, and what comes back.

use serde::{Deserialize, Serialize};
use specta::Type;
use utoipa::ToSchema;

use crate::{connection::ConnectionId, number::SafeInt};

/// Asks for the databases of a connection.
#[derive(Clone, Debug, Serialize, Deserialize, Type, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct DatabasesRequest {
    /// Which connection.
    pub connection: ConnectionId,
}

/// A database.
#[derive(Clone, Debug, Serialize, Deserialize, Type, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct Database {
    /// Its name.
    pub name: String,
    /// Bytes on disk (`listDatabases.sizeOnDisk`), where the user may know.
    pub size_bytes: Option<SafeInt>,
}

/// Asks for the collections of a database.
#[derive(Clone, Debug, Serialize, Deserialize, Type, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct CollectionsRequest {
    /// Which connection.
    pub connection: ConnectionId,
    /// Which database.
    pub database: String,
}

/// What a namespace holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, Type, ToSchema)]
#[serde(rename_all = "camelCase")]
pub enum CollectionKind {
    /// Documents.
    Collection,
    /// The result of a pipeline; read-only.
    View,
    /// Measurements over time.
    Timeseries,
}

/// A collection.
#[derive(Clone, Debug, Serialize, Deserialize, Type, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct Collection {
    /// Its name.
    pub name: String,
    /// What it holds.
    pub kind: CollectionKind,
}
