//! Connections, databases and collections.

use axum::{Json, extract::State};
use trivet_core::{
    Error, ErrorCode,
    catalog::{Collection, CollectionsRequest, Database, DatabasesRequest},
    connection::{Connection, ConnectionId},
};

use crate::{
    api::Api,
    params::{At, Database as DatabaseName},
    problem::Problem,
};

/// The served connections.
#[utoipa::path(get, path = "/api/v1/connections", tag = "Catalog", extensions(("x-operation" = json!("connections"))),
    responses((status = 200, body = Vec<Connection>)))]
pub(crate) async fn connections(State(api): State<Api>) -> Result<Json<Vec<Connection>>, Problem> {
    Ok(Json(api.engine.connections().await?))
}

/// One served connection. `default` names the only one.
#[utoipa::path(get, path = "/api/v1/connections/{connection}", tag = "Catalog",
    extensions(("x-operation" = json!("connections"))), params(("connection" = String, Path)),
    responses((status = 200, body = Connection)))]
pub(crate) async fn connection(State(api): State<Api>, At(id): At) -> Result<Json<Connection>, Problem> {
    let mut connections = api.engine.connections().await?;
    let only = id.0 == ConnectionId::DEFAULT && connections.len() == 1;
    let index = connections.iter().position(|connection| only || connection.id == id);
    let index =
        index.ok_or_else(|| Error::new(ErrorCode::NotFound, "No connection of this name is served."))?;
    Ok(Json(connections.swap_remove(index)))
}

/// The databases, by name.
#[utoipa::path(get, path = "/api/v1/connections/{connection}/databases", tag = "Catalog",
    extensions(("x-operation" = json!("databases"))), params(("connection" = String, Path)),
    responses((status = 200, body = Vec<Database>)))]
pub(crate) async fn databases(
    State(api): State<Api>,
    At(connection): At,
) -> Result<Json<Vec<Database>>, Problem> {
    Ok(Json(api.engine.databases(DatabasesRequest { connection }).await?))
}

/// The collections and views of a database, by name.
#[utoipa::path(get, path = "/api/v1/connections/{connection}/databases/{database}/collections", tag = "Catalog",
    extensions(("x-operation" = json!("collections"))),
    params(("connection" = String, Path), ("database" = String, Path)),
    responses((status = 200, body = Vec<Collection>)))]
pub(crate) async fn collections(
    State(api): State<Api>,
    At(connection): At,
    DatabaseName(database): DatabaseName,
) -> Result<Json<Vec<Collection>>, Problem> {
    Ok(Json(api.engine.collections(CollectionsRequest { connection, database }).await?))
}
