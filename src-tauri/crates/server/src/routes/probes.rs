//! Whether the process is up, and whether its database can be used.

use axum::{Json, extract::State};
use serde::Serialize;
use trivet_core::{Error, ErrorCode, connection::ReadyRequest};
use utoipa::ToSchema;

use crate::{
    api::Api,
    openapi::problems::{Open, Tries},
    problem::Problem,
};

/// The process is up.
#[derive(Serialize, ToSchema)]
pub(crate) struct Health {
    /// Always `ok`.
    status: &'static str,
}

/// Every served connection can be used.
#[derive(Serialize, ToSchema)]
pub(crate) struct AllReady {
    /// Always `ready`.
    status: &'static str,
    /// Writes are taken; false where a served connection is read-only.
    writable: bool,
}

/// Whether the process is up. It asks no database and needs no token.
#[utoipa::path(get, path = "/healthz", tag = "Probes", security(()),
    responses((status = 200, description = "It is up.", body = Health), Open))]
pub(crate) async fn healthz() -> Json<Health> {
    Json(Health { status: "ok" })
}

/// Whether every served connection can be written to, or read where it is read-only, within two seconds.
#[utoipa::path(get, path = "/readyz", tag = "Probes", extensions(("x-operation" = json!("ready"))),
    responses((status = 200, description = "They can be used.", body = AllReady), Tries))]
pub(crate) async fn readyz(State(api): State<Api>) -> Result<Json<AllReady>, Problem> {
    let connections = api.engine.connections().await?;
    if connections.is_empty() {
        let message = "No connection is open and served yet.";
        return Err(Error::new(ErrorCode::Unreachable, message).into());
    }
    let mut writable = true;
    for connection in connections {
        writable &= api.engine.ready(ReadyRequest { connection: connection.id }).await?.writable;
    }
    Ok(Json(AllReady { status: "ready", writable }))
}
