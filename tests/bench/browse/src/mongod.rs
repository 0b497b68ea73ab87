//! A mongod whose data stay.

use std::{
    net::{Ipv4Addr, TcpListener},
    path::Path,
    process::{Child, Command, Stdio},
    time::Duration,
};

use bson::doc;
use tokio::time::{Instant, sleep};
use trivet_lab::MongodSearch;

use crate::Result;

/// After a hard end it may have much to read again.
const STARTS_WITHIN: Duration = Duration::from_mins(3);
const LOOK_EVERY: Duration = Duration::from_millis(100);

/// A running mongod, alone. Dropping it kills it; [`Self::stop`] lets it write everything first.
pub(crate) struct Mongod {
    process: Child,
    uri: String,
}

impl Mongod {
    pub(crate) async fn start(folder: &Path) -> Result<Self> {
        let program = MongodSearch::from_environment().find().await?.program;
        std::fs::create_dir_all(folder)?;
        let port = TcpListener::bind((Ipv4Addr::LOCALHOST, 0))?.local_addr()?.port();
        let process = Command::new(program)
            .args(["--bind_ip", "127.0.0.1", "--nounixsocket", "--quiet", "--wiredTigerCacheSizeGB", "2"])
            .args(["--setParameter", "diagnosticDataCollectionEnabled=false"])
            .arg("--port")
            .arg(port.to_string())
            .arg("--dbpath")
            .arg(folder)
            .env("LC_ALL", "C")
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()?;
        let uri = format!("mongodb://127.0.0.1:{port}/?directConnection=true&serverSelectionTimeoutMS=2000");
        let mut mongod = Self { process, uri };
        let client = mongodb::Client::with_uri_str(mongod.uri()).await?;
        let begun = Instant::now();
        while client.database("admin").run_command(doc! { "ping": 1 }).await.is_err() {
            if mongod.process.try_wait()?.is_some() || begun.elapsed() > STARTS_WITHIN {
                return Err(format!(
                    "mongod does not start on {}: is another one running there?",
                    folder.display()
                )
                .into());
            }
            sleep(LOOK_EVERY).await;
        }
        Ok(mongod)
    }

    pub(crate) fn uri(&self) -> &str {
        &self.uri
    }

    /// Ends it in order.
    pub(crate) async fn stop(mut self, client: &mongodb::Client) -> Result {
        // It answers, or goes without an answer.
        drop(client.database("admin").run_command(doc! { "shutdown": 1, "force": true }).await);
        while self.process.try_wait()?.is_none() {
            sleep(LOOK_EVERY).await;
        }
        Ok(())
    }
}

impl Drop for Mongod {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}
