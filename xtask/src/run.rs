//! `cargo xtask run`: from a fresh clone to a window on a local replica set.

use crate::{
    command::{command, command_line, hand_over, stream, target_dir},
    failure::{Failure, Result},
    node,
    setup::{Purpose, setup},
    step::step,
};

/// Sets up, builds and starts Trivet on the lab with the given arguments.
pub(crate) fn run(arguments: &[&str]) -> Result {
    require_display()?;
    setup(Purpose::Run)?;
    node::build_interface()?;

    let program = target_dir().join("quick/trivet");
    let takes = if program.exists() {
        "seconds, or about a minute after a change"
    } else {
        "the first time 10 to 20 minutes on two cores"
    };
    step("build Trivet", takes, || {
        let build = ["cargo", "build", "--package", "trivet", "--profile", "quick"];
        stream(&mut command_line(&build), "The messages above name the file and the line.")
    })?;

    println!("→ open the window on a local replica set");
    hand_over(command(&program).args(on_the_lab(arguments)))
}

/// The arguments, with the lab to connect to unless they name something else.
pub(crate) fn on_the_lab<'a>(arguments: &[&'a str]) -> Vec<&'a str> {
    let names_target = |argument: &&str| *argument == "--lab" || argument.starts_with("--uri-file");
    let lab = if arguments.iter().any(names_target) { None } else { Some("--lab") };
    lab.into_iter().chain(arguments.iter().copied()).collect()
}

/// Stops before anything is built when a window could not open anyway.
pub(crate) fn require_display() -> Result {
    let is_set = |name| std::env::var_os(name).is_some_and(|value| !value.is_empty());
    if !cfg!(target_os = "linux") || is_set("DISPLAY") || is_set("WAYLAND_DISPLAY") {
        return Ok(());
    }
    Err(Failure::new(
        "There is no display to open a window on: neither DISPLAY nor WAYLAND_DISPLAY is set.\n\
         Start it from a desktop session, or on a virtual screen:\n\n\
         \x20   sudo apt-get install xvfb xauth dbus-x11\n\
         \x20   dbus-run-session -- xvfb-run --auto-servernum cargo xtask run",
    ))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_lab_is_opened_unless_another_target_is_named() {
        assert_eq!(on_the_lab(&["--data-dir", "x"]), ["--lab", "--data-dir", "x"]);
        assert_eq!(on_the_lab(&["--uri-file", "f"]), ["--uri-file", "f"]);
        assert_eq!(on_the_lab(&["--lab"]), ["--lab"]);
    }
}
