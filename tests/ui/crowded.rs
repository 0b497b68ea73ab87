//! A database of ten thousand collections: how long the tree takes until a person can go on.

use std::io::Write as _;

use bson::doc;
use futures_util::{StreamExt as _, stream};
use tempfile::NamedTempFile;
use trivet_tests::{DEADLINE, Mongod, client, wait_for};

use crate::desktop::Desktop;

const COLLECTIONS: i32 = 10_000;
/// A collection and its index are a file each: more than a process may hold open.
const CLOSES_FILES: &str = "--wiredTigerEngineConfigString=file_manager=(close_idle_time=2,close_scan_interval=1,close_handle_minimum=250)";
const SHOWN_WITHIN_MS: f64 = 1_000.0;

/// WebDriver takes rows of the tree for hidden, because they lie outside of what holds them.
const SHOWS: &str = "return [...document.querySelectorAll('[role=treeitem]')].some((row) => row.textContent.includes(arguments[0]))";

/// Opens a database and goes to the last of its collections by keyboard, and tells when each was on the screen, in milliseconds.
const OPEN: &str = "const [name, last, tell] = arguments;
    const tree = document.querySelector('[role=tree]');
    const shows = (text) => [...tree.querySelectorAll('[role=treeitem]')].find((one) => one.textContent.includes(text));
    const start = performance.now();
    const when = (text, then) => requestAnimationFrame(function look() {
        if (shows(text)) requestAnimationFrame(() => then(performance.now() - start));
        else requestAnimationFrame(look);
    });
    shows(name).click();
    when('c00003', (opened) => {
        tree.focus();
        tree.dispatchEvent(new KeyboardEvent('keydown', { key: 'End', bubbles: true }));
        when(last, (gone) => tell([opened, gone]));
    });";

#[tokio::test]
#[ignore = "makes ten thousand collections: cargo xtask test --slow crowded"]
async fn a_crowded_database_is_open_within_a_second() {
    let server = Mongod::standalone(&[CLOSES_FILES]).await;
    let database = client(&server.uri()).await.database("crowded");
    let made = stream::iter(0..COLLECTIONS).map(|number| {
        let database = &database;
        async move { database.run_command(doc! { "create": format!("c{number:05}") }).await }
    });
    let made: Vec<_> = made.buffer_unordered(8).collect().await;
    assert!(made.iter().all(Result::is_ok), "all are made");
    let mut uri_file = NamedTempFile::new().expect("a file");
    write!(uri_file, "{}", server.uri()).expect("written");
    let desktop = Desktop::start(&["--uri-file", &uri_file.path().display().to_string()]).await;
    desktop.show("crowded", open(&desktop)).await;
}

async fn open(desktop: &Desktop) {
    wait_for("the database is in the tree", DEADLINE, async || {
        let told = desktop.client().execute(SHOWS, vec!["crowded".into()]).await.ok()?;
        told.as_bool()?.then_some(())
    })
    .await;
    let last = format!("c{:05}", COLLECTIONS - 1);
    let told = desktop.client().execute_async(OPEN, vec!["crowded".into(), last.into()]).await;
    let [opened, gone]: [f64; 2] = serde_json::from_value(told.expect("shown")).expect("two times");
    println!("{COLLECTIONS} collections: open after {opened:.0} ms, at the last one after {gone:.0} ms");
    assert!(gone < SHOWN_WITHIN_MS, "open after {opened:.0} ms, at the last one after {gone:.0} ms");
}
