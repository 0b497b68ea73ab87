//! All documents that a filter finds, changed or deleted.

use axum::{extract::State, http::StatusCode};
use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;
use trivet_core::{
    ErrorBody,
    document::{EntryId, ManyAction, ManyReport, ManyRequest, TextFormat},
    number::SafeInt,
};
use utoipa::{IntoParams, ToSchema};

use super::{Reply, json, text_of};
use crate::{
    api::Api,
    body::Text,
    openapi::{
        problems::{Changes, Takes},
        shapes::{AtCollection, Document, Update},
    },
    params::{Parameters, Place},
    written::{id_text, patch_form},
};

/// Which documents.
#[derive(Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(crate) struct Which {
    /// The filter in mongosh syntax or as Extended JSON; one that finds every document is refused.
    #[param(example = r#"{"status": "draft"}"#)]
    filter: String,
    /// `true`, or on a production connection `database.collection`.
    #[param(example = "true")]
    confirm: String,
}

impl Which {
    fn request(
        self,
        Place { connection, namespace }: Place,
        action: impl FnOnce(String) -> ManyAction,
    ) -> ManyRequest {
        ManyRequest {
            connection,
            namespace,
            action: action(self.filter),
            whole_collection: false,
            confirm: Some(self.confirm).filter(|confirm| confirm != "true"),
            without_undo: false,
            query: None,
        }
    }
}

/// What became of the documents. `changed` to `left` together are all that `matched`.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Report {
    /// The entry in the history, by which it can be undone; none where nothing was written or nothing is kept.
    entry: Option<EntryId>,
    /// Documents that the filter found.
    matched: SafeInt,
    /// They were changed or deleted, and a majority has it.
    changed: SafeInt,
    /// They were as they were to be already.
    unchanged: SafeInt,
    /// They were deleted by somebody else meanwhile, or did not fit the filter any more.
    gone: SafeInt,
    /// They could not be written.
    failed: SafeInt,
    /// They may have been written or not: the operation `check_write` tells.
    unknown: SafeInt,
    /// They were not reached.
    left: SafeInt,
    /// Why it ended before its end.
    stopped: Option<ErrorBody>,
    /// The documents that could not be written.
    documents: Vec<Failure>,
}

/// A document that could not be written.
#[derive(Serialize, ToSchema)]
pub(crate) struct Failure {
    /// Its `_id`, as Extended JSON.
    #[serde(rename = "_id")]
    #[schema(value_type = serde_json::Value)]
    id: Box<RawValue>,
    /// Why.
    reason: ErrorBody,
}

/// Changes every document that a filter finds: by update operators or a pipeline, or by a merge patch (RFC 7396).
///
/// In batches, each of which is applied whole or not at all; who goes away meanwhile lets no more begin.
#[utoipa::path(patch, path = "/api/v1/connections/{connection}/databases/{database}/collections/{collection}/documents",
    operation_id = "documents_patch", tag = "Documents", extensions(("x-operation" = json!("write_many"))),
    params(AtCollection, Which),
    request_body(content((Document = "application/merge-patch+json"), (Update = "application/vnd.mongodb.update+json"))),
    responses((status = 200, description = "All are as asked.", body = Report),
        (status = 207, description = "Some are not, or that is not known.", body = Report), Changes, Takes))]
pub(crate) async fn patch(
    State(api): State<Api>,
    place: Place,
    Parameters(which): Parameters<Which>,
    body: Text,
) -> Reply {
    let form = patch_form(body.content)?;
    let change = |filter| ManyAction::Change { filter: Some(filter), form, update: body.text };
    report(api.engine.write_many(which.request(place, change), |_| true).await?)
}

/// Deletes every document that a filter finds.
///
/// In batches, each of which is applied whole or not at all; who goes away meanwhile lets no more begin.
#[utoipa::path(delete, path = "/api/v1/connections/{connection}/databases/{database}/collections/{collection}/documents",
    operation_id = "documents_delete", tag = "Documents", extensions(("x-operation" = json!("write_many"))),
    params(AtCollection, Which),
    responses((status = 200, description = "All are gone.", body = Report),
        (status = 207, description = "Some are not, or that is not known.", body = Report), Changes))]
pub(crate) async fn delete(
    State(api): State<Api>,
    place: Place,
    Parameters(which): Parameters<Which>,
) -> Reply {
    let delete = |filter| ManyAction::Delete { filter: Some(filter) };
    report(api.engine.write_many(which.request(place, delete), |_| true).await?)
}

fn report(report: ManyReport) -> Reply {
    let status = if report.is_complete() { StatusCode::OK } else { StatusCode::MULTI_STATUS };
    let documents = report
        .documents
        .into_iter()
        .map(|failure| Failure { id: id_text(&failure.id, TextFormat::Relaxed), reason: failure.reason });
    let report = Report {
        entry: report.entry,
        matched: report.matched,
        changed: report.changed,
        unchanged: report.unchanged,
        gone: report.gone,
        failed: report.failed,
        unknown: report.unknown,
        left: report.left,
        stopped: report.stopped,
        documents: documents.collect(),
    };
    Ok(json(status, text_of(&report)?))
}
