//! What only the primary has: found in its oplog, before it is made to step down by force.

use std::time::Duration;

use bson::{Bson, Document, Timestamp, doc};

use super::{
    scene::{Hands, Scene},
    step_down::Unreplicated,
};

const WITHIN: Duration = Duration::from_secs(5);
/// So many are counted.
const COUNTED: usize = 1_000;
/// And so many told.
const TOLD: usize = 10;

/// Looks for it; none where it cannot be told.
pub(super) async fn look(hands: &Hands, scene: &Scene) -> Option<Unreplicated> {
    let primary = scene.primary().ok()?;
    let direct = hands.member(scene, &primary.host).ok()?;
    let candidates: Vec<_> = scene.candidates().map(|member| member.host.as_str()).collect();
    let found = async {
        let status = direct.ask(&doc! { "replSetGetStatus": 1 }, WITHIN).await.ok()?;
        let newest = newest_of(&status, &candidates)?;
        let find = doc! {
            "find": "oplog.rs",
            "filter": { "ts": { "$gt": newest }, "op": { "$ne": "n" } },
            "projection": { "op": 1, "ns": 1, "o._id": 1, "o2._id": 1 },
            "limit": i64::try_from(COUNTED + 1).unwrap_or(i64::MAX),
            "batchSize": i64::try_from(COUNTED + 1).unwrap_or(i64::MAX),
            "singleBatch": true,
        };
        let reply = direct.ask_of("local", &find, WITHIN).await.ok()?;
        let batch = reply.get_document("cursor").ok()?.get_array("firstBatch").ok()?;
        let operations: Vec<_> = batch.iter().filter_map(Bson::as_document).collect();
        Some(Unreplicated {
            count: operations.len().min(COUNTED),
            more: operations.len() > COUNTED,
            first: operations.iter().take(TOLD).map(|operation| told(operation)).collect(),
        })
    }
    .await;
    direct.close().await;
    found
}

/// The newest operation that one of them has, as the primary knows it.
fn newest_of(status: &Document, hosts: &[&str]) -> Option<Timestamp> {
    let members = status.get_array("members").ok()?.iter().filter_map(Bson::as_document);
    members
        .filter(|member| member.get_str("name").is_ok_and(|name| hosts.contains(&name)))
        .filter_map(|member| member.get_document("optime").ok()?.get_timestamp("ts").ok())
        .max()
}

/// `insert shop.orders 7`: what, where, and which document.
fn told(operation: &Document) -> String {
    let what = match operation.get_str("op").unwrap_or_default() {
        "i" => "insert",
        "u" => "update",
        "d" => "delete",
        "c" => "command",
        other => other,
    };
    let namespace = operation.get_str("ns").unwrap_or_default();
    let id = ["o2", "o"].iter().find_map(|part| operation.get_document(part).ok()?.get("_id"));
    let id = id.map(|id| format!(" {}", id.clone().into_relaxed_extjson())).unwrap_or_default();
    format!("{what} {namespace}{id}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_newest_operation_of_those_who_could_take_over_is_the_measure() {
        let at = |time| Timestamp { time, increment: 1 };
        let member = |name: &str, time| doc! { "name": name, "optime": { "ts": at(time), "t": 1_i64 } };
        let status = doc! { "members": [member("a:1", 30), member("b:1", 20), member("c:1", 10)] };
        assert_eq!(newest_of(&status, &["b:1", "c:1"]), Some(at(20)));
        assert_eq!(newest_of(&status, &[]), None);
    }

    #[test]
    fn an_operation_is_told_with_its_collection_and_document() {
        assert_eq!(told(&doc! { "op": "i", "ns": "shop.orders", "o": { "_id": 7 } }), "insert shop.orders 7");
        let update = doc! { "op": "u", "ns": "shop.orders", "o": { "$v": 2 }, "o2": { "_id": "x" } };
        assert_eq!(told(&update), "update shop.orders \"x\"");
        assert_eq!(told(&doc! { "op": "c", "ns": "shop.$cmd", "o": { "drop": "x" } }), "command shop.$cmd");
    }
}
