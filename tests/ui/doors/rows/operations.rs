//! What is done to a replica set, and measured of it.

use serde_json::json;

use super::{At, MEASURED, Row};

pub(super) fn operations(at: &At) -> Vec<Row> {
    let freeze = json!({ "operation": { "kind": "freeze", "host": "nowhere:1", "seconds": 1 } });
    let thaw = json!({ "operation": { "kind": "freeze", "host": at.host, "seconds": 0 } });
    let edit = json!({ "kind": "document", "text": "{ members: " });
    let nonsense = json!({ "operation": { "kind": "reconfigure", "edits": [edit] } });
    vec![
        Row::new("plan_operation", at.ask(freeze.clone())).varies(&["basis.term"]),
        Row::new("plan_operation", at.ask(nonsense)).refused("InvalidInput"),
        Row::new("run_operation", at.ask(freeze)).refused("Conflict"),
        Row::new("run_operation", at.ask(thaw.clone())).varies(&["steps.*.elapsedMs", "config.term"]),
        Row::new("rehearse_operation", at.ask(thaw)).varies(&["report.**", "hosts.**", "remarks.**"]),
        Row::new("measure_failover", at.ask(json!({ "label": "" }))).refused("InvalidInput"),
        Row::new("measure_failover", at.ask(json!({ "label": "a look", "seconds": 1 }))).varies(&[
            "id",
            "beganAt",
            "seconds",
            "acknowledged",
            "failed",
            "usualMs",
            "outages.**",
            "worstAwayMs",
            "medianAwayMs",
            "errors.**",
            "retryable.hidden",
            "retryable.errors",
            "retryable.slowestMs",
            "elections.**",
            "sentMs.**",
            "tookMs.**",
            "remarks.**",
        ]),
        Row::new("measurements", at.ask(json!({}))).varies(&["**"]),
        Row::new("measurement", at.ask(json!({ "id": "1-0" }))).refused("NotFound"),
        Row::new("measurement", at.ask(json!({ "id": MEASURED }))),
        Row::new("export_measurement", at.ask(json!({ "id": MEASURED, "format": "csv" }))),
        Row::new("forget_measurement", at.ask(json!({ "id": MEASURED, "in": at.collection }))),
    ]
}
