//! Lock 9: a password is in nothing that the program says, answers, writes or is called with, and neither is the
//! token of the listener.

use std::{
    collections::BTreeSet,
    fmt::Debug,
    fs,
    os::unix::process::ExitStatusExt as _,
    panic::{AssertUnwindSafe, catch_unwind},
    path::Path,
};

use bson::doc;
use futures_util::{StreamExt as _, stream};
use reqwest::{
    Method, RequestBuilder,
    header::{CONTENT_TYPE, HOST, IF_MATCH, ORIGIN},
};
use rustix::process::Signal;
use serde_json::{Value, json};
use trivet_core::{
    Engine, EngineConfig, Error, ErrorBody, ErrorCode, Startup,
    connection::{ConnectRequest, ConnectTarget, ConnectionUri},
};
use trivet_tests::{DEADLINE, Ended, Mongod, Server, ServerBuilder, client, engine, eventually, to};

use super::{
    bench::{JSON, MERGE_PATCH, RestBench},
    canary::{PASSWORD, Secrets, WRONG, escaped},
    requests::{Subject, operate},
    safe::described,
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

/// A mongod that lets nobody in without a password, and its address.
async fn guarded() -> (Mongod, String) {
    let mongod = Mongod::standalone(&["--auth"]).await;
    let admin = client(&mongod.uri()).await.database("admin");
    // The first user may be created from this machine, and only the first.
    admin.run_command(doc! { "createUser": "eve", "pwd": "eve", "roles": ["root"] }).await.expect("created");
    let address = format!("127.0.0.1:{}", mongod.port());
    let create = doc! { "createUser": "ada", "pwd": PASSWORD, "roles": ["root"] };
    as_eve(&address).await.run_command(create).await.expect("created");
    (mongod, address)
}

async fn as_eve(address: &str) -> mongodb::Database {
    client(&format!("mongodb://eve:eve@{address}/?directConnection=true")).await.database("admin")
}

fn uri(password: &str, address: &str) -> String {
    format!(
        "mongodb://ada:{}@{address}/?directConnection=true&serverSelectionTimeoutMS=1000",
        escaped(password)
    )
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
        let uri = uri(PASSWORD, &address);
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

/// Connection strings with which nothing can be opened, for want of something else than an answer.
fn hopeless(address: &str) -> Vec<(String, &'static str)> {
    let right = uri(PASSWORD, address);
    vec![
        (uri(WRONG, address), "does not accept"),
        (format!("{right}&authSource=nowhere"), "does not accept"),
        (format!("{right}&authMechanism=SCRAM-SHA-1&authSource=nowhere"), "does not accept"),
        (format!("{right}&tls=true"), "TLS"),
        (format!("{right}&tlsCAFile=/nowhere/ca.pem"), "TLS"),
        (format!("{right}&tlsCertificateKeyFile=/nowhere/key.pem"), "TLS"),
        (format!("{right}&replicaSet=nowhere"), "no replica set"),
    ]
}

/// Connection strings with a password in them that cannot be read, whatever the reason.
fn unreadable() -> Vec<String> {
    let (whole, right) = (PASSWORD, escaped(PASSWORD));
    let (head, tail) = ("canaryHead3f7a", "canaryTail9b2c");
    let of_another_scheme =
        ["", "mongodb:", "mongodb:/", "mongo://", "MONGODB://", "http://", "\u{feff}mongodb://"];
    let mut strings: Vec<_> =
        of_another_scheme.iter().map(|scheme| format!("{scheme}ada:{right}@127.0.0.1:1/")).collect();
    strings.extend([
        whole.to_owned(),
        // Not escaped.
        format!("mongodb://ada:{whole}@127.0.0.1:1/"),
        format!("mongodb://ada:{head}/{tail}@127.0.0.1:1/"),
        format!("mongodb://ada:{head}?{tail}@127.0.0.1:1/"),
        format!("mongodb://ada:{head}:{tail}@127.0.0.1:1/"),
        format!("mongodb://ada:{head}@{tail}@127.0.0.1:1/"),
        format!("mongodb://ada:{head}@a/{tail}@127.0.0.1:1/"),
        format!("mongodb://ada:{head}@a?{tail}@127.0.0.1:1/"),
        format!("mongodb://ada:{head}@a?{tail}=1@127.0.0.1:1/"),
        format!("mongodb://ada:{head}%{tail}@127.0.0.1:1/"),
        format!("mongodb://ada:{head}%ff{tail}@127.0.0.1:1/"),
        // Without a host, or where it is not expected.
        format!("mongodb://ada:{right}"),
        format!("mongodb://ada:{head}/"),
        format!("mongodb://ada:{right}@"),
        format!("mongodb://ada:{right}@/"),
        format!("mongodb://:{right}@127.0.0.1:1/"),
        format!("mongodb://ada@127.0.0.1:{head}/"),
        format!("mongodb://127.0.0.1:1,ada:{head}/"),
        format!("mongodb+srv://ada:{head}/"),
        // With a mistake somewhere else.
        format!("mongodb://ada:{right}@127.0.0.1:port/"),
        format!("mongodb://ada:{right}@127.0.0.1:0/"),
        format!("mongodb://ada:{right}@[::1/"),
        format!("mongodb://ada:{right}@127.0.0.1:1/a b"),
        format!("mongodb://ada:{right}@127.0.0.1:1/?connectTimeoutMS=soon"),
        format!("mongodb://ada:{right}@127.0.0.1:1/?connectTimeoutMS"),
        format!("mongodb://ada:{right}@127.0.0.1:1/?replicSet=a"),
        format!("mongodb://ada:{right}@127.0.0.1:1/?replicaSet=a&replicaSet=b"),
        format!("mongodb://ada:{right}@127.0.0.1:1/?authSource="),
        format!("mongodb://ada:{right}@127.0.0.1:1/?tls=true&tls=false"),
        format!("mongodb+srv://ada:{right}@a.example:27017/"),
        format!("mongodb+srv://ada:{right}@a.example,b.example/"),
        // Secrets of options.
        format!("mongodb://127.0.0.1:1/?tlsCertificateKeyFilePassword={right}"),
        format!("mongodb://127.0.0.1:1/?proxyHost=a&proxyUsername=ada&proxyPassword={right}"),
        format!("mongodb://127.0.0.1:1/?authMechanismProperties={right}"),
        format!("mongodb://127.0.0.1:1/?authMechanismProperties=TOKEN:{head},{tail}"),
        format!("mongodb://127.0.0.1:1/?authMechanismProperties=TOKEN:{head}&{tail}"),
    ]);
    strings
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
            assert!(refused.said.contains("connection string") || refused.said.contains("port"), "{uri}");
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
            ("/items", 404),
            ("/api/v1/connections", 200),
            ("/api/v1/connections/default", 404),
            ("/api/v1/connections/default/databases", 404),
            ("/api/v1/connections/default/replica-set", 404),
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
    let token = "canaryToken4e1d-of-the-environment";
    let builder = ServerBuilder::lab().env("TRIVET_URI", &uri(PASSWORD, "127.0.0.1:1"));
    let server = builder.start().ready().await;
    let secrets = Secrets::and(&[server.token(), token]);
    assert!(secrets.are_on_no_command_line(server.pid()) >= 5, "the program, a guard and three members");
    let data = server.data_dir().to_owned();
    secrets.are_not_below(&data, Some(server.token_file()));
    server.signal(Signal::TERM);
    secrets.are_not_in("what it said", server.ended().await.said);
}

/// What `{:?}` prints of a value, where it can be printed at all.
struct Printed<'a, T>(&'a T);

impl<T: Debug> Printed<'_, T> {
    fn text(&self) -> String {
        format!("{:?} {:#?}", self.0, self.0)
    }
}

