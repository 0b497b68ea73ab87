//! What is asked of a replica set and of the local sets.

use serde_json::{Value, json};
use trivet_core::replica::HealthSettings;
use trivet_tests::NO_INCIDENT;

use super::{At, Row};

pub(super) fn health(change: impl FnOnce(&mut HealthSettings)) -> HealthSettings {
    let mut settings = HealthSettings::default();
    change(&mut settings);
    settings
}

pub(super) fn replica_set(at: &At) -> Vec<Row> {
    vec![
        Row::new("replica_snapshot", at.ask(json!({}))).varies(&[
            "takenAt",
            "members.*.lagSeconds",
            "members.*.pingMs",
            "members.*.uptimeSeconds",
            "commitLagSeconds",
            "commitPoint",
            "commitStillSeconds",
            "views.*.glances.*.heardSeconds",
            "views.*.glances.*.pingMs",
            "sight.seconds",
            "configuration.committed",
            "members.*.heartbeatSeconds",
            "members.*.oplogWindowHours",
            "members.*.oplogFull",
            "members.*.headroomHours",
            "members.*.staleInHours",
            "members.*.clockSkewSeconds",
            "members.*.operations.insert",
            "members.*.operations.query",
            "members.*.operations.update",
            "members.*.operations.delete",
            "members.*.operations.getmore",
            "members.*.operations.command",
            "members.*.connections.current",
            "members.*.connections.available",
            "members.*.cacheDirty",
            "members.*.cacheUsed",
            "members.*.electionsCalled",
            "members.*.flowControlLagged",
        ]),
        Row::new(
            "set_health_settings",
            at.ask(json!({ "settings": health(|settings| settings.record = true) })),
        ),
        Row::new("health_settings", at.ask(json!({}))),
        Row::new("replica_timeline", at.ask(json!({}))).varies(&["entries.**", "more.**"]),
        Row::new("replica_history", at.ask(json!({}))).varies(&[
            "times.**",
            "primary.**",
            "commitLag.**",
            "members.*.lag.**",
            "members.*.oplogWindow.**",
            "members.*.operations.**",
            "members.*.state.**",
        ]),
        Row::new("export_incident", at.ask(json!({ "hideHosts": true }))).varies(&[
            "name",
            "madeAt",
            "history.**",
            "snapshots.**",
            "timeline.**",
            "configurations.*.seenAt",
            "logs.**",
        ]),
        Row::new("read_incident", json!({ "text": NO_INCIDENT })),
        Row::new("set_health_settings", at.ask(json!({ "settings": health(|_| {}) }))).http_first(),
        Row::new("watch_replica", at.ask(json!({}))).varies(&[
            "snapshot.takenAt",
            "snapshot.members.*.lagSeconds",
            "snapshot.members.*.pingMs",
            "snapshot.members.*.uptimeSeconds",
            "snapshot.commitLagSeconds",
            "snapshot.commitPoint",
            "snapshot.commitStillSeconds",
            "snapshot.views.*.glances.*.heardSeconds",
            "snapshot.views.*.glances.*.pingMs",
            "snapshot.sight.seconds",
            "snapshot.configuration.committed",
            "snapshot.members.*.heartbeatSeconds",
            "snapshot.members.*.oplogWindowHours",
            "snapshot.members.*.oplogFull",
            "snapshot.members.*.headroomHours",
            "snapshot.members.*.staleInHours",
            "snapshot.members.*.clockSkewSeconds",
            "snapshot.members.*.operations.insert",
            "snapshot.members.*.operations.query",
            "snapshot.members.*.operations.update",
            "snapshot.members.*.operations.delete",
            "snapshot.members.*.operations.getmore",
            "snapshot.members.*.operations.command",
            "snapshot.members.*.connections.current",
            "snapshot.members.*.connections.available",
            "snapshot.members.*.cacheDirty",
            "snapshot.members.*.cacheUsed",
            "snapshot.members.*.electionsCalled",
            "snapshot.members.*.flowControlLagged",
        ]),
    ]
}

/// Who is asked first stops or starts the member; the other finds it so, with the same processes.
pub(super) fn lab(at: &At) -> Vec<Row> {
    let member = || json!({ "member": at.member });
    let nowhere = || json!({ "lab": "nowhere" });
    let thaw = json!({ "member": at.member, "fault": "thaw" });
    let link = json!({ "to": at.member, "policy": { "kind": "refuse" } });
    let eight = json!({ "plan": { "name": "eight", "members": [{}, {}, {}, {}, {}, {}, {}, {}] } });
    let none = json!({ "operation": { "kind": "initiate", "setName": "none", "members": [] } });
    // What was done already takes no steps.
    let steps = &["steps.**"];
    vec![
        Row::new("labs", Value::Null),
        Row::new("lab_status", json!({})),
        Row::new("lab_start", json!({})),
        Row::new("lab_start", eight).refused("InvalidInput"),
        Row::new("lab_start", nowhere()).refused("NotFound"),
        Row::new("lab_stop_member", member()).varies(steps),
        Row::new("lab_start_member", member()).http_first().varies(steps),
        Row::new("lab_stop_member", member()).http_first().varies(steps),
        Row::new("lab_start_member", member()).varies(steps),
        Row::new("lab_fault", thaw).varies(&["steps.*.elapsedMs"]),
        Row::new("lab_set_links", json!({ "links": [link] })).refused("Unsupported"),
        Row::new("lab_scenario", at.ask(json!({ "scenario": "oneWayLink" }))).refused("Unsupported"),
        Row::new("lab_set_links", json!({ "links": [] })),
        Row::new("rehearse_operation", at.ask(none)).refused("InvalidInput"),
        Row::new("lab_heal", json!({})),
        Row::new("lab_heal", nowhere()).refused("Conflict"),
        Row::new("lab_stop", nowhere()),
        Row::new("lab_remove", nowhere()),
        // What Health sees in time, and when, is not the doors'.
        Row::new("lab_scenario", at.ask(json!({ "scenario": "initialSync" }))).varies(&["ok.**", "steps.**"]),
    ]
}
