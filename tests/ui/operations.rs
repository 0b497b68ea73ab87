//! A member's whole life in the real window, by keyboard: added, raised, stepped down, removed; and the stopwatch.

use std::fs;

use fantoccini::key::Key;
use serde_json::Value;
use trivet_tests::{DEADLINE, Mongod, free_port, wait_for};

use crate::{
    LAB_STARTS,
    desktop::Desktop,
    hands::{Hands, SOON},
    page::Page,
};

#[tokio::test]
async fn a_member_is_added_raised_stepped_down_and_removed_by_keyboard_alone() {
    let desktop = Desktop::start(&["--lab"]).await;
    let port = free_port();
    let _mongod = Mongod::standalone_on(port, &["--replSet", "lab"]).await;
    let host = format!("127.0.0.1:{port}");
    desktop
        .show("operations", async {
            let page = Page::new(desktop.client());
            page.rows(LAB_STARTS).await;
            page.pulse_says("3 of 3 up", DEADLINE).await;
            page.open_health().await;
            let window = Hands::new(desktop.client());

            window.command("Add a member").await;
            window.page.type_into_focus(&host).await;
            window.run("All 2 steps are done").await;
            window.page.pulse_says("4 of 4 up", SOON).await;

            window.choose(&host, "Change this member…").await;
            window.write("Priority", "5").await;
            window.run("It is done, and a majority holds the configuration").await;
            window.leads(&host, true).await;

            window.choose(&host, "Step down…").await;
            window.run(&format!("{host} stepped down.")).await;
            window.leads(&host, false).await;

            window.choose(&host, "Remove…").await;
            window.run("a majority holds the configuration").await;
            window.page.pulse_says("3 of 3 up", SOON).await;
        })
        .await;
    desktop.close().await;
}

#[tokio::test]
async fn what_the_stopwatch_measured_is_saved_among_the_downloads_by_keyboard_alone() {
    let desktop = Desktop::start(&["--lab"]).await;
    desktop
        .show("a_measurement", async {
            let page = Page::new(desktop.client());
            page.rows(LAB_STARTS).await;
            page.pulse_says("3 of 3 up", DEADLINE).await;
            page.open_health().await;
            let window = Hands::new(desktop.client());

            window.command("Fail-over stopwatch").await;
            window.write("What is measured", "nothing at all").await;
            window.write("At most, seconds", "2").await;
            window.page.strokes(&[Key::Enter]).await;
            window.enter("//dialog[@open]//button[@aria-label='More for nothing at all']").await;
            window.enter("//*[@role='menuitem'][normalize-space(.)='All of it, as JSON']").await;
            let file = wait_for("a file among the downloads", DEADLINE, async || {
                let file = fs::read_dir(desktop.downloads()).ok()?.flatten().next()?.path();
                file.extension().is_some_and(|end| end == "json").then_some(file)
            })
            .await;
            window.page.see_text(&format!("Exported to {}", file.display())).await;
            let measured: Value = serde_json::from_slice(&fs::read(&file).expect("read")).expect("JSON");
            assert_eq!(measured["label"], "nothing at all");
            assert!(measured["acknowledged"].as_u64().is_some_and(|count| count > 20), "{measured}");
        })
        .await;
    desktop.close().await;
}
