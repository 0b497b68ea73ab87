//! Connections.

use tauri::State;
use trivet_core::{
    Engine,
    connection::{
        ConnectRequest, Connection, DisconnectRequest, ForgetRecentRequest, LocalServer, RecentConnection,
    },
};

use super::Answer;

/// Opens a connection, verified, within 5 seconds.
#[tauri::command]
#[specta::specta]
pub(crate) async fn connect(engine: State<'_, Engine>, request: ConnectRequest) -> Answer<Connection> {
    Ok(engine.connect(request).await?)
}

/// The open connections.
#[tauri::command]
#[specta::specta]
pub(crate) async fn connections(engine: State<'_, Engine>) -> Answer<Vec<Connection>> {
    Ok(engine.connections().await?)
}

/// Closes a connection.
#[tauri::command]
#[specta::specta]
pub(crate) async fn disconnect(engine: State<'_, Engine>, request: DisconnectRequest) -> Answer<()> {
    Ok(engine.disconnect(request).await?)
}

/// Looks for a mongod on 127.0.0.1:27017.
#[tauri::command]
#[specta::specta]
pub(crate) async fn discover_local(engine: State<'_, Engine>) -> Answer<Option<LocalServer>> {
    Ok(engine.discover_local().await?)
}

/// Forgets a connection used before.
#[tauri::command]
#[specta::specta]
pub(crate) async fn forget_recent(engine: State<'_, Engine>, request: ForgetRecentRequest) -> Answer<()> {
    Ok(engine.forget_recent(request).await?)
}

/// The connections used before, the latest first.
#[tauri::command]
#[specta::specta]
pub(crate) async fn recent_connections(engine: State<'_, Engine>) -> Answer<Vec<RecentConnection>> {
    Ok(engine.recent_connections().await?)
}
