//! Takes the pictures of the documentation from the real window.

use std::{
    fs,
    path::{Path, PathBuf},
    time::Duration,
};

use fantoccini::{Client, key::Key};
use trivet_tests::DEADLINE;

use crate::{
    desktop::Desktop,
    page::{Page, picture},
};

/// Sizes that every screen is looked at in.
const SIZES: [(u32, u32); 2] = [(1280, 800), (900, 600)];

#[tokio::test]
#[ignore = "takes pictures: TRIVET_PICTURES=docs/pictures cargo xtask test --slow pictures"]
async fn pictures_of_documents_and_health() {
    let folder = std::env::var_os("TRIVET_PICTURES").map_or_else(std::env::temp_dir, PathBuf::from);
    let desktop = Desktop::start(&["--lab"]).await;
    let client = desktop.client();
    let page = Page::new(client.clone());
    page.rows(Duration::from_mins(1)).await;
    page.pulse_says("3 of 3 up", DEADLINE).await;

    page.filter(r#"{ "stock": { "$lt": 20 }, "created": { "$gte": { "$date": "2026-01-06T00:00:00Z" } } }"#)
        .await;
    page.choose_row("Wool").await;
    page.edit_field("price", "94.5").await;
    page.edit_field("stock", "17").await;
    take(&client, &folder, "documents").await;
    page.keys("s", &[Key::Control, Key::Shift]).await;
    page.see_text("Saved as one").await;
    take(&client, &folder, "review").await;
    page.escape_dialog().await;

    page.keys("e", &[Key::Control, Key::Shift]).await;
    page.write_text("{ $mul: { price: 1.1 }, $inc: { stock: 10 } }").await;
    page.keys(&char::from(Key::Enter).to_string(), &[Key::Control]).await;
    page.see_text("Undo will reach").await;
    take(&client, &folder, "change-all").await;
    page.escape_dialog().await;

    page.open_health().await;
    take(&client, &folder, "health").await;
    let primary = page.primary().await;
    let members = desktop.lab().await.status().members;
    let secondary = members.iter().find(|member| member.host != primary).expect("a secondary");
    page.press(&format!("Stop {}", secondary.host)).await;
    page.pulse_says("2 of 3 up", DEADLINE).await;
    page.see_text("connection refused").await;
    take(&client, &folder, "health-degraded").await;
}

/// In both themes and both sizes; the large light one carries the plain name.
async fn take(client: &Client, folder: &Path, name: &str) {
    for theme in ["light", "dark"] {
        let set = "document.documentElement.dataset.theme = arguments[0]";
        client.execute(set, vec![theme.into()]).await.expect("the theme is set");
        for (width, height) in SIZES {
            client.set_window_size(width, height).await.expect("the window is sized");
            let size = if width == 1280 { String::new() } else { format!("-{width}") };
            let picture = picture(client).await.expect("a picture");
            fs::write(folder.join(format!("{name}-{theme}{size}.png")), picture).expect("written");
        }
    }
    client.set_window_size(1280, 800).await.expect("the window is sized");
}
