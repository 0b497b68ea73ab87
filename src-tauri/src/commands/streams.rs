//! The operations that answer more than once: items come through a channel of the call, or as events where every part
//! of the window may want them; the outcome is the command's answer.

use tauri::{AppHandle, State, ipc::Channel};
use trivet_core::{
    Engine,
    document::{
        FindRequest, ManyProgress, ManyReport, ManyRequest, PageEnd, RowBatch, UndoProgress, UndoReport,
        UndoRequest,
    },
    replica::{
        FailoverMeasurement, FailoverProgress, MeasureFailoverRequest, OperationProgress, OperationReport,
        ReplicaRequest, RunOperationRequest,
    },
};
use trivet_lab::{
    LabScenarioRequest, LabStartRequest, LabStatus, LabStep, Labs, RehearsalReport, RehearsalStep,
    RehearseOperationRequest, ScenarioReport, ScenarioStep,
};

use super::Answer;
use crate::events::Watches;

/// One page of documents: the documents as they come, then how the page ended.
#[tauri::command]
#[specta::specta]
pub(crate) async fn find(
    engine: State<'_, Engine>,
    request: FindRequest,
    rows: Channel<RowBatch>,
) -> Answer<PageEnd> {
    Ok(engine.find(request, move |batch| rows.send(batch).is_ok()).await?)
}

/// Runs a scenario on a local set, and tells meanwhile what Health says of each step.
#[tauri::command]
#[specta::specta]
pub(crate) async fn lab_scenario(
    engine: State<'_, Engine>,
    labs: State<'_, Labs>,
    request: LabScenarioRequest,
    progress: Channel<ScenarioStep>,
) -> Answer<ScenarioReport> {
    let states = engine.replica_states(request.replica())?;
    // A window that is gone needs no progress.
    Ok(labs.play(request, states, move |step| drop(progress.send(step))).await?)
}

/// Starts a local set, and tells the steps meanwhile.
#[tauri::command]
#[specta::specta]
pub(crate) async fn lab_start(
    labs: State<'_, Labs>,
    request: LabStartRequest,
    progress: Channel<LabStep>,
) -> Answer<LabStatus> {
    // A window that is gone needs no progress.
    Ok(labs.start(request, move |step| drop(progress.send(step))).await?)
}

/// Carries out an operation on a lab like a connection's replica set, and tells meanwhile how it goes.
#[tauri::command]
#[specta::specta]
pub(crate) async fn rehearse_operation(
    engine: State<'_, Engine>,
    labs: State<'_, Labs>,
    request: RehearseOperationRequest,
    progress: Channel<RehearsalStep>,
) -> Answer<RehearsalReport> {
    Ok(labs.rehearse(&engine, request, move |step| progress.send(step).is_ok()).await?)
}

/// Carries out an operation on a replica set, and tells how it goes meanwhile.
#[tauri::command]
#[specta::specta]
pub(crate) async fn run_operation(
    engine: State<'_, Engine>,
    request: RunOperationRequest,
    progress: Channel<OperationProgress>,
) -> Answer<OperationReport> {
    // A window that is gone hears nothing, and lets no further step begin.
    Ok(engine.run_operation(request, move |step| progress.send(step).is_ok()).await?)
}

/// Measures for how long writes are away, and tells how it goes meanwhile.
#[tauri::command]
#[specta::specta]
pub(crate) async fn measure_failover(
    engine: State<'_, Engine>,
    request: MeasureFailoverRequest,
    progress: Channel<FailoverProgress>,
) -> Answer<FailoverMeasurement> {
    Ok(engine.measure_failover(request, move |far| progress.send(far).is_ok()).await?)
}

/// Undoes a write, and tells how far it is meanwhile.
#[tauri::command]
#[specta::specta]
pub(crate) async fn undo(
    engine: State<'_, Engine>,
    request: UndoRequest,
    progress: Channel<UndoProgress>,
) -> Answer<UndoReport> {
    Ok(engine.undo(request, move |far| progress.send(far).is_ok()).await?)
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

/// Changes, deletes or inserts many documents, and tells how far it is meanwhile.
#[tauri::command]
#[specta::specta]
pub(crate) async fn write_many(
    engine: State<'_, Engine>,
    request: ManyRequest,
    progress: Channel<ManyProgress>,
) -> Answer<ManyReport> {
    Ok(engine.write_many(request, move |far| progress.send(far).is_ok()).await?)
}
