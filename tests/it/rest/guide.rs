//! The guide to the API holds: its examples are run one after the other, as a reader would type them on a fresh local set,
//! and its tables are those of the description.

mod answer;
mod page;

use std::{
    collections::BTreeSet,
    env, fs,
    path::Path,
    process::{Output, Stdio},
    time::Duration,
};

use serde_json::Value;
use tokio::{process::Command, time::timeout};
use trivet_core::operation::{Kind, OPERATIONS};
use trivet_tests::{DEADLINE, Server, ServerBuilder, eventually, program};

use page::Example;

/// Examples that take longer hang; nextest would end the whole test without a word.
const WITHIN: Duration = Duration::from_mins(1);

fn committed(file: &str) -> String {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("..").join(file);
    fs::read_to_string(path).expect("committed")
}

#[tokio::test]
async fn own_set_every_example_prints_what_stands_below_it() {
    let page = committed("docs/rest.md");
    let examples = page::examples(&page);
    // What was not found cannot have failed.
    assert!(examples.len() > 25, "{} examples", examples.len());
    let server = healthy(ServerBuilder::lab().start().ready().await).await;
    let Run { printed, said } = run(&examples, &server).await;
    let mut wrong = Vec::new();
    for (Example { line, script, kind, shown }, printed) in examples.iter().zip(&printed) {
        if !answer::is_as_shown(kind, shown, printed) {
            wrong.push(format!("line {line}\n{script}\nis to print\n{shown}\nand printed\n{printed}"));
        }
    }
    if let Some(Example { line, script, .. }) = examples.get(printed.len()) {
        wrong.push(format!("line {line}\n{script}\nended the shell: {said}"));
    }
    assert!(wrong.is_empty(), "docs/rest.md\n{}", wrong.join("\n\n"));
}

/// As soon as all members follow: an example shows the set as it is then.
async fn healthy(server: Server) -> Server {
    let (client, url) = (server.client(), format!("{}/api/v1/connections/default/replica-set", server.url()));
    eventually("the set is healthy", 3 * DEADLINE, async || {
        let Ok(answer) = client.get(&url).send().await else { return false };
        answer.json::<Value>().await.is_ok_and(|state| state["verdict"]["level"] == "healthy")
    })
    .await;
    server
}

/// What became of the examples.
struct Run {
    /// What each printed, up to the one that failed.
    printed: Vec<String>,
    /// What the shell complained of.
    said: String,
}

/// One shell for all: what one example keeps in a variable or in a file, a later one uses.
async fn run(examples: &[Example<'_>], server: &Server) -> Run {
    let folder = || tempfile::tempdir().expect("a temporary folder");
    let (own, printed) = (folder(), folder());
    let kept = (0..).zip(examples).map(|(n, example)| {
        format!("{{\n{}\n}} >\"$PRINTED/{n}\"\ntouch \"$PRINTED/{n}.done\"", example.script)
    });
    let script = kept.collect::<Vec<_>>().join("\n");
    let programs = program("trivet-server");
    let programs = programs.parent().expect("a folder").display();
    let path = env::var("PATH").unwrap_or_default();
    let mut shell = Command::new("bash");
    shell
        .args(["-euo", "pipefail", "-c", &script])
        .env("BASE", server.url())
        .env("TOKEN", server.token())
        .env("PRINTED", printed.path())
        .env("PATH", format!("{programs}:{path}"))
        .env_remove("TRIVET_DATA_DIR")
        // Neither a proxy of the machine nor anybody's .curlrc.
        .env("no_proxy", "*")
        .env("HOME", own.path())
        .current_dir(own.path())
        .stdin(Stdio::null())
        .kill_on_drop(true);
    let ended = timeout(WITHIN, shell.output()).await.expect("the examples end in time");
    let Output { stderr, .. } = ended.expect("bash starts");
    let done = (0..examples.len()).take_while(|n| printed.path().join(format!("{n}.done")).exists());
    let read = |n: usize| fs::read_to_string(printed.path().join(n.to_string())).expect("text");
    Run { printed: done.map(read).collect(), said: String::from_utf8_lossy(&stderr).into_owned() }
}

#[test]
fn the_table_of_routes_is_that_of_the_description() {
    let description: Value = serde_json::from_str(&committed("docs/openapi.json")).expect("JSON");
    let mut described = BTreeSet::new();
    for (path, methods) in description["paths"].as_object().expect("paths") {
        let path = match path.split_once("/operations/") {
            // Those have a list of their own.
            Some((connection, _)) => format!("{connection}/operations/{{operation}}"),
            None => path.clone(),
        };
        let methods = methods.as_object().expect("methods").keys();
        described.extend(methods.map(|method| format!("{} {path}", method.to_uppercase())));
    }
    assert_eq!(page::routes(&committed("docs/rest.md")), described);
}

#[test]
fn every_operation_is_named() {
    let page = committed("docs/rest.md");
    let over_http = OPERATIONS.iter().filter(|operation| operation.kind != Kind::Desktop);
    let missing: Vec<_> = over_http
        .map(|operation| operation.name)
        .filter(|name| !page.contains(&format!("`{name}`")))
        .collect();
    assert_eq!(missing, [""; 0]);
}
