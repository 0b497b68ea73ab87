//! Systems without `apt-get`: nothing is installed there, but what is missing is named, with the command.

use crate::{
    command::{answer, command_line, find_program},
    setup::{Missing, Purpose, Remedy},
};

const FEDORA: &str = "sudo dnf install gcc pkgconf-pkg-config gtk3-devel webkit2gtk4.1-devel librsvg2-devel \
                      libappindicator-gtk3-devel openssl-devel";
const FEDORA_TEST: &str =
    "sudo dnf install xorg-x11-server-Xvfb xorg-x11-xauth dbus-daemon webkit2gtk4.1 chromium curl";
const FEDORA_BENCH: &str = "sudo dnf install xorg-x11-server-Xvfb dbus-daemon xdotool wrk curl";
const ARCH: &str =
    "sudo pacman -S --needed base-devel gtk3 webkit2gtk-4.1 librsvg libappindicator-gtk3 openssl";
const ARCH_TEST: &str =
    "sudo pacman -S --needed xorg-server-xvfb xorg-xauth dbus webkit2gtk-4.1 chromium curl";
const ARCH_BENCH: &str = "sudo pacman -S --needed xorg-server-xvfb dbus xdotool wrk curl";

/// What is missing on this system.
pub(crate) fn missing(purpose: Purpose) -> Vec<Missing> {
    match std::env::consts::OS {
        "linux" => missing_on_linux(purpose),
        "macos" => missing_on_macos(purpose),
        other => vec![by_hand(
            format!("a system that Trivet builds on (this is {other})"),
            "The local replica set and the tests need Linux or macOS. On Windows, WSL 2 with Debian 12 runs \
             them:\n  wsl --install -d Debian",
        )],
    }
}

fn missing_on_linux(purpose: Purpose) -> Vec<Missing> {
    let mut missing = Vec::new();
    let libraries: Vec<&str> = ["gtk+-3.0", "webkit2gtk-4.1", "librsvg-2.0", "openssl"]
        .into_iter()
        .filter(|library| answer(&mut command_line(&["pkg-config", "--exists", library])).is_none())
        .collect();
    if !libraries.is_empty() {
        let what = format!("libraries of the window: {}", libraries.join(", "));
        missing.push(by_hand(what, &format!("Fedora: {FEDORA}\nArch:   {ARCH}")));
    }
    let (programs, fedora, arch) = match purpose {
        Purpose::Run => (&[][..], "", ""),
        Purpose::Test => (
            &["Xvfb", "xauth", "dbus-run-session", "WebKitWebDriver", "chromium", "curl"][..],
            FEDORA_TEST,
            ARCH_TEST,
        ),
        Purpose::Bench => {
            (&["Xvfb", "dbus-run-session", "xdotool", "wrk", "curl"][..], FEDORA_BENCH, ARCH_BENCH)
        }
    };
    let absent: Vec<&str> =
        programs.iter().copied().filter(|program| find_program(program).is_none()).collect();
    if !absent.is_empty() {
        let what = format!("programs that tests and measurements use: {}", absent.join(", "));
        missing.push(by_hand(what, &format!("Fedora: {fedora}\nArch:   {arch}")));
    }
    missing
}

fn missing_on_macos(purpose: Purpose) -> Vec<Missing> {
    let mut missing = Vec::new();
    if answer(&mut command_line(&["xcode-select", "--print-path"])).is_none() {
        missing.push(by_hand("Apple's command line tools".to_owned(), "xcode-select --install"));
    }
    if purpose == Purpose::Bench {
        missing.push(by_hand(
            "a virtual screen and /proc, which macOS does not have".to_owned(),
            "The benchmarks run on Linux.",
        ));
    }
    if purpose == Purpose::Test {
        missing.push(by_hand(
            "a WebDriver for the window, which macOS does not have".to_owned(),
            "All other tests run with: cargo nextest run",
        ));
    }
    missing
}

fn by_hand(what: String, how: &str) -> Missing {
    Missing { what, remedy: Remedy::ByHand(how.to_owned()) }
}
