//! The API as Python programs use it: the original's documentation step by step, and requests of all kinds.
//!
//! `cargo xtask test` makes the environment and names its python in `TRIVET_PYTHON`.

use std::{
    path::{Path, PathBuf},
    process::Stdio,
    time::Duration,
};

use tokio::{process::Command, time::timeout};
use trivet_tests::{Server, replica_set, shared_set};

/// A script that takes longer hangs; nextest would end the whole test without a word.
const WITHIN: Duration = Duration::from_secs(105);

#[tokio::test]
async fn a_script_after_the_flask_documentation_needs_only_the_token() {
    let Some(python) = python() else { return };
    let server = Server::start(shared_set().await).await;
    let script = Command::new(python)
        .arg(folder().join("flask_crud.py"))
        .env("BASE", server.url())
        .env("TOKEN_FILE", server.token_file())
        .stdin(Stdio::null())
        .kill_on_drop(true)
        .output();
    must_pass(timeout(WITHIN, script).await.expect("the script ends").expect("python starts"));
}

/// On a set of its own: the requests write wherever the API lets them.
#[tokio::test]
async fn own_set_every_answer_is_one_that_the_openapi_document_promises() {
    let Some(python) = python() else { return };
    let set = replica_set().await;
    let server = Server::start(set.uri()).await;
    let tester = Command::new(python.with_file_name("st"))
        .args(["run", &format!("{}/openapi.json", server.url()), "--no-color"])
        .args(["--header", &format!("Authorization: Bearer {}", server.token())])
        .env("PYTHONDONTWRITEBYTECODE", "1")
        // Its settings and its own check lie there.
        .current_dir(folder())
        .stdin(Stdio::null())
        .kill_on_drop(true)
        .output();
    must_pass(timeout(WITHIN, tester).await.expect("the run ends").expect("schemathesis starts"));
}

fn must_pass(output: std::process::Output) {
    let said = [output.stdout, output.stderr].concat();
    assert!(output.status.success(), "{}\n{}", String::from_utf8_lossy(&said), output.status);
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
