//! Lock 2: without the token nothing passes but what is the same for everybody.

use std::{
    fs,
    os::unix::fs::PermissionsExt as _,
    time::{Duration, Instant},
};

use reqwest::header::{AUTHORIZATION, WWW_AUTHENTICATE};
use serde_json::Value;
use trivet_tests::{Server, ServerBuilder};

use super::{
    bench::{problem, status},
    wire::{ask, head},
};

/// Nobody listens there: what is asked here never comes as far as a database.
const NOWHERE: &str = "mongodb://127.0.0.1:1/";
const CONNECTIONS: &str = "/api/v1/connections";

async fn description(server: &Server) -> Value {
    let answer = server.client().get(format!("{}/openapi.json", server.url())).send().await;
    answer.expect("an answer").json().await.expect("the description")
}

/// Every method and path of the description, with a name in the place of each parameter.
fn requests(description: &Value) -> Vec<(reqwest::Method, String)> {
    let paths = description["paths"].as_object().expect("paths");
    let mut requests = Vec::new();
    for (path, methods) in paths {
        let path: String = path
            .split('/')
            .flat_map(|part| ["/", if part.starts_with('{') { "x" } else { part }])
            .skip(2)
            .collect();
        for method in methods.as_object().expect("methods").keys() {
            requests.push((method.to_uppercase().parse().expect("a method"), path.clone()));
        }
    }
    requests
}

#[tokio::test]
async fn whatever_is_described_needs_the_token() {
    let server = ServerBuilder::on(NOWHERE).start();
    let requests = requests(&description(&server).await);
    assert!(requests.len() > 30, "{requests:?}");
    let nobody = reqwest::Client::builder().no_proxy().build().expect("a client");
    for (method, path) in requests {
        let answer = nobody.request(method.clone(), format!("{}{path}", server.url())).send().await;
        let answer = answer.expect("an answer");
        if path == "/healthz" {
            assert_eq!(answer.status(), 200);
            continue;
        }
        assert_eq!(answer.status(), 401, "{method} {path}");
        assert_eq!(answer.headers()[WWW_AUTHENTICATE], "Bearer realm=\"trivet\"", "{method} {path}");
    }
    for path in ["/openapi.json", "/nothing", "/api/v1", "/healthz/", "/docs/../items", "//healthz"] {
        let answer = ask(
            &server,
            format!("GET {path} HTTP/1.1\r\nHost: {}\r\nConnection: close\r\n\r\n", server.authority()),
        );
        let answer = answer.await;
        assert_ne!(answer.status, 200, "{path}: {}", answer.body);
        assert!(answer.status == 401 || path.starts_with("/docs/"), "{path}: {answer:?}");
    }
    for path in ["/docs/", "/docs/swagger-ui.css", "/docs/swagger-initializer.js"] {
        let answer = nobody.get(format!("{}{path}", server.url())).send().await.expect("an answer");
        assert_eq!(answer.status(), 200, "{path}");
    }
}

#[tokio::test]
async fn a_token_counts_only_where_it_belongs() {
    let server = ServerBuilder::on(NOWHERE).start();
    let (authority, token) = (server.authority(), server.token());
    let right = format!("Authorization: Bearer {token}");
    let rows = [
        ("as it is meant", vec![right.clone()], "", 200),
        ("under a scheme in small letters", vec![format!("Authorization: bearer {token}")], "", 200),
        ("nowhere", vec![], "", 401),
        ("twice", vec![right.clone(), right.clone()], "", 401),
        ("behind a wrong one", vec!["Authorization: Bearer x".into(), right.clone()], "", 401),
        ("with another behind it", vec![format!("Authorization: Bearer {token}, Bearer {token}")], "", 401),
        ("without a scheme", vec![format!("Authorization: {token}")], "", 401),
        ("under another scheme", vec![format!("Authorization: Basic {token}")], "", 401),
        ("after two blanks", vec![format!("Authorization: Bearer  {token}")], "", 401),
        ("in capitals", vec![format!("Authorization: Bearer {}", token.to_uppercase())], "", 401),
        ("without its end", vec![format!("Authorization: Bearer {}", &token[..63])], "", 401),
        ("with more behind it", vec![format!("Authorization: Bearer {token}0")], "", 401),
        ("as nothing", vec!["Authorization: Bearer ".into()], "", 401),
        ("in the address", vec![], &*format!("?token={token}"), 401),
        ("in the address under its other name", vec![], &*format!("?access_token={token}"), 401),
        ("in a cookie", vec![format!("Cookie: token={token}")], "", 401),
        ("for a proxy", vec![format!("Proxy-Authorization: Bearer {token}")], "", 401),
        ("as a password", vec![format!("X-Api-Key: {token}")], "", 401),
    ];
    for (about, headers, query, expected) in rows {
        let headers: String = headers.iter().flat_map(|header| [header, "\r\n"]).collect();
        let request = format!(
            "GET {CONNECTIONS}{query} HTTP/1.1\r\nHost: {authority}\r\nConnection: close\r\n{headers}\r\n"
        );
        // A right one in between, so that wrong ones stay quick.
        assert_eq!(ask(&server, head(&server, &format!("GET {CONNECTIONS}"), &[])).await.status, 200);
        assert_eq!(ask(&server, request).await.status, expected, "{about}");
    }
}

