//! Python packages, each set in an environment of its own in the cache.

use std::{
    fs,
    hash::{DefaultHasher, Hash, Hasher},
    path::PathBuf,
};

use crate::{
    command::{answer, command, command_line, quietly, root},
    failure::{Failure, Result},
    files::cache,
    setup::{Missing, Remedy},
};

/// A set of packages.
#[derive(Clone, Copy)]
pub(crate) struct Environment {
    /// What they are for, as a person would say it.
    what: &'static str,
    /// The file that names them, with their versions.
    requirements: &'static str,
}

/// What uses the REST API as a Python program does, and what tries it with requests of all kinds.
pub(crate) const REST_TESTS: Environment =
    Environment { what: "the tests of the REST API", requirements: "tests/rest/requirements.txt" };
/// The original project's server, which ours is measured beside.
pub(crate) const FLASK_PEER: Environment = Environment {
    what: "the Flask server to compare with",
    requirements: "tests/bench/peers/flask/requirements.txt",
};

impl Environment {
    /// The packages, where they are not installed as the file names them.
    pub(crate) fn missing(self) -> Result<Option<Missing>> {
        if self.stamp()?.exists() {
            return Ok(None);
        }
        Ok(Some(Missing {
            what: format!("Python packages of {}", self.what),
            remedy: Remedy::Install { takes: "about 20 seconds", install: Box::new(move || self.install()) },
        }))
    }

    /// A program of the environment, such as `python`.
    pub(crate) fn program(self, name: &str) -> Result<PathBuf> {
        Ok(self.folder()?.join("bin").join(name))
    }

    fn install(self) -> Result {
        let python = python().ok_or_else(|| {
            Failure::new("There is no python3 that can make environments.\nInstall it: python3-venv")
        })?;
        let folder = self.folder()?;
        // Made where it stays: its programs hold its path. A half one has no stamp and is cleared.
        let mut create = command_line(&[python, "-m", "venv", "--clear"]);
        quietly(create.arg(&folder), "Is the disk full?")?;
        let mut install = command(self.program("python")?);
        install.args([
            "-m",
            "pip",
            "install",
            "--quiet",
            "--disable-pip-version-check",
            "--only-binary=:all:",
        ]);
        install.arg("--requirement").arg(root().join(self.requirements));
        quietly(&mut install, "Does the network reach PyPI?")?;
        let stamp = self.stamp()?;
        fs::write(&stamp, "").map_err(|error| Failure::file("write", &stamp, &error))
    }

    /// Named after what is in it: another list of packages is another folder.
    fn folder(self) -> Result<PathBuf> {
        let file = root().join(self.requirements);
        let list = fs::read(&file).map_err(|error| Failure::file("read", &file, &error))?;
        let mut hasher = DefaultHasher::new();
        list.hash(&mut hasher);
        Ok(cache()?.join(format!("python-{:016x}", hasher.finish())))
    }

    fn stamp(self) -> Result<PathBuf> {
        Ok(self.folder()?.join("complete"))
    }
}

/// The system packages that environments need.
pub(crate) fn packages() -> &'static [&'static str] {
    if python().is_some() { &[] } else { &["python3", "python3-venv"] }
}

/// The first python that can make an environment: Debian keeps that part in a package of its own.
fn python() -> Option<&'static str> {
    ["python3", "/usr/bin/python3"]
        .into_iter()
        .find(|python| answer(&mut command_line(&[python, "-c", "import ensurepip, venv"])).is_some())
}
