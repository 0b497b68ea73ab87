//! Processes: who stems from whom, how much time they took, and their end.

use std::{
    fs,
    process::Child,
    thread,
    time::{Duration, Instant},
};

use crate::{
    command::{answer, command_line},
    failure::{Failure, Result},
};

/// How long a program may take to end when it is asked to.
const ENDS_WITHIN: Duration = Duration::from_secs(5);
/// How long what it has started may take when it has ended.
const CHILDREN_END_WITHIN: Duration = Duration::from_secs(1);
const LOOK_EVERY: Duration = Duration::from_millis(20);

/// A program that is ended, with all it has started, when it is no longer needed.
pub(super) struct Running(pub(super) Child);

impl Running {
    pub(super) fn pid(&self) -> u32 {
        self.0.id()
    }

    /// An error where it has ended by itself.
    pub(super) fn must_run(&mut self, what: &str) -> Result {
        match self.0.try_wait() {
            Ok(None) => Ok(()),
            Ok(Some(status)) => Err(Failure::new(format!("{what} ended with {status}."))),
            Err(error) => Err(Failure::new(format!("{what} cannot be watched: {error}"))),
        }
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        let family = family(self.pid());
        let own = self.pid().to_string();
        // A person's way first; it may have ended already.
        answer(&mut command_line(&["kill", "-TERM", &own]));
        let begun = Instant::now();
        while matches!(self.0.try_wait(), Ok(None)) && begun.elapsed() < ENDS_WITHIN {
            thread::sleep(LOOK_EVERY);
        }
        let _ = self.0.kill();
        let _ = self.0.wait();
        let children = &family[1..];
        let ended = Instant::now();
        while children.iter().any(|pid| runs(*pid)) && ended.elapsed() < CHILDREN_END_WITHIN {
            thread::sleep(LOOK_EVERY);
        }
        for pid in children.iter().filter(|pid| runs(**pid)) {
            answer(&mut command_line(&["kill", "-KILL", &pid.to_string()]));
        }
    }
}

/// A process and all that stem from it, itself first.
pub(super) fn family(pid: u32) -> Vec<u32> {
    let processes = fs::read_dir("/proc").into_iter().flatten().flatten();
    let pids = processes.filter_map(|entry| entry.file_name().to_str()?.parse::<u32>().ok());
    let parents: Vec<(u32, u32)> =
        pids.filter_map(|pid| Some((pid, stat_field(pid, PARENT)?.try_into().ok()?))).collect();
    let mut family = vec![pid];
    let mut next = 0;
    while let Some(&parent) = family.get(next) {
        family.extend(parents.iter().filter(|(_, of)| *of == parent).map(|(pid, _)| *pid));
        next += 1;
    }
    family
}

/// Processor time that a process and all that stem from it have taken, those included that have ended and
/// were waited for.
pub(super) fn family_cpu_time(pid: u32) -> Duration {
    /// The kernel's unit in `/proc/PID/stat` on all usual builds (`getconf CLK_TCK`).
    const TICK: Duration = Duration::from_millis(10);
    let fields = [USER_TICKS, SYSTEM_TICKS, CHILDREN_USER_TICKS, CHILDREN_SYSTEM_TICKS];
    let ticks: u64 = family(pid)
        .into_iter()
        .flat_map(|pid| fields.into_iter().filter_map(move |field| stat_field(pid, field)))
        .sum();
    TICK * u32::try_from(ticks).unwrap_or(u32::MAX)
}

// Fields of `/proc/PID/stat`, counted from 1 as in proc(5).
const PARENT: usize = 4;
const USER_TICKS: usize = 14;
const SYSTEM_TICKS: usize = 15;
const CHILDREN_USER_TICKS: usize = 16;
const CHILDREN_SYSTEM_TICKS: usize = 17;

fn stat_field(pid: u32, field: usize) -> Option<u64> {
    let stat = fs::read_to_string(format!("/proc/{pid}/stat")).ok()?;
    // The program's name is in brackets and may hold anything; what follows begins with the third field.
    let (_, rest) = stat.rsplit_once(") ")?;
    rest.split(' ').nth(field - 3)?.parse().ok()
}

fn runs(pid: u32) -> bool {
    let stat = fs::read_to_string(format!("/proc/{pid}/stat")).unwrap_or_default();
    // A zombie has ended; whoever started it will look.
    stat.rsplit_once(") ").is_some_and(|(_, rest)| !rest.starts_with('Z'))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_child_belongs_to_the_family_and_ends_with_its_own_children() {
        let script = "sleep 60 & sleep 60";
        let child = command_line(&["sh", "-c", script]).spawn().expect("started");
        let running = Running(child);
        let begun = Instant::now();
        while family(running.pid()).len() < 3 && begun.elapsed() < ENDS_WITHIN {
            thread::sleep(LOOK_EVERY);
        }
        let all = family(running.pid());
        assert_eq!(all.len(), 3);
        assert!(family(std::process::id()).contains(&all[2]));
        drop(running);
        let begun = Instant::now();
        while all.iter().any(|pid| runs(*pid)) {
            assert!(begun.elapsed() < ENDS_WITHIN, "something of {all:?} still runs");
            thread::sleep(LOOK_EVERY);
        }
    }
}
