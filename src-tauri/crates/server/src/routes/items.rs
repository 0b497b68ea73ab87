//! The simple resource that the project began with: one collection at `/items`.

use axum::{
    extract::{OriginalUri, State},
    http::{HeaderMap, StatusCode},
    response::IntoResponse as _,
};
use serde::Serialize;
use trivet_core::{
    connection::ConnectionId,
    document::{
        DeleteRequest, DocumentId, FindTextRequest, GetTextRequest, InsertRequest, PatchForm, PatchRequest,
        TextFormat, TextLayout, TextSyntax, Written,
    },
    value::path::Path,
};
use utoipa::ToSchema;

use super::{Reply, document::one, json, text_of};
use crate::{
    api::Api,
    body::Text,
    item_query::ItemQuery,
    openapi::{
        problems::{Asks, Changes, Guarded, Takes},
        shapes::{AtId, Document, IfMatch, UnlessKnown, Update, WhichItems},
    },
    page::Page,
    params::{Answer, Id, IdParameters},
    preconditions::Precondition,
    problem::Problem,
    written::{Made, found_at, id_of, location, patch_form},
};

/// An item that was written.
#[derive(Serialize, ToSchema)]
struct Saved {
    #[serde(flatten)]
    item: Made,
    /// False when it was as asked already.
    changed: bool,
}

/// An item that was deleted.
#[derive(Serialize, ToSchema)]
struct Deleted {
    #[serde(flatten)]
    item: Made,
    /// Always true.
    deleted: bool,
}

fn default_connection() -> ConnectionId {
    ConnectionId(ConnectionId::DEFAULT.to_owned())
}

/// The items.
///
/// A plain array; `Link: <...>; rel="next"` leads to the page that follows. Every parameter but `limit` and `after` names a field
/// and the scalar that it has to be equal to: `?stock=5`, `?name=gear-1`, `?code="5"` for a string of digits.
#[utoipa::path(get, path = "/items", operation_id = "items_list", tag = "Items",
    extensions(("x-operation" = json!("find_text"))), params(WhichItems),
    responses((status = 200, description = "The items, by `_id`; an `_id` that is an ObjectId is its 24 hex digits.",
        body = Vec<Document>,
        headers(("Link" = String, description = "`<...>; rel=\"next\"`, unless this is the last page."),
            ("Trivet-Damaged" = bool, description = "An item of the page cannot be put back as it is written."))),
        Asks))]
pub(crate) async fn list(
    State(api): State<Api>,
    OriginalUri(uri): OriginalUri,
    ItemQuery { filter, limit, after }: ItemQuery,
) -> Reply {
    let request = FindTextRequest {
        connection: default_connection(),
        namespace: api.items.clone(),
        filter,
        sort: None,
        projection: None,
        collation: None,
        hint: None,
        limit: Some(limit),
        after,
        skip: None,
        max_time_ms: None,
        read_preference: None,
        format: TextFormat::Simple,
        query: None,
    };
    let found = api.engine.find_text(request).await?;
    Ok(Page { found, total: None, answer: Answer::Json, uri: &uri }.into_response())
}

/// Adds an item.
#[utoipa::path(post, path = "/items", operation_id = "items_insert", tag = "Items",
    extensions(("x-operation" = json!("insert"))),
    request_body(content((Document = "application/json"), (Document = "application/ejson"))),
    responses((status = 201, description = "Added: its `_id`.", body = Made,
        headers(("Location" = String, description = "Where it can be read."),
            ("ETag" = String, description = "That of the item as it was added."))),
        Changes, Takes))]
pub(crate) async fn insert(State(api): State<Api>, OriginalUri(uri): OriginalUri, body: Text) -> Reply {
    let request = InsertRequest {
        connection: default_connection(),
        namespace: api.items.clone(),
        text: body.json()?,
        id: None,
    };
    let written = api.engine.insert(request).await?;
    let id = id_of(&written)?;
    let response = json(StatusCode::CREATED, text_of(&Made::of(id, TextFormat::Simple))?);
    Ok(found_at(response, &location(uri.path(), id), &written.document.etag))
}

