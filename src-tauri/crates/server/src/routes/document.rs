//! One document by its `_id`, as Extended JSON.

use axum::{
    extract::{OriginalUri, State},
    http::{
        HeaderMap, HeaderValue, StatusCode,
        header::{ETAG, VARY},
    },
    response::{IntoResponse as _, Response},
};
use trivet_core::{
    document::{
        DeleteRequest, DocumentText, GetTextRequest, InsertRequest, PatchRequest, ReplaceRequest, TextLayout,
    },
    value::path::Path,
};

use super::{Reply, in_form};
use crate::{
    api::Api,
    body::Text,
    openapi::{
        problems::{Asks, Changes, Guarded, MustBeGuarded, Negotiates, Takes},
        shapes::{AtCollection, AtId, Document, IfMatch, UnlessKnown, UnlessThere, Update},
    },
    page::DAMAGED,
    params::{Answer, Id, IdParameters, Place},
    preconditions::{Precondition, is_known, quoted},
    written::{changed, found_at, patch_form},
};

/// One document.
///
/// A document with bytes that JSON cannot hold, such as bad UTF-8, makes the answer carry `Trivet-Damaged: true`.
#[utoipa::path(get,
    path = "/api/v1/connections/{connection}/databases/{database}/collections/{collection}/documents/{id}",
    operation_id = "document_get", tag = "Documents", extensions(("x-operation" = json!("get_text"))),
    params(AtCollection, AtId, IdParameters, UnlessKnown),
    responses((status = 200, description = "The document.",
        content((Document = "application/json"), (Document = "application/ejson"), (Document = "application/x-ndjson")),
        headers(("ETag" = String, description = "A strong hash of its BSON, in quotes."),
            ("Trivet-Damaged" = bool, description = "What is written here cannot be put back as it is."))),
        (status = 304, description = "It is one that If-None-Match names.",
            headers(("ETag" = String, description = "The one that was named."))),
        Asks, Negotiates))]
pub(crate) async fn get(
    State(api): State<Api>,
    Place { connection, namespace }: Place,
    Id(id): Id,
    answer: Answer,
    headers: HeaderMap,
) -> Reply {
    let request = GetTextRequest {
        connection,
        namespace,
        id,
        path: Path::new(),
        format: answer.format().into(),
        layout: TextLayout::Compact,
        draft: false,
    };
    Ok(one(api.engine.get_text(request).await?, answer, &headers))
}

/// Puts another document in a document's place, or with `If-None-Match: *` makes one.
#[utoipa::path(put,
    path = "/api/v1/connections/{connection}/databases/{database}/collections/{collection}/documents/{id}",
    operation_id = "document_put", tag = "Documents", extensions(("x-operation" = json!(["replace", "insert"]))),
    params(AtCollection, AtId, IdParameters, IfMatch, UnlessThere),
    request_body(content((Document = "application/json"), (Document = "application/ejson"))),
    responses((status = 204, description = "Replaced.",
        headers(("ETag" = String, description = "That of the document as it is now."))),
        (status = 201, description = "Made.",
            headers(("ETag" = String, description = "That of the document as it is now."),
                ("Location" = String, description = "Where it can be read."))),
        Changes, Takes, MustBeGuarded))]
pub(crate) async fn put(
    State(api): State<Api>,
    Place { connection, namespace }: Place,
    Id(id): Id,
    OriginalUri(uri): OriginalUri,
    precondition: Precondition,
    body: Text,
) -> Reply {
    let text = body.json()?;
    if precondition == Precondition::Absent {
        let request = InsertRequest { connection, namespace, text, id: Some(id) };
        let written = api.engine.insert(request).await?;
        let response = StatusCode::CREATED.into_response();
        let location = uri.path_and_query().map_or(uri.path(), |whole| whole.as_str());
        return Ok(found_at(response, location, &written.document.etag));
    }
    let etag = precondition.required()?;
    let written = api.engine.replace(ReplaceRequest { connection, namespace, id, etag, text }).await?;
    Ok(changed(&written.document.etag))
}

/// Changes one document: by a merge patch (RFC 7396), by update operators, or by a pipeline.
#[utoipa::path(patch,
    path = "/api/v1/connections/{connection}/databases/{database}/collections/{collection}/documents/{id}",
    operation_id = "document_patch", tag = "Documents", extensions(("x-operation" = json!("patch"))),
    params(AtCollection, AtId, IdParameters, IfMatch),
    request_body(content((Document = "application/merge-patch+json"), (Update = "application/vnd.mongodb.update+json"))),
    responses((status = 204, description = "It is now as asked.",
        headers(("ETag" = String, description = "That of the document as it is now."))),
        Changes, Takes, Guarded))]
pub(crate) async fn patch(
    State(api): State<Api>,
    Place { connection, namespace }: Place,
    Id(id): Id,
    precondition: Precondition,
    body: Text,
) -> Reply {
    let (form, etag) = (patch_form(body.content)?, precondition.etag()?);
    let request = PatchRequest { connection, namespace, id, etag, form, text: body.text };
    Ok(changed(&api.engine.patch(request).await?.document.etag))
}

/// Deletes one document.
#[utoipa::path(delete,
    path = "/api/v1/connections/{connection}/databases/{database}/collections/{collection}/documents/{id}",
    operation_id = "document_delete", tag = "Documents", extensions(("x-operation" = json!("delete_document"))),
    params(AtCollection, AtId, IdParameters, IfMatch),
    responses((status = 204, description = "It is gone."), Changes, MustBeGuarded))]
pub(crate) async fn delete(
    State(api): State<Api>,
    Place { connection, namespace }: Place,
    Id(id): Id,
    precondition: Precondition,
) -> Reply {
    let etag = precondition.required()?;
    api.engine.delete_document(DeleteRequest { connection, namespace, id, etag }).await?;
    Ok(StatusCode::NO_CONTENT.into_response())
}

/// A document as it was read, or that it is still the one the caller has.
pub(super) fn one(read: DocumentText, answer: Answer, headers: &HeaderMap) -> Response {
    let mut response = if is_known(headers, &read.etag) {
        StatusCode::NOT_MODIFIED.into_response()
    } else {
        in_form(StatusCode::OK, answer, read.text)
    };
    let headers = response.headers_mut();
    headers.insert(ETAG, quoted(&read.etag));
    headers.insert(VARY, HeaderValue::from_static("accept"));
    if read.damaged {
        headers.insert(DAMAGED, HeaderValue::from_static("true"));
    }
    response
}
