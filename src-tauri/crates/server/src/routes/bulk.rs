//! Several writes in one request.

use axum::{extract::State, http::StatusCode};
use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;
use trivet_core::{
    Error, ErrorBody,
    document::{
        BulkOperation, BulkOutcome, BulkRequest, BulkWritten, DocumentId, EntryId, IdType, PatchForm,
        TextFormat,
    },
};
use utoipa::ToSchema;

use super::{Reply, json, text_of};
use crate::{
    api::Api,
    body::Text,
    openapi::{
        problems::{Changes, Takes},
        shapes::{AtCollection, Document, Update},
    },
    params::Place,
    written::id_text,
};

/// From 1 to 1000 writes.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub(crate) struct BulkBody {
    /// Carried out in this order.
    #[schema(min_items = 1, max_items = 1000)]
    operations: Vec<One>,
    /// Go on behind one that failed; without it the rest is left.
    #[serde(default)]
    unordered: bool,
}

/// One write. An `id` is an `_id` as Extended JSON; with an `etag`, nothing is written unless the document still has it.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
enum One {
    /// A document is inserted.
    Insert {
        #[schema(value_type = Document)]
        document: Box<RawValue>,
    },
    /// A document is changed by a merge patch (RFC 7396).
    Merge {
        #[schema(value_type = serde_json::Value)]
        id: Box<RawValue>,
        etag: Option<String>,
        #[schema(value_type = Document)]
        patch: Box<RawValue>,
    },
    /// A document is changed by update operators or a pipeline.
    Update {
        #[schema(value_type = serde_json::Value)]
        id: Box<RawValue>,
        etag: Option<String>,
        #[schema(value_type = Update)]
        update: Box<RawValue>,
    },
    /// Another document takes its place.
    Replace {
        #[schema(value_type = serde_json::Value)]
        id: Box<RawValue>,
        etag: Option<String>,
        #[schema(value_type = Document)]
        document: Box<RawValue>,
    },
    /// A document is deleted.
    Delete {
        #[schema(value_type = serde_json::Value)]
        id: Box<RawValue>,
        etag: Option<String>,
    },
}

/// What became of the writes.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Bulk {
    /// The entry in the history, by which all can be undone; none where nothing was written or nothing is kept.
    entry: Option<EntryId>,
    /// In the order of the writes.
    outcomes: Vec<Outcome>,
}

/// What became of one write.
#[derive(Serialize, ToSchema)]
#[serde(tag = "outcome", rename_all = "camelCase")]
enum Outcome {
    /// It was applied, and a majority has it.
    Applied {
        /// The document's `_id`, as Extended JSON.
        #[serde(rename = "_id")]
        #[schema(value_type = serde_json::Value)]
        id: Box<RawValue>,
        /// That of what stands there now; none where nothing does.
        etag: Option<String>,
        /// False where the document was as it was to be already.
        changed: bool,
    },
    /// It was not applied.
    Failed {
        /// Why.
        error: ErrorBody,
    },
    /// It may have been applied or not: the operation `check_write` tells.
    Unknown {
        /// Why that is not known.
        error: ErrorBody,
    },
    /// It was not begun.
    Left,
}

/// Writes several documents one after the other, each guarded and applied by itself.
///
/// All are read before the first is sent: one that cannot be read refuses the whole request.
#[utoipa::path(post, path = "/api/v1/connections/{connection}/databases/{database}/collections/{collection}/bulk",
    operation_id = "documents_bulk", tag = "Documents", extensions(("x-operation" = json!("bulk"))),
    params(AtCollection),
    request_body(content((BulkBody = "application/json"), (BulkBody = "application/ejson"))),
    responses((status = 200, description = "All were applied.", body = Bulk),
        (status = 207, description = "Some were not, or that is not known.", body = Bulk), Changes, Takes))]
pub(crate) async fn bulk(
    State(api): State<Api>,
    Place { connection, namespace }: Place,
    body: Text,
) -> Reply {
    let BulkBody { operations, unordered } = serde_json::from_str(&body.json()?)
        .map_err(|error| Error::invalid(format!("The body cannot be read: {error}.")))?;
    let operations = operations.into_iter().map(One::operation).collect::<Result<_, _>>()?;
    let report = api.engine.bulk(BulkRequest { connection, namespace, operations, unordered }).await?;
    let status = if report.is_complete() { StatusCode::OK } else { StatusCode::MULTI_STATUS };
    let outcomes = report.outcomes.into_iter().map(Outcome::of).collect();
    Ok(json(status, text_of(&Bulk { entry: report.entry, outcomes })?))
}

impl One {
    fn operation(self) -> Result<BulkOperation, Error> {
        let text = |raw: &RawValue| raw.get().to_owned();
        let id = |raw: &RawValue| DocumentId::parse(raw.get(), Some(IdType::Ejson));
        Ok(match self {
            Self::Insert { document } => BulkOperation::Insert { text: text(&document) },
            Self::Merge { id: raw, etag, patch } => {
                BulkOperation::Patch { id: id(&raw)?, etag, form: PatchForm::Merge, text: text(&patch) }
            }
            Self::Update { id: raw, etag, update } => {
                BulkOperation::Patch { id: id(&raw)?, etag, form: PatchForm::Update, text: text(&update) }
            }
            Self::Replace { id: raw, etag, document } => {
                BulkOperation::Replace { id: id(&raw)?, etag, text: text(&document) }
            }
            Self::Delete { id: raw, etag } => BulkOperation::Delete { id: id(&raw)?, etag },
        })
    }
}

impl Outcome {
    fn of(outcome: BulkOutcome) -> Self {
        match outcome {
            BulkOutcome::Applied { write: BulkWritten { id, etag, changed } } => {
                Self::Applied { id: id_text(&id, TextFormat::Relaxed), etag, changed }
            }
            BulkOutcome::Failed { error } => Self::Failed { error },
            BulkOutcome::Unknown { error } => Self::Unknown { error },
            BulkOutcome::Left => Self::Left,
        }
    }
}
