//! An application with a lab, as a process that a test can kill.

use std::io::{BufRead, BufReader};
use std::path::Path;
use std::process::{Child, Command, Stdio};

use rustix::process::{Pid, Signal, kill_process};
use serde_json::Value;
use trivet_lab::LabStatus;
use trivet_tests::{DEADLINE, eventually, lab_host};

/// A running `lab-host`. Dropping it closes its input, at which it ends.
pub(super) struct Host {
    process: Child,
    /// The status, or the error, that it printed.
    pub(super) said: Value,
}

impl Host {
    /// Starts one on a folder and waits until it has said how its start went.
    pub(super) fn run(folder: &Path) -> Self {
        Self::spawn(Command::new(lab_host()).arg("run").arg(folder))
    }

    /// The same for a command that was prepared otherwise.
    pub(super) fn spawn(command: &mut Command) -> Self {
        let mut process = command
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .expect("it starts");
        let mut line = String::new();
        let output = process.stdout.take().expect("its output is a pipe");
        BufReader::new(output).read_line(&mut line).expect("it says something");
        Self { process, said: serde_json::from_str(&line).expect("one line of JSON") }
    }

    /// Its lab, which runs.
    pub(super) fn status(&self) -> LabStatus {
        serde_json::from_value(self.said.clone()).unwrap_or_else(|_| panic!("the lab runs: {}", self.said))
    }

    /// Its process id.
    pub(super) fn pid(&self) -> u32 {
        self.process.id()
    }

    /// Kills it as `kill -9` does.
    pub(super) fn kill(mut self) {
        self.process.kill().expect("it is killed");
        self.process.wait().expect("it is gone");
    }

    /// Closes its input and waits for its end.
    pub(super) fn end(mut self) {
        drop(self.process.stdin.take());
        self.process.wait().expect("it is gone");
    }
}

/// The processes whose command line names something in `folder`, by program file name and process id.
pub(super) fn processes_of(folder: &Path, program: &str) -> Vec<u32> {
    let folder = folder.canonicalize().unwrap_or_else(|_| folder.to_owned());
    let folder = folder.to_string_lossy();
    let processes = std::fs::read_dir("/proc").expect("/proc").filter_map(Result::ok);
    let pids = processes.filter_map(|entry| entry.file_name().to_str()?.parse::<u32>().ok());
    pids.filter(|pid| {
        let line = std::fs::read(format!("/proc/{pid}/cmdline")).unwrap_or_default();
        let line = String::from_utf8_lossy(&line).into_owned();
        line.split('\0').next().is_some_and(|first| first.ends_with(program))
            && line.contains(folder.as_ref())
    })
    .collect()
}

/// The guard of a lab: the parent of its members.
pub(super) fn guard_of(status: &LabStatus) -> u32 {
    let member = status.members.iter().find_map(|member| member.pid).expect("a member runs");
    let told = std::fs::read_to_string(format!("/proc/{member}/status")).expect("it is alive");
    let parent = told.lines().find_map(|line| line.strip_prefix("PPid:")).expect("it has a parent");
    parent.trim().parse().expect("a process id")
}

/// Sends SIGKILL.
pub(super) fn kill(pid: u32) {
    signal(pid, Signal::KILL);
}

/// Sends a signal.
pub(super) fn signal(pid: u32, signal: Signal) {
    let pid = i32::try_from(pid).ok().and_then(Pid::from_raw).expect("a process id");
    kill_process(pid, signal).expect("it is sent");
}

/// Waits until no mongod serves a folder any more.
pub(super) async fn nothing_runs_on(folder: &Path) {
    eventually("no mongod is left", DEADLINE, async || processes_of(folder, "mongod").is_empty()).await;
}
