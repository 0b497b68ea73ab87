//! Specs on the real window, through WebDriver: the built application, WebKit, a display of its own.

mod crowded;
mod desktop;
mod doors;
mod drafts;
mod failover;
mod hands;
mod incident;
mod listener;
mod notices;
mod operations;
mod page;
mod pictures;
mod scrolling;
mod subject;
mod undo;

use std::time::Duration;

use bson::{Bson, Document, doc};
use fantoccini::key::Key;
use mongodb::Collection;
use trivet_tests::{DEADLINE, wait_for};

use desktop::Desktop;
use page::Page;

/// The lab's first start, on a machine that may be busy with other tests.
const LAB_STARTS: Duration = Duration::from_mins(1);

const MADE: &str = r#"{"_id": "spec", "name": "made by hand", "sku": {"$numberLong": "9007199254740993"}}"#;

/// The documents as the driver sees them, whatever the window shows.
async fn items(uri: &str) -> Collection<Document> {
    trivet_tests::client(uri).await.database("mydatabase").collection("items")
}

async fn stored(items: &Collection<Document>) -> Option<Document> {
    items.find_one(doc! { "_id": "spec" }).await.expect("the set answers")
}

#[tokio::test]
async fn the_first_five_minutes() {
    let desktop = Desktop::start(&[]).await;
    desktop.show("the_first_five_minutes", first_five_minutes(&desktop)).await;
}

async fn first_five_minutes(desktop: &Desktop) {
    let page = Page::new(desktop.client());

    // First run: one button leads to documents.
    page.press("Start a local replica set").await;
    page.rows(LAB_STARTS).await;
    page.pulse_says("3 of 3 up", DEADLINE).await;
    let lab = desktop.lab().await;
    let items = items(&lab.status().uri.expect("a running lab has a URI")).await;

    // A document made by hand is in the database, with the types that were written.
    page.keys("n", &[Key::Control]).await;
    page.write_text(MADE).await;
    page.press("Insert").await;
    let made = wait_for("the new document is stored", DEADLINE, async || stored(&items).await).await;
    assert_eq!(made.get("sku"), Some(&Bson::Int64(9_007_199_254_740_993)));

    // A value edited in the window stays the type that it was, and its neighbours stay as they were.
    page.filter(r#"{"_id": "spec"}"#).await;
    page.wait_for("only it is shown", async || page.rows(DEADLINE).await == 1).await;
    page.choose_row("spec").await;
    page.edit_field("sku", "9007199254740995").await;
    page.keys("s", &[Key::Control]).await;
    wait_for("the edit is stored", DEADLINE, async || {
        (stored(&items).await?
            == doc! { "_id": "spec", "name": "made by hand", "sku": 9_007_199_254_740_995_i64 })
        .then_some(())
    })
    .await;

    // Without its primary the set elects another, and the pulse says so without a click.
    let primary = page.primary().await;
    page.open_health().await;
    page.press(&format!("Stop {primary}")).await;
    page.wait_for("the member is stopped", async || {
        lab.status().members.iter().any(|member| member.host == primary && !member.running)
    })
    .await;
    page.pulse_says("2 of 3 up", Duration::from_secs(2)).await;
    page.wait_for("another member is primary", async || {
        page.primary_now().await.is_some_and(|now| now != primary)
    })
    .await;

    // An edit goes on with the new primary.
    page.press_tab("items").await;
    page.edit_field("name", "edited again").await;
    page.keys("s", &[Key::Control]).await;
    wait_for("the second edit is stored", DEADLINE, async || {
        (stored(&items).await?.get_str("name").ok()? == "edited again").then_some(())
    })
    .await;

    // The member comes back, and a document is deleted after a question.
    page.open_health().await;
    page.press(&format!("Start {primary}")).await;
    page.pulse_says("3 of 3 up", DEADLINE).await;
    page.press_tab("items").await;
    page.ask_to_delete().await;
    page.press_in_dialog("Delete").await;
    wait_for("the document is gone", DEADLINE, async || stored(&items).await.is_none().then_some(())).await;

    // A second start brings the first window forward and ends.
    desktop.second_start_ends().await;

    // Closing the window leaves no member behind.
    let pids: Vec<u32> = lab.status().members.iter().filter_map(|member| member.pid).collect();
    assert_eq!(pids.len(), 3);
    desktop.close().await;
    page::none_runs(&pids).await;
}

#[tokio::test]
async fn shortcuts_belong_to_the_tab_in_front_and_a_connection_to_what_it_shows() {
    let desktop = Desktop::start(&["--lab"]).await;
    desktop.show("two_tabs", two_tabs(&desktop)).await;
}

async fn two_tabs(desktop: &Desktop) {
    let page = Page::new(desktop.client());
    page.rows(LAB_STARTS).await;
    let uri = desktop.lab().await.status().uri.expect("a running lab has a URI");
    let database = trivet_tests::client(&uri).await.database("mydatabase");
    database.collection("orders").insert_one(doc! { "_id": "order-1" }).await.expect("inserted");

    // Another collection in a tab of its own, found by typing.
    page.keys("r", &[Key::Control, Key::Shift]).await;
    page.find_anything("orders").await;
    page.choose_row("order-1").await;
    for (tab, row) in [("items", "Oak table"), ("orders", "order-1"), ("items", "Oak table")] {
        page.press_tab(tab).await;
        page.choose_row(row).await;
        page.keys("e", &[Key::Control]).await;
        page.see("dialog[open] .cm-content", DEADLINE).await;
        page.escape_dialog().await;
    }

    // A delete on a production connection asks for the collection's name.
    page.keys("n", &[Key::Control, Key::Shift]).await;
    page.connect_to(&format!("{uri}&appName=prod"), "prod", "Production").await;
    page.open_in_tree(&["mydatabase", "orders"]).await;
    page.choose_row("order-1").await;
    page.ask_to_delete().await;
    assert!(!page.can_press_in_dialog("Delete").await, "not before the name is typed");
    page.type_into_dialog("orders").await;
    page.press_in_dialog("Delete").await;
    let orders = database.collection::<Document>("orders");
    wait_for("the document is gone", DEADLINE, async || {
        (orders.count_documents(doc! {}).await.expect("counted") == 0).then_some(())
    })
    .await;
}
