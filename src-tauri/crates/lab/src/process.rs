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

    /// It is stopped by a signal and does nothing until another lets it go on.
    pub(crate) fn is_frozen(pid: u32) -> bool {
        is_stopped(pid)
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
            // A frozen process hears of it when it goes on.
            let _ = send(self.pid, Signal::CONT);
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
    let fields = fields_from_the_third(pid)?;
    let state = fields.first()?;
    (*state != "Z" && *state != "X").then(|| fields.get(19).cloned()).flatten()
}

#[cfg(target_os = "linux")]
fn is_stopped(pid: u32) -> bool {
    fields_from_the_third(pid).is_some_and(|fields| fields.first().is_some_and(|state| state == "T"))
}

#[cfg(target_os = "linux")]
fn fields_from_the_third(pid: u32) -> Option<Vec<String>> {
    let stat = std::fs::read_to_string(format!("/proc/{pid}/stat")).ok()?;
    // The second field is the program's name in parentheses, and may hold anything.
    Some(stat.rsplit_once(')')?.1.split_whitespace().map(str::to_owned).collect())
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
fn is_stopped(pid: u32) -> bool {
    ps(pid, "stat=").is_some_and(|stat| stat.starts_with('T'))
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
    fn a_frozen_process_is_seen_and_ends_all_the_same() {
        let mut child = std::process::Command::new("sleep").arg("600").spawn().expect("started");
        let process = Process::by_pid(child.id()).expect("alive");
        assert!(!Process::is_frozen(child.id()));
        send(child.id(), Signal::STOP).expect("sent");
        // A signal is delivered when the process is next looked at.
        let frozen = (0..1_000_000).any(|_| Process::is_frozen(child.id()));
        assert!(frozen && process.is_alive());
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().expect("a runtime");
        runtime.block_on(process.end(Duration::from_secs(5)));
        let ended = child.wait().expect("gone");
        assert_eq!(std::os::unix::process::ExitStatusExt::signal(&ended), Some(15), "by the first signal");
    }

    #[test]
    fn a_foreign_process_in_a_lock_file_is_not_taken_for_a_member() {
        let folder = tempfile::tempdir().expect("a temporary folder");
        std::fs::write(folder.path().join("mongod.lock"), std::process::id().to_string()).expect("written");
        assert_eq!(Process::serving(folder.path()), None);
    }
}
