//! What both doors are asked: a row for every operation, and some for what is refused.

mod operations;
mod replica;

use serde_json::{Value, json};
use trivet_core::{
    document::{DocumentId, IdType},
    value::{ejson::parse_document, etag::etag},
};

use operations::operations;
use replica::{health, lab, replica_set};

use super::ask::Door;

pub(super) const DATABASE: &str = "doors";
/// The collection that both doors read and neither changes.
pub(super) const READ: &str = "read";
/// Stands for the latest entry of the history that is about the collection `in`.
pub(super) const LATEST: &str = "latest";

/// Stands for the id of the latest measurement.
pub(super) const MEASURED: &str = "measured";

/// One request.
pub(super) struct Row {
    pub(super) operation: &'static str,
    /// The request; null for an operation that has none.
    pub(super) request: Value,
    /// Parts of the outcome that are not the same from one moment to the next.
    pub(super) varies: &'static [&'static str],
    /// The code of the error that it comes to.
    pub(super) refused: Option<&'static str>,
    /// Who is asked first, and so does what the other finds done.
    pub(super) first: Door,
}

impl Row {
    pub(super) fn new(operation: &'static str, request: Value) -> Self {
        Self { operation, request, varies: &[], refused: None, first: Door::Window }
    }

    fn varies(self, varies: &'static [&'static str]) -> Self {
        Self { varies, ..self }
    }

    fn refused(self, code: &'static str) -> Self {
        Self { refused: Some(code), ..self }
    }

    fn http_first(self) -> Self {
        Self { first: Door::Http, ..self }
    }
}

/// Whom a door asks for what.
pub(super) struct At<'a> {
    pub(super) connection: &'a str,
    /// The collection that only this door writes to.
    pub(super) collection: &'a str,
    /// A member that can be stopped.
    pub(super) member: u32,
    /// The same by its name.
    pub(super) host: &'a str,
    /// What this door alone renames and drops.
    pub(super) mine: &'a Mine,
}

/// What the server calls a door's own collections.
#[derive(Default)]
pub(super) struct Mine {
    /// The UUID of the collection that is renamed and then dropped.
    pub(super) uuid: String,
    /// Stands for what is in the database that is dropped.
    pub(super) fingerprint: String,
}

/// The collection that a door renames and drops.
pub(super) fn dropped_collection(door: &str) -> String {
    format!("dropped by {door}")
}

/// The database that a door drops.
pub(super) fn dropped_database(door: &str) -> String {
    format!("dropped_by_{door}")
}

impl At<'_> {
    /// A request of the connection.
    fn ask(&self, more: Value) -> Value {
        let mut request = json!({ "connection": self.connection });
        if let (Value::Object(request), Value::Object(more)) = (&mut request, more) {
            request.extend(more);
        }
        request
    }

    fn in_collection(&self, collection: &str, more: Value) -> Value {
        let mut request = self.ask(more);
        request["namespace"] = json!({ "database": DATABASE, "collection": collection });
        request
    }

    /// A request of what nobody changes.
    fn read(&self, more: Value) -> Value {
        self.in_collection(READ, more)
    }

    /// A request of what this door alone changes.
    fn write(&self, more: Value) -> Value {
        self.in_collection(self.collection, more)
    }
}

fn id(text: &str, id_type: IdType) -> Value {
    json!(DocumentId::parse(text, Some(id_type)).expect("an id"))
}

/// All requests, in the order in which they are sent.
pub(super) fn rows(at: &At) -> Vec<Row> {
    [
        reads(at),
        writes(at),
        catalog(at),
        history(at),
        refused_reads(at),
        refused_writes(at),
        replica_set(at),
        operations(at),
        lab(at),
    ]
    .into_iter()
    .flatten()
    .collect()
}

