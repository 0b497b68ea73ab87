//! What the program can be started with.

use std::path::PathBuf;

use clap::Parser;
use trivet_core::Startup;
use trivet_server::{USUAL_ADDRESS, startup};

/// A desktop client for MongoDB that knows what a replica set is.
#[derive(Parser)]
#[command(name = "trivet", version, about)]
pub(crate) struct Arguments {
    /// Start a local replica set and open it.
    #[arg(long, conflicts_with = "uri_file")]
    lab: bool,
    /// Open the connection whose connection string is the first line of this file.
    #[arg(long, value_name = "FILE")]
    uri_file: Option<PathBuf>,
    /// Keep settings, logs and the local set's data in this folder.
    #[arg(long, value_name = "DIR", env = "TRIVET_DATA_DIR")]
    data_dir: Option<PathBuf>,
    /// Serve what is opened at the start over HTTP as well, on this address of this machine.
    #[arg(long, value_name = "ADDR", num_args = 0..=1, default_missing_value = USUAL_ADDRESS)]
    rest: Option<String>,
}

/// What the program was started with, read and checked.
#[derive(Debug)]
pub(crate) struct Options {
    pub(crate) startup: Startup,
    pub(crate) data_dir: Option<PathBuf>,
    /// Where to listen from the start, whatever is set.
    pub(crate) rest: Option<String>,
}

impl Options {
    /// Reads the file and the environment that the arguments point to.
    pub(crate) fn read(arguments: Arguments) -> Result<Self, String> {
        let Arguments { lab, uri_file, data_dir, rest } = arguments;
        let environment = std::env::var("TRIVET_URI").ok();
        let startup = startup::read(lab, uri_file.as_deref(), environment.as_deref())?;
        Ok(Self { startup, data_dir, rest })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rest(words: &[&str]) -> Option<String> {
        let words = std::iter::once(&"trivet").chain(words);
        Arguments::try_parse_from(words).expect("parsed").rest
    }

    #[test]
    fn the_second_door_has_an_address_of_its_own_or_the_usual_one() {
        assert_eq!(rest(&[]), None);
        assert_eq!(rest(&["--rest"]).as_deref(), Some(USUAL_ADDRESS));
        assert_eq!(rest(&["--rest", "127.0.0.1:0", "--lab"]).as_deref(), Some("127.0.0.1:0"));
    }
}
