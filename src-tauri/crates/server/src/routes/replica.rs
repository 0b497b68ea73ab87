//! The replica set of a connection.

use axum::{Json, extract::State};
use tokio::sync::mpsc;
use trivet_core::{
    event::ReplicaChanged,
    replica::{ReplicaRequest, ReplicaSnapshot},
};

use super::Reply;
use crate::{
    api::Api,
    openapi::{problems::Asks, shapes::AtConnection},
    params::At,
    problem::Problem,
    streams::{WAITING, events},
};

/// The state of the connection's replica set now.
#[utoipa::path(get, path = "/api/v1/connections/{connection}/replica-set", operation_id = "replica_set_get",
    tag = "Replica set", extensions(("x-operation" = json!("replica_snapshot"))), params(AtConnection),
    responses((status = 200, description = "The state.", body = ReplicaSnapshot), Asks))]
pub(crate) async fn snapshot(
    State(api): State<Api>,
    At(connection): At,
) -> Result<Json<ReplicaSnapshot>, Problem> {
    Ok(Json(api.engine.replica_snapshot(ReplicaRequest { connection }).await?))
}

/// Every new state of the connection's replica set, as server-sent events named `replica-changed`.
///
/// The latest state replaces all before it: a slow reader misses some and never falls behind.
#[utoipa::path(get, path = "/api/v1/connections/{connection}/replica-set/events", operation_id = "replica_set_events",
    tag = "Replica set", extensions(("x-operation" = json!(["replica_snapshot", "watch_replica"]))), params(AtConnection),
    responses((status = 200, description = "The state now, then each new one: `data` of the events has this schema.",
        content((ReplicaChanged = "text/event-stream"))), Asks))]
pub(crate) async fn changes(State(api): State<Api>, At(connection): At) -> Reply {
    let room = api.room_for_a_stream()?;
    // Asked first, so that a connection that is not there is an error and not an empty stream.
    let first = api.engine.replica_snapshot(ReplicaRequest { connection: connection.clone() }).await?;
    let (sender, receiver) = mpsc::channel(WAITING);
    let tell = move |changed: ReplicaChanged| match sender
        .try_send(serde_json::to_string(&changed).unwrap_or_default())
    {
        Ok(()) | Err(mpsc::error::TrySendError::Full(_)) => true,
        Err(mpsc::error::TrySendError::Closed(_)) => false,
    };
    tell(ReplicaChanged { connection: connection.clone(), snapshot: first });
    tokio::spawn(async move {
        let watched = api.engine.watch_replica(ReplicaRequest { connection }, tell);
        tokio::select! {
            _ = watched => {}
            () = api.closed() => {}
        }
        drop(room);
    });
    Ok(events("replica-changed", receiver))
}
