//! Databases and collections.

use tauri::State;
use trivet_core::{
    Engine,
    catalog::{Collection, CollectionsRequest, Database, DatabasesRequest},
};

use super::Answer;

/// The databases of a connection, by name.
#[tauri::command]
#[specta::specta]
pub(crate) async fn databases(engine: State<'_, Engine>, request: DatabasesRequest) -> Answer<Vec<Database>> {
    Ok(engine.databases(request).await?)
}

/// The collections and views of a database, by name.
#[tauri::command]
#[specta::specta]
pub(crate) async fn collections(
    engine: State<'_, Engine>,
    request: CollectionsRequest,
) -> Answer<Vec<Collection>> {
    Ok(engine.collections(request).await?)
}
