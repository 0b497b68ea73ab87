//! What is asked of changes to the catalogue, and what comes back.

use serde::{Deserialize, Serialize};
use specta::Type;
use utoipa::ToSchema;

use crate::{catalog::CollectionKind, connection::ConnectionId, namespace::Namespace, number::SafeInt};

/// Asks to make a collection, and with it its database where there is none.
#[derive(Clone, Debug, Serialize, Deserialize, Type, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct CreateCollectionRequest {
    /// Which connection.
    pub connection: ConnectionId,
    /// What it is to be called.
    pub namespace: Namespace,
    /// It keeps only as much as this; none for no bound.
    #[serde(default)]
    pub capped: Option<Capped>,
    /// The rule that its documents have to fit, in mongosh syntax or as Extended JSON.
    #[serde(default)]
    pub validator: Option<String>,
    /// Whatever else `create` takes, as one document in mongosh syntax or as Extended JSON, such as
    /// `{ timeseries: { timeField: "at" } }`.
    #[serde(default)]
    pub options: Option<String>,
}

/// How much a capped collection keeps: the oldest documents go when a new one has no room.
#[derive(Clone, Debug, Serialize, Deserialize, Type, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct Capped {
    /// Bytes of documents.
    pub size_bytes: SafeInt,
    /// Documents; none for as many as have room.
    pub max_documents: Option<SafeInt>,
}

/// Asks to give a collection another name, in its database or in another one. What has the name already is never
/// dropped for it.
#[derive(Clone, Debug, Serialize, Deserialize, Type, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct RenameCollectionRequest {
    /// Which connection.
    pub connection: ConnectionId,
    /// Which collection.
    pub namespace: Namespace,
    /// Its UUID: where another one has the name by now, nothing is renamed.
    pub uuid: String,
    /// What it is to be called. In another database its documents are copied there, which takes its time.
    pub to: Namespace,
    /// Its `database.collection` as it was typed; has to be given on a production connection.
    #[serde(default)]
    pub confirm: Option<String>,
}

/// What a collection is called after a change.
#[derive(Clone, Debug, Serialize, Deserialize, Type, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct CollectionNamed {
    /// Its name now.
    pub namespace: Namespace,
}

/// Asks which collections of a database have a name or a UUID, and waits until a majority of the members has what is
/// told.
#[derive(Clone, Debug, Serialize, Deserialize, Type, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct LocateCollectionsRequest {
    /// Which connection.
    pub connection: ConnectionId,
    /// Which database.
    pub database: String,
    /// A name; neither this nor a UUID for all collections.
    #[serde(default)]
    pub name: Option<String>,
    /// A UUID, whatever the collection is called by now.
    #[serde(default)]
    pub uuid: Option<String>,
}

/// A collection and what tells it from another of its name.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, Type, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct LocatedCollection {
    /// Its name.
    pub name: String,
    /// What it holds.
    pub kind: CollectionKind,
    /// What the server calls it, for ever; that of its buckets for a time series, none for a view.
    pub uuid: Option<String>,
}

/// Asks what would go with a collection or a database.
#[derive(Clone, Debug, Serialize, Deserialize, Type, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct DropPreviewRequest {
    /// Which connection.
    pub connection: ConnectionId,
    /// Which database.
    pub database: String,
    /// Which collection; none for the whole database.
    #[serde(default)]
    pub collection: Option<String>,
}

/// What would go with a collection or a database, for good: Undo does not reach it.
#[derive(Clone, Debug, Serialize, Deserialize, Type, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct DropPreview {
    /// The collections that would go, by name, without the server's own.
    pub collections: Vec<LocatedCollection>,
    /// How much it is; none for a view, and where the user may not know.
    pub figures: Option<DropFigures>,
    /// Stands for exactly these collections: the drop of a database names it.
    pub fingerprint: String,
    /// What has to be typed before; none where nothing need be.
    pub confirm: Option<String>,
}

/// How much would go.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, Type, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct DropFigures {
    /// Documents, by the server's own running figure; none for a time series, whose buckets are no documents.
    pub documents: Option<SafeInt>,
    /// Indexes.
    pub indexes: SafeInt,
    /// Bytes on disk, with those of the indexes.
    pub size_bytes: SafeInt,
}

/// Asks to drop a collection or a view, for good: Undo does not reach it.
#[derive(Clone, Debug, Serialize, Deserialize, Type, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct DropCollectionRequest {
    /// Which connection.
    pub connection: ConnectionId,
    /// Which collection.
    pub namespace: Namespace,
    /// Its UUID, none for a view: where another one has the name by now, nothing is dropped.
    #[serde(default)]
    pub uuid: Option<String>,
    /// Its `database.collection` as it was typed; has to be given on a production connection.
    #[serde(default)]
    pub confirm: Option<String>,
}

/// Asks to drop a database with all that is in it, for good: Undo does not reach it.
#[derive(Clone, Debug, Serialize, Deserialize, Type, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct DropDatabaseRequest {
    /// Which connection.
    pub connection: ConnectionId,
    /// Which database.
    pub database: String,
    /// That of the preview: where the database has other collections by now, nothing is dropped.
    pub fingerprint: String,
    /// Its name as it was typed; has to be given on a production connection.
    #[serde(default)]
    pub confirm: Option<String>,
}

/// What was dropped is gone.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, Type, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct Dropped {
    /// How many collections and views went, without the server's own.
    pub collections: SafeInt,
}
