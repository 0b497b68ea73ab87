//! What all processes of a program hold together.

use super::process::family;

/// Proportional set size of a process and all below it, in MiB: a page that several share counts once.
pub(super) fn family_pss_mib(pid: u32) -> f64 {
    let kib: u64 = family(pid).into_iter().filter_map(pss_kib).sum();
    #[expect(clippy::cast_precision_loss, reason = "no machine has 2^53 KiB")]
    let mib = kib as f64 / 1024.0;
    mib
}

/// None where the process has ended meanwhile.
fn pss_kib(pid: u32) -> Option<u64> {
    let rollup = std::fs::read_to_string(format!("/proc/{pid}/smaps_rollup")).ok()?;
    let line = rollup.lines().find_map(|line| line.strip_prefix("Pss:"))?;
    line.trim().strip_suffix("kB")?.trim().parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn this_program_holds_some_memory() {
        let own = family_pss_mib(std::process::id());
        assert!(own > 0.5 && own < 10_000.0, "{own}");
    }
}
