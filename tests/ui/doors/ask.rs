//! The two doors, and what they answer in one form.

use std::{fs, time::Duration};

use fantoccini::Client;
use reqwest::{
    Response,
    header::{CONTENT_TYPE, HeaderValue},
};
use serde_json::{Value, json};
use trivet_tests::{Server, wait_for};

use super::rows::{DATABASE, LATEST, MEASURED, Row};

/// An outcome, or an `ErrorBody`.
pub(super) type Answer = Result<Value, Value>;

/// Which of the two is asked first.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Door {
    Window,
    Http,
}

/// The one operation whose items are what it is asked for: the first counts as its answer.
const WATCH: &str = "watch_replica";

/// The one operation whose items and outcome are its answer together.
const PAGE: &str = "find";

/// An answer crosses WebDriver as text, as JavaScript writes it.
const CALL: &str = "
    const [command, request, done] = arguments;
    window.__TAURI_INTERNALS__.invoke(command, request === null ? {} : { request }).then(
        (outcome) => done(JSON.stringify({ outcome: outcome ?? null })),
        (error) => done(JSON.stringify({ error })),
    );";

/// The documents come through a channel of the call, and its answer may overtake them.
const FIND: &str = "
    const [command, request, done] = arguments;
    const { invoke, transformCallback } = window.__TAURI_INTERNALS__;
    const documents = [];
    let end = null;
    const settle = () => {
        if (end !== null && documents.length >= end.count) done(JSON.stringify({ outcome: { documents, end } }));
    };
    const rows = transformCallback(({ message }) => {
        documents.push(...(message?.documents ?? []));
        settle();
    });
    invoke(command, { request, rows: `__CHANNEL__:${rows}` }).then(
        (outcome) => { end = outcome; settle(); },
        (error) => done(JSON.stringify({ error })),
    );";

/// Nobody here wants to hear how far it is.
const TOLD: &str = "
    const [command, request, done] = arguments;
    const { invoke, transformCallback } = window.__TAURI_INTERNALS__;
    const progress = transformCallback(() => undefined);
    invoke(command, { request, progress: `__CHANNEL__:${progress}` }).then(
        (outcome) => done(JSON.stringify({ outcome })),
        (error) => done(JSON.stringify({ error })),
    );";

/// The page itself watches too: its watch is ended, so that what comes is from the one begun here.
const FIRST_EVENT: &str = "
    const [, request, done] = arguments;
    const { invoke, transformCallback } = window.__TAURI_INTERNALS__;
    const handler = transformCallback(({ payload }) => done(JSON.stringify({ outcome: payload })));
    invoke('unwatch_replica', { request })
        .then(() => invoke('plugin:event|listen', { event: 'replica-changed', target: { kind: 'Any' }, handler }))
        .then(() => invoke('watch_replica', { request }))
        .catch((error) => done(JSON.stringify({ error })));";

/// The window's commands, as its page calls them.
pub(super) struct Window {
    client: Client,
}

impl Window {
    pub(super) fn of(client: Client) -> Self {
        Self { client }
    }

    pub(super) async fn ask(&self, row: &Row) -> Answer {
        let script = match row.operation {
            WATCH => FIRST_EVENT,
            PAGE => FIND,
            "lab_scenario" | "lab_start" | "measure_failover" | "rehearse_operation" | "run_operation"
            | "undo" | "write_many" => TOLD,
            _ => CALL,
        };
        self.run(script, row.operation, &row.request).await
    }

    async fn run(&self, script: &str, command: &str, request: &Value) -> Answer {
        let words = vec![command.into(), request.clone()];
        let text = self.client.execute_async(script, words).await.expect("the page answers");
        let text = text.as_str().expect("a text");
        let mut told: Value = serde_json::from_str(text).expect("JSON");
        match told.get_mut("outcome") {
            Some(outcome) => Ok(outcome.take()),
            None => Err(told["error"].take()),
        }
    }
}

/// The listener of the same program.
pub(super) struct Http {
    url: String,
    client: reqwest::Client,
}

impl Http {
    /// The listener that the window tells of, once it serves a connection, and that connection.
    pub(super) async fn told_by(window: &Window) -> (Self, String) {
        wait_for("the listener serves a connection", Duration::from_secs(20), async || {
            let status = window.run(CALL, "rest_status", &Value::Null).await.expect("a status");
            let token = fs::read_to_string(status["tokenFile"].as_str()?).ok()?;
            let connection = status["served"][0].as_str()?.to_owned();
            let url = status["url"].as_str()?.to_owned();
            Some((Self { url, client: Server::client_with(token.trim()) }, connection))
        })
        .await
    }

