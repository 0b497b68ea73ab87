//! The documents of any collection, as Extended JSON.

use axum::{
    extract::{OriginalUri, State},
    http::StatusCode,
    response::IntoResponse as _,
};
use serde::Deserialize;
use serde_json::value::RawValue;
use trivet_core::{
    Error,
    connection::ReadPreferenceMode,
    document::{Count, CountMode, CountRequest, FindTextRequest, InsertManyRequest, InsertRequest},
    number::SafeInt,
};
use utoipa::{IntoParams, ToSchema};

use super::{Reply, in_form, json, text_of};
use crate::{
    api::Api,
    body::Text,
    openapi::{
        problems::{Asks, Changes, Negotiates, Takes},
        shapes::{AtCollection, Document, MadeOneOrMore, OneOrMore},
    },
    page::{self, Page},
    params::{Answer, Parameters, Place},
    written::{Made, found_at, id_of, location},
};

/// Which documents, and how many.
#[derive(Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(crate) struct List {
    /// The filter in mongosh syntax or as Extended JSON; none for all documents. A value alone is an `_id`.
    filter: Option<String>,
    /// The sort order in mongosh syntax or as Extended JSON; none for `_id` ascending.
    sort: Option<String>,
    /// The projection in mongosh syntax or as Extended JSON; none for all fields.
    projection: Option<String>,
    /// The collation as Extended JSON; none for the collection's own.
    collation: Option<String>,
    /// The index to use, by its keys as Extended JSON or by its name; none for the server's choice.
    hint: Option<String>,
    /// Documents on the page, 1 to 1000; none for 100.
    #[param(minimum = 1, maximum = 1000)]
    limit: Option<u32>,
    /// Where the page before ended: taken from its `Link` header, valid only for the same query.
    after: Option<String>,
    /// Documents to pass over first, at most 100,000; not together with `after`.
    #[param(maximum = 100_000)]
    skip: Option<u32>,
    /// Tell in `X-Total-Count` how many there are: `none`, `estimated` (without a filter) or `exact`.
    #[serde(default)]
    #[param(inline)]
    count: Counted,
    /// Milliseconds that the server may take, 1 to 600,000; none for 20,000.
    #[serde(rename = "maxTimeMS")]
    #[param(minimum = 1, maximum = 600_000)]
    max_time_ms: Option<u32>,
    /// Which members may answer; none for the primary while there is one.
    #[serde(rename = "readPreference")]
    #[param(inline)]
    read_preference: Option<ReadPreferenceMode>,
}

/// Whether a page tells how many documents there are in all.
#[derive(Clone, Copy, Default, PartialEq, Eq, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
enum Counted {
    #[default]
    None,
    Estimated,
    Exact,
}

impl Counted {
    fn mode(self) -> Option<CountMode> {
        match self {
            Self::None => None,
            Self::Estimated => Some(CountMode::Estimated),
            Self::Exact => Some(CountMode::Exact),
        }
    }
}

/// Asks how many documents there are.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub(crate) struct CountBody {
    /// The filter, as an object; none for all documents.
    #[schema(value_type = Option<Document>)]
    filter: Option<Box<RawValue>>,
    /// How to count; none for exact.
    mode: Option<CountMode>,
    /// Where exact counting stops; none for no limit.
    limit: Option<SafeInt>,
}

/// One page of documents.
///
/// A plain array. `Link: <...>; rel="next"` leads to the page that follows, where there is one. A document with bytes
/// that JSON cannot hold, such as bad UTF-8, makes the answer carry `Trivet-Damaged: true`. In the order of `_id`, and of
/// an index over one field and `_id`, pages are exact whatever others write; in any other they go on where the one before
/// ended, and `Trivet-Shifted: true` tells that this place has moved.
#[utoipa::path(get, path = "/api/v1/connections/{connection}/databases/{database}/collections/{collection}/documents",
    operation_id = "documents_list", tag = "Documents", extensions(("x-operation" = json!(["find_text", "count"]))),
    params(AtCollection, List),
    responses((status = 200, description = "The documents; as `application/x-ndjson` one on a line.",
        content((Vec<Document> = "application/json"), (Vec<Document> = "application/ejson"),
            (Document = "application/x-ndjson")),
        headers(("Link" = String, description = "`<...>; rel=\"next\"`, unless this is the last page."),
            ("X-Total-Count" = u64, description = "How many there are, where `count` asks for it."),
            ("Trivet-Shifted" = bool, description = "What came before this page has changed: documents may be missing \
                here, or come a second time."),
            ("Trivet-Damaged" = bool, description = "A document of the page cannot be put back as it is written."))),
        Asks, Negotiates))]
