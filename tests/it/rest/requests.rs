//! A request for every operation that would be carried out, so that only a lock can refuse it.

use bson::{oid::ObjectId, rawdoc};
use reqwest::{Method, RequestBuilder};
use serde_json::{Value, json};
use trivet_core::replica::HealthSettings;
use trivet_tests::NO_INCIDENT;

use super::bench::{JSON, RestBench};

/// The `_id` of the document that is asked for.
pub(super) const ID: &str = "65a000000000000000000001";

/// Operations about a write, or a measuring, that was made: nobody finds one where none can be made.
pub(super) const OF_A_WRITE: [&str; 4] =
    ["check_write", "export_measurement", "history_images", "measurement"];

/// Asks for an operation.
pub(super) fn operate(bench: &RestBench, operation: &str, body: &str) -> RequestBuilder {
    bench.with_body(Method::POST, bench.url(&format!("/operations/{operation}")), JSON, body.to_owned())
}

/// A document that is there, as the operations name it.
pub(super) struct Subject {
    pub(super) database: String,
    /// The opaque id, as it comes with a view of the document.
    pub(super) id: String,
    pub(super) etag: String,
}

impl Subject {
    /// One that the driver stored.
    pub(super) async fn stored(bench: &RestBench) -> Self {
        let id = ObjectId::parse_str(ID).expect("an id");
        bench.store(rawdoc! { "_id": id, "a": 1 }).await;
        let find = json!({ "namespace": { "database": bench.database, "collection": "items" } });
        let answer = operate(bench, "find", &find.to_string()).send().await.expect("an answer");
        let lines = answer.text().await.expect("a page");
        let rows: Value = serde_json::from_str(lines.lines().next().expect("rows")).expect("JSON");
        let text = |name: &str| rows["item"]["documents"][0][name].as_str().expect("a text").to_owned();
        Self { database: bench.database.clone(), id: text("id"), etag: text("etag") }
    }

    /// The request of an operation about this document, `{ "_id": ..., "a": 1 }`, less its connection.
    ///
    /// # Panics
    /// For an operation that is not known here: a new one has to be tried too.
    pub(super) fn request(&self, operation: &str) -> Value {
        let parts = match operation {
            "app_info" | "connections" | "databases" | "forget_history" | "history" | "lab_start"
            | "health_settings" | "measurements" | "lab_status" | "labs" | "ready" | "replica_snapshot"
            | "replica_timeline" | "watch_replica" => return json!({}),
            "replica_history" | "export_incident" => return json!({ "seconds": 60 }),
            "set_health_settings" => return json!({ "settings": HealthSettings::default() }),
            "measure_failover" => return json!({ "label": "a look", "seconds": 1 }),
            "measurement" | "forget_measurement" => return json!({ "id": "1-0" }),
            "export_measurement" => return json!({ "id": "1-0", "format": "csv" }),
            "read_incident" => return json!({ "text": NO_INCIDENT }),
            "check_write" | "history_images" | "undo" => return json!({ "entry": "1" }),
            "undo_as_draft" => return json!({ "entry": "1", "position": 0 }),
            "cancel_query" => return json!({ "query": "a name" }),
            // Of a lab that was never made, so that nothing starts or stops.
            "lab_heal" | "lab_remove" | "lab_stop" => return json!({ "lab": "nowhere" }),
            "lab_scenario" => return json!({ "lab": "nowhere", "scenario": "primaryDies" }),
            // Of mongods that are none, so that no lab is made.
            "rehearse_operation" => {
                return json!({ "operation": { "kind": "initiate", "setName": "none", "members": [] } });
            }
            "lab_fault" => return json!({ "lab": "nowhere", "member": 0, "fault": "freeze" }),
            "lab_set_links" => {
                let link = json!({ "from": 0, "to": 1, "policy": { "kind": "refuse" } });
                return json!({ "lab": "nowhere", "links": [link] });
            }
            "lab_start_member" | "lab_stop_member" => return json!({ "member": 0 }),
            "collections" | "drop_preview" | "locate_collections" => {
                return json!({ "database": self.database });
            }
            "create_collection" => {
                return json!({ "namespace": { "database": self.database, "collection": "made" } });
            }
            "drop_collection" => json!({ "uuid": null }),
            "drop_database" => return json!({ "database": self.database, "fingerprint": "" }),
            "rename_collection" => {
                let to = json!({ "database": self.database, "collection": "renamed" });
                json!({ "uuid": "00010203-0405-0607-0809-0a0b0c0d0e0f", "to": to })
            }
            "find" | "find_text" => {
                json!({ "filter": "{}", "sort": "{\"a\": 1}", "projection": "{\"a\": 1}" })
            }
            "filter_by_value" => {
                return json!({ "field": "a", "value": { "kind": "int", "text": "1" } });
            }
            "convert_value" => {
                return json!({ "value": { "kind": "int", "text": "1" }, "kind": "long" });
            }
            "sample_fields" | "drafts" => json!({}),
            "edit_document" => {
                let edit = json!({ "kind": "remove", "path": [{ "index": 1, "name": "a" }] });
                json!({ "id": self.id, "etag": self.etag, "edits": [edit] })
            }
            "merge_draft" => json!({ "id": self.id, "nowEtag": self.etag, "choices": ["mine"] }),
            "count" => json!({ "mode": "exact", "filter": "{\"a\": 1}" }),
            "get_document" | "get_text" | "draft" | "discard_draft" | "compare_draft" | "check_draft" => {
                json!({ "id": self.id })
            }
            "expand" => json!({ "id": self.id, "path": [{ "index": 1, "name": "a" }] }),
            "bulk" => {
                json!({ "operations": [{ "kind": "delete", "id": self.id, "etag": self.etag }] })
            }
            "measure_many" | "preview_many" | "write_many" => {
                json!({ "action": { "kind": "delete", "filter": "{\"a\": 1}" } })
            }
            "plan_operation" | "run_operation" => {
                json!({ "operation": { "kind": "freeze", "host": "127.0.0.1:1", "seconds": 1 } })
            }
            "insert" => json!({ "text": "{\"b\": 2}" }),
            "insert_many" => json!({ "text": "[{\"b\": 2}, {\"b\": 3}]" }),
            "patch" => json!({ "id": self.id, "etag": self.etag, "form": "merge", "text": "{\"b\": 2}" }),
            "replace" => json!({ "id": self.id, "etag": self.etag, "text": "{\"b\": 2}" }),
            "delete_document" | "save_draft" => json!({ "id": self.id, "etag": self.etag }),
            "update" => {
                let (before, after) =
                    (json!({ "kind": "int", "text": "1" }), json!({ "kind": "int", "text": "2" }));
                let path = json!([{ "index": 1, "name": "a" }]);
                json!({ "id": self.id, "edits": [{ "path": path, "before": before, "after": after }] })
            }
            _ => panic!("{operation} is an operation that nobody tries"),
        };
        let mut request = json!({ "namespace": { "database": self.database, "collection": "items" } });
        let parts = parts.as_object().expect("an object").clone();
        request.as_object_mut().expect("an object").extend(parts);
        request
    }
}
