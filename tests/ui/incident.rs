//! An incident in the real window: saved as a file that others may read, and opened again.

use std::fs;

use serde_json::Value;
use trivet_tests::{DEADLINE, wait_for};

use crate::{LAB_STARTS, desktop::Desktop, page::Page};

#[tokio::test]
async fn an_incident_is_saved_among_the_downloads_and_opened_again() {
    let desktop = Desktop::start(&["--lab"]).await;
    desktop
        .show("an_incident", async {
            let page = Page::new(desktop.client());
            page.rows(LAB_STARTS).await;
            let primary = page.primary().await;
            page.open_health().await;
            page.find_anything("Export an incident").await;
            page.turn("Call the members member-1, member-2 and so on").await;
            page.press_in_dialog("Export").await;
            let file = wait_for("a file among the downloads", DEADLINE, async || {
                let files = fs::read_dir(desktop.downloads()).ok()?;
                files
                    .flatten()
                    .map(|file| file.path())
                    .find(|path| path.extension().is_some_and(|end| end == "json"))
            })
            .await;
            let text = fs::read_to_string(&file).expect("read");
            let incident: Value = serde_json::from_str(&text).expect("JSON");
            assert_eq!(incident["snapshots"][0]["primary"], "member-1", "{text}");
            assert!(!text.contains(&primary), "no host is named");

            page.find_anything("Open an incident").await;
            let chooser = page.see("dialog[open] input[type=file]", DEADLINE).await;
            chooser.send_keys(&file.display().to_string()).await.expect("chosen");
            page.see_text("Incident of lab").await;
            page.see_text("member-1").await;
            page.escape_dialog().await;
        })
        .await;
    desktop.close().await;
}
