//! The lab's folder and the two records in it.

use std::collections::BTreeMap;
use std::fs;
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use trivet_core::storage::atomic::create_private_folder;
use trivet_core::{Error, ErrorCode, Result};

use crate::access::Secret;
use crate::plan::{LabPlan, USUAL_LAB};
use crate::process::Process;

/// Where all labs but the usual one have their folders.
const OTHERS: &str = "labs";

/// A lab's folder in the application's data folder.
#[derive(Clone, Debug)]
pub(crate) struct Folder(PathBuf);

/// What lasts from one start to the next (`lab.json`), written by the application.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub(crate) struct Lasting {
    /// What the lab is made of. A lab that was made before there were plans is as the usual plan has it.
    pub(crate) plan: Option<LabPlan>,
    /// The port that each member listens on, by id.
    pub(crate) ports: Vec<u16>,
    /// The port of the link before each member, by id; none where it has no links.
    pub(crate) link_ports: Vec<u16>,
    /// Every port that a member has had, with its id: a member that was not there when the others moved has an old one in its
    /// configuration.
    pub(crate) past: BTreeMap<u16, u32>,
    /// The root user's password, where the plan asks for authentication.
    pub(crate) password: Option<Secret>,
    /// The sample data was written once; it is never written again, also where a person deleted it.
    pub(crate) seeded: bool,
}

/// Who runs the lab now (`run.json`), written by the guard alone while it holds the lock.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Run {
    /// The process that asked for the lab: the application.
    pub(crate) holder: Holder,
    /// The connection string, from the first writable primary until the guard begins to stop the members.
    pub(crate) uri: Option<String>,
    /// The mongod program and its version.
    pub(crate) mongod: Option<String>,
    /// The members.
    pub(crate) members: Vec<RunMember>,
}

/// The process that asked for the lab.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Holder {
    /// Its process id.
    pub(crate) pid: u32,
    /// Its program's file name.
    pub(crate) name: String,
}

impl Holder {
    /// The running process.
    pub(crate) fn this_process() -> Self {
        let name = std::env::current_exe()
            .ok()
            .and_then(|path| path.file_name().map(|name| name.to_string_lossy().into_owned()))
            .unwrap_or_else(|| "trivet".to_owned());
        Self { pid: std::process::id(), name }
    }
}

/// One member of a [`Run`].
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct RunMember {
    /// Its place in the plan, from 0.
    pub(crate) id: u32,
    /// `127.0.0.1:port`.
    pub(crate) host: String,
    /// Its process while it runs.
    pub(crate) process: Option<Process>,
}

impl Folder {
    /// A lab's folder in `data_dir`, which need not exist: `lab` for the usual one, else `labs/NAME`. The path is
    /// absolute.
    pub(crate) fn of(data_dir: &Path, name: &str) -> Self {
        let data_dir = std::path::absolute(data_dir).unwrap_or_else(|_| data_dir.to_owned());
        if name == USUAL_LAB {
            Self(data_dir.join(USUAL_LAB))
        } else {
            Self(data_dir.join(OTHERS).join(name))
        }
    }

    /// The names of the labs in `data_dir` that are not the usual one, in order.
    pub(crate) fn names_in(data_dir: &Path) -> Vec<String> {
        let entries = fs::read_dir(data_dir.join(OTHERS)).into_iter().flatten().filter_map(io::Result::ok);
        let folders = entries.filter(|entry| entry.path().is_dir());
        let mut names: Vec<String> =
            folders.filter_map(|entry| entry.file_name().into_string().ok()).collect();
        names.sort();
        names
    }

    /// A lab's folder by its own path.
    pub(crate) fn at(path: PathBuf) -> Self {
        Self(path)
    }

    /// Its path.
    pub(crate) fn path(&self) -> &Path {
        &self.0
    }

    /// Makes the folder and one for each member, and makes sure that it can be written. The returned folder
    /// is the same one under its canonical path, by which the members' processes are recognised.
    pub(crate) fn prepare(&self, members: std::ops::Range<u32>) -> Result<Self> {
        create_private_folder(&self.0).map_err(|error| refused(&self.0, &error))?;
        let canonical = Self(fs::canonicalize(&self.0).map_err(|error| refused(&self.0, &error))?);
        for id in members {
            let data = canonical.data(id);
            create_private_folder(&data).map_err(|error| refused(&data, &error))?;
        }
        // A folder that exists already may have become read-only.
        let probe = canonical.0.join("probe");
        fs::write(&probe, b"")
            .and_then(|()| fs::remove_file(&probe))
            .map_err(|error| refused(&canonical.0, &error))?;
        Ok(canonical)
    }

