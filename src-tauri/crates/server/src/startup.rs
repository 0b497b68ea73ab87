//! How a program of Trivet is started: with a local set, or a connection string that nobody else can read.

use std::{ffi::OsString, fs, path::Path};

use trivet_core::{Startup, connection::ConnectionUri};

/// Lets a crash of this program, and of those it starts, leave no file with its memory: passwords are in there.
pub fn leave_no_core_file() {
    #[cfg(unix)]
    {
        use rustix::process::{Resource, Rlimit, setrlimit};
        // Asking for less is refused to nobody.
        let _ = setrlimit(Resource::Core, Rlimit { current: Some(0), maximum: Some(0) });
    }
}

/// Refuses a connection string anywhere among the words of the command line, before anything repeats them.
pub fn refuse_secrets(words: impl Iterator<Item = OsString>) -> Result<(), String> {
    if words.skip(1).any(|word| word.to_string_lossy().contains("://")) {
        return Err("a connection string on the command line would show its password to every user of this \
                    machine. Put it into a file and use --uri-file FILE, or into TRIVET_URI."
            .to_owned());
    }
    Ok(())
}

/// What is to be opened: the local set, the first line of a file, or what the environment names.
pub fn read(lab: bool, uri_file: Option<&Path>, environment: Option<&str>) -> Result<Startup, String> {
    let from_file = uri_file
        .map(|file| {
            fs::read_to_string(file).map_err(|error| format!("{} cannot be read: {error}", file.display()))
        })
        .transpose()?;
    let text = match from_file.as_deref() {
        None if lab => return Ok(Startup::Lab),
        None => environment,
        from_file => from_file,
    };
    let first_line = text.and_then(|text| text.lines().next()).map(str::trim).filter(|line| !line.is_empty());
    let Some(line) = first_line else { return Ok(Startup::Nothing) };
    ConnectionUri::parse(line).map(Startup::Connection).map_err(|error| error.body().message.clone())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn redacted(startup: Startup) -> String {
        match startup {
            Startup::Connection(uri) => uri.redacted(),
            other => format!("{other:?}"),
        }
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
            let refusal = refuse_secrets(words).expect_err("refused");
            assert!(refusal.contains("--uri-file") && !refusal.contains("canary"), "{refusal}");
        }
        let fine = ["trivet", "--uri-file", "/home/ada/uri"].map(OsString::from);
        assert!(refuse_secrets(fine.into_iter()).is_ok());
    }

    #[test]
    fn a_connection_string_comes_from_a_file_or_from_the_environment() {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let file = folder.path().join("uri");
        fs::write(&file, "mongodb://b.example/\n").expect("written");
        let environment = Some("mongodb://a.example/");
        let read = |lab, file| redacted(read(lab, file, environment).expect("read"));
        assert_eq!(read(false, Some(&*file)), "mongodb://b.example/");
        assert_eq!(read(false, None), "mongodb://a.example/");
        assert_eq!(read(true, None), "Lab");
    }

    #[test]
    fn a_file_that_is_missing_or_holds_no_connection_string_is_told() {
        let missing = read(false, Some(Path::new("/nowhere/uri")), None);
        assert!(missing.expect_err("missing").contains("/nowhere/uri"));
        assert!(read(false, None, Some("localhost:27017")).is_err());
    }
}
