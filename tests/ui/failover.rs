//! All documents are changed in the real window while the primary dies: what the report says is what there is, and Undo gives
//! back every byte.

use std::time::Duration;

use bson::{Document, RawDocumentBuf, doc};
use fantoccini::key::Key;
use mongodb::Collection;
use rustix::process::{Pid, Signal, kill_process};
use trivet_tests::{DEADLINE, all_follow, client};

use crate::{LAB_STARTS, desktop::Desktop, page::Page};

const DOCUMENTS: i32 = 12_000;
/// So many are written when it dies.
const BEFORE: u64 = 1_000;
/// An election, and what is left to write or to restore.
const GOES_ON: Duration = Duration::from_secs(40);

#[tokio::test]
async fn a_primary_that_dies_under_change_all_is_waited_for_and_undo_brings_back_every_byte() {
    let desktop = Desktop::start(&["--lab"]).await;
    desktop.show("failover", change_all(&desktop)).await;
}

async fn change_all(desktop: &Desktop) {
    let page = Page::new(desktop.client());
    page.rows(LAB_STARTS).await;
    let lab = desktop.lab().await;
    all_follow(&lab.status()).await;
    let uri = lab.status().uri.expect("a running lab has a URI");
    // Before what the lab has, in the tree.
    let many: Collection<Document> = client(&uri).await.database("a_failover").collection("many");
    let filler = "x".repeat(200);
    many.insert_many((0..DOCUMENTS).map(|n| doc! { "_id": n, "n": n, "filler": &filler }))
        .await
        .expect("stored");
    let before = all_bytes(&many).await;
    page.keys("r", &[Key::Control, Key::Shift]).await;
    page.open_in_tree(&["a_failover", "many"]).await;
    page.rows(DEADLINE).await;

    page.keys("e", &[Key::Control, Key::Shift]).await;
    page.write_text("{ $set: { mark: 1 }, $inc: { n: 1 } }").await;
    page.keys(&char::from(Key::Enter).to_string(), &[Key::Control]).await;
    page.see_text("Undo will reach all of it").await;
    page.press_in_dialog("Change 12,000").await;
    let primary = page.primary().await;
    page.wait_for("some are written", async || page.far().await.is_some_and(|done| done >= BEFORE)).await;
    let member = lab.status().members.into_iter().find(|member| member.host == primary);
    let pid = member.and_then(|member| i32::try_from(member.pid?).ok()).and_then(Pid::from_raw);
    kill_process(pid.expect("a process id"), Signal::KILL).expect("signalled");
    page.see_text("Waiting for a primary. What was written so far stays; it goes on by itself.").await;
    page.pulse_says("2 of 3 up", DEADLINE).await;
    page.wait_long_for("the report", GOES_ON, async || page.figure("Changed").await.is_some()).await;

    // What it says is what there is.
    let [found, changed] = [page.figure("Found").await, page.figure("Changed").await].map(Option::unwrap);
    let unknown = page.figure("Not known").await.unwrap_or_default();
    assert_eq!((found, changed + unknown), (12_000, 12_000));
    let marked = many.count_documents(doc! { "mark": 1 }).await.expect("counted");
    if unknown == 0 {
        page.see_text("12,000 documents changed").await;
        assert_eq!(marked, changed);
    } else {
        page.see_text("and of some it is not known").await;
        assert!((changed..=changed + unknown).contains(&marked), "{changed} <= {marked}");
    }

    page.press_in_dialog("Open the history").await;
    page.see("dialog[open] [role=option][aria-selected=true]", DEADLINE).await;
    if unknown > 0 {
        page.press_in_dialog("Check").await;
        page.see_no_text("not known").await;
    }
    page.press_in_dialog("Undo").await;
    page.wait_long_for("it is undone", GOES_ON, async || page.reads("Undone:").await).await;
    page.see_text(&format!("Undone: {},{:03} restored.", marked / 1_000, marked % 1_000)).await;
    assert!(all_bytes(&many).await == before, "every byte is back");
}

async fn all_bytes(many: &Collection<Document>) -> Vec<Vec<u8>> {
    let raw: Collection<RawDocumentBuf> = many.clone_with_type();
    let mut cursor = raw.find(doc! {}).sort(doc! { "_id": 1 }).await.expect("found");
    let mut found = Vec::new();
    while cursor.advance().await.expect("read") {
        found.push(cursor.current().as_bytes().to_vec());
    }
    found
}
