//! The headless server, as its own process.

use std::{
    fs,
    io::{BufRead, BufReader},
    os::unix::fs::OpenOptionsExt as _,
    path::{Path, PathBuf},
    process::{Child, Command, ExitStatus, Stdio},
    sync::{Arc, Mutex, PoisonError},
    thread::JoinHandle,
};

use reqwest::{
    Client, StatusCode,
    header::{AUTHORIZATION, HeaderMap, HeaderValue},
};
use rustix::process::{Pid, Signal, kill_process};
use tempfile::TempDir;

use crate::{
    program,
    wait::{DEADLINE, eventually, wait_for},
};

/// How a server is to be started.
pub struct ServerBuilder {
    command: Command,
    folder: TempDir,
    listen: String,
    data_dir: PathBuf,
    /// The data folder is named on the command line.
    data_dir_said: bool,
}

impl ServerBuilder {
    /// For the database behind a connection string.
    ///
    /// # Panics
    /// Where no temporary folder can be made.
    #[must_use]
    pub fn on(uri: &str) -> Self {
        let mut builder = Self::bare();
        let file = builder.folder.path().join("uri");
        let mut options = fs::OpenOptions::new();
        let mut opened = options.write(true).create_new(true).mode(0o600).open(&file).expect("a new file");
        std::io::Write::write_all(&mut opened, uri.as_bytes()).expect("written");
        builder.command.arg("--uri-file").arg(file);
        builder
    }

    /// For a local set of its own.
    #[must_use]
    pub fn lab() -> Self {
        Self::bare().with(&["--lab"])
    }

    /// With nothing to serve, on a free port, with a data folder of its own.
    ///
    /// # Panics
    /// Where no temporary folder can be made.
    #[must_use]
    pub fn bare() -> Self {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let mut command = Command::new(program("trivet-server"));
        for name in ["TRIVET_URI", "TRIVET_TOKEN", "TRIVET_DATA_DIR"] {
            command.env_remove(name);
        }
        command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped());
        let data_dir = folder.path().join("data");
        Self { command, folder, listen: "127.0.0.1:0".to_owned(), data_dir, data_dir_said: true }
    }

    /// Listening there; port 0 takes a free one.
    #[must_use]
    pub fn listen(self, address: &str) -> Self {
        Self { listen: address.to_owned(), ..self }
    }

    /// With a data folder that outlives it.
    #[must_use]
    pub fn in_folder(self, data_dir: &Path) -> Self {
        Self { data_dir: data_dir.to_owned(), ..self }
    }

    /// With its data folder named by the environment.
    #[must_use]
    pub fn data_dir_by_environment(mut self) -> Self {
        self.command.env("TRIVET_DATA_DIR", &self.data_dir);
        Self { data_dir_said: false, ..self }
    }

    /// With more words on the command line.
    #[must_use]
    pub fn with(mut self, words: &[&str]) -> Self {
        self.command.args(words);
        self
    }

    /// With a variable of the environment.
    #[must_use]
    pub fn env(mut self, name: &str, value: &str) -> Self {
        self.command.env(name, value);
        self
    }

    /// With a file in its data folder.
    ///
    /// # Panics
    /// Where it cannot be written.
    #[must_use]
    pub fn file(self, name: &str, text: &str) -> Self {
        fs::create_dir_all(&self.data_dir).expect("made");
        fs::write(self.data_dir.join(name), text).expect("written");
        self
    }

    /// Starts it and waits until it says where it listens.
    ///
    /// # Panics
    /// With what it says on standard error, where it does not start.
    #[must_use]
    pub fn start(self) -> Server {
        self.try_start().unwrap_or_else(|ended| panic!("{}", ended.said))
    }

    /// Starts it; where it ends instead of listening, tells with which status, and what it said.
    ///
    /// # Panics
    /// Where the program is not there.
    pub fn try_start(mut self) -> Result<Server, Ended> {
        self.command.arg("--listen").arg(self.listen);
        if self.data_dir_said {
            self.command.arg("--data-dir").arg(&self.data_dir);
        }
        let mut process = self.command.spawn().expect("trivet-server starts");
        let mut output = BufReader::new(process.stdout.take().expect("its output is a pipe"));
        let errors = BufReader::new(process.stderr.take().expect("its errors are a pipe"));
        let mut lines = String::new();
        while output.read_line(&mut lines).expect("read") > 0 && !lines.contains("token in ") {}
        let found =
            lines.lines().find_map(|line| line.strip_prefix("listening on http://")).map(str::to_owned);
        let token_file = lines.lines().find_map(|line| line.strip_prefix("token in ")).map(PathBuf::from);
        let said = Arc::new(Mutex::new(lines));
        let readers = vec![keep(output, &said), keep(errors, &said)];
        let (Some(authority), Some(token_file)) = (found, token_file) else {
            let status = process.wait().expect("ended");
            return Err(Ended { status, said: whole(readers, &said) });
        };
        // Of the environment there is no file.
        let token = fs::read_to_string(&token_file).unwrap_or_default().trim().to_owned();
        let (data_dir, folder) = (self.data_dir, self.folder);
        Ok(Server { process, authority, token_file, token, data_dir, said, readers, _folder: folder })
    }
}

