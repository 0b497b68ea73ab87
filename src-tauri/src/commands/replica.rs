//! The replica set.

use tauri::{AppHandle, State};
use trivet_core::{
    Engine,
    replica::{ReplicaRequest, ReplicaSnapshot},
};

use super::Answer;
use crate::events::Watches;

/// The state of a connection's replica set now.
#[tauri::command]
#[specta::specta]
pub(crate) async fn replica_snapshot(
    engine: State<'_, Engine>,
    request: ReplicaRequest,
) -> Answer<ReplicaSnapshot> {
    Ok(engine.replica_snapshot(request).await?)
}

/// Sends `replica-changed` events of a connection from now on.
#[tauri::command]
#[specta::specta]
pub(crate) async fn watch_replica(
    app: AppHandle,
    engine: State<'_, Engine>,
    watches: State<'_, Watches>,
    request: ReplicaRequest,
) -> Answer<()> {
    watches.start(app, engine.inner().clone(), request);
    Ok(())
}

/// Ends the `replica-changed` events of a connection.
#[tauri::command]
#[specta::specta]
pub(crate) async fn unwatch_replica(watches: State<'_, Watches>, request: ReplicaRequest) -> Answer<()> {
    watches.stop(request.connection);
    Ok(())
}
