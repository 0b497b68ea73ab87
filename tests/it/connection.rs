//! Opening connections, and every way in which that fails, told apart.

use std::time::{Duration, Instant};

use bson::doc;
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpListener,
};
use trivet_core::{
    ErrorBody, ErrorCode,
    connection::{
        ConnectRequest, ConnectTarget, DisconnectRequest, Environment, ForgetRecentRequest, Topology,
    },
    replica::ReplicaRequest,
    storage::{Settings, Theme},
};
use trivet_tests::{Mongod, client, engine, engine_looking_at, shared_set, to};

/// Connects and expects a failure within the time that is promised.
async fn refusal(uri: &str) -> ErrorBody {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let started = Instant::now();
    let error = engine(folder.path()).connect(to(uri)).await.expect_err("it cannot connect");
    assert!(started.elapsed() < Duration::from_millis(5_500), "took {:?}", started.elapsed());
    error.into()
}

#[tokio::test]
async fn a_set_is_opened_and_says_what_it_is() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let engine = engine(folder.path());
    let connection = engine.connect(to(shared_set().await)).await.expect("connected");
    assert_eq!(connection.topology, Topology::ReplicaSet);
    assert_eq!(connection.set_name.as_deref(), Some("lab"));
    assert_eq!(connection.environment, Environment::Local);
    assert!(connection.server_version.is_some_and(|version| version.contains('.')));
    assert_eq!(engine.connections().await.expect("listed").len(), 1);
}

#[tokio::test]
async fn a_closed_port_is_refused() {
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a free port");
    let address = listener.local_addr().expect("an address");
    drop(listener);
    let error = refusal(&format!("mongodb://{address}/")).await;
    assert_eq!(error.code, ErrorCode::Unreachable);
    assert!(
        error.message.contains("connection refused") && error.message.contains(&address.to_string()),
        "{error:?}"
    );
    assert!(error.hint.is_some());
}

#[tokio::test]
async fn an_unknown_host_is_named() {
    let error = refusal("mongodb://no-such-host.invalid:27017/").await;
    assert_eq!(error.code, ErrorCode::Unreachable);
    assert!(error.message.contains("host name is unknown"), "{error:?}");
}

#[tokio::test]
async fn a_port_that_takes_the_connection_and_says_nothing_is_a_timeout() {
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a free port");
    let address = listener.local_addr().expect("an address");
    tokio::spawn(async move {
        let mut kept = Vec::new();
        while let Ok((socket, _)) = listener.accept().await {
            kept.push(socket);
        }
    });
    let error = refusal(&format!("mongodb://{address}/")).await;
    assert_eq!(error.code, ErrorCode::Timeout, "{error:?}");
}

#[tokio::test]
async fn another_program_on_the_port_is_no_mongodb() {
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a free port");
    let address = listener.local_addr().expect("an address");
    tokio::spawn(async move {
        while let Ok((mut socket, _)) = listener.accept().await {
            tokio::spawn(async move {
                let mut question = [0; 64];
                if socket.read(&mut question).await.is_ok_and(|read| read > 0) {
                    // The caller has hung up by now where it saw that this is no MongoDB.
                    let _ = socket.write_all(b"HTTP/1.1 400 Bad Request\r\nContent-Length: 0\r\n\r\n").await;
                }
            });
        }
    });
    let error = refusal(&format!("mongodb://{address}/")).await;
    assert_eq!(error.code, ErrorCode::Unreachable);
    assert!(error.message.contains("not as a MongoDB server does"), "{error:?}");
}

#[tokio::test]
async fn tls_to_a_server_without_tls_is_a_tls_failure() {
    let mongod = Mongod::standalone(&[]).await;
    let error = refusal(&format!("mongodb://127.0.0.1:{}/?tls=true", mongod.port())).await;
    assert_eq!(error.code, ErrorCode::Tls, "{error:?}");
}

#[tokio::test]
async fn a_wrong_set_name_is_told_with_the_right_one() {
    let uri = shared_set().await;
    let wrong = uri.replace("replicaSet=lab", "replicaSet=other");
    assert_ne!(wrong, uri);
    let error = refusal(&wrong).await;
    assert_eq!(error.code, ErrorCode::InvalidInput);
    assert!(error.message.contains("'lab'") && error.message.contains("'other'"), "{error:?}");
}