trait Unprinted {
    fn text(&self) -> String {
        String::new()
    }
}

impl<T> Unprinted for Printed<'_, T> {}

/// Everything that an error can be turned into.
fn shown(error: Error) -> String {
    let mut texts = vec![error.to_string(), Printed(&error).text()];
    let body = ErrorBody::from(error);
    texts.extend([Printed(&body).text(), serde_json::to_string(&body).expect("JSON")]);
    texts.join("\n")
}

fn config(data_dir: &Path, uri: &str) -> EngineConfig {
    EngineConfig {
        data_dir: data_dir.to_owned(),
        clock: std::sync::Arc::new(std::time::SystemTime::now),
        startup: Startup::Connection(ConnectionUri::parse(uri).expect("a good one")),
        local_port: trivet_tests::free_port(),
        read_only: false,
    }
}

#[tokio::test]
async fn an_error_of_the_core_never_holds_the_password() {
    let (_mongod, address) = guarded().await;
    let folder = tempfile::tempdir().expect("a temporary folder");
    let engine = engine(folder.path());
    let secrets = Secrets::and(&[]);
    for (uri, words) in hopeless(&address) {
        let error = engine.connect(to(&uri)).await.expect_err(words);
        assert!(error.to_string().contains(words), "{words}: {error}");
        secrets.are_not_in("an error of connecting", shown(error));
    }
    for uri in unreadable() {
        let error = engine.connect(to(&uri)).await.expect_err("unreadable");
        assert_eq!(error.code(), ErrorCode::InvalidInput);
        secrets.are_not_in("an error of reading", shown(error));
        secrets.are_not_in("the same", shown(ConnectionUri::parse(&uri).expect_err("unreadable")));
    }
    for host in ["127.0.0.1:1", "no-such-host.invalid", "127.0.0.1:1,no-such-host.invalid"] {
        let error = engine.connect(to(&uri(PASSWORD, host))).await.expect_err("nobody is there");
        secrets.are_not_in("an error of reaching", shown(error));
    }
    secrets.are_not_below(folder.path(), None);
}

