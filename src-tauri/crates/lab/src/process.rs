//! Processes by more than their number: a number is given anew to somebody else.

use std::path::Path;
use std::time::Duration;

use rustix::process::{Pid, Signal, kill_process};
use serde::{Deserialize, Serialize};

/// A process, told from a later one with the same number by the time at which it started.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Process {
    /// Its number.
    pub(crate) pid: u32,
    /// When it started, in the system's own words.
    started: String,
}

impl Process {
    /// The process that has this number now, if it is alive.
    pub(crate) fn by_pid(pid: u32) -> Option<Self> {
        Some(Self { pid, started: started(pid)? })
    }

    /// The mongod that serves `data`, by the number that mongod itself left in its lock file: it counts
    /// only where that process was started with this very `--dbpath`.
    pub(crate) fn serving(data: &Path) -> Option<Self> {
        let pid = std::fs::read_to_string(data.join("mongod.lock")).ok()?.trim().parse().ok()?;
        let process = Self::by_pid(pid)?;
        process.serves(data).then_some(process)
    }

    /// It is alive, and still the same process.
    pub(crate) fn is_alive(&self) -> bool {
        started(self.pid).is_some_and(|started| started == self.started)
    }

    /// Its command line names `data` as `--dbpath`.
    pub(crate) fn serves(&self, data: &Path) -> bool {
        command_line(self.pid).is_some_and(|arguments| {
            arguments.windows(2).any(|pair| pair[0] == "--dbpath" && Path::new(&pair[1]) == data)
        })
    }

    /// Asks it to end, waits, and then ends it. Returns when it is gone, or after about `patience` twice.
    pub(crate) async fn end(&self, patience: Duration) {
        for signal in [Signal::TERM, Signal::KILL] {
            if !self.is_alive() || send(self.pid, signal).is_err() {
                return;
            }
            let deadline = tokio::time::Instant::now() + patience;
            while self.is_alive() && tokio::time::Instant::now() < deadline {
                tokio::time::sleep(Duration::from_millis(20)).await;
            }
        }
    }
}

/// Sends a signal to a process that is known to be ours.
pub(crate) fn send(pid: u32, signal: Signal) -> rustix::io::Result<()> {
    let pid = i32::try_from(pid).ok().and_then(Pid::from_raw).ok_or(rustix::io::Errno::SRCH)?;
    kill_process(pid, signal)
}

/// Fields 3 (state) and 22 (start time in ticks since boot) of proc(5) stat. A zombie is not alive.
#[cfg(target_os = "linux")]
fn started(pid: u32) -> Option<String> {
    let stat = std::fs::read_to_string(format!("/proc/{pid}/stat")).ok()?;
    // The second field is the program's name in parentheses, and may hold anything.
    let fields: Vec<&str> = stat.rsplit_once(')')?.1.split_whitespace().collect();
    let state = fields.first()?;
    (*state != "Z" && *state != "X").then(|| fields.get(19).map(|&ticks| ticks.to_owned())).flatten()
}

#[cfg(target_os = "linux")]
fn command_line(pid: u32) -> Option<Vec<String>> {
    let line = std::fs::read(format!("/proc/{pid}/cmdline")).ok()?;
    Some(line.split(|byte| *byte == 0).map(|part| String::from_utf8_lossy(part).into_owned()).collect())
}

#[cfg(not(target_os = "linux"))]
fn started(pid: u32) -> Option<String> {
    let stat = ps(pid, "stat=")?;
    if stat.starts_with('Z') { None } else { ps(pid, "lstart=") }
}

#[cfg(not(target_os = "linux"))]
fn command_line(pid: u32) -> Option<Vec<String>> {
    Some(ps(pid, "command=")?.split_whitespace().map(str::to_owned).collect())
}

#[cfg(not(target_os = "linux"))]
fn ps(pid: u32, column: &str) -> Option<String> {
    let output =
        std::process::Command::new("ps").args(["-o", column, "-p", &pid.to_string()]).output().ok()?;
    let text = String::from_utf8_lossy(&output.stdout).trim().to_owned();
    (!text.is_empty()).then_some(text)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_process_is_known_by_its_start_as_well() {
        let own = Process::by_pid(std::process::id()).expect("the running process is alive");
        assert!(own.is_alive());
        let other = Process { pid: own.pid, started: "another time".to_owned() };
        assert!(!other.is_alive());
    }

    #[test]
    fn a_foreign_process_in_a_lock_file_is_not_taken_for_a_member() {
        let folder = tempfile::tempdir().expect("a temporary folder");
        std::fs::write(folder.path().join("mongod.lock"), std::process::id().to_string()).expect("written");
        assert_eq!(Process::serving(folder.path()), None);
    }
}
