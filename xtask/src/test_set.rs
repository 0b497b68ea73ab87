//! One replica set for a whole test run: starting one for each test would take most of the time.

use std::{
    fs,
    io::{BufRead, BufReader},
    path::PathBuf,
    process::{Child, ChildStdout, Stdio},
    sync::mpsc,
    thread,
    time::{Duration, Instant},
};

use crate::{
    command::{cannot_start, command, tail, target_dir},
    failure::{Failure, Result},
};

const STARTS_WITHIN: Duration = Duration::from_mins(1);
const STOPS_WITHIN: Duration = Duration::from_secs(20);
const LOOK_EVERY: Duration = Duration::from_millis(50);

/// A running replica set; dropping it stops its members and removes their data.
pub(crate) struct TestSet {
    /// Its connection string.
    pub(crate) uri: String,
    _host: Host,
}

/// The program that keeps the members: it stops them when its standard input ends.
struct Host {
    child: Child,
    folder: PathBuf,
}

impl TestSet {
    /// Starts three members in a folder of their own and waits for a writable primary.
    pub(crate) fn start() -> Result<Self> {
        Self::start_with(&[])
    }

    /// The same, with the sample data in it.
    pub(crate) fn start_seeded() -> Result<Self> {
        Self::start_with(&["--seed"])
    }

    fn start_with(arguments: &[&str]) -> Result<Self> {
        let folder = std::env::temp_dir().join(format!("trivet-test-set-{}", std::process::id()));
        fs::create_dir_all(&folder).map_err(|error| Failure::file("create", &folder, &error))?;
        let log = folder.join("lab-host.log");
        let log_file = fs::File::create(&log).map_err(|error| Failure::file("write", &log, &error))?;

        let mut lab_host = command(target_dir().join("debug/lab-host"));
        lab_host.arg("run").arg(folder.join("data")).arg("--temporary").args(arguments);
        lab_host.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(log_file);
        let child = lab_host.spawn().map_err(|error| cannot_start(&lab_host, &error))?;
        let mut host = Host { child, folder };

        let first_line = host.child.stdout.take().map(first_line_within_limit).unwrap_or_default();
        match string_field(&first_line, "uri") {
            Some(uri) => Ok(Self { uri: uri.to_owned(), _host: host }),
            None => Err(Failure::new(format!(
                "{}\n{first_line}\nlab-host did not start a replica set within {} s.",
                tail(&fs::read_to_string(&log).unwrap_or_default()),
                STARTS_WITHIN.as_secs()
            ))),
        }
    }
}

impl Drop for Host {
    fn drop(&mut self) {
        drop(self.child.stdin.take());
        let begun = Instant::now();
        while matches!(self.child.try_wait(), Ok(None)) && begun.elapsed() < STOPS_WITHIN {
            thread::sleep(LOOK_EVERY);
        }
        // Either fails only when there is nothing left to end or to remove.
        let _ = self.child.kill();
        let _ = self.child.wait();
        let _ = fs::remove_dir_all(&self.folder);
    }
}

fn first_line_within_limit(stdout: ChildStdout) -> String {
    let (sender, receiver) = mpsc::channel();
    thread::spawn(move || {
        let mut line = String::new();
        // An unreadable line is as good as none; nobody listens any more after the limit.
        let _ = BufReader::new(stdout).read_line(&mut line);
        let _ = sender.send(line);
    });
    receiver.recv_timeout(STARTS_WITHIN).unwrap_or_default()
}

/// A text field of one flat JSON object, for values that need no escapes: a connection string has none.
fn string_field<'a>(json: &'a str, name: &str) -> Option<&'a str> {
    let (_, rest) = json.split_once(&format!("\"{name}\":"))?;
    let (value, _) = rest.trim_start().strip_prefix('"')?.split_once('"')?;
    (!value.contains('\\')).then_some(value)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_uri_is_read_from_the_line_of_the_host() {
        let line =
            r#"{"setName":"lab","uri": "mongodb://127.0.0.1:1,127.0.0.1:2/?replicaSet=lab&w=majority"}"#;
        let uri = string_field(line, "uri");
        assert_eq!(uri, Some("mongodb://127.0.0.1:1,127.0.0.1:2/?replicaSet=lab&w=majority"));
        assert_eq!(string_field(line, "other"), None);
        assert_eq!(string_field("", "uri"), None);
    }
}
