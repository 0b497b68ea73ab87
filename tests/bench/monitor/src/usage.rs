//! What this process has used: processor time, and bytes over its sockets.

use std::{fs, process::Command, time::Instant};

use crate::Result;

/// Linux counts processor time in hundredths of a second (`USER_HZ`), whatever the kernel's own clock does.
const TICKS_A_SECOND: f64 = 100.0;

/// Counted since the process started.
pub(crate) struct Usage {
    at: Instant,
    ticks: f64,
    bytes: f64,
}

/// Between two moments.
pub(crate) struct Used {
    /// Of one core.
    pub(crate) processor_percent: f64,
    /// Sent and received.
    pub(crate) kilobytes_a_second: f64,
}

impl Usage {
    pub(crate) fn now() -> Result<Self> {
        Ok(Self { at: Instant::now(), ticks: ticks()?, bytes: bytes()? })
    }

    pub(crate) fn since(&self, before: &Self) -> Used {
        let seconds = self.at.duration_since(before.at).as_secs_f64();
        Used {
            processor_percent: (self.ticks - before.ticks) / TICKS_A_SECOND / seconds * 100.0,
            kilobytes_a_second: (self.bytes - before.bytes) / 1_000.0 / seconds,
        }
    }
}

/// `utime` and `stime` of /proc/self/stat: the 12th and 13th field after the name, which ends with a bracket.
fn ticks() -> Result<f64> {
    let stat = fs::read_to_string("/proc/self/stat")?;
    let fields = stat.rsplit_once(')').map(|(_, rest)| rest).unwrap_or_default();
    let times: Vec<f64> =
        fields.split_whitespace().skip(11).take(2).filter_map(|word| word.parse().ok()).collect();
    if times.len() == 2 { Ok(times.iter().sum()) } else { Err("/proc/self/stat cannot be read".into()) }
}

/// `bytes_acked` and `bytes_received` of this process's sockets. A socket that is closed takes its count along; those that
/// look stay open.
fn bytes() -> Result<f64> {
    let output = Command::new("ss").args(["-tinpHO"]).output()?;
    let own = format!("pid={},", std::process::id());
    let text = String::from_utf8_lossy(&output.stdout);
    let counted = text.lines().filter(|line| line.contains(&own)).flat_map(str::split_whitespace);
    let count = |word: &str| {
        let (name, count) = word.split_once(':')?;
        matches!(name, "bytes_acked" | "bytes_received").then(|| count.parse::<f64>().ok())?
    };
    Ok(counted.filter_map(count).sum())
}
