//! The doors do not drift apart, seen on the running application: the same requests go through the window's commands
//! and through the listener, and give equal JSON.

mod ask;
mod compare;
mod rows;

use std::{collections::BTreeSet, time::Duration};

use bson::{Bson, Document, doc};
use serde_json::json;
use trivet_core::operation::{Kind, OPERATIONS};
use trivet_tests::wait_for;

use crate::{desktop::Desktop, page::Page};
use ask::{Door, Http, Window};
use compare::difference;
use rows::{At, DATABASE, Mine, READ, dropped_collection, dropped_database, rows};

/// The lab's first start, and a whole view of its members.
const LAB_STARTS: Duration = Duration::from_mins(1);

#[test]
fn every_operation_that_both_doors_have_is_answered_in_the_table() {
    let listed = OPERATIONS.iter().filter(|operation| operation.kind != Kind::Desktop);
    let listed: BTreeSet<_> = listed.map(|operation| operation.name).collect();
    let rows =
        rows(&At { connection: "c1", collection: READ, member: 0, host: "a:1", mine: &Mine::default() });
    let answered = rows.iter().filter(|row| row.refused.is_none());
    assert_eq!(answered.map(|row| row.operation).collect::<BTreeSet<_>>(), listed);
}

#[tokio::test]
async fn the_same_requests_give_equal_json_through_both_doors() {
    let desktop = Desktop::start(&["--lab", "--rest", "127.0.0.1:0"]).await;
    desktop.show("both_doors", both_doors(&desktop)).await;
}

async fn both_doors(desktop: &Desktop) {
    let page = Page::new(desktop.client());
    page.rows(LAB_STARTS).await;
    let window = Window::of(desktop.client());
    let (http, connection) = Http::told_by(&window).await;
    // What is served is what the window shows, and it says so.
    page.open_settings().await;
    page.wait_for("the settings show that the lab is served", async || page.is_on("lab").await).await;
    page.escape_dialog().await;

    let (member, host) = settled_secondary(&http, &connection).await;
    let host = host.as_str();
    let uri = desktop.lab().await.status().uri.expect("a running lab has a URI");
    let client = trivet_tests::client(&uri).await;
    fill(&client.database(DATABASE)).await;
    let windows = to_be_dropped(&client, &http, &connection, "window").await;
    let https = to_be_dropped(&client, &http, &connection, "http").await;

    // Each door writes to a collection of its own, so that both find the same.
    let by_window = At { connection: &connection, collection: "window", member, host, mine: &windows };
    let over_http = At { connection: &connection, collection: "http", member, host, mine: &https };
    let mut differences = Vec::new();
    for (by_window, over_http) in rows(&by_window).iter().zip(&rows(&over_http)) {
        let by_window = &http.told(by_window, &connection).await;
        let over_http = &http.told(over_http, &connection).await;
        let (in_window, from_http) = match by_window.first {
            Door::Window => {
                let first = window.ask(by_window).await;
                (first, http.ask(over_http, &connection).await)
            }
            Door::Http => {
                let first = http.ask(over_http, &connection).await;
                (window.ask(by_window).await, first)
            }
        };
        differences.extend(difference(by_window, in_window, from_http));
    }
    assert!(differences.is_empty(), "{}", differences.join("\n\n"));
}

/// Waits until the set is whole and every figure of it is known; tells a member that can be spared.
async fn settled_secondary(http: &Http, connection: &str) -> (u32, String) {
    wait_for("the set is whole", LAB_STARTS, async || {
        let request = json!({ "connection": connection });
        let snapshot = http.answer("replica_snapshot", connection, &request).await.ok()?;
        let members = snapshot["members"].as_array()?;
        let known = members.iter().all(|member| {
            let primary = member["host"] == snapshot["primary"];
            let figures = ["lagSeconds", "pingMs", "uptimeSeconds", "clockSkewSeconds", "oplogWindowHours"];
            figures.iter().all(|figure| member[figure].is_number())
                && member["operations"].is_object()
                && primary == member["syncSource"].is_null()
        });
        let secondary = members.iter().find(|member| member["host"] != snapshot["primary"])?;
        let id = u32::try_from(secondary["id"].as_u64()?).ok()?;
        (known && snapshot["verdict"]["level"] == "healthy")
            .then(|| (id, secondary["host"].as_str().expect("a host").to_owned()))
    })
    .await
}

/// Makes what a door drops, and tells what the server calls it.
async fn to_be_dropped(client: &mongodb::Client, http: &Http, connection: &str, door: &str) -> Mine {
    let (collection, database) = (dropped_collection(door), dropped_database(door));
    client.database(DATABASE).create_collection(&collection).await.expect("made");
    client.database(&database).create_collection("items").await.expect("made");
    let ask =
        async |operation, request| http.answer(operation, connection, &request).await.expect("answered");
    let located = json!({ "connection": connection, "database": DATABASE, "name": collection });
    let located = ask("locate_collections", located).await;
    let looked = ask("drop_preview", json!({ "connection": connection, "database": database })).await;
    let text = |value: &serde_json::Value| value.as_str().expect("a text").to_owned();
    Mine { uuid: text(&located[0]["uuid"]), fingerprint: text(&looked["fingerprint"]) }
}

/// Documents of many shapes, which no row changes.
async fn fill(database: &mongodb::Database) {
    let numbers: Vec<Bson> = (0..700).map(Bson::Int32).collect();
    let documents = [
        doc! { "_id": 1, "name": "first", "long": 9_007_199_254_740_993_i64, "whole": 1.0, "10": "b", "2": "a" },
        doc! { "_id": 2, "name": "zwölf Äpfel", "numbers": numbers, "text": "é".repeat(30_000), "none": Bson::Null },
        doc! { "_id": "three", "inner": { "b": { "at": bson::DateTime::from_millis(1_767_600_000_123) }, "a": -0.0 } },
    ];
    let read = database.collection::<Document>(READ);
    read.insert_many(documents).await.expect("stored");
}