    /// The file that the guard holds locked while a member runs.
    pub(crate) fn lock_file(&self) -> PathBuf {
        self.0.join("lock")
    }

    /// A member's `--dbpath`.
    pub(crate) fn data(&self, id: u32) -> PathBuf {
        self.0.join(format!("member-{id}")).join("data")
    }

    /// Empties a member's data folder.
    pub(crate) fn empty_data(&self, id: u32) -> Result<()> {
        let data = self.data(id);
        fs::remove_dir_all(&data)
            .and_then(|()| create_private_folder(&data))
            .map_err(|error| refused(&data, &error))
    }

    /// The key by which members know each other.
    pub(crate) fn key_file(&self) -> PathBuf {
        self.0.join("keyfile")
    }

    /// The certificate of the authority that signed the members'.
    pub(crate) fn authority(&self) -> PathBuf {
        self.0.join("ca.pem")
    }

    /// A member's certificate and its key.
    pub(crate) fn certificate(&self, id: u32) -> PathBuf {
        self.0.join(format!("member-{id}")).join("mongod.pem")
    }

    /// There is a lab, as far as can be told without taking it.
    pub(crate) fn exists(&self) -> bool {
        self.0.join("lab.json").is_file()
    }

    /// A member has run on its data folder before.
    pub(crate) fn has_data(&self, id: u32) -> bool {
        self.data(id).join("WiredTiger").exists()
    }

    /// A member's log of this start. The log of the start before is kept as `mongod.previous.log`.
    pub(crate) fn log(&self, id: u32) -> PathBuf {
        self.0.join(format!("member-{id}")).join("mongod.log")
    }

    /// What a member printed before it had a log.
    pub(crate) fn output(&self, id: u32) -> PathBuf {
        self.0.join(format!("member-{id}")).join("mongod.out")
    }

    /// Keeps the last log as the previous one, so that logs do not grow from start to start.
    pub(crate) fn rotate_log(&self, id: u32) -> Result<()> {
        let log = self.log(id);
        match fs::rename(&log, log.with_file_name("mongod.previous.log")) {
            Err(error) if error.kind() != io::ErrorKind::NotFound => Err(refused(&log, &error)),
            _ => Ok(()),
        }
    }

    /// What lasts, or its default where there is none or it cannot be read: the members' own configuration
    /// is compared with it at every start.
    pub(crate) fn lasting(&self) -> Lasting {
        read_json(&self.0.join("lab.json")).unwrap_or_default()
    }

    /// Writes what lasts.
    pub(crate) fn write_lasting(&self, lasting: &Lasting) -> Result<()> {
        let path = self.0.join("lab.json");
        write_json(&path, lasting).map_err(|error| refused(&path, &error))
    }

    /// Who runs the lab, as last written.
    pub(crate) fn run(&self) -> Option<Run> {
        read_json(&self.0.join("run.json"))
    }

    /// Writes who runs the lab.
    pub(crate) fn write_run(&self, run: &Run) -> io::Result<()> {
        write_json(&self.0.join("run.json"), run)
    }

    /// Nobody runs the lab any more.
    pub(crate) fn remove_run(&self) -> io::Result<()> {
        fs::remove_file(self.0.join("run.json"))
    }
}

pub(crate) fn refused(path: &Path, error: &io::Error) -> Error {
    Error::new(ErrorCode::Storage, format!("The lab cannot write to {}: {error}.", path.display()))
        .with_hint("Choose a data folder that you may write to, with --data-dir or TRIVET_DATA_DIR.")
}

fn read_json<T: DeserializeOwned>(path: &Path) -> Option<T> {
    serde_json::from_slice(&fs::read(path).ok()?).ok()
}

/// Writes a new file and renames it, so that a reader and a crash see the old one or the new one.
fn write_json<T: Serialize>(path: &Path, value: &T) -> io::Result<()> {
    let fresh = path.with_extension("json.new");
    let mut file = fs::File::create(&fresh)?;
    file.write_all(&serde_json::to_vec_pretty(value)?)?;
    file.sync_all()?;
    fs::rename(fresh, path)
}
