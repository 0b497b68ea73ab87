//! What only the window has: opening connections, settings, the clipboard, the listener's switch.

use std::{path::PathBuf, sync::Arc};

use serde::{Deserialize, Serialize};
use specta::Type;
use tauri::{AppHandle, Manager as _, State};
use trivet_core::{
    Engine, ErrorCode,
    connection::{
        ConnectRequest, Connection, DisconnectRequest, ForgetRecentRequest, LocalServer, RecentConnection,
    },
    replica::{ExportIncidentRequest, ExportMeasurementRequest, ReplicaRequest},
    storage::{SavedFile, Settings},
};
use trivet_server::{Host, RestServeRequest, RestStatus};

use super::Answer;
use crate::{clipboard, events::Watches};

/// A connection string on the clipboard, without its password.
#[derive(Clone, Debug, Serialize, Deserialize, Type)]
#[serde(rename_all = "camelCase")]
pub(crate) struct ClipboardOffer {
    /// Fit to be shown.
    pub(crate) redacted: String,
}

/// The connection string on the clipboard, if there is one, without its password.
#[tauri::command]
#[specta::specta]
pub(crate) async fn clipboard_offer() -> Answer<Option<ClipboardOffer>> {
    let uri = clipboard::connection_string().await;
    Ok(uri.map(|uri| ClipboardOffer { redacted: uri.redacted() }))
}

/// What is on the clipboard, where it begins like a connection string: asked for when a person wants it used.
#[tauri::command]
#[specta::specta]
pub(crate) async fn clipboard_text() -> Answer<Option<String>> {
    Ok(clipboard::like_a_connection_string().await)
}

/// Opens a connection, verified, within 5 seconds.
#[tauri::command]
#[specta::specta]
pub(crate) async fn connect(engine: State<'_, Engine>, request: ConnectRequest) -> Answer<Connection> {
    Ok(engine.connect(request).await?)
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

/// Lets the listener reach a connection, or no longer.
#[tauri::command]
#[specta::specta]
pub(crate) async fn rest_serve(host: State<'_, Arc<Host>>, request: RestServeRequest) -> Answer<RestStatus> {
    Ok(host.serve(request).await)
}

/// Listens as the settings say.
#[tauri::command]
#[specta::specta]
pub(crate) async fn rest_start(engine: State<'_, Engine>, host: State<'_, Arc<Host>>) -> Answer<RestStatus> {
    Ok(host.start(&engine.settings().await?.rest).await)
}

/// Whether the listener listens, where, and what it serves.
#[tauri::command]
#[specta::specta]
pub(crate) async fn rest_status(host: State<'_, Arc<Host>>) -> Answer<RestStatus> {
    Ok(host.status().await)
}

/// Listens no longer.
#[tauri::command]
#[specta::specta]
pub(crate) async fn rest_stop(host: State<'_, Arc<Host>>) -> Answer<RestStatus> {
    Ok(host.stop().await)
}

/// What happened to a replica set lately, in a file in the folder of downloads.
#[tauri::command]
#[specta::specta]
pub(crate) async fn save_incident(
    app: AppHandle,
    engine: State<'_, Engine>,
    request: ExportIncidentRequest,
) -> Answer<SavedFile> {
    Ok(engine.save_incident(request, &downloads(&app)?).await?)
}

/// A measurement of the fail-over stopwatch, in a file in the folder of downloads.
#[tauri::command]
#[specta::specta]
pub(crate) async fn save_measurement(
    app: AppHandle,
    engine: State<'_, Engine>,
    request: ExportMeasurementRequest,
) -> Answer<SavedFile> {
    Ok(engine.save_measurement(request, &downloads(&app)?).await?)
}

/// Where a person's files go. A session without the usual folders has none of downloads.
fn downloads(app: &AppHandle) -> trivet_core::Result<PathBuf> {
    let folder = app.path().download_dir().or_else(|_| app.path().home_dir());
    folder.map_err(|error| trivet_core::Error::new(ErrorCode::Storage, error.to_string()))
}

/// Keeps what a person has set.
#[tauri::command]
#[specta::specta]
pub(crate) async fn save_settings(engine: State<'_, Engine>, request: Settings) -> Answer<Settings> {
    Ok(engine.save_settings(request).await?)
}

/// What a person has set.
#[tauri::command]
#[specta::specta]
pub(crate) async fn settings(engine: State<'_, Engine>) -> Answer<Settings> {
    Ok(engine.settings().await?)
}

/// Ends the `replica-changed` events of a connection.
#[tauri::command]
#[specta::specta]
pub(crate) async fn unwatch_replica(watches: State<'_, Watches>, request: ReplicaRequest) -> Answer<()> {
    watches.stop(request.connection);
    Ok(())
}
