//! Looks for a mongod on this machine.

use std::time::Duration;

use bson::doc;
use mongodb::{
    Client,
    options::{ClientOptions, ServerAddress},
};
use tokio::time::timeout;

use super::{LocalServer, probe::probe};

/// Nobody waits for this: the first screen shows it when it is there.
const WITHIN: Duration = Duration::from_millis(1_500);

/// The mongod on this port of 127.0.0.1, if one answers. Not finding one is no error.
pub(crate) async fn discover(port: u16) -> Option<LocalServer> {
    timeout(WITHIN, discover_at(port)).await.ok().flatten()
}

async fn discover_at(port: u16) -> Option<LocalServer> {
    let address = ServerAddress::Tcp { host: "127.0.0.1".to_owned(), port: Some(port) };
    let options = ClientOptions::builder()
        .hosts(vec![address.clone()])
        .app_name("Trivet".to_owned())
        .direct_connection(true)
        .server_selection_timeout(WITHIN)
        .build();
    let greeting = probe(&address, &options).await.ok()?;
    let set = greeting.set_name.as_ref().map(|name| format!("?replicaSet={name}")).unwrap_or_default();
    Some(LocalServer {
        uri: format!("mongodb://{address}/{set}"),
        address: address.to_string(),
        version: version(options).await,
        set_name: greeting.set_name,
    })
}

/// `buildInfo` needs no login.
async fn version(options: ClientOptions) -> Option<String> {
    let client = Client::with_options(options).ok()?;
    let answer = client.database("admin").run_command(doc! { "buildInfo": 1 }).await;
    client.shutdown().immediate(true).await;
    answer.ok()?.get_str("version").ok().map(str::to_owned)
}
