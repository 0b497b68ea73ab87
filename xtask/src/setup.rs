//! Brings a machine to where everything builds and every test runs.
//!
//! All checks come first. When something is missing that only a person can install, everything missing
//! is listed and nothing is touched: a machine is never left half set up.

use std::time::Instant;

use crate::{
    cargo_tools,
    failure::{Failure, Result},
    mongod, node, python,
    step::{readable, step},
    system,
};

/// What the machine is set up for.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Purpose {
    /// Build and open the window.
    Run,
    /// That, and run every test.
    Test,
    /// Build, and measure beside peers.
    Bench,
}

/// Something the machine lacks.
pub(crate) struct Missing {
    /// What it is, as a person would say it.
    pub(crate) what: String,
    /// How it gets there.
    pub(crate) remedy: Remedy,
}

/// How something missing gets there.
pub(crate) enum Remedy {
    /// xtask installs it.
    Install {
        /// How long it takes, as a person would say it.
        takes: &'static str,
        /// The work.
        install: Box<dyn FnOnce() -> Result>,
    },
    /// Only a person can: the command to type, or where to get it.
    ByHand(String),
}

/// Checks everything, then installs what is missing.
pub(crate) fn setup(purpose: Purpose) -> Result {
    let begun = Instant::now();
    let missing = missing(purpose)?;
    if missing.is_empty() {
        println!("→ set-up: nothing is missing ({})", readable(begun.elapsed()));
        return Ok(());
    }
    let (by_hand, installable): (Vec<_>, Vec<_>) =
        missing.into_iter().partition(|item| matches!(item.remedy, Remedy::ByHand(_)));
    if !by_hand.is_empty() {
        return Err(Failure::new(list(&by_hand)));
    }
    for item in installable {
        if let Remedy::Install { takes, install } = item.remedy {
            step(&format!("install {}", item.what), takes, install)?;
        }
    }
    Ok(())
}

fn missing(purpose: Purpose) -> Result<Vec<Missing>> {
    let mongod = mongod::missing()?;
    let mut missing = Vec::new();
    missing.extend(system::missing(purpose, mongod.is_some()));
    missing.extend(node::program_missing());
    missing.extend(node::INTERFACE.missing());
    missing.extend(mongod);
    if purpose == Purpose::Test {
        missing.extend(node::BROWSER_TESTS.missing());
        missing.extend(python::REST_TESTS.missing()?);
        missing.extend(cargo_tools::missing(&[cargo_tools::NEXTEST, cargo_tools::TAURI_DRIVER]));
    }
    if purpose == Purpose::Bench {
        missing.extend(python::FLASK_PEER.missing()?);
    }
    Ok(missing)
}

fn list(by_hand: &[Missing]) -> String {
    let mut text = String::from("Please install this first; nothing has been changed:\n");
    for item in by_hand {
        if let Remedy::ByHand(how) = &item.remedy {
            text.push_str("\n- ");
            text.push_str(&item.what);
            text.push('\n');
            for line in how.lines() {
                text.push_str("    ");
                text.push_str(line);
                text.push('\n');
            }
        }
    }
    text.push_str("\nThen give the same command again.");
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_person_must_install_is_listed_with_how() {
        let missing = Missing {
            what: "GTK".to_owned(),
            remedy: Remedy::ByHand("sudo dnf install gtk3-devel".to_owned()),
        };
        let text = list(&[missing]);
        assert!(text.contains("nothing has been changed"), "{text}");
        assert!(text.contains("- GTK\n    sudo dnf install gtk3-devel\n"), "{text}");
    }
}