pub(crate) async fn list(
    State(api): State<Api>,
    Place { connection, namespace }: Place,
    OriginalUri(uri): OriginalUri,
    answer: Answer,
    Parameters(list): Parameters<List>,
) -> Reply {
    let total = match list.count.mode() {
        None => None,
        Some(mode) => {
            let request = CountRequest {
                connection: connection.clone(),
                namespace: namespace.clone(),
                filter: list.filter.clone(),
                mode,
                limit: None,
                hint: list.hint.clone(),
                collation: list.collation.clone(),
                max_time_ms: list.max_time_ms,
                read_preference: list.read_preference,
                query: None,
            };
            Some(api.engine.count(request).await?)
        }
    };
    let request = FindTextRequest {
        connection,
        namespace,
        filter: list.filter,
        sort: list.sort,
        projection: list.projection,
        collation: list.collation,
        hint: list.hint,
        limit: list.limit.or(Some(page::LIMIT)),
        after: list.after,
        skip: list.skip,
        max_time_ms: list.max_time_ms,
        read_preference: list.read_preference,
        format: answer.format(),
        query: None,
    };
    let found = api.engine.find_text(request).await?;
    Ok(Page { found, total, answer, uri: &uri }.into_response())
}

/// Inserts one document, or all or none of an array of up to 1000.
#[utoipa::path(post, path = "/api/v1/connections/{connection}/databases/{database}/collections/{collection}/documents",
    operation_id = "documents_insert", tag = "Documents",
    extensions(("x-operation" = json!(["insert", "insert_many"]))), params(AtCollection),
    request_body(content((OneOrMore = "application/json"), (OneOrMore = "application/ejson"))),
    responses((status = 201, description = "Made: its `_id`, or theirs in the order given.",
        content((MadeOneOrMore = "application/json"), (MadeOneOrMore = "application/ejson"),
            (Made = "application/x-ndjson")),
        headers(("Location" = String, description = "Of one document, where it can be read."),
            ("ETag" = String, description = "Of one document, that of what was made."))),
        Changes, Takes, Negotiates))]
pub(crate) async fn insert(
    State(api): State<Api>,
    Place { connection, namespace }: Place,
    OriginalUri(uri): OriginalUri,
    answer: Answer,
    body: Text,
) -> Reply {
    let text = body.json()?;
    if text.trim_start().starts_with('[') {
        let inserted = api.engine.insert_many(InsertManyRequest { connection, namespace, text }).await?;
        let made: Vec<_> =
            inserted.documents.iter().map(|document| Made::of(&document.id, answer.format())).collect();
        let made = match answer {
            Answer::Json | Answer::Canonical => text_of(&made)?,
            Answer::Lines => {
                made.iter().map(|made| Ok(text_of(made)? + "\n")).collect::<Result<_, Error>>()?
            }
        };
        return Ok(in_form(StatusCode::CREATED, answer, made));
    }
    let written = api.engine.insert(InsertRequest { connection, namespace, text, id: None }).await?;
    let id = id_of(&written)?;
    let made = text_of(&Made::of(id, answer.format()))?;
    let response = in_form(StatusCode::CREATED, answer, made);
    Ok(found_at(response, &location(uri.path(), id), &written.document.etag))
}

/// How many documents there are.
#[utoipa::path(post, path = "/api/v1/connections/{connection}/databases/{database}/collections/{collection}/count",
    operation_id = "documents_count", tag = "Documents", extensions(("x-operation" = json!("count"))),
    params(AtCollection),
    request_body(content((CountBody = "application/json"), (CountBody = "application/ejson"))),
    responses((status = 200, description = "The number.", body = Count), Asks, Takes))]
pub(crate) async fn count(
    State(api): State<Api>,
    Place { connection, namespace }: Place,
    body: Text,
) -> Reply {
    let CountBody { filter, mode, limit } = serde_json::from_str(&body.json()?)
        .map_err(|error| Error::invalid(format!("The body cannot be read: {error}.")))?;
    let filter = filter.map(|filter| filter.get().to_owned());
    let mode = mode.unwrap_or(CountMode::Exact);
    let request = CountRequest {
        connection,
        namespace,
        filter,
        mode,
        limit,
        hint: None,
        collation: None,
        max_time_ms: None,
        read_preference: None,
        query: None,
    };
    Ok(json(StatusCode::OK, text_of(&api.engine.count(request).await?)?))
}
