//! A single mongod, not part of any set.

use std::net::{Ipv4Addr, TcpListener, TcpStream};
use std::process::{Child, Command, Stdio};
use std::sync::Arc;

use tempfile::TempDir;
use trivet_lab::MongodSearch;

use crate::wait::{DEADLINE, eventually};

/// A mongod on a free port with a data folder of its own. Dropping it ends it and removes the folder.
#[derive(Debug)]
pub struct Mongod {
    process: Child,
    port: u16,
    folder: Arc<TempDir>,
}

impl Mongod {
    /// Starts one and waits until it answers. `arguments` are added to the usual ones, such as `--auth` or
    /// `--setParameter enableTestCommands=1`, one word each.
    ///
    /// # Panics
    /// Where there is no mongod, with words that say how to get one, and where it does not start.
    pub async fn standalone(arguments: &[&str]) -> Self {
        Self::standalone_on(free_port(), arguments).await
    }

    /// The same on a port that was chosen before, such as one that somebody waits at.
    ///
    /// # Panics
    /// As [`Self::standalone`].
    pub async fn standalone_on(port: u16, arguments: &[&str]) -> Self {
        Self::start(port, Arc::new(tempfile::tempdir().expect("a temporary folder")), arguments).await
    }

    /// The same mongod with its data, ended and started with other arguments.
    ///
    /// # Panics
    /// As [`Self::standalone`].
    pub async fn started_again(mut self, arguments: &[&str]) -> Self {
        self.kill();
        Self::start(self.port, Arc::clone(&self.folder), arguments).await
    }

    async fn start(port: u16, folder: Arc<TempDir>, arguments: &[&str]) -> Self {
        let found = match MongodSearch::from_environment().find().await {
            Ok(found) => found,
            Err(error) => panic!("{error} {}", error.body().hint.as_deref().unwrap_or_default()),
        };
        let process = Command::new(found.program)
            .args(["--bind_ip", "127.0.0.1", "--nounixsocket", "--wiredTigerCacheSizeGB", "0.25", "--quiet"])
            .args(["--setParameter", "diagnosticDataCollectionEnabled=false"])
            .arg("--port")
            .arg(port.to_string())
            .arg("--dbpath")
            .arg(folder.path())
            .args(arguments)
            .env("LC_ALL", "C")
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .expect("mongod starts");
        let mongod = Self { process, port, folder };
        eventually("mongod answers", DEADLINE, async || {
            TcpStream::connect((Ipv4Addr::LOCALHOST, port)).is_ok()
        })
        .await;
        mongod
    }

    /// The port it listens on, on 127.0.0.1.
    #[must_use]
    pub fn port(&self) -> u16 {
        self.port
    }

    /// Its connection string.
    #[must_use]
    pub fn uri(&self) -> String {
        format!("mongodb://127.0.0.1:{}/?directConnection=true", self.port)
    }

    /// Kills it at once, as `kill -9` does.
    pub fn kill(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

impl Drop for Mongod {
    fn drop(&mut self) {
        self.kill();
    }
}

/// A port on 127.0.0.1 on which nobody listens.
///
/// # Panics
/// Where there is none left.
#[must_use]
pub fn free_port() -> u16 {
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).expect("a free port");
    listener.local_addr().expect("a bound port").port()
}
