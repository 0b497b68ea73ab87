//! Lock 9: a password is in nothing that the program says, answers, writes or is called with, and neither is the
//! token of the listener.

use std::{collections::BTreeSet, fs, os::unix::process::ExitStatusExt as _};

use bson::doc;
use futures_util::{StreamExt as _, stream};
use reqwest::{
    Method, RequestBuilder,
    header::{CONTENT_TYPE, HOST, IF_MATCH, ORIGIN},
};
use rustix::process::Signal;
use serde_json::{Value, json};
use trivet_tests::{DEADLINE, Ended, Server, ServerBuilder, eventually};

use super::{
    bench::{JSON, MERGE_PATCH, RestBench},
    canary::{PASSWORD, Secrets, escaped},
    requests::{Subject, operate},
    safe::described,
    strings::{as_eve, guarded, hopeless, unreadable, uri},
};

/// How a server is told its connection string.
#[derive(Clone, Copy, Debug)]
enum Way {
    File,
    Environment,
}

const WAYS: [Way; 2] = [Way::File, Way::Environment];

impl Way {
    fn builder(self, uri: &str) -> ServerBuilder {
        match self {
            Self::File => ServerBuilder::on(uri),
            Self::Environment => ServerBuilder::bare().env("TRIVET_URI", uri),
        }
    }
}

/// Status, headers and body of an answer; of one without an end, its beginning.
async fn answer(request: RequestBuilder) -> (u16, String) {
    let mut answer = request.send().await.expect("an answer");
    let (status, headers) = (answer.status().as_u16(), answer.headers().clone());
    let mut said = format!("{status} {headers:?}\n").into_bytes();
    let content_type = headers.get(CONTENT_TYPE).and_then(|value| value.to_str().ok()).unwrap_or_default();
    let endless = ["text/event-stream", "application/x-ndjson"].contains(&content_type);
    while let Some(part) = answer.chunk().await.expect("read") {
        said.extend_from_slice(&part);
        if endless {
            break;
        }
    }
    (status, String::from_utf8_lossy(&said).into_owned())
}

