//! The program itself: what it is, what was set, what is on the clipboard.

use serde::{Deserialize, Serialize};
use specta::Type;
use tauri::State;
use trivet_core::{Engine, storage::Settings};

use super::Answer;
use crate::{app::Startup, clipboard};

/// The program and how it was started.
#[derive(Clone, Debug, Serialize, Deserialize, Type)]
#[serde(rename_all = "camelCase")]
pub(crate) struct AppInfo {
    /// Its version.
    pub(crate) version: String,
    /// Where it keeps settings, logs and the local set's data.
    pub(crate) data_dir: String,
    /// It was started with `--lab`: the local set is to be opened.
    pub(crate) lab: bool,
    /// It was started with a connection string, which is to be opened.
    pub(crate) target: bool,
}

/// A connection string on the clipboard, without its password.
#[derive(Clone, Debug, Serialize, Deserialize, Type)]
#[serde(rename_all = "camelCase")]
pub(crate) struct ClipboardOffer {
    /// Fit to be shown.
    pub(crate) redacted: String,
}

/// The program and how it was started.
#[tauri::command]
#[specta::specta]
pub(crate) async fn app_info(startup: State<'_, Startup>) -> Answer<AppInfo> {
    Ok(AppInfo {
        version: env!("CARGO_PKG_VERSION").to_owned(),
        data_dir: startup.data_dir.display().to_string(),
        lab: startup.lab,
        target: startup.target,
    })
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

/// What a person has set.
#[tauri::command]
#[specta::specta]
pub(crate) async fn settings(engine: State<'_, Engine>) -> Answer<Settings> {
    Ok(engine.settings().await?)
}

/// Keeps what a person has set.
#[tauri::command]
#[specta::specta]
pub(crate) async fn save_settings(engine: State<'_, Engine>, request: Settings) -> Answer<Settings> {
    Ok(engine.save_settings(request).await?)
}
