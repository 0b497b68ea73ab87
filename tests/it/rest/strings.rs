//! A server that asks for a password, and connection strings that hold one.

use bson::doc;
use mongodb::Database;
use trivet_tests::{Mongod, client};

use super::canary::{PASSWORD, WRONG, escaped};

/// A mongod that lets nobody in without a password, and its address.
pub(super) async fn guarded() -> (Mongod, String) {
    let mongod = Mongod::standalone(&["--auth"]).await;
    let admin = client(&mongod.uri()).await.database("admin");
    // The first user may be created from this machine, and only the first.
    admin.run_command(doc! { "createUser": "eve", "pwd": "eve", "roles": ["root"] }).await.expect("created");
    let address = format!("127.0.0.1:{}", mongod.port());
    let create = doc! { "createUser": "ada", "pwd": PASSWORD, "roles": ["root"] };
    as_eve(&address).await.run_command(create).await.expect("created");
    (mongod, address)
}

pub(super) async fn as_eve(address: &str) -> Database {
    client(&format!("mongodb://eve:eve@{address}/?directConnection=true")).await.database("admin")
}

/// The connection string of a user of it.
pub(super) fn uri(password: &str, address: &str) -> String {
    format!(
        "mongodb://ada:{}@{address}/?directConnection=true&serverSelectionTimeoutMS=1000",
        escaped(password)
    )
}

/// Connection strings with which nothing can be opened, for want of something else than an answer.
pub(super) fn hopeless(address: &str) -> Vec<(String, &'static str)> {
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
pub(super) fn unreadable() -> Vec<String> {
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
        format!("mongodb://127.0.0.1:1/?authMechanismProperties={head}%2F{tail}"),
        format!("mongodb://127.0.0.1:1/?authMechanismProperties=TOKEN:{head},{tail}"),
        format!("mongodb://127.0.0.1:1/?authMechanismProperties=TOKEN:{head}&{tail}"),
    ]);
    strings
}
