//! Node, the npm packages of the interface, and its scripts.

use std::{
    path::{Path, PathBuf},
    process::Command,
};

use crate::{
    command::{answer, command, command_line, find_program, quietly, root, stream},
    failure::{Failure, Result},
    files::newest_change,
    setup::{Missing, Remedy},
    step::step,
};

/// The oldest Node that the interface's build tool runs on.
const OLDEST_NODE: (u32, u32) = (20, 19);

/// Node or npm, where it is missing or too old.
pub(crate) fn program_missing() -> Option<Missing> {
    let version = answer(&mut command_line(&["node", "--version"]));
    let found = match version.as_deref().map(str::trim) {
        Some(text) if parse_version(text).is_some_and(|version| version >= OLDEST_NODE) => {
            if find_program("npm").is_some() {
                return None;
            }
            "npm is missing".to_owned()
        }
        Some(text) => format!("node is {text}"),
        None => "node is missing".to_owned(),
    };
    let (major, minor) = OLDEST_NODE;
    Some(Missing {
        what: format!("Node {major}.{minor} or newer with npm ({found})"),
        remedy: Remedy::ByHand(
            "https://nodejs.org/en/download, or a version manager such as nvm or fnm.\n\
             Debian 12's own package is Node 18: too old."
                .to_owned(),
        ),
    })
}

/// The npm packages, where what is installed is not what `package-lock.json` names.
pub(crate) fn packages_missing() -> Option<Missing> {
    if std::fs::read(ui().join("package-lock.json")).ok() == std::fs::read(stamp()).ok() {
        return None;
    }
    Some(Missing {
        what: "npm packages of the interface".to_owned(),
        remedy: Remedy::Install { takes: "about 30 seconds", install: Box::new(install_packages) },
    })
}

fn install_packages() -> Result {
    let mut install = command_line(&["npm", "ci", "--no-audit", "--no-fund"]);
    quietly(install.current_dir(ui()), "Does the network reach the npm registry?")?;
    // `npm ci` begins by removing node_modules, and the stamp with it: it stands only for a whole install.
    std::fs::copy(ui().join("package-lock.json"), stamp())
        .map(drop)
        .map_err(|error| Failure::file("write", &stamp(), &error))
}

/// Runs a script of the interface's `package.json`.
pub(crate) fn script(name: &str, advice: &str) -> Result {
    stream(command_line(&["npm", "run", name]).current_dir(ui()), advice)
}

/// The program of an installed npm package, to be run in `ui`. Without npm in between it can be ended.
pub(crate) fn package_program(file: &str) -> Command {
    let mut node = command("node");
    node.arg(Path::new("node_modules").join(file)).current_dir(ui());
    node
}

/// Builds `ui/dist`, unless it is newer than everything it is made from.
pub(crate) fn build_interface() -> Result {
    if is_built() {
        println!("→ the interface is built already");
        return Ok(());
    }
    step("build the interface", "about 10 seconds", || {
        script("build", "The messages above name the file and the line.")
    })
}

/// Whether there is a built interface that a program could be made with.
pub(crate) fn is_built() -> bool {
    let built = ui().join("dist/index.html").metadata().and_then(|data| data.modified());
    built.is_ok_and(|built| sources_changed().is_some_and(|changed| changed < built))
}

fn sources_changed() -> Option<std::time::SystemTime> {
    let skipped = ["node_modules", "dist", "coverage"];
    // Not the time of `ui` itself: it moves when `dist` is made.
    let sources = ui().read_dir().ok()?.flatten().filter(|entry| {
        let name = entry.file_name();
        !skipped.iter().any(|skipped| name == *skipped)
    });
    let changed = sources.filter_map(|entry| newest_change(&entry.path(), &skipped)).max();
    changed.max(newest_change(&stamp(), &[]))
}

/// The interface's folder.
pub(crate) fn ui() -> PathBuf {
    root().join("ui")
}

/// A copy of the `package-lock.json` that was installed.
fn stamp() -> PathBuf {
    ui().join("node_modules/.trivet-package-lock.json")
}

fn parse_version(text: &str) -> Option<(u32, u32)> {
    let mut numbers = text.strip_prefix('v')?.split('.').map(|number| number.parse().ok());
    Some((numbers.next()??, numbers.next()??))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn node_versions_are_compared_as_numbers() {
        assert!(parse_version("v20.9.0").expect("parsed") < OLDEST_NODE);
        assert!(parse_version("v20.19.2").expect("parsed") >= OLDEST_NODE);
        assert!(parse_version("v22.1.0").expect("parsed") >= OLDEST_NODE);
        assert_eq!(parse_version("weird"), None);
    }
}
