//! The servers that are measured, each on a free port and on the same data.

use std::{
    io::{BufRead as _, BufReader, Read},
    net::{Ipv4Addr, TcpListener},
    path::Path,
    process::{ChildStdout, Command, Stdio},
    thread,
    time::{Duration, Instant},
};

use super::process::Running;
use crate::{
    command::{answer, cannot_start, command, command_line, root},
    failure::{Failure, Result},
    python::FLASK_PEER,
};

const STARTS_WITHIN: Duration = Duration::from_secs(20);
const LOOK_EVERY: Duration = Duration::from_millis(50);

/// A running server.
pub(super) struct Server {
    pub(super) name: &'static str,
    base: String,
    token: Option<String>,
    running: Running,
    /// Open as long as the server runs: it may write to it.
    _output: Option<BufReader<ChildStdout>>,
}

/// A path, and how many documents its answer holds.
pub(super) struct Route {
    pub(super) path: String,
    pub(super) documents: usize,
}

impl Server {
    /// Trivet's own, with all its locks on.
    pub(super) fn trivet(programs: &Path, uri_file: &Path, data_dir: &Path) -> Result<Self> {
        let mut server = command(programs.join("trivet-server"));
        server.arg("--uri-file").arg(uri_file).arg("--data-dir").arg(data_dir);
        server.args(["--listen", "127.0.0.1:0"]).env_remove("TRIVET_TOKEN").env_remove("TRIVET_URI");
        let mut server = Self::that_tells("Trivet", server)?;
        let path = data_dir.join("rest-token");
        let token = std::fs::read_to_string(&path).map_err(|error| Failure::file("read", &path, &error))?;
        server.token = Some(token.trim().to_owned());
        Ok(server)
    }

    /// The bare handler.
    pub(super) fn bare(programs: &Path, uri_file: &Path) -> Result<Self> {
        let mut server = command(programs.join("bare-axum"));
        server.arg("--uri-file").arg(uri_file);
        Self::that_tells("bare axum", server)
    }

    /// The original project's server as it starts it.
    pub(super) fn flask(uri_file: &Path) -> Result<Self> {
        let port = free_port()?;
        let mut server = command(FLASK_PEER.program("python")?);
        server.arg("app.py").arg(uri_file).arg(port.to_string());
        Self::on_port("Flask, app.run", server, port)
    }

    /// The same as it would be in production.
    pub(super) fn gunicorn(uri_file: &Path) -> Result<Self> {
        let port = free_port()?;
        let mut server = command(FLASK_PEER.program("gunicorn")?);
        server.args(["--workers", "2", "--bind", &format!("127.0.0.1:{port}"), "app:app"]);
        server.env("URI_FILE", uri_file);
        Self::on_port("Flask, gunicorn, 2 workers", server, port)
    }

    /// A server that says on standard output where it listens.
    fn that_tells(name: &'static str, mut server: Command) -> Result<Self> {
        server.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::null());
        let mut running = Running(server.spawn().map_err(|error| cannot_start(&server, &error))?);
        let output = running.0.stdout.take().expect("its output is a pipe");
        let mut output = BufReader::new(output);
        let base = listening(&mut output)
            .ok_or_else(|| Failure::new(format!("{name} does not say where it listens.")))?;
        Ok(Self { name, base, token: None, running, _output: Some(output) })
    }

    fn on_port(name: &'static str, mut server: Command, port: u16) -> Result<Self> {
        server.current_dir(root().join("tests/bench/peers/flask"));
        server.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
        let running = Running(server.spawn().map_err(|error| cannot_start(&server, &error))?);
        let base = format!("http://127.0.0.1:{port}");
        Ok(Self { name, base, token: None, running, _output: None })
    }

    pub(super) fn pid(&self) -> u32 {
        self.running.pid()
    }

    pub(super) fn base(&self) -> &str {
        &self.base
    }

    pub(super) fn token(&self) -> Option<&str> {
        self.token.as_deref()
    }

    pub(super) fn url(&self, route: &Route) -> String {
        format!("{}{}", self.base, route.path)
    }

    /// Waits until the route answers, and makes sure that it answers what all others answer.
    pub(super) fn must_answer(&mut self, route: &Route) -> Result {
        let begun = Instant::now();
        let url = self.url(route);
        loop {
            self.running.must_run(self.name)?;
            let mut curl = command_line(&["curl", "--silent", "--fail", "--globoff"]);
            if let Some(token) = &self.token {
                curl.args(["--header", &format!("Authorization: Bearer {token}")]);
            }
            if let Some(text) = answer(curl.arg(&url)) {
                let found = text.matches("\"_id\"").count();
                if found == route.documents {
                    return Ok(());
                }
                let wanted = route.documents;
                return Err(Failure::new(format!("{url} holds {found} documents instead of {wanted}.")));
            }
            if begun.elapsed() > STARTS_WITHIN {
                return Err(Failure::new(format!("{}: {url} does not answer.", self.name)));
            }
            thread::sleep(LOOK_EVERY);
        }
    }
}

/// The address in the line that says it.
fn listening(output: &mut BufReader<impl Read>) -> Option<String> {
    let mut line = String::new();
    while output.read_line(&mut line).ok()? > 0 {
        if let Some((_, address)) = line.split_once("listening on ") {
            return Some(address.trim().trim_end_matches('/').to_owned());
        }
        line.clear();
    }
    None
}

fn free_port() -> Result<u16> {
    let port = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).and_then(|listener| listener.local_addr());
    port.map(|address| address.port())
        .map_err(|error| Failure::new(format!("There is no free port: {error}")))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_address_is_found_among_other_lines() {
        let said = "the token is in /tmp/rest-token\nlistening on http://127.0.0.1:4711\n";
        let address = listening(&mut BufReader::new(said.as_bytes()));
        assert_eq!(address.as_deref(), Some("http://127.0.0.1:4711"));
        assert_eq!(listening(&mut BufReader::new(&b"nothing\n"[..])), None);
    }
}
