//! Takes the pictures of the documentation from the real window.

mod operations;

use std::{fs, path::PathBuf, time::Duration};

use bson::{DateTime, Document, doc};
use fantoccini::{Client, key::Key};
use trivet_tests::{DEADLINE, client};

use crate::{
    desktop::Desktop,
    page::{Page, picture},
};

/// Sizes that every screen is looked at in.
const SIZES: [(u32, u32); 2] = [(1280, 800), (900, 600)];

/// Where pictures are put, and in which theme they are taken.
struct Album {
    folder: PathBuf,
    theme: &'static str,
}

impl Album {
    fn in_theme(theme: &'static str) -> Self {
        let folder = std::env::var_os("TRIVET_PICTURES").map_or_else(std::env::temp_dir, PathBuf::from);
        Self { folder, theme }
    }

    /// A window over a lab, in this theme.
    async fn window(&self) -> Desktop {
        let data_dir = tempfile::tempdir().expect("a temporary folder");
        // Set as a person has set it before: what draws with colours of its own does so from the first moment on.
        let settings = format!(r#"{{ "theme": "{}" }}"#, self.theme);
        fs::write(data_dir.path().join("settings.json"), settings).expect("written");
        let desktop = Desktop::start_in(data_dir, &["--lab"]).await;
        let page = Page::new(desktop.client());
        page.rows(Duration::from_mins(1)).await;
        page.pulse_says("3 of 3 up", DEADLINE).await;
        desktop
    }

    /// In both sizes; the large light one carries the plain name.
    async fn take(&self, client: &Client, name: &str) {
        let Self { folder, theme } = self;
        for (width, height) in SIZES {
            client.set_window_size(width, height).await.expect("the window is sized");
            let size = if width == 1280 { String::new() } else { format!("-{width}") };
            let picture = picture(client).await.expect("a picture");
            fs::write(folder.join(format!("{name}-{theme}{size}.png")), picture).expect("written");
        }
        client.set_window_size(1280, 800).await.expect("the window is sized");
    }
}

#[tokio::test]
#[ignore = "takes pictures: TRIVET_PICTURES=$PWD/docs/pictures cargo xtask test --slow pictures"]
async fn pictures_of_documents_and_health() {
    for theme in ["light", "dark"] {
        pictures(&Album::in_theme(theme)).await;
    }
}

async fn pictures(album: &Album) {
    let desktop = album.window().await;
    let window = desktop.client();
    let page = Page::new(window.clone());
    page.filter(r#"{ "stock": { "$lt": 20 }, "created": { "$gte": { "$date": "2026-01-06T00:00:00Z" } } }"#)
        .await;
    page.see_text("collection scan").await;
    page.choose_row("Wool blanket").await;
    page.edit_field("price", "94.5").await;
    page.edit_field("stock", "11").await;
    page.strokes(&[Key::End, Key::Delete]).await;
    page.see_text("3 fields changed").await;
    album.take(&window, "documents").await;
    page.keys("s", &[Key::Control, Key::Shift]).await;
    page.see_text("Saved as one").await;
    album.take(&window, "review").await;
    page.escape_dialog().await;

    merge(&desktop, &page, album).await;
    // A deletion that is taken back, for the history.
    page.choose_row("Oak lamp").await;
    page.ask_to_delete().await;
    page.press_in_dialog("Delete").await;
    page.press_in_message("Deleted Oak lamp", "Undo").await;
    page.see_text("Undone: 1 restored.").await;

    page.keys("e", &[Key::Control, Key::Shift]).await;
    page.write_text("{ $mul: { price: 1.1 }, $inc: { stock: 10 } }").await;
    page.keys(&char::from(Key::Enter).to_string(), &[Key::Control]).await;
    page.see_text("Undo will reach").await;
    album.take(&window, "change-all").await;
    page.see("dialog[open] footer button[type=submit]", DEADLINE).await.click().await.expect("pressed");
    page.press_in_dialog("Open the history").await;
    page.see("dialog[open] .images table", DEADLINE).await;
    album.take(&window, "history").await;
    page.escape_dialog().await;

    page.open_health().await;
    page.dismiss_messages().await;
    album.take(&window, "health").await;
    let primary = page.primary().await;
    let members = desktop.lab().await.status().members;
    let secondary = members.iter().find(|member| member.host != primary).expect("a secondary");
    page.press(&format!("Stop {}", secondary.host)).await;
    page.pulse_says("2 of 3 up", DEADLINE).await;
    page.see_text("connection refused").await;
    album.take(&window, "health-degraded").await;
}

/// Somebody else changes the document that is being edited, before it is saved.
async fn merge(desktop: &Desktop, page: &Page, album: &Album) {
    let uri = desktop.lab().await.status().uri.expect("a running lab has a URI");
    let items = client(&uri).await.database("mydatabase").collection::<Document>("items");
    let shown = doc! {
        "stock": { "$lt": 20 }, "name": "Wool blanket",
        "created": { "$gte": DateTime::builder().year(2026).month(1).day(6).build().expect("a date") },
    };
    let theirs = doc! { "$set": { "price": 91.0, "stock": 12, "reserved": 3 } };
    let first = items.find_one_and_update(shown, theirs).sort(doc! { "_id": 1 }).await.expect("updated");
    assert!(first.is_some(), "it is there");
    page.keys("s", &[Key::Control]).await;
    page.press("Compare and choose…").await;
    page.choose("Take your price").await;
    album.take(&desktop.client(), "merge").await;
    page.choose("Keep stock as it is there now").await;
    page.press_in_dialog("Save as chosen").await;
    page.see_no_text("fields changed").await;
}
