//! Runs other programs. Every program that xtask starts goes through here.

use std::{
    ffi::OsStr,
    io::Read,
    path::{Path, PathBuf},
    process::{Command, ExitStatus, Stdio},
};

use crate::failure::{Failure, Result};

/// How many of a failed program's last lines are shown.
const TAIL_LINES: usize = 30;

/// The repository's root.
pub(crate) fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().expect("the crate lies in a folder of the workspace")
}

/// The folder that cargo builds into: this program lies in its `debug`.
pub(crate) fn target_dir() -> PathBuf {
    std::env::current_exe()
        .ok()
        .and_then(|program| Some(program.parent()?.parent()?.to_owned()))
        .unwrap_or_else(|| root().join("target"))
}

/// A program to be started at the repository's root.
///
/// It finds what `cargo install` installed, and does not see the variables that cargo gave to xtask:
/// with them build scripts that watch such a variable would run anew.
pub(crate) fn command(program: impl AsRef<OsStr>) -> Command {
    let mut command = Command::new(program);
    command.current_dir(root());
    for (name, _) in std::env::vars_os() {
        let name = name.to_string_lossy();
        if name.starts_with("CARGO_PKG_") || name.starts_with("CARGO_MANIFEST_") {
            command.env_remove(name.as_ref());
        }
    }
    if let Ok(path) = std::env::join_paths(search_path()) {
        command.env("PATH", path);
    }
    command
}

/// The same, with arguments.
pub(crate) fn command_line(words: &[&str]) -> Command {
    let (program, arguments) = words.split_first().expect("a command line has a program");
    let mut command = command(program);
    command.args(arguments);
    command
}

/// Where a program of this name lies, if it is installed.
pub(crate) fn find_program(name: &str) -> Option<PathBuf> {
    search_path().into_iter().map(|folder| folder.join(name)).find(|file| is_program(file))
}

/// A file that may be executed.
#[cfg(unix)]
pub(crate) fn is_program(file: &Path) -> bool {
    use std::os::unix::fs::PermissionsExt;
    file.metadata().is_ok_and(|data| data.is_file() && data.permissions().mode() & 0o111 != 0)
}

/// A file that may be executed.
#[cfg(not(unix))]
pub(crate) fn is_program(file: &Path) -> bool {
    file.is_file()
}

/// PATH, and the folder that `cargo install` fills.
fn search_path() -> Vec<PathBuf> {
    let mut folders: Vec<PathBuf> =
        std::env::var_os("PATH").map(|path| std::env::split_paths(&path).collect()).unwrap_or_default();
    let cargo_home = std::env::var_os("CARGO_HOME").map(PathBuf::from);
    let cargo_home = cargo_home.or_else(|| std::env::home_dir().map(|home| home.join(".cargo")));
    if let Some(bin) = cargo_home.map(|home| home.join("bin"))
        && !folders.contains(&bin)
    {
        folders.push(bin);
    }
    folders
}

/// Runs a program whose output people want to see as it comes.
pub(crate) fn stream(command: &mut Command, advice: &str) -> Result {
    let status = command.status().map_err(|error| cannot_start(command, &error))?;
    if status.success() {
        return Ok(());
    }
    let message = format!("{} ended with {status}.\n{advice}", shown(command));
    Err(Failure { message: Some(message.trim_end().to_owned()), code: exit_code(status) })
}

/// Runs a program whose output matters only when it fails: then its last lines are shown.
pub(crate) fn quietly(command: &mut Command, advice: &str) -> Result {
    let (mut reader, writer) = std::io::pipe().map_err(|error| cannot_start(command, &error))?;
    let twin = writer.try_clone().map_err(|error| cannot_start(command, &error))?;
    command.stdin(Stdio::null()).stdout(writer).stderr(twin);
    let mut child = command.spawn().map_err(|error| cannot_start(command, &error))?;
    // The command keeps its ends of the pipe open: without this the output would never end.
    command.stdout(Stdio::null()).stderr(Stdio::null());
    let mut output = Vec::new();
    let read = reader.read_to_end(&mut output);
    let status = child.wait().map_err(|error| cannot_start(command, &error))?;
    if status.success() && read.is_ok() {
        return Ok(());
    }
    let output = String::from_utf8_lossy(&output);
    let message = format!("{}\n\n{} ended with {status}.\n{advice}", tail(&output), shown(command));
    Err(Failure { message: Some(message.trim_end().to_owned()), code: exit_code(status) })
}

/// Runs a program that says everything itself: its last words stay the last, and its exit code becomes ours.
pub(crate) fn hand_over(command: &mut Command) -> Result {
    let status = command.status().map_err(|error| cannot_start(command, &error))?;
    as_result(status)
}

/// A program's end as ours, without a word more.
pub(crate) fn as_result(status: ExitStatus) -> Result {
    if status.success() { Ok(()) } else { Err(Failure::silent(exit_code(status))) }
}

/// What a program answers on standard output; none when it is missing or fails.
pub(crate) fn answer(command: &mut Command) -> Option<String> {
    let output = command.stdin(Stdio::null()).stderr(Stdio::null()).output().ok()?;
    output.status.success().then(|| String::from_utf8_lossy(&output.stdout).into_owned())
}

/// The exit code to hand on: 1 where a signal ended the program.
fn exit_code(status: ExitStatus) -> u8 {
    status.code().and_then(|code| u8::try_from(code).ok()).filter(|&code| code != 0).unwrap_or(1)
}

/// A program that is not there, or may not be started.
pub(crate) fn cannot_start(command: &Command, error: &std::io::Error) -> Failure {
    Failure::new(format!("Cannot start {}: {error}", shown(command)))
}

/// The last lines of a program's output.
pub(crate) fn tail(output: &str) -> String {
    let lines: Vec<&str> = output.lines().collect();
    lines[lines.len().saturating_sub(TAIL_LINES)..].join("\n")
}

/// A command as a person would type it.
fn shown(command: &Command) -> String {
    let words = std::iter::once(command.get_program()).chain(command.get_args());
    words
        .map(|word| {
            let word = word.to_string_lossy();
            if word.contains([' ', '"', '*']) { format!("'{word}'") } else { word.into_owned() }
        })
        .collect::<Vec<_>>()
        .join(" ")
}

#[cfg(all(test, unix))]
mod tests {
    use super::*;

    #[test]
    fn a_quiet_failure_shows_the_command_its_last_lines_and_what_to_do() {
        let script = "for i in $(seq 100); do echo line $i; done; echo broken >&2; exit 7";
        let failure = quietly(&mut command_line(&["sh", "-c", script]), "Mend it.").expect_err("fails");
        let message = failure.message.expect("a message");
        assert_eq!(failure.code, 7);
        assert!(message.starts_with("line 72\n"), "{message}");
        assert!(message.contains("line 100\nbroken\n"), "{message}");
        assert!(message.contains("sh -c 'for i in"), "{message}");
        assert!(message.ends_with("Mend it."), "{message}");
    }

    #[test]
    fn a_missing_program_is_named() {
        let failure = quietly(&mut command("no-such-program"), "").expect_err("fails");
        assert!(failure.message.expect("a message").starts_with("Cannot start no-such-program"));
    }

    #[test]
    fn children_do_not_see_what_cargo_told_xtask() {
        let names = answer(&mut command("env")).expect("env answers");
        assert!(!names.lines().any(|line| line.starts_with("CARGO_PKG_")), "{names}");
        assert!(std::env::var_os("CARGO_PKG_NAME").is_some(), "cargo no longer sets it");
    }
}