/// One item.
#[utoipa::path(get, path = "/items/{id}", operation_id = "item_get", tag = "Items",
    extensions(("x-operation" = json!("get_text"))), params(AtId, IdParameters, UnlessKnown),
    responses((status = 200, description = "The item; an `_id` that is an ObjectId is its 24 hex digits.",
        body = Document,
        headers(("ETag" = String, description = "A strong hash of its BSON, in quotes."),
            ("Trivet-Damaged" = bool, description = "What is written here cannot be put back as it is."))),
        (status = 304, description = "It is one that If-None-Match names.",
            headers(("ETag" = String, description = "The one that was named."))),
        Asks))]
pub(crate) async fn get(State(api): State<Api>, Id(id): Id, headers: HeaderMap) -> Reply {
    let request = GetTextRequest {
        connection: default_connection(),
        namespace: api.items.clone(),
        id,
        path: Path::new(),
        format: TextSyntax::Simple,
        layout: TextLayout::Compact,
        draft: false,
    };
    Ok(one(api.engine.get_text(request).await?, Answer::Json, &headers))
}

/// Sets fields of an item; the others stay.
#[utoipa::path(put, path = "/items/{id}", operation_id = "item_put", tag = "Items",
    extensions(("x-operation" = json!("patch"))), params(AtId, IdParameters, IfMatch),
    request_body(content((Document = "application/json"), (Document = "application/ejson"))),
    responses((status = 200, description = "The fields are as asked.", body = Saved,
        headers(("ETag" = String, description = "That of the item as it is now."))),
        Changes, Takes, Guarded))]
pub(crate) async fn put(State(api): State<Api>, Id(id): Id, precondition: Precondition, body: Text) -> Reply {
    save(&api, id, precondition, PatchForm::Fields, body.json()?).await
}

/// Changes an item: by a merge patch (RFC 7396), by update operators, or by a pipeline.
#[utoipa::path(patch, path = "/items/{id}", operation_id = "item_patch", tag = "Items",
    extensions(("x-operation" = json!("patch"))), params(AtId, IdParameters, IfMatch),
    request_body(content((Document = "application/merge-patch+json"), (Update = "application/vnd.mongodb.update+json"))),
    responses((status = 200, description = "It is now as asked.", body = Saved,
        headers(("ETag" = String, description = "That of the item as it is now."))),
        Changes, Takes, Guarded))]
pub(crate) async fn patch(
    State(api): State<Api>,
    Id(id): Id,
    precondition: Precondition,
    body: Text,
) -> Reply {
    save(&api, id, precondition, patch_form(body.content)?, body.text).await
}

async fn save(api: &Api, id: DocumentId, precondition: Precondition, form: PatchForm, text: String) -> Reply {
    let item = Made::of(&id, TextFormat::Simple);
    let (connection, namespace) = (default_connection(), api.items.clone());
    let request = PatchRequest { connection, namespace, id, etag: precondition.etag()?, form, text };
    let Written { document, changed, .. } = api.engine.patch(request).await?;
    let mut response = json(StatusCode::OK, text_of(&Saved { item, changed })?);
    response.headers_mut().insert(axum::http::header::ETAG, crate::preconditions::quoted(&document.etag));
    Ok(response)
}

/// Deletes an item.
#[utoipa::path(delete, path = "/items/{id}", operation_id = "item_delete", tag = "Items",
    extensions(("x-operation" = json!("delete_document"))), params(AtId, IdParameters, IfMatch),
    responses((status = 200, description = "It is gone.", body = Deleted), Changes, Guarded))]
pub(crate) async fn delete(State(api): State<Api>, Id(id): Id, precondition: Precondition) -> Reply {
    let item = Made::of(&id, TextFormat::Simple);
    let (connection, namespace) = (default_connection(), api.items.clone());
    let request = DeleteRequest { connection, namespace, id, etag: precondition.etag()? };
    api.engine.delete_document(request).await.map_err(Problem::from)?;
    Ok(json(StatusCode::OK, text_of(&Deleted { item, deleted: true })?))
}
