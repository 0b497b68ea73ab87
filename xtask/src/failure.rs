//! How a command of xtask fails: one text for a person and one code for the shell.

/// The result of everything that can fail here.
pub(crate) type Result<T = ()> = std::result::Result<T, Failure>;

/// Why a command stopped.
#[derive(Debug)]
pub(crate) struct Failure {
    /// What is printed last; none when the program that failed has said it all.
    pub(crate) message: Option<String>,
    /// The exit code.
    pub(crate) code: u8,
}

impl Failure {
    /// A failure of a step.
    pub(crate) fn new(message: impl Into<String>) -> Self {
        Self { message: Some(message.into()), code: 1 }
    }

    /// Wrong arguments.
    pub(crate) fn usage(message: &str) -> Self {
        Self { message: Some(message.trim_end().to_owned()), code: 2 }
    }

    /// The program's own last words are to stay the last ones.
    pub(crate) fn silent(code: u8) -> Self {
        Self { message: None, code }
    }

    /// A file could not be read, written or moved.
    pub(crate) fn file(what: &str, path: &std::path::Path, error: &std::io::Error) -> Self {
        Self::new(format!("Cannot {what} {}: {error}", path.display()))
    }

    /// Prints the text to standard error.
    pub(crate) fn print(&self) {
        if let Some(message) = &self.message {
            eprintln!("\n{message}");
        }
    }
}