    /// The request of a row, with the entry that it stands for.
    pub(super) async fn told(&self, row: &Row, connection: &str) -> Row {
        let mut request = row.request.clone();
        if request["entry"] == LATEST {
            let fields = request.as_object_mut().expect("a request");
            let collection = fields.remove("in").expect("a collection");
            let asked =
                json!({ "namespace": { "database": DATABASE, "collection": collection }, "limit": 1 });
            let history = self.answer("history", connection, &asked).await.expect("a history");
            fields.insert("entry".to_owned(), history["entries"][0]["id"].clone());
        }
        if request["id"] == MEASURED {
            let kept = self.answer("measurements", connection, &json!({})).await.expect("measurements");
            // One each where it is lost.
            let own = request.as_object_mut().and_then(|fields| fields.remove("in"));
            request["id"] = kept[usize::from(own.is_some_and(|own| own == "http"))]["id"].clone();
        }
        Row { request, ..*row }
    }

    pub(super) async fn ask(&self, row: &Row, connection: &str) -> Answer {
        let connection = row.request["connection"].as_str().unwrap_or(connection);
        self.answer(row.operation, connection, &row.request).await
    }

    pub(super) async fn answer(&self, operation: &str, connection: &str, request: &Value) -> Answer {
        let body = if request.is_null() { String::new() } else { request.to_string() };
        let url = format!("{}/api/v1/connections/{connection}/operations/{operation}", self.url);
        let sent = self.client.post(url).header(CONTENT_TYPE, "application/json").body(body).send();
        let answer = sent.await.expect("an answer");
        if !answer.status().is_success() {
            return Err(error_body(&answer.json().await.expect("a problem")));
        }
        match answer.headers().get(CONTENT_TYPE).map(HeaderValue::as_bytes) {
            Some(b"application/x-ndjson") if operation == PAGE => page(answer).await,
            Some(b"application/x-ndjson") => last_line(answer, operation == WATCH).await,
            _ => Ok(answer.json().await.expect("JSON")),
        }
    }
}

/// The documents of a page and how it ended.
async fn page(answer: Response) -> Answer {
    let text = answer.text().await.expect("a stream");
    let mut documents = Vec::new();
    for line in text.lines() {
        let mut line: Value = serde_json::from_str(line).expect("JSON on every line");
        if let Some(item) = line.get_mut("item") {
            documents.extend(item["documents"].as_array().into_iter().flatten().cloned());
        } else if let Some(end) = line.get_mut("outcome") {
            return Ok(json!({ "documents": documents, "end": end.take() }));
        } else {
            return Err(line["error"].take());
        }
    }
    panic!("the page ends without an outcome: {text}")
}

/// The outcome that ends a stream, or its first item.
async fn last_line(mut answer: Response, first_item: bool) -> Answer {
    let mut text = Vec::new();
    loop {
        let chunk = answer.chunk().await.expect("a stream");
        text.extend(chunk.as_deref().unwrap_or_default());
        let whole = text.iter().rposition(|byte| *byte == b'\n').map(|end| &text[..end]);
        for line in whole.into_iter().flat_map(|whole| whole.split(|byte| *byte == b'\n')) {
            let mut line: Value = serde_json::from_slice(line).expect("JSON on every line");
            match line.as_object_mut().and_then(|line| line.keys().next().cloned()).as_deref() {
                Some("item") if first_item => return Ok(line["item"].take()),
                Some("outcome") => return Ok(line["outcome"].take()),
                Some("error") => return Err(line["error"].take()),
                _ => {}
            }
        }
        assert!(chunk.is_some(), "the stream ends without an outcome");
    }
}

/// What a problem of RFC 9457 has of the core's error, under the core's names.
fn error_body(problem: &Value) -> Value {
    let server = problem
        .get("mongo")
        .map(|mongo| json!({ "code": mongo["code"], "name": mongo["codeName"], "labels": mongo["labels"] }));
    json!({
        "code": problem["code"],
        "message": problem["detail"],
        "hint": problem["hint"],
        "retryable": problem["retryable"],
        "server": server,
        "at": problem["at"],
        "rules": problem.get("rules").cloned().unwrap_or_else(|| json!([])),
        "document": problem["document"],
        "entry": problem["entry"],
    })
}
