//! What is asked of the catalogue, and what comes back.

use serde::{Deserialize, Serialize};
use specta::Type;
use utoipa::ToSchema;

use crate::{connection::ConnectionId, namespace::Namespace, value::typed::Kind};

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

/// Asks which fields the documents of a collection have.
#[derive(Clone, Debug, Serialize, Deserialize, Type, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct SampleFieldsRequest {
    /// Which connection.
    pub connection: ConnectionId,
    /// Which collection.
    pub namespace: Namespace,
}

/// The fields of a sample of documents: what others have besides is not known.
#[derive(Clone, Debug, Serialize, Deserialize, Type, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct SampledFields {
    /// The fields, at most 500, the most frequent first.
    pub fields: Vec<SampledField>,
    /// How many documents were looked at: at most 200, fewer where they are heavy or come slowly.
    pub sampled: u32,
}

/// A field of a sample of documents.
#[derive(Clone, Debug, Serialize, Deserialize, Type, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct SampledField {
    /// Names joined by dots, as a filter has them; what is in an array has no position.
    pub path: String,
    /// The types of its values.
    pub kinds: Vec<Kind>,
    /// How many of the documents have it.
    pub documents: u32,
}