/// Every route and operation that is described, and every way of asking that is refused before.
async fn requests(bench: &RestBench, subject: &Subject) -> Vec<(String, RequestBuilder)> {
    let mut requests = Vec::new();
    for (method, path) in described(bench).await {
        let url = format!("{}{path}", bench.server.url());
        let request = bench.client.request(method.clone(), url).header(IF_MATCH, "*");
        let request = match path.rsplit_once("/operations/") {
            // It would start three members.
            Some((_, "lab_start")) => continue,
            Some((_, operation)) => {
                request.header(CONTENT_TYPE, JSON).body(subject.request(operation).to_string())
            }
            None if method == Method::PATCH => request.header(CONTENT_TYPE, MERGE_PATCH).body(r#"{"b": 2}"#),
            None if method == Method::GET || method == Method::DELETE => request,
            None => request.header(CONTENT_TYPE, JSON).body(r#"{"b": 2}"#),
        };
        requests.push((format!("{method} {path}"), request));
    }
    let url = |path: &str| format!("{}{path}", bench.server.url());
    let get = |path: &str| bench.client.get(url(path));
    let connections = "/api/v1/connections";
    let nobody = reqwest::Client::builder().no_proxy().build().expect("a client");
    let token = bench.server.token();
    let more = [
        ("the description", get("/openapi.json")),
        ("the page", get("/docs/")),
        ("the page's start", get("/docs/swagger-initializer.js")),
        ("nothing", get("/metrics")),
        ("no connection", get(&format!("{connections}/c99"))),
        ("the token in the address", get(&format!("{connections}?token={token}"))),
        ("the token as a parameter", bench.client.get(bench.documents(&[("token", token)]))),
        ("the token as a number", bench.client.get(bench.documents(&[("limit", token)]))),
        ("a bad filter", bench.client.get(bench.documents(&[("filter", "{")]))),
        ("a bad operator", bench.client.get(bench.documents(&[("filter", r#"{"$no": 1}"#)]))),
        ("no operation", operate(bench, "nothing", "{}")),
        ("an operation of the window", operate(bench, "recent_connections", "{}")),
        ("another connection", operate(bench, "find", r#"{"connection": "c99"}"#)),
        ("no JSON", operate(bench, "find", "[")),
        ("a wrong method", bench.client.delete(url("/items"))),
        ("another name", get(connections).header(HOST, "evil.example")),
        ("another page", get(connections).header(ORIGIN, "http://evil.example")),
        ("no token", nobody.get(url(connections))),
        ("a wrong token", Server::client_with(&token[1..]).get(url(connections))),
    ];
    requests.extend(more.map(|(about, request)| (about.to_owned(), request)));
    requests
}

/// Sends all of them, finds no secret in any answer, and tells with which statuses they were answered.
async fn ask_everything(bench: &RestBench, subject: &Subject, secrets: &Secrets) -> BTreeSet<u16> {
    let requests = requests(bench, subject).await;
    assert!(requests.len() >= 55, "{} requests", requests.len());
    let answers = stream::iter(requests).map(async |(about, request)| {
        let (status, said) = answer(request).await;
        secrets.are_not_in(&about, said);
        status
    });
    answers.buffer_unordered(8).collect().await
}

#[tokio::test]
async fn a_password_is_in_nothing_that_a_server_says_answers_or_writes() {
    for way in WAYS {
        let (mut mongod, address) = guarded().await;
        // Nearly every request takes a connection of its own, and logs in.
        let uri = uri(PASSWORD, &address) + "&maxIdleTimeMS=1";
        let folder = tempfile::tempdir().expect("a temporary folder");
        let data = folder.path().join("data");
        let bench = RestBench::of(way.builder(&uri).in_folder(&data), &uri).await;
        let secrets = Secrets::and(&[bench.server.token()]);
        let subject = Subject::stored(&bench).await;

        let found = ask_everything(&bench, &subject, &secrets).await;
        assert!([200, 201, 400, 401, 403, 404, 405].iter().all(|status| found.contains(status)), "{found:?}");
        secrets.are_on_no_command_line(bench.server.pid());
        secrets.are_not_below(&data, Some(bench.server.token_file()));
        let connections = bench.get(format!("{}/api/v1/connections", bench.server.url())).await;
        let connections: Value = connections.json().await.expect("JSON");
        assert_eq!((&connections[0]["user"], &connections[0]["hosts"]), (&json!("ada"), &json!(address)));

        // The server knows the user no longer: old connections may do nothing, new ones are not let in.
        as_eve(&address).await.run_command(doc! { "dropUser": "ada" }).await.expect("dropped");
        let found = ask_everything(&bench, &subject, &secrets).await;
        assert!(found.contains(&502), "the stored password is refused: {found:?}");

        mongod.kill();
        let found = ask_everything(&bench, &subject, &secrets).await;
        assert!(found.contains(&503), "nobody answers: {found:?}");

        secrets.are_on_no_command_line(bench.server.pid());
        let token_file = bench.server.token_file().to_owned();
        bench.server.signal(Signal::TERM);
        let Ended { status, said } = bench.server.ended().await;
        assert!(status.success() && said.contains("connected"), "{said}");
        secrets.are_not_in("what it said", &said);
        secrets.are_not_below(&data, Some(&token_file));
        assert!(data.join("connections.json").is_file(), "the connection is remembered");
    }
}

#[tokio::test]
async fn a_start_that_fails_says_why_without_the_password() {
    let (_mongod, address) = guarded().await;
    let secrets = Secrets::and(&[]);
    let folder = tempfile::tempdir().expect("a temporary folder");
    let data = folder.path().join("data");
    for way in WAYS {
        for (uri, words) in hopeless(&address) {
            let server = way.builder(&uri).in_folder(&data).start();
            secrets.are_on_no_command_line(server.pid());
            let Ended { status, said } = server.ended().await;
            assert_eq!(status.code(), Some(2), "{said}");
            assert!(said.contains(words), "{words}: {said}");
            secrets.are_not_in("what it said", said);
        }
        for uri in unreadable() {
            let Err(refused) = way.builder(&uri).in_folder(&data).try_start() else {
                panic!("{uri} is opened")
            };
            assert_eq!(refused.status.code(), Some(2), "{}", refused.said);
            assert!(refused.said.starts_with("trivet-server: "), "{}", refused.said);
            secrets.are_not_in("what it said", refused.said);
        }
    }
    secrets.are_not_below(&data, Some(&data.join("rest-token")));
}

#[test]
fn a_password_on_the_command_line_is_refused_and_not_repeated() {
    let secrets = Secrets::and(&[]);
    for uri in [uri(PASSWORD, "127.0.0.1:1"), format!("mongodb://ada:{PASSWORD}@127.0.0.1:1/")] {
        for words in [&[&*uri][..], &["--uri", &uri], &["--uri-file", &uri], &["--lab", "--items", &uri]] {
            let Err(refused) = ServerBuilder::bare().with(words).try_start() else { panic!("{words:?}") };
            assert_eq!(refused.status.code(), Some(2));
            assert!(refused.said.contains("--uri-file FILE"), "{}", refused.said);
            secrets.are_not_in("what it said", refused.said);
        }
    }
}

#[tokio::test]
async fn a_database_that_is_not_reached_is_asked_again_without_naming_the_password() {
    let strings = [
        uri(PASSWORD, "127.0.0.1:1"),
        uri(PASSWORD, "no-such-host.invalid"),
        format!("mongodb+srv://ada:{}@no-such-host.invalid/", escaped(PASSWORD)),
    ];
    for (uri, way) in strings.into_iter().flat_map(|uri| WAYS.map(|way| (uri.clone(), way))) {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let data = folder.path().join("data");
        let server = way.builder(&uri).in_folder(&data).start();
        let secrets = Secrets::and(&[server.token()]);
        eventually("it says that nobody answers", DEADLINE, async || {
            server.said().contains("does not answer yet")
        })
        .await;
        let client = server.client();
        for (path, expected) in [
            ("/healthz", 200),
            ("/readyz", 503),
            ("/items", 503),
            ("/api/v1/connections", 200),
            ("/api/v1/connections/default", 503),
            ("/api/v1/connections/default/databases", 503),
            ("/api/v1/connections/default/replica-set", 503),
        ] {
            let (status, said) = answer(client.get(format!("{}{path}", server.url()))).await;
            assert_eq!(status, expected, "{path}: {said}");
            secrets.are_not_in(path, said);
        }
        let url = format!("{}/api/v1/connections/default/operations/app_info", server.url());
        let (status, said) = answer(client.post(url).header(CONTENT_TYPE, JSON).body("{}")).await;
        assert!(status == 200 && said.contains("\"target\":true"), "{said}");
        secrets.are_not_in("what the program is", said);
        secrets.are_on_no_command_line(server.pid());
        let token_file = server.token_file().to_owned();
        server.signal(Signal::TERM);
        let Ended { status, said } = server.ended().await;
        assert!(status.success(), "{said}");
        secrets.are_not_in("what it said", said);
        secrets.are_not_below(&data, Some(&token_file));
    }
}

#[tokio::test]
async fn a_crash_leaves_the_password_nowhere() {
    let (_mongod, address) = guarded().await;
    let folder = tempfile::tempdir().expect("a temporary folder");
    let data = folder.path().join("data");
    let server = ServerBuilder::on(&uri(PASSWORD, &address)).in_folder(&data).start().ready().await;
    let secrets = Secrets::and(&[server.token()]);
    let (pid, token_file) = (server.pid(), server.token_file().to_owned());
    // The system would put the whole memory into a file, wherever it is told to.
    let limits = fs::read_to_string(format!("/proc/{pid}/limits")).expect("it is alive");
    let core = limits.lines().find_map(|line| line.strip_prefix("Max core file size")).expect("a limit");
    assert_eq!(core.split_whitespace().take(2).collect::<Vec<_>>(), ["0", "0"], "soft and hard");
    server.signal(Signal::ABORT);
    let Ended { status, said } = server.ended().await;
    assert_eq!((status.signal(), status.core_dumped()), (Some(Signal::ABORT.as_raw()), false));
    secrets.are_not_in("what it said", said);
    secrets.are_not_below(&data, Some(&token_file));
}

#[tokio::test]
async fn a_token_of_the_environment_is_in_nothing_that_a_server_says_or_answers() {
    let token = "canaryToken4e1d-of-the-environment";
    let folder = tempfile::tempdir().expect("a temporary folder");
    let data = folder.path().join("data");
    let builder = ServerBuilder::on("mongodb://127.0.0.1:1/").env("TRIVET_TOKEN", token);
    let server = builder.in_folder(&data).start();
    let secrets = Secrets::and(&[token]);
    for client in [Server::client_with(token), Server::client_with(&format!("{token}x"))] {
        for path in
            ["/healthz", "/readyz", "/items", "/openapi.json", "/docs/", "/api/v1/connections?token=x"]
        {
            secrets.are_not_in(path, answer(client.get(format!("{}{path}", server.url()))).await.1);
        }
    }
    secrets.are_on_no_command_line(server.pid());
    server.signal(Signal::TERM);
    secrets.are_not_in("what it said", server.ended().await.said);
    secrets.are_not_below(&data, None);
}

#[tokio::test]
async fn own_set_the_members_of_a_local_set_are_not_called_with_what_the_environment_holds() {
    let builder = ServerBuilder::lab().env("TRIVET_URI", &uri(PASSWORD, "127.0.0.1:1"));
    let server = builder.start().ready().await;
    let secrets = Secrets::and(&[server.token()]);
    assert!(secrets.are_on_no_command_line(server.pid()) >= 5, "the program, a guard and three members");
    let data = server.data_dir().to_owned();
    secrets.are_not_below(&data, Some(server.token_file()));
    server.signal(Signal::TERM);
    secrets.are_not_in("what it said", server.ended().await.said);
}
