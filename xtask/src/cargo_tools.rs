//! Tools that cargo installs.

use crate::{
    command::{command_line, find_program, stream},
    setup::{Missing, Remedy},
};

/// A program that `cargo install` builds.
pub(crate) struct CargoTool {
    /// The crate and its program: they have one name.
    name: &'static str,
    /// Which versions will do, in cargo's notation.
    version: &'static str,
    /// How long the build takes on two cores.
    takes: &'static str,
}

/// Runs the Rust tests.
pub(crate) const NEXTEST: CargoTool =
    CargoTool { name: "cargo-nextest", version: "^0.9.100", takes: "5 to 8 minutes" };
/// Hands WebDriver on to the window.
pub(crate) const TAURI_DRIVER: CargoTool =
    CargoTool { name: "tauri-driver", version: "^2", takes: "about 70 seconds" };
/// Checks licences, advisories and sources.
pub(crate) const DENY: CargoTool =
    CargoTool { name: "cargo-deny", version: "^0.20", takes: "5 to 8 minutes" };
/// Feeds a program with input that reaches ever more of it.
pub(crate) const FUZZ: CargoTool =
    CargoTool { name: "cargo-fuzz", version: "^0.13", takes: "about a minute" };

/// Those of the tools that are not installed.
pub(crate) fn missing(tools: &'static [CargoTool]) -> impl Iterator<Item = Missing> {
    tools.iter().filter(|tool| find_program(tool.name).is_none()).map(|tool| Missing {
        what: tool.name.to_owned(),
        remedy: Remedy::Install {
            takes: tool.takes,
            install: Box::new(|| {
                let install = ["cargo", "install", "--locked", "--version", tool.version, tool.name];
                stream(&mut command_line(&install), "Does the network reach crates.io?")
            }),
        },
    })
}
