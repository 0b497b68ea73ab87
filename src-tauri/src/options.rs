//! What the program can be started with.

use std::{ffi::OsString, fs, path::PathBuf};

use clap::Parser;
use trivet_core::connection::ConnectionUri;

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
}

/// What the program was started with, read and checked.
#[derive(Debug)]
pub(crate) struct Options {
    pub(crate) lab: bool,
    pub(crate) uri: Option<ConnectionUri>,
    pub(crate) data_dir: Option<PathBuf>,
}

impl Options {
    /// Refuses a connection string anywhere among the words of the command line, before anything repeats them.
    pub(crate) fn refuse_secrets(words: impl Iterator<Item = OsString>) -> Result<(), String> {
        if words.skip(1).any(|word| word.to_string_lossy().contains("://")) {
            return Err(
                "a connection string on the command line would show its password to every user of this \
                        machine. Put it into a file and use --uri-file FILE, or into TRIVET_URI."
                    .to_owned(),
            );
        }
        Ok(())
    }

    /// Reads the file and the environment that the arguments point to.
    pub(crate) fn read(arguments: Arguments) -> Result<Self, String> {
        Self::from(arguments, std::env::var("TRIVET_URI").ok())
    }

    fn from(arguments: Arguments, environment: Option<String>) -> Result<Self, String> {
        let Arguments { lab, uri_file, data_dir } = arguments;
        let uri = match uri_file {
            Some(file) => Some(
                fs::read_to_string(&file)
                    .map_err(|error| format!("{} cannot be read: {error}", file.display()))?,
            ),
            None if lab => None,
            None => environment,
        };
        let first_line = uri.as_deref().and_then(|text| text.lines().next()).map(str::trim);
        let uri = first_line
            .filter(|line| !line.is_empty())
            .map(|line| ConnectionUri::parse(line).map_err(|error| error.body().message.clone()))
            .transpose()?;
        Ok(Self { lab, uri, data_dir })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn options(arguments: &[&str], environment: Option<&str>) -> Result<Options, String> {
        let arguments =
            Arguments::try_parse_from(std::iter::once(&"trivet").chain(arguments)).expect("parsed");
        Options::from(arguments, environment.map(str::to_owned))
    }

    #[test]
    fn a_connection_string_on_the_command_line_is_refused_and_not_repeated() {
        for words in [
            vec!["mongodb://ada:canary@a.example/"],
            vec!["--uri", "mongodb+srv://ada:canary@a.example/"],
            vec!["--uri-file", "mongodb://ada:canary@a.example/"],
            vec!["--lab=mongodb://ada:canary@a.example/"],
        ] {
            let words = std::iter::once("trivet").chain(words).map(OsString::from);
            let refusal = Options::refuse_secrets(words).expect_err("refused");
            assert!(refusal.contains("--uri-file") && !refusal.contains("canary"), "{refusal}");
        }
        let fine = ["trivet", "--uri-file", "/home/ada/uri"].map(OsString::from);
        assert!(Options::refuse_secrets(fine.into_iter()).is_ok());
    }

    #[test]
    fn a_connection_string_comes_from_a_file_or_from_the_environment() {
        let folder = std::env::temp_dir().join(format!("trivet-options-{}", std::process::id()));
        fs::write(&folder, "mongodb://b.example/\n").expect("written");
        let path = folder.to_string_lossy().into_owned();
        let from_file = options(&["--uri-file", &path], Some("mongodb://a.example/")).expect("read");
        assert_eq!(from_file.uri.expect("a URI").redacted(), "mongodb://b.example/");
        fs::remove_file(folder).expect("removed");
        let from_environment = options(&[], Some("mongodb://a.example/")).expect("read");
        assert_eq!(from_environment.uri.expect("a URI").redacted(), "mongodb://a.example/");
        assert!(options(&["--lab"], Some("mongodb://a.example/")).expect("read").uri.is_none());
    }

    #[test]
    fn a_file_that_is_missing_or_holds_no_connection_string_is_told() {
        assert!(
            options(&["--uri-file", "/nowhere/uri"], None).expect_err("missing").contains("/nowhere/uri")
        );
        assert!(options(&[], Some("localhost:27017")).is_err());
    }
}