/// Keeps what a program says, line by line, until it says no more.
fn keep(from: impl BufRead + Send + 'static, said: &Arc<Mutex<String>>) -> JoinHandle<()> {
    let said = Arc::clone(said);
    std::thread::spawn(move || {
        for line in from.lines().map_while(Result::ok) {
            let mut said = said.lock().unwrap_or_else(PoisonError::into_inner);
            said.push_str(&line);
            said.push('\n');
        }
    })
}

/// All that a program said, once it has ended.
fn whole(readers: Vec<JoinHandle<()>>, said: &Mutex<String>) -> String {
    for reader in readers {
        reader.join().expect("what it says is read");
    }
    said.lock().unwrap_or_else(PoisonError::into_inner).clone()
}

/// A server that has ended, such as one that refused to start.
#[derive(Debug)]
pub struct Ended {
    /// How the program ended.
    pub status: ExitStatus,
    /// What it said on standard output and standard error.
    pub said: String,
}

/// A running server. Dropping it kills it.
pub struct Server {
    process: Child,
    authority: String,
    token_file: PathBuf,
    token: String,
    data_dir: PathBuf,
    said: Arc<Mutex<String>>,
    readers: Vec<JoinHandle<()>>,
    _folder: TempDir,
}

impl Server {
    /// On the database behind `uri`, ready.
    ///
    /// # Panics
    /// Where it does not become ready in time.
    pub async fn start(uri: &str) -> Self {
        ServerBuilder::on(uri).start().ready().await
    }

    /// The same, as soon as its database can be used.
    ///
    /// # Panics
    /// Where that takes too long.
    pub async fn ready(self) -> Self {
        let (client, url) = (self.client(), format!("{}/readyz", self.url()));
        eventually("the server is ready", 3 * DEADLINE, async || {
            client.get(&url).send().await.is_ok_and(|answer| answer.status() == StatusCode::OK)
        })
        .await;
        self
    }

    /// `http://host:port`.
    #[must_use]
    pub fn url(&self) -> String {
        format!("http://{}", self.authority)
    }

    /// `host:port`, as every request has to name it.
    #[must_use]
    pub fn authority(&self) -> &str {
        &self.authority
    }

    /// The secret that requests carry; empty where it came by the environment.
    #[must_use]
    pub fn token(&self) -> &str {
        &self.token
    }

    /// The file of the secret.
    #[must_use]
    pub fn token_file(&self) -> &Path {
        &self.token_file
    }

    /// Its data folder.
    #[must_use]
    pub fn data_dir(&self) -> &Path {
        &self.data_dir
    }

    /// Its process id.
    #[must_use]
    pub fn pid(&self) -> u32 {
        self.process.id()
    }

    /// What it has said on standard output and standard error so far.
    #[must_use]
    pub fn said(&self) -> String {
        self.said.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// A client that carries the token.
    #[must_use]
    pub fn client(&self) -> Client {
        Self::client_with(&self.token)
    }

    /// A client that carries this token.
    ///
    /// # Panics
    /// Where it is not fit for a header.
    #[must_use]
    pub fn client_with(token: &str) -> Client {
        let mut bearer = HeaderValue::try_from(format!("Bearer {token}")).expect("a header value");
        bearer.set_sensitive(true);
        let headers = HeaderMap::from_iter([(AUTHORIZATION, bearer)]);
        Client::builder().no_proxy().default_headers(headers).build().expect("a client")
    }

    /// Sends a signal.
    ///
    /// # Panics
    /// Where the process is gone.
    pub fn signal(&self, signal: Signal) {
        let pid = i32::try_from(self.pid()).ok().and_then(Pid::from_raw).expect("a process id");
        kill_process(pid, signal).expect("signalled");
    }

    /// Ends it in order, and tells how it ended.
    ///
    /// # Panics
    /// Where it does not end.
    pub async fn stop(self) -> ExitStatus {
        self.signal(Signal::TERM);
        self.ended().await.status
    }

    /// Waits until it ends by itself, and tells how, and what it said.
    ///
    /// # Panics
    /// Where it does not end.
    pub async fn ended(mut self) -> Ended {
        let status =
            wait_for("the server ends", DEADLINE, async || self.process.try_wait().expect("waited")).await;
        let readers = std::mem::take(&mut self.readers);
        Ended { status, said: whole(readers, &self.said) }
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}
