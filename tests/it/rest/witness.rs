//! What a server was sent and what it holds, as the server itself tells it.

use std::collections::BTreeMap;

use bson::{Bson, Document, doc};
use mongodb::Client;
use trivet_tests::client;

/// Asks a server that no other test uses.
pub(super) struct Witness(Client);

impl Witness {
    pub(super) async fn of(uri: &str) -> Self {
        Self(client(uri).await)
    }

    /// How often each command came, whatever became of it.
    pub(super) async fn commands(&self) -> BTreeMap<String, i64> {
        let status = self.0.database("admin").run_command(doc! { "serverStatus": 1 }).await.expect("asked");
        let commands = status.get_document("metrics").and_then(|metrics| metrics.get_document("commands"));
        let total = |command: &Bson| match command {
            Bson::Document(command) => command.get_i64("total").ok(),
            // Those that the server does not know are counted together, as a plain number.
            command => command.as_i64(),
        };
        let commands = commands.expect("counted").iter();
        commands.filter_map(|(name, command)| Some((name.clone(), total(command)?))).collect()
    }

    /// The names of the commands that came since.
    pub(super) async fn came_since(&self, before: &BTreeMap<String, i64>) -> Vec<String> {
        let now = self.commands().await.into_iter();
        now.filter(|(name, total)| before.get(name).copied().unwrap_or_default() != *total)
            .map(|(name, _)| name)
            .collect()
    }

    /// The same, which are no others than these.
    pub(super) async fn only(&self, before: &BTreeMap<String, i64>, allowed: &[&str]) -> Vec<String> {
        let came = self.came_since(before).await;
        let others: Vec<_> = came.iter().filter(|name| !allowed.contains(&name.as_str())).collect();
        assert!(others.is_empty(), "{others:?} came, too");
        came
    }

    /// A hash of every database, but of the server's own journal.
    pub(super) async fn hashes(&self) -> BTreeMap<String, String> {
        let mut hashes = BTreeMap::new();
        let databases = self.0.list_database_names().await.expect("listed").into_iter();
        for database in databases.filter(|name| name != "local") {
            let answer = self.0.database(&database).run_command(doc! { "dbHash": 1 }).await;
            let answer: Document = answer.expect("hashed");
            hashes.insert(database, answer.get_str("md5").expect("a hash").to_owned());
        }
        hashes
    }
}
