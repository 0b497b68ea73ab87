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

/// A folder with npm packages of its own.
#[derive(Clone, Copy)]
pub(crate) struct Packages {
    /// What they are for, as a person would say it.
    what: &'static str,
    folder: &'static str,
}

/// What the interface is made of and built with.
pub(crate) const INTERFACE: Packages = Packages { what: "the interface", folder: "ui" };
/// What drives the interface in a browser.
pub(crate) const BROWSER_TESTS: Packages = Packages { what: "the tests in a browser", folder: "tests/ui" };

impl Packages {
    /// The packages, where what is installed is not what `package-lock.json` names.
    pub(crate) fn missing(self) -> Option<Missing> {
        if std::fs::read(self.lock()).ok() == std::fs::read(self.stamp()).ok() {
            return None;
        }
        Some(Missing {
            what: format!("npm packages of {}", self.what),
            remedy: Remedy::Install { takes: "about 30 seconds", install: Box::new(move || self.install()) },
        })
    }

    fn install(self) -> Result {
        let mut install = command_line(&["npm", "ci", "--no-audit", "--no-fund"]);
        quietly(install.current_dir(self.folder()), "Does the network reach the npm registry?")?;
        // `npm ci` begins by removing node_modules, and the stamp with it: it stands only for a whole install.
        std::fs::copy(self.lock(), self.stamp())
            .map(drop)
            .map_err(|error| Failure::file("write", &self.stamp(), &error))
    }

    /// Where they belong.
    pub(crate) fn folder(self) -> PathBuf {
        root().join(self.folder)
    }

    /// The program of an installed package. Without npm in between it can be ended.
    pub(crate) fn program(self, file: &str) -> Command {
        let mut node = command("node");
        node.arg(Path::new("node_modules").join(file)).current_dir(self.folder());
        node
    }

    /// Runs a script of its `package.json`.
    pub(crate) fn script(self, name: &str, advice: &str) -> Result {
        stream(command_line(&["npm", "run", name]).current_dir(self.folder()), advice)
    }

    fn lock(self) -> PathBuf {
        self.folder().join("package-lock.json")
    }

    /// A copy of the `package-lock.json` that was installed.
    fn stamp(self) -> PathBuf {
        self.folder().join("node_modules/.trivet-package-lock.json")
    }
}

/// Runs a script of the interface's `package.json`.
pub(crate) fn script(name: &str, advice: &str) -> Result {
    INTERFACE.script(name, advice)
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
    changed.max(newest_change(&INTERFACE.stamp(), &[]))
}

/// The interface's folder.
pub(crate) fn ui() -> PathBuf {
    INTERFACE.folder()
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