#[tokio::test]
async fn whatever_holds_a_password_does_not_print_it() {
    let (_mongod, address) = guarded().await;
    let right = uri(PASSWORD, &address);
    let folder = tempfile::tempdir().expect("a temporary folder");
    let secrets = Secrets::and(&[]);
    let config = config(folder.path(), &right);
    let engine = Engine::new(config.clone());
    let startup = ConnectRequest { target: ConnectTarget::Startup, ..to("") };
    let connection = engine.connect(startup).await.expect("connected");
    let recent = engine.recent_connections().await.expect("listed").remove(0);
    let again = |password: &str| ConnectRequest {
        target: ConnectTarget::Recent { id: recent.id.clone(), password: Some(password.to_owned()) },
        ..to("")
    };
    engine.connect(again(PASSWORD)).await.expect("connected");
    let error = engine.connect(again(WRONG)).await.expect_err("refused");
    secrets.are_not_in("an error of connecting again", shown(error));

    let parsed = ConnectionUri::parse(&right).expect("a good one");
    for text in [
        Printed(&parsed).text(),
        parsed.redacted(),
        parsed.hosts().to_owned(),
        Printed(&config).text(),
        Printed(&config.startup).text(),
        Printed(&engine).text(),
        Printed(&to(&right)).text(),
        Printed(&to(&right).target).text(),
        Printed(&again(PASSWORD)).text(),
        Printed(&connection).text(),
        serde_json::to_string(&connection).expect("JSON"),
        Printed(&recent).text(),
        serde_json::to_string(&engine.recent_connections().await.expect("listed")).expect("JSON"),
        serde_json::to_string(&engine.app_info().await.expect("told")).expect("JSON"),
        serde_json::to_string(&engine.connections().await.expect("listed")).expect("JSON"),
        serde_json::to_string(&engine.settings().await.expect("read")).expect("JSON"),
    ] {
        secrets.are_not_in("what it prints", text);
    }
    // A panic prints what it was raised over.
    let startup = AssertUnwindSafe(config.startup);
    let panic = catch_unwind(move || panic!("it fails on purpose: {:?}", startup.0)).expect_err("a panic");
    let said = panic.downcast::<String>().expect("a text");
    assert!(said.contains(&address), "{said}");
    secrets.are_not_in("a panic", *said);
    secrets.are_not_below(folder.path(), None);
}
