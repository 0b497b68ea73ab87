//! Frames of the real window while it scrolls through ten thousand rows, and what it weighs afterwards.

use std::{
    io::Write as _,
    time::{Duration, Instant},
};

use bson::{Document, doc};
use fantoccini::{Client, key::Key, wd::TimeoutConfiguration};
use tempfile::NamedTempFile;
use tokio::time::sleep;
use trivet_tests::{DEADLINE, client, database_name, shared_set};

use crate::{desktop::Desktop, page::Page};

const DOCUMENTS: i32 = 12_000;
/// Ten thousand rows of 26 pixels.
const DISTANCE: u32 = 260_000;
/// What a person's wheel turns in a frame when in haste, pixels.
const STEP: u32 = 120;
const SCROLLS_WITHIN: Duration = Duration::from_mins(4);
/// How long it may take to give that back, at rest.
const REST: Duration = Duration::from_secs(30);
const LOOK_EVERY: Duration = Duration::from_millis(500);
/// So much more it may weigh afterwards.
const WEIGHT: f64 = 1.2;

/// Scrolls on with every frame, and tells how long each took, in milliseconds.
const SCROLL: &str = "const [distance, step, tell] = arguments;
    const scroller = document.querySelector('[role=grid]').parentElement;
    const frames = [];
    let moved = 0;
    let last = null;
    requestAnimationFrame(function frame(now) {
        if (last !== null) frames.push(now - last);
        last = now;
        if (moved >= distance) return tell(frames);
        const before = scroller.scrollTop;
        scroller.scrollTop = before + step;
        moved += scroller.scrollTop - before;
        requestAnimationFrame(frame);
    });";

#[tokio::test]
#[ignore = "measures for some minutes: cargo xtask test --slow scrolling, on a machine with nothing else to do"]
async fn scrolling_through_ten_thousand_rows() {
    let (uri, database) = (shared_set().await, database_name());
    let own = client(uri).await.database(&database);
    for first in (0..DOCUMENTS).step_by(1_000) {
        let documents = (first..first + 1_000).map(document);
        own.collection::<Document>("rows").insert_many(documents).await.expect("inserted");
    }
    let mut uri_file = NamedTempFile::new().expect("a file");
    write!(uri_file, "{uri}").expect("written");
    let desktop = Desktop::start(&["--uri-file", &uri_file.path().display().to_string()]).await;
    desktop.show("scrolling", scroll_through(&desktop, &database)).await;
    own.drop().await.expect("dropped");
}

fn document(number: i32) -> Document {
    doc! {
        "_id": number, "name": format!("Row {number}"), "price": f64::from(number) * 1.25,
        "tags": ["a", "b"], "at": { "street": format!("Street {number}"), "city": "Bonn" },
    }
}

async fn scroll_through(desktop: &Desktop, database: &str) {
    let client = desktop.client();
    let page = Page::new(client.clone());
    page.open_in_tree(&[database, "rows"]).await;
    page.rows(DEADLINE).await;
    let script = Some(SCROLLS_WITHIN);
    client.update_timeouts(TimeoutConfiguration::new(script, None, None)).await.expect("set");
    // Some hundred rows to warm up, and back.
    frames(&client, 10_000).await;
    to_the_first(&client, &page).await;
    let before = desktop.memory_mib();
    let mut frames = frames(&client, DISTANCE).await;
    to_the_first(&client, &page).await;
    // The engine gives back what it does not need when it has a moment.
    let mut after = desktop.memory_mib();
    let rest = Instant::now();
    while after >= before * WEIGHT && rest.elapsed() < REST {
        sleep(LOOK_EVERY).await;
        after = desktop.memory_mib();
    }

    frames.sort_by(f64::total_cmp);
    let within = |percent: usize| frames[(frames.len() - 1) * percent / 100];
    println!(
        "{} frames: median {:.1} ms, 95 % within {:.1} ms, 99 % within {:.1} ms, the longest {:.1} ms; \
         memory {before:.0} MiB before, {after:.0} MiB after",
        frames.len(),
        within(50),
        within(95),
        within(99),
        within(100)
    );
    // How quick frames are is this machine's; that nothing piles up is ours.
    assert!(after < before * WEIGHT, "{before:.0} MiB before, {after:.0} MiB after");
}

async fn frames(client: &Client, distance: u32) -> Vec<f64> {
    let told = client.execute_async(SCROLL, vec![distance.into(), STEP.into()]).await.expect("scrolled");
    serde_json::from_value(told).expect("numbers")
}

async fn to_the_first(client: &Client, page: &Page) {
    let focus = "document.querySelector('[role=grid]').focus()";
    client.execute(focus, Vec::new()).await.expect("focused");
    page.keys(&char::from(Key::Home).to_string(), &[Key::Control]).await;
    let top = "return document.querySelector('[role=grid]').parentElement.scrollTop === 0";
    page.wait_for("the first row is in sight", async || {
        client.execute(top, Vec::new()).await.is_ok_and(|top| top.as_bool() == Some(true))
    })
    .await;
}