fn reads(at: &At) -> Vec<Row> {
    let (one, two) = (id("1", IdType::Int), id("2", IdType::Int));
    let filter = r#"{"_id": {"$type": "int"}}"#;
    let page =
        json!({ "filter": filter, "sort": r#"{"name": -1}"#, "projection": r#"{"text": 0}"#, "pageSize": 1 });
    let text_page =
        json!({ "skip": 1, "format": "canonical", "maxTimeMs": 5000, "readPreference": "primary" });
    vec![
        Row::new("app_info", Value::Null),
        Row::new("connections", Value::Null),
        Row::new("ready", at.ask(json!({}))),
        Row::new("databases", at.ask(json!({}))),
        Row::new("collections", at.ask(json!({ "database": DATABASE }))),
        Row::new("locate_collections", at.ask(json!({ "database": DATABASE, "name": READ }))),
        Row::new("drop_preview", at.ask(json!({ "database": DATABASE, "collection": READ }))),
        Row::new("count", at.read(json!({ "mode": "estimated" }))),
        Row::new("count", at.read(json!({ "mode": "exact", "filter": filter, "limit": 1 }))),
        // The place of an open cursor is told by a name that it has once.
        Row::new("find", at.read(page)).varies(&["end.elapsedMs", "end.after"]),
        Row::new("find", at.read(json!({}))).varies(&["end.elapsedMs"]),
        Row::new("find", at.read(json!({ "from": { "kind": "last" }, "pageSize": 2 })))
            .varies(&["end.elapsedMs"]),
        Row::new("cancel_query", at.ask(json!({ "query": "of nobody" }))),
        Row::new("find_text", at.read(text_page)).varies(&["elapsedMs"]),
        Row::new("find_text", at.read(json!({}))).varies(&["elapsedMs"]),
        Row::new("get_document", at.read(json!({ "id": id("three", IdType::String) }))),
        Row::new("get_text", at.read(json!({ "id": one }))),
        Row::new("get_text", at.read(json!({ "id": one, "format": "canonical", "layout": "compact" }))),
        Row::new(
            "filter_by_value",
            json!({ "field": "a.b", "value": { "kind": "long", "text": "9007199254740993" } }),
        ),
        Row::new("filter_by_value", json!({ "field": "$a", "value": { "kind": "int", "text": "1" } }))
            .refused("InvalidInput"),
        Row::new("convert_value", json!({ "value": { "kind": "double", "text": "2.75" }, "kind": "int" })),
        Row::new("convert_value", json!({ "value": { "kind": "null", "text": "" }, "kind": "int" })),
        Row::new("convert_value", json!({ "value": { "kind": "int", "text": "x" }, "kind": "long" }))
            .refused("InvalidInput"),
        // A sample comes in any order, and with it the fields.
        Row::new("sample_fields", at.read(json!({}))).varies(&["fields"]),
        Row::new(
            "expand",
            at.read(json!({ "id": two, "path": [{ "index": 2, "name": "numbers" }], "from": 650 })),
        ),
    ]
}

fn writes(at: &At) -> Vec<Row> {
    let id = id("made", IdType::String);
    let edit = json!({
        "path": [{ "index": 1, "name": "sku" }],
        "before": { "kind": "long", "text": "9007199254740993" },
        "after": { "kind": "decimal", "text": "1.10" },
    });
    let text = r#"{"_id": "made", "sku": {"$numberLong": "9007199254740993"}, "10": 1, "2": 2}"#;
    let etag = etag_of(r#"{"_id": "made", "sku": {"$numberDecimal": "1.10"}, "10": 1, "2": 2}"#);
    let renamed = etag_of(r#"{"_id": "made", "sku": {"$numberDecimal": "1.10"}, "ten": 1, "2": 2}"#);
    let rename = |name: &str, to: &str| json!({ "kind": "rename", "path": [{ "index": 2, "name": name }], "name": to });
    let back = rename("ten", "10");
    let edited = at.write(json!({ "id": id, "etag": etag, "edits": [rename("10", "ten")] }));
    let patched = |form, text| at.write(json!({ "id": id, "form": form, "text": text }));
    let many = json!({
        "kind": "change", "filter": "{ _id: { $type: 'int' } }", "form": "update", "update": "{ $set: { many: true } }",
    });
    let rows = vec![
        Row::new("insert", at.write(json!({ "text": text }))),
        Row::new("insert", at.write(json!({ "text": "{}", "id": id_of("named") }))),
        Row::new(
            "insert_many",
            at.write(json!({ "text": r#"[{"_id": 1, "b": 1.0}, {"_id": 2, "a": null}]"# })),
        ),
        Row::new("update", at.write(json!({ "id": id, "edits": [edit] }))),
        Row::new("edit_document", edited).varies(&["draft.namespace.collection", "draft.editedAtMs"]),
        Row::new("draft", at.write(json!({ "id": id })))
            .varies(&["draft.namespace.collection", "draft.editedAtMs"]),
        Row::new("drafts", at.write(json!({}))).varies(&["*.namespace.collection", "*.editedAtMs"]),
        Row::new("compare_draft", at.write(json!({ "id": id }))),
        Row::new("merge_draft", at.write(json!({ "id": id, "nowEtag": etag, "choices": ["mine", "mine"] })))
            .varies(&["draft.namespace.collection", "draft.editedAtMs"]),
        Row::new("check_draft", at.write(json!({ "id": id })))
            .varies(&["draft.namespace.collection", "draft.editedAtMs"]),
        Row::new("save_draft", at.write(json!({ "id": id, "etag": renamed }))),
        Row::new("edit_document", at.write(json!({ "id": id, "etag": renamed, "edits": [back] })))
            .varies(&["draft.namespace.collection", "draft.editedAtMs"]),
        Row::new("discard_draft", at.write(json!({ "id": id }))),
        Row::new("check_draft", at.write(json!({ "id": id }))).refused("NotFound"),
        Row::new(
            "bulk",
            at.write(json!({ "operations": [
            { "kind": "insert", "text": r#"{"_id": 3, "c": 1}"# },
            { "kind": "patch", "id": id, "etag": "another", "form": "merge", "text": "{}" },
            { "kind": "insert", "text": r#"{"_id": 4}"# },
        ] })),
        ),
        Row::new("bulk", at.write(json!({ "operations": [] }))).refused("InvalidInput"),
        Row::new("preview_many", at.write(json!({ "action": many }))),
        Row::new("measure_many", at.write(json!({ "action": many }))).varies(&["undo"]),
        Row::new("write_many", at.write(json!({ "action": many }))),
        Row::new("write_many", at.write(json!({ "action": { "kind": "delete" } }))).refused("InvalidInput"),
        Row::new("patch", patched("merge", r#"{"10": null, "inner": {"a": 1}}"#)),
        Row::new("patch", patched("fields", r#"{"inner": {"b": 2}}"#)),
        Row::new("patch", patched("update", r#"{"$inc": {"2": 40}}"#)),
        Row::new(
            "replace",
            at.write(json!({ "id": id, "text": r#"{"other": {"$date": "2026-01-05T08:00:00Z"}}"# })),
        ),
        Row::new("undo_as_draft", at.ask(json!({ "entry": LATEST, "in": at.collection, "position": 0 })))
            .varies(&["draft.namespace.collection", "draft.editedAtMs"]),
        Row::new("discard_draft", at.write(json!({ "id": id }))),
        Row::new("delete_document", at.write(json!({ "id": id }))),
    ];
    // Each write has an entry of its own in the history.
    let writes = [
        "bulk",
        "insert",
        "insert_many",
        "write_many",
        "update",
        "save_draft",
        "patch",
        "replace",
        "delete_document",
    ];
    let named = |row: Row| if writes.contains(&row.operation) { row.varies(&["entry"]) } else { row };
    rows.into_iter().map(named).collect()
}

/// Each door finds what it has written to its own collection, last of all a delete.
fn history(at: &At) -> Vec<Row> {
    let entry = || at.ask(json!({ "entry": LATEST, "in": at.collection }));
    vec![
        Row::new("history", at.write(json!({ "kind": "insertMany" }))).varies(&[
            "entries.*.id",
            "entries.*.at",
            "entries.*.namespace.collection",
            "usedBytes",
        ]),
        Row::new("history_images", entry()),
        Row::new("check_write", entry()),
        // It took the document away: there is nothing to put back field by field.
        Row::new("undo_as_draft", at.ask(json!({ "entry": LATEST, "in": at.collection, "position": 0 })))
            .refused("Unsupported"),
        Row::new("undo", entry()).varies(&["entry"]),
        Row::new("undo", at.ask(json!({ "entry": "first" }))).refused("InvalidInput"),
        Row::new("undo", at.ask(json!({ "entry": "1" }))).refused("NotFound"),
        Row::new("forget_history", at.ask(json!({ "entry": "1" }))).varies(&["usedBytes"]),
    ]
}

/// The hash of a document written as Extended JSON.
fn etag_of(text: &str) -> String {
    etag(&parse_document(text).expect("a document"))
}

/// Each door makes, renames and drops collections of its own.
fn catalog(at: &At) -> Vec<Row> {
    let made = format!("made by {}", at.collection);
    let (old, new) = (dropped_collection(at.collection), format!("renamed by {}", at.collection));
    let to = json!({ "database": DATABASE, "collection": new });
    let Mine { uuid, fingerprint } = at.mine;
    let database = dropped_database(at.collection);
    vec![
        Row::new(
            "create_collection",
            at.in_collection(&made, json!({ "capped": { "sizeBytes": 4096, "maxDocuments": null } })),
        )
        .varies(&["namespace.collection"]),
        Row::new("rename_collection", at.in_collection(&old, json!({ "uuid": uuid, "to": to })))
            .varies(&["namespace.collection"]),
        Row::new("drop_collection", at.in_collection(&new, json!({ "uuid": uuid }))),
        Row::new("drop_database", at.ask(json!({ "database": database, "fingerprint": fingerprint }))),
        Row::new("create_collection", at.read(json!({}))).refused("Conflict"),
        Row::new("create_collection", at.in_collection("no$", json!({}))).refused("InvalidInput"),
        Row::new("create_collection", at.in_collection("no", json!({ "options": "{ nope: 1 }" })))
            .refused("InvalidInput"),
        Row::new("drop_collection", at.read(json!({ "uuid": null }))).refused("Conflict"),
        Row::new("drop_database", at.ask(json!({ "database": DATABASE, "fingerprint": "" })))
            .refused("Conflict"),
        Row::new(
            "rename_collection",
            at.read(json!({ "uuid": "no uuid", "to": { "database": DATABASE, "collection": "no" } })),
        )
        .refused("InvalidInput"),
        Row::new("drop_preview", at.ask(json!({ "database": "local" }))).refused("InvalidInput"),
    ]
}

fn id_of(text: &str) -> Value {
    id(text, IdType::String)
}

fn refused_reads(at: &At) -> Vec<Row> {
    let one = id("1", IdType::Int);
    let nobody = json!({ "connection": "nobody" });
    vec![
        Row::new("ready", nobody.clone()).refused("NotFound"),
        Row::new("replica_snapshot", nobody.clone()).refused("NotFound"),
        Row::new("replica_timeline", nobody).refused("NotFound"),
        Row::new("replica_timeline", at.ask(json!({ "limit": 0 }))).refused("InvalidInput"),
        Row::new("replica_history", at.ask(json!({ "seconds": 0 }))).refused("InvalidInput"),
        Row::new("export_incident", at.ask(json!({ "seconds": 86_401 }))).refused("InvalidInput"),
        Row::new("read_incident", json!({ "text": "{}" })).refused("InvalidInput"),
        Row::new(
            "set_health_settings",
            at.ask(json!({ "settings": health(|settings| settings.thresholds.lag_seconds.warning = Some(-1.0)) })),
        )
        .refused("InvalidInput"),
        Row::new("collections", at.ask(json!({ "database": "a b" }))).refused("InvalidInput"),
        Row::new("count", at.read(json!({ "mode": "estimated", "filter": r#"{"a": 1}"# })))
            .refused("InvalidInput"),
        Row::new("find", at.read(json!({ "filter": "{\"a\":\n  [1, }" }))).refused("InvalidInput"),
        Row::new("find", at.read(json!({ "filter": r#"{"a": {"$nope": 1}}"# }))).refused("InvalidInput"),
        Row::new("find_text", at.read(json!({ "sort": "name" }))).refused("InvalidInput"),
        Row::new("find_text", at.read(json!({ "limit": 0 }))).refused("InvalidInput"),
        Row::new("get_document", at.read(json!({ "id": id_of("nobody") }))).refused("NotFound"),
        Row::new("get_text", at.read(json!({ "id": "not an id" }))).refused("InvalidInput"),
        Row::new("expand", at.read(json!({ "id": one, "path": [{ "index": 9, "name": "no" }] })))
            .refused("NotFound"),
    ]
}

/// Nothing is written, so that both doors may meet the same documents.
fn refused_writes(at: &At) -> Vec<Row> {
    let one = id("1", IdType::Int);
    let edit = json!({
        "path": [{ "index": 1, "name": "name" }],
        "before": { "kind": "string", "text": "another" },
        "after": { "kind": "string", "text": "mine" },
    });
    vec![
        Row::new("insert", at.read(json!({ "text": r#"{"_id": 1}"# }))).refused("Conflict"),
        Row::new("insert", at.read(json!({ "text": "{\"a\": 1,\n\"b\" 2}" }))).refused("InvalidInput"),
        Row::new("insert_many", at.read(json!({ "text": "[]" }))).refused("InvalidInput"),
        Row::new("patch", at.read(json!({ "id": one, "form": "update", "text": r#"{"$nope": {"a": 1}}"# })))
            .refused("InvalidInput"),
        Row::new("replace", at.read(json!({ "id": one, "etag": "stale", "text": "{}" }))).refused("Conflict"),
        Row::new("update", at.read(json!({ "id": one, "edits": [edit] }))).refused("Conflict"),
        Row::new("delete_document", at.read(json!({ "id": one, "etag": "stale" }))).refused("Conflict"),
        Row::new("delete_document", at.read(json!({ "id": id_of("nobody") }))).refused("NotFound"),
        Row::new("lab_stop_member", json!({ "member": 9 })).refused("NotFound"),
    ]
}
