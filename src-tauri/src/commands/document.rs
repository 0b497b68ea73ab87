//! Documents.

use tauri::State;
use trivet_core::{
    Engine,
    document::{
        Count, CountRequest, DeleteRequest, DocumentText, DocumentView, ExpandRequest, Expanded, FindRequest,
        GetRequest, GetTextRequest, InsertRequest, Page, ReplaceRequest, UpdateRequest, Written,
    },
};

use super::Answer;

/// One page of documents.
#[tauri::command]
#[specta::specta]
pub(crate) async fn find(engine: State<'_, Engine>, request: FindRequest) -> Answer<Page> {
    Ok(engine.find(request).await?)
}

/// One document, for the inspector.
#[tauri::command]
#[specta::specta]
pub(crate) async fn get_document(engine: State<'_, Engine>, request: GetRequest) -> Answer<DocumentView> {
    Ok(engine.get_document(request).await?)
}

/// One document as text.
#[tauri::command]
#[specta::specta]
pub(crate) async fn get_text(engine: State<'_, Engine>, request: GetTextRequest) -> Answer<DocumentText> {
    Ok(engine.get_text(request).await?)
}

/// What a view had cut off.
#[tauri::command]
#[specta::specta]
pub(crate) async fn expand(engine: State<'_, Engine>, request: ExpandRequest) -> Answer<Expanded> {
    Ok(engine.expand(request).await?)
}

/// How many documents there are.
#[tauri::command]
#[specta::specta]
pub(crate) async fn count(engine: State<'_, Engine>, request: CountRequest) -> Answer<Count> {
    Ok(engine.count(request).await?)
}

/// Inserts one document.
#[tauri::command]
#[specta::specta]
pub(crate) async fn insert(engine: State<'_, Engine>, request: InsertRequest) -> Answer<Written> {
    Ok(engine.insert(request).await?)
}

/// Changes values of one document and nothing else in it.
#[tauri::command]
#[specta::specta]
pub(crate) async fn update(engine: State<'_, Engine>, request: UpdateRequest) -> Answer<Written> {
    Ok(engine.update(request).await?)
}

/// Puts another document in a document's place.
#[tauri::command]
#[specta::specta]
pub(crate) async fn replace(engine: State<'_, Engine>, request: ReplaceRequest) -> Answer<Written> {
    Ok(engine.replace(request).await?)
}

/// Deletes one document.
#[tauri::command]
#[specta::specta]
pub(crate) async fn delete_document(engine: State<'_, Engine>, request: DeleteRequest) -> Answer<Written> {
    Ok(engine.delete_document(request).await?)
}
