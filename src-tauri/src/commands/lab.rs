//! The local replica set.

use tauri::{AppHandle, State};
use tauri_specta::Event;
use trivet_lab::{Lab, LabMemberRequest, LabStatus};

use super::Answer;
use crate::events::LabProgress;

/// The local set and its members.
#[tauri::command]
#[specta::specta]
pub(crate) async fn lab_status(lab: State<'_, Lab>) -> Answer<LabStatus> {
    Ok(lab.status())
}

/// Starts the local set; `lab-progress` events tell the steps meanwhile.
#[tauri::command]
#[specta::specta]
pub(crate) async fn lab_start(app: AppHandle, lab: State<'_, Lab>) -> Answer<LabStatus> {
    // A window that is gone needs no progress.
    let tell = move |step| drop(LabProgress { step }.emit(&app));
    Ok(lab.start(tell).await?)
}

/// Starts one member that was stopped.
#[tauri::command]
#[specta::specta]
pub(crate) async fn lab_start_member(lab: State<'_, Lab>, request: LabMemberRequest) -> Answer<LabStatus> {
    Ok(lab.start_member(request).await?)
}

/// Stops one member as a person would: cleanly.
#[tauri::command]
#[specta::specta]
pub(crate) async fn lab_stop_member(lab: State<'_, Lab>, request: LabMemberRequest) -> Answer<LabStatus> {
    Ok(lab.stop_member(request).await?)
}
