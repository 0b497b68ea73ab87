//! Lock 9 in the core, as the window has it: what holds a password does not print it, and no error repeats it.

use std::{
    fmt::Debug,
    panic::{AssertUnwindSafe, catch_unwind},
    sync::Arc,
    time::SystemTime,
};

use trivet_core::{
    Engine, EngineConfig, Error, ErrorBody, ErrorCode, Startup,
    connection::{ConnectRequest, ConnectTarget, ConnectionUri},
};
use trivet_tests::{engine, free_port, to};

use super::{
    canary::{PASSWORD, Secrets, WRONG},
    strings::{guarded, hopeless, unreadable, uri},
};

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
        assert_eq!(error.code(), ErrorCode::InvalidInput, "{uri}");
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
    let config = EngineConfig {
        data_dir: folder.path().to_owned(),
        clock: Arc::new(SystemTime::now),
        startup: Startup::Connection(ConnectionUri::parse(&right).expect("a good one")),
        local_port: free_port(),
        read_only: false,
    };
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