#[tokio::test]
async fn wrong_tokens_are_answered_ever_later_until_a_right_one_comes() {
    let server = ServerBuilder::on(NOWHERE).start();
    let url = format!("{}{CONNECTIONS}", server.url());
    let (right, wrong) = (server.client(), Server::client_with(&"0".repeat(64)));
    let guess = async || {
        let started = Instant::now();
        problem(wrong.get(&url), 401).await;
        started.elapsed()
    };
    let mut slowest = Duration::ZERO;
    for least_ms in [25, 50, 100, 200, 400, 800, 800] {
        slowest = guess().await;
        assert!(slowest >= Duration::from_millis(least_ms), "{slowest:?} is less than {least_ms} ms");
    }
    // Who knows the token is not held up by who does not.
    let started = Instant::now();
    let (_, known) = tokio::join!(guess(), status(right.get(&url)));
    assert_eq!(known, 200);
    assert!(started.elapsed() >= Duration::from_millis(800), "the guess took its time");
    assert!(guess().await < slowest, "a right one makes them quick again");
}

#[tokio::test]
async fn the_token_is_random_for_its_owner_alone_and_the_same_at_every_start() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let data = folder.path().join("data");
    let start = || ServerBuilder::on(NOWHERE).in_folder(&data).start();
    let first = start();
    let token = first.token().to_owned();
    assert!(token.len() == 64 && token.bytes().all(|byte| byte.is_ascii_hexdigit()), "it is 256 bits");
    let file = first.token_file().to_owned();
    assert_eq!(file, data.join("rest-token"));
    let mode = |path| fs::metadata(path).expect("it is there").permissions().mode() & 0o777;
    assert_eq!((mode(&file), mode(&data)), (0o600, 0o700));
    assert!(first.stop().await.success());
    let again = start();
    assert_eq!(again.token(), token);
    assert_eq!(status(again.client().get(format!("{}{CONNECTIONS}", again.url()))).await, 200);
    drop(again);
    fs::remove_file(&file).expect("removed");
    assert_ne!(start().token(), token, "another one is made");
}

#[tokio::test]
async fn a_token_file_that_others_can_read_is_refused() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let file = folder.path().join("token");
    fs::write(&file, "0".repeat(64)).expect("written");
    fs::set_permissions(&file, fs::Permissions::from_mode(0o640)).expect("set");
    let path = file.to_str().expect("a path");
    let start = || ServerBuilder::on(NOWHERE).with(&["--token-file", path]).try_start();
    let Err(refused) = start() else { panic!("it listens") };
    assert_eq!(refused.status.code(), Some(2));
    assert!(refused.said.contains("chmod 600"), "{}", refused.said);
    fs::set_permissions(&file, fs::Permissions::from_mode(0o600)).expect("set");
    assert!(start().is_ok());
}

#[tokio::test]
async fn a_token_of_the_environment_is_taken_and_a_short_one_is_not() {
    let token = "an-environment-has-this-token-inside";
    let server = ServerBuilder::on(NOWHERE).env("TRIVET_TOKEN", token).start();
    let url = format!("{}{CONNECTIONS}", server.url());
    assert_eq!(status(Server::client_with(token).get(&url)).await, 200);
    problem(Server::client_with(&"0".repeat(64)).get(&url), 401).await;
    assert!(!server.data_dir().join("rest-token").exists(), "no other is made");
    let Err(refused) = ServerBuilder::on(NOWHERE).env("TRIVET_TOKEN", "canary").try_start() else {
        panic!("it listens")
    };
    assert_eq!(refused.status.code(), Some(2));
    assert!(refused.said.contains("32 visible") && !refused.said.contains("canary"), "{}", refused.said);
}

#[tokio::test]
async fn the_token_is_asked_for_before_anything_of_a_request_is_read() {
    let server = ServerBuilder::on(NOWHERE).start();
    let nobody = reqwest::Client::builder().no_proxy().build().expect("a client");
    let url = format!("{}/items", server.url());
    problem(nobody.post(&url).header("content-type", "text/plain").body("{"), 401).await;
    let told = problem(nobody.post(&url).header(AUTHORIZATION, "Bearer x").body("{"), 401).await;
    assert_eq!(told["code"], "Unauthenticated");
}