#[tokio::test]
async fn a_wrong_password_is_told_and_the_right_one_is_never_kept() {
    let mongod = Mongod::standalone(&["--auth"]).await;
    let uri = format!("mongodb://127.0.0.1:{}/?directConnection=true", mongod.port());
    let admin = client(&uri).await.database("admin");
    let create = doc! { "createUser": "ada", "pwd": "canary-right", "roles": ["root"] };
    admin.run_command(create).await.expect("the first user may be created from this machine");

    let address = format!("127.0.0.1:{}", mongod.port());
    let error = refusal(&format!("mongodb://ada:canary-wrong@{address}/")).await;
    assert_eq!(error.code, ErrorCode::Unauthenticated);
    assert!(!format!("{error:?}").contains("canary"), "{error:?}");

    let folder = tempfile::tempdir().expect("a temporary folder");
    let engine = engine(folder.path());
    let connection =
        engine.connect(to(&format!("mongodb://ada:canary-right@{address}/"))).await.expect("connected");
    assert_eq!(connection.user.as_deref(), Some("ada"));
    assert_eq!(connection.topology, Topology::Standalone);
    for entry in walk(folder.path()) {
        let text = std::fs::read(&entry).expect("read");
        assert!(!String::from_utf8_lossy(&text).contains("canary"), "{}", entry.display());
    }

    let recent = engine.recent_connections().await.expect("listed").remove(0);
    assert!(recent.needs_password);
    let again = |password: Option<&str>| ConnectRequest {
        target: ConnectTarget::Recent { id: recent.id.clone(), password: password.map(str::to_owned) },
        name: None,
        environment: None,
        read_only: None,
        undo: None,
    };
    let without = engine.connect(again(None)).await.expect_err("it needs its password");
    assert_eq!(without.code(), ErrorCode::Unauthenticated);
    engine.connect(again(Some("canary-right"))).await.expect("connected with it");
}

#[tokio::test]
async fn a_bad_uri_is_refused_before_anything_is_opened() {
    for uri in ["", "localhost", "http://a.example", "mongodb://", "mongodb://a.example:port"] {
        assert_eq!(refusal(uri).await.code, ErrorCode::InvalidInput, "{uri}");
    }
}

#[tokio::test]
async fn a_closed_connection_answers_not_found() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let engine = engine(folder.path());
    let connection = engine.connect(to(shared_set().await)).await.expect("connected").id;
    engine.disconnect(DisconnectRequest { connection: connection.clone() }).await.expect("closed");
    let error = engine.replica_snapshot(ReplicaRequest { connection }).await.expect_err("closed");
    assert_eq!(error.code(), ErrorCode::NotFound);
}

#[tokio::test]
async fn the_lab_is_opened_once_whoever_asks_until_it_is_closed() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let engine = engine(folder.path());
    let uri = shared_set().await;
    let lab = async || {
        let target = ConnectTarget::Lab { uri: uri.to_owned() };
        engine.connect(ConnectRequest { target, ..to(uri) }).await.expect("connected").id
    };
    // The window and the listener ask at the same moment.
    let (connection, same) = tokio::join!(lab(), lab());
    assert_eq!(connection, same);
    assert_ne!(engine.connect(to(uri)).await.expect("connected").id, connection, "a string is opened anew");

    engine.disconnect(DisconnectRequest { connection: connection.clone() }).await.expect("closed");
    assert_ne!(lab().await, connection);
}

#[tokio::test]
async fn a_mongod_on_this_machine_is_found_with_its_version_and_reached_by_its_uri() {
    let mongod = Mongod::standalone(&[]).await;
    let folder = tempfile::tempdir().expect("a temporary folder");
    let looking = engine_looking_at(folder.path(), mongod.port());
    let found = looking.discover_local().await.expect("no error").expect("it answers");
    assert!(found.version.is_some() && found.set_name.is_none());
    looking.connect(to(&found.uri)).await.expect("connected");

    let nothing = engine(folder.path()).discover_local().await.expect("not finding one is no error");
    assert!(nothing.is_none());
}

#[tokio::test]
async fn a_recent_connection_can_be_forgotten() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let engine = engine(folder.path());
    engine.connect(to(shared_set().await)).await.expect("connected");
    let recent = engine.recent_connections().await.expect("listed").remove(0);
    engine.forget_recent(ForgetRecentRequest { id: recent.id.clone() }).await.expect("forgotten");
    assert!(engine.recent_connections().await.expect("listed").is_empty());
    let target = ConnectTarget::Recent { id: recent.id, password: None };
    let error = engine
        .connect(ConnectRequest { target, name: None, environment: None, read_only: None, undo: None })
        .await
        .expect_err("forgotten");
    assert_eq!(error.code(), ErrorCode::NotFound);
}

#[tokio::test]
async fn what_was_set_is_there_after_a_restart() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    assert_eq!(engine(folder.path()).settings().await.expect("the defaults"), Settings::default());
    let dark = Settings { theme: Theme::Dark, ..Settings::default() };
    engine(folder.path()).save_settings(dark.clone()).await.expect("saved");
    assert_eq!(engine(folder.path()).settings().await.expect("read"), dark);
}

fn walk(folder: &std::path::Path) -> Vec<std::path::PathBuf> {
    let entries = std::fs::read_dir(folder).expect("listed").map(|entry| entry.expect("an entry").path());
    entries.flat_map(|path| if path.is_dir() { walk(&path) } else { vec![path] }).collect()
}
