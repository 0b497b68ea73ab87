//! Connections, databases and collections.

use axum::{Json, extract::State};
use trivet_core::{
    catalog::{Collection, CollectionsRequest, Database, DatabasesRequest},
    connection::Connection,
};

use crate::{
    api::Api,
    openapi::{
        problems::{Asks, Locked, Names},
        shapes::{AtConnection, AtDatabase},
    },
    params::{At, Database as DatabaseName},
    problem::Problem,
};

/// The served connections.
#[utoipa::path(get, path = "/api/v1/connections", operation_id = "connections_list", tag = "Catalog",
    extensions(("x-operation" = json!("connections"))),
    responses((status = 200, description = "The connections.", body = Vec<Connection>), Locked))]
pub(crate) async fn connections(State(api): State<Api>) -> Result<Json<Vec<Connection>>, Problem> {
    Ok(Json(api.engine.connections().await?))
}

/// One served connection. `default` names the only one.
#[utoipa::path(get, path = "/api/v1/connections/{connection}", operation_id = "connection_get", tag = "Catalog",
    extensions(("x-operation" = json!("connections"))), params(AtConnection),
    responses((status = 200, description = "The connection.", body = Connection), Locked, Names))]
pub(crate) async fn connection(State(api): State<Api>, At(id): At) -> Result<Json<Connection>, Problem> {
    Ok(Json(api.engine.connection(&id)?))
}

/// The databases, by name.
#[utoipa::path(get, path = "/api/v1/connections/{connection}/databases", operation_id = "databases_list", tag = "Catalog",
    extensions(("x-operation" = json!("databases"))), params(AtConnection),
    responses((status = 200, description = "The databases.", body = Vec<Database>), Asks))]
pub(crate) async fn databases(
    State(api): State<Api>,
    At(connection): At,
) -> Result<Json<Vec<Database>>, Problem> {
    Ok(Json(api.engine.databases(DatabasesRequest { connection }).await?))
}

/// The collections and views of a database, by name.
#[utoipa::path(get, path = "/api/v1/connections/{connection}/databases/{database}/collections",
    operation_id = "collections_list", tag = "Catalog", extensions(("x-operation" = json!("collections"))),
    params(AtDatabase), responses((status = 200, description = "The collections.", body = Vec<Collection>), Asks))]
pub(crate) async fn collections(
    State(api): State<Api>,
    At(connection): At,
    DatabaseName(database): DatabaseName,
) -> Result<Json<Vec<Collection>>, Problem> {
    Ok(Json(api.engine.collections(CollectionsRequest { connection, database }).await?))
}
