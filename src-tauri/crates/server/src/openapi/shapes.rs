//! Shapes that only the description needs: what the routes themselves read by hand, or hand on as text.

#![expect(dead_code, reason = "described, never made")]

use std::collections::HashMap;

use serde_json::json;
use utoipa::{
    IntoParams, PartialSchema, ToSchema,
    openapi::{
        RefOr,
        schema::{Object, Schema, Type},
    },
};

use crate::written::Made;

/// A document, or a part of one, as Extended JSON v2.
pub(crate) struct Document;

impl PartialSchema for Document {
    fn schema() -> RefOr<Schema> {
        let about = "Extended JSON v2: relaxed, or canonical as `application/ejson`. Requests may mix both.";
        let examples = [json!({ "name": "Lamp", "price": 19.5 })];
        Object::builder().schema_type(Type::Object).description(Some(about)).examples(examples).into()
    }
}

impl ToSchema for Document {}

/// From 1 to 1000 documents.
#[derive(ToSchema)]
#[schema(min_items = 1, max_items = 1000)]
pub(crate) struct Several(Vec<Document>);

/// One document, or several.
#[derive(ToSchema)]
#[serde(untagged)]
pub(crate) enum OneOrMore {
    /// One document.
    One(Document),
    /// All of these or none.
    More(Several),
}

/// Update operators, or a pipeline of update stages.
#[derive(ToSchema)]
#[serde(untagged)]
pub(crate) enum Update {
    /// Such as `{ "$inc": { "stock": -1 } }`.
    Operators(Document),
    /// Such as `[{ "$set": { "total": { "$sum": "$parts" } } }]`.
    Pipeline(Vec<Document>),
}

/// What was made: one, or one for each document of an array.
#[derive(ToSchema)]
#[serde(untagged)]
pub(crate) enum MadeOneOrMore {
    One(Made),
    More(Vec<Made>),
}

#[derive(IntoParams)]
#[into_params(parameter_in = Path)]
pub(crate) struct AtConnection {
    /// The id of a connection, or `default` where only one is served.
    #[param(min_length = 1, example = "default")]
    connection: String,
}

#[derive(IntoParams)]
#[into_params(parameter_in = Path)]
pub(crate) struct AtSetOperation {
    /// The id of a connection, or `default` where only one is served.
    #[param(min_length = 1, example = "default")]
    connection: String,
    /// `step-down`, `freeze`, `maintenance`, `sync-from`, `initiate`, `reconfigure`, `force-reconfigure` or `resync`.
    #[param(example = "step-down", pattern = "^[a-z-]+$")]
    operation: String,
}

#[derive(IntoParams)]
#[into_params(parameter_in = Path)]
pub(crate) struct AtDatabase {
    /// The id of a connection, or `default` where only one is served.
    #[param(min_length = 1, example = "default")]
    connection: String,
    /// The database's name, at most 63 bytes.
    #[param(min_length = 1, max_length = 63, pattern = r#"^[^\u0000/\\. "]+$"#, example = "mydatabase")]
    database: String,
}

#[derive(IntoParams)]
#[into_params(parameter_in = Path)]
pub(crate) struct AtCollection {
    /// The id of a connection, or `default` where only one is served.
    #[param(min_length = 1, example = "default")]
    connection: String,
    /// The database's name, at most 63 bytes.
    #[param(min_length = 1, max_length = 63, pattern = r#"^[^\u0000/\\. "]+$"#, example = "mydatabase")]
    database: String,
    /// The collection's name; database and collection together are at most 254 bytes.
    #[param(min_length = 1, max_length = 253, example = "items")]
    collection: String,
}

#[derive(IntoParams)]
#[into_params(parameter_in = Path)]
pub(crate) struct AtId {
    /// The document's `_id`: 24 hex digits of an ObjectId, or what `id_type` says.
    #[param(min_length = 1, example = "65f0a1b2c3d4e5f60718293a")]
    id: String,
}

#[derive(IntoParams)]
#[into_params(parameter_in = Header)]
pub(crate) struct IfMatch {
    /// The `ETag` that was read, in quotes: only this state of the document is written to. `*` for any.
    #[param(rename = "If-Match", nullable = false, example = "*")]
    if_match: Option<String>,
}

#[derive(IntoParams)]
#[into_params(parameter_in = Header)]
pub(crate) struct UnlessThere {
    /// `*`: only where there is no such document. Not together with `If-Match`.
    #[param(rename = "If-None-Match", nullable = false, pattern = r"^\*$")]
    if_none_match: Option<String>,
}

#[derive(IntoParams)]
#[into_params(parameter_in = Header)]
pub(crate) struct UnlessKnown {
    /// ETags of the states that the caller has already.
    #[param(rename = "If-None-Match", nullable = false)]
    if_none_match: Option<String>,
}

#[derive(IntoParams)]
#[into_params(parameter_in = Query)]
pub(crate) struct WhichItems {
    /// Items on the page; none for 100.
    #[param(minimum = 1, maximum = 1000)]
    limit: Option<u32>,
    /// Where the page before ended: taken from its `Link` header, valid only with the same fields.
    after: Option<String>,
    /// Any other parameter names a field and the scalar that it has to be equal to.
    #[param(style = Form, explode, example = json!({}))]
    fields: Option<HashMap<String, String>>,
}
