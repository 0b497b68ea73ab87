//! What this process holds in memory (proc(5)).

use std::fs;

use crate::Result;

/// Now.
pub(crate) fn resident_mib() -> Result<f64> {
    status("VmRSS:")
}

/// At most, since [`forget_peak`].
pub(crate) fn peak_mib() -> Result<f64> {
    status("VmHWM:")
}

pub(crate) fn forget_peak() -> Result {
    Ok(fs::write("/proc/self/clear_refs", "5")?)
}

fn status(name: &str) -> Result<f64> {
    let status = fs::read_to_string("/proc/self/status")?;
    let line = status.lines().find_map(|line| line.strip_prefix(name)).ok_or("the kernel does not say")?;
    let kib: f64 = line.trim().trim_end_matches(" kB").parse()?;
    Ok(kib / 1024.0)
}
