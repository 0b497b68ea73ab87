//! System packages, by `apt-get` on Debian and Ubuntu.

use crate::{
    command::{answer, command_line, find_program, quietly},
    failure::Result,
    mongod, other_systems, python,
    setup::{Missing, Purpose, Remedy},
};

/// What the window is built from.
const BUILD: [&str; 7] = [
    "build-essential",
    "pkg-config",
    "libgtk-3-dev",
    "libwebkit2gtk-4.1-dev",
    "librsvg2-dev",
    "libayatana-appindicator3-dev",
    "libssl-dev",
];

/// What drives the real window in tests: a screen, a session bus, and WebKit's WebDriver. A browser for the
/// interface without the window, and curl for the examples of the guide.
const TEST: [&str; 6] = ["xvfb", "xauth", "dbus-x11", "webkit2gtk-driver", "chromium", "curl"];

/// What measures: a screen, a session bus, keys for a window, and a load of requests.
const BENCH: [&str; 5] = ["xvfb", "dbus-x11", "xdotool", "wrk", "curl"];

/// The system packages that are missing, also those that fetching and running a mongod will need.
pub(crate) fn missing(purpose: Purpose, mongod_is_missing: bool) -> Vec<Missing> {
    if !cfg!(target_os = "linux") || find_program("apt-get").is_none() {
        return other_systems::missing(purpose);
    }
    let mut wanted = BUILD.to_vec();
    match purpose {
        Purpose::Run => {}
        Purpose::Test => wanted.extend(TEST),
        Purpose::Bench => wanted.extend(BENCH),
    }
    if purpose != Purpose::Run {
        wanted.extend(python::packages());
    }
    if mongod_is_missing {
        wanted.extend(mongod::packages());
    }
    let absent = not_installed(&wanted);
    if absent.is_empty() {
        return Vec::new();
    }
    let what = format!("system packages: {}", absent.join(" "));
    vec![Missing { what, remedy: remedy(absent) }]
}

fn not_installed(wanted: &[&'static str]) -> Vec<&'static str> {
    let mut query = command_line(&["dpkg-query", "--show", "--showformat=${Package} ${db:Status-Status}\n"]);
    // It answers with what it knows and fails when it does not know one: both matter, so not `answer`.
    let known = query.args(wanted).output().map(|output| output.stdout).unwrap_or_default();
    let known = String::from_utf8_lossy(&known);
    let installed: Vec<&str> = known.lines().filter_map(|line| line.strip_suffix(" installed")).collect();
    wanted.iter().copied().filter(|package| !installed.contains(package)).collect()
}

fn remedy(packages: Vec<&'static str>) -> Remedy {
    let is_root = answer(&mut command_line(&["id", "-u"])).is_some_and(|id| id.trim() == "0");
    let prefix: &[&str] = if is_root {
        &[]
    } else if find_program("sudo").is_some() {
        &["sudo"]
    } else {
        return Remedy::ByHand(format!(
            "as root: apt-get update && apt-get install --no-install-recommends {}",
            packages.join(" ")
        ));
    };
    let takes = "1 to 5 minutes, as the network allows";
    Remedy::Install { takes, install: Box::new(move || install(prefix, &packages)) }
}

fn install(prefix: &[&str], packages: &[&str]) -> Result {
    let lock_timeout = "DPkg::Lock::Timeout=120";
    let apt_get =
        ["env", "DEBIAN_FRONTEND=noninteractive", "apt-get", "-o", lock_timeout, "-o", "Acquire::Retries=3"];
    let apt_get = [prefix, &apt_get].concat();
    let advice = "Is another package manager running, and does the network reach the package mirror?";

    if let Err(failure) = quietly(command_line(&apt_get).arg("update"), "") {
        // A stale or broken third-party source need not keep the packages from being found.
        println!("  the package lists could not all be refreshed; trying with those at hand");
        failure.print();
    }
    let mut install = command_line(&apt_get);
    quietly(install.args(["install", "--yes", "--no-install-recommends"]).args(packages), advice)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_package_that_nobody_knows_is_not_installed() {
        if find_program("dpkg-query").is_none() {
            println!("skipped: this is not a Debian system");
            return;
        }
        assert_eq!(not_installed(&["dpkg", "trivet-no-such-package"]), ["trivet-no-such-package"]);
    }
}
