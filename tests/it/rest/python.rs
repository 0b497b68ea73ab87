//! The API as Python programs use it: the original's documentation step by step, and requests of all kinds.
//!
//! `cargo xtask test` makes the environment and names its python in `TRIVET_PYTHON`.

use std::{
    path::{Path, PathBuf},
    process::{Output, Stdio},
    time::Duration,
};

use bson::{Document, doc, oid::ObjectId};
use tokio::{process::Command, time::timeout};
use trivet_tests::{ServerBuilder, client, database_name, shared_set};

/// A script that takes longer hangs; nextest would end the whole test without a word.
const WITHIN: Duration = Duration::from_secs(280);

#[tokio::test]
async fn a_script_after_the_flask_documentation_needs_only_the_token() {
    let Some(python) = python() else { return };
    let (uri, database) = (shared_set().await, database_name());
    let items = format!("{database}.items");
    let server = ServerBuilder::on(uri).with(&["--items", &items]).start().ready().await;
    let mut script = Command::new(python);
    script
        .arg(folder().join("flask_crud.py"))
        .env("BASE", server.url())
        .env("TOKEN_FILE", server.token_file());
    let said = ends_well(script).await;
    assert!(said.contains("create, read all, read one, update, read again, delete: as documented"), "{said}");
    client(uri).await.database(&database).drop().await.expect("dropped");
}

#[tokio::test]
async fn every_answer_is_one_that_the_openapi_document_promises() {
    let Some(python) = python() else { return };
    let (uri, database) = (shared_set().await, database_name());
    let own = client(uri).await.database(&database);
    let ids = [ObjectId::new(), ObjectId::new()];
    let documents = ids.map(|id| doc! { "_id": id, "name": "Lamp", "tags": ["new"] });
    own.collection::<Document>("items").insert_many(documents).await.expect("inserted");

    let items = format!("{database}.items");
    let server = ServerBuilder::on(uri).with(&["--items", &items]).start().ready().await;
    let mut tester = Command::new(python.with_file_name("st"));
    tester
        .args(["run", &format!("{}/openapi.json", server.url()), "--no-color"])
        .args(["--header", &format!("Authorization: Bearer {}", server.token())])
        .env("TRIVET_TEST_DATABASE", &database)
        .env("TRIVET_TEST_IDS", ids.map(ObjectId::to_hex).join(" "))
        .env("PYTHONDONTWRITEBYTECODE", "1")
        // Its settings and its hooks lie there.
        .current_dir(folder());
    let said = ends_well(tester).await;
    // What it did not try cannot have failed.
    assert!(said.contains("Fuzzing") && tested(&said) > 30, "{said}");
    own.drop().await.expect("dropped");
}

/// How many operations of the description were tried.
fn tested(said: &str) -> u32 {
    let line = said.lines().find_map(|line| line.trim().strip_prefix("Tested:"));
    line.and_then(|count| count.trim().parse().ok()).unwrap_or(0)
}

/// What the program says; it has to end in time, and well.
async fn ends_well(mut command: Command) -> String {
    let running = command.stdin(Stdio::null()).kill_on_drop(true).output();
    let Output { status, stdout, stderr } =
        timeout(WITHIN, running).await.expect("it ends in time").expect("it starts");
    let said = String::from_utf8_lossy(&[stdout, stderr].concat()).into_owned();
    assert!(status.success(), "{said}\n{status}");
    said
}

fn python() -> Option<PathBuf> {
    let python = std::env::var_os("TRIVET_PYTHON").map(PathBuf::from);
    if python.is_none() {
        println!("skipped: TRIVET_PYTHON names no python; `cargo xtask test` sets it");
    }
    python
}

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("rest")
}
