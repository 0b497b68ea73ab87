//! What a lab is told by the program that holds it.

use std::ffi::OsString;
use std::io;
use std::path::PathBuf;

use crate::guard;
use crate::mongod::MongodSearch;

/// Where a lab lives and what it runs.
#[derive(Clone, Debug)]
pub struct LabConfig {
    /// The application's data folder. The lab keeps everything in its folder `lab`.
    pub data_dir: PathBuf,
    /// Where mongod is looked for.
    pub mongod: MongodSearch,
    /// The program that becomes the guard.
    pub guard: GuardProgram,
    /// Fill `mydatabase.items` when the set is made. A set that exists is never filled again.
    pub seed: bool,
    /// The guard removes the lab's folder when the members have stopped, however the lab ended; and the data
    /// folder, where nothing else is in it.
    pub temporary: bool,
}

impl LabConfig {
    /// A lab that keeps its data in `data_dir`, fills it once, and is guarded by the running program.
    pub fn new(data_dir: impl Into<PathBuf>) -> io::Result<Self> {
        Ok(Self {
            data_dir: data_dir.into(),
            mongod: MongodSearch::from_environment(),
            guard: GuardProgram::current_exe()?,
            seed: true,
            temporary: false,
        })
    }
}

/// A program that runs [`guard::run_if_asked`] first thing in its `main`.
#[derive(Clone, Debug)]
pub struct GuardProgram {
    /// The program.
    pub program: PathBuf,
    /// Its arguments, of which the first is [`guard::FLAG`].
    pub arguments: Vec<OsString>,
}

impl GuardProgram {
    /// The running program, started once more as a guard.
    pub fn current_exe() -> io::Result<Self> {
        Ok(Self::at(std::env::current_exe()?))
    }

    /// Another program that can be a guard.
    pub fn at(program: impl Into<PathBuf>) -> Self {
        Self { program: program.into(), arguments: vec![guard::FLAG.into()] }
    }
}
