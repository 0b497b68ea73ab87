//! The token that every request but a few carries.

use std::{
    fmt::Write as _,
    fs,
    io::{self, Write as _},
    path::Path,
};

use subtle::ConstantTimeEq;
use trivet_core::storage::atomic::create_private_folder;

/// Bytes of randomness in a token.
const TOKEN_BYTES: usize = 32;
/// A token given by hand is not shorter than this.
const SHORTEST: usize = 32;

/// A secret that is compared in constant time and never printed.
#[derive(Clone)]
pub struct Token(String);

impl Token {
    /// Takes a token that was given, such as by the environment.
    ///
    /// # Errors
    /// What is wrong with it, without repeating it.
    pub fn given(text: &str) -> Result<Self, String> {
        let text = text.trim();
        if text.len() < SHORTEST || !text.bytes().all(|byte| byte.is_ascii_graphic()) {
            return Err(format!("the token must be at least {SHORTEST} visible ASCII characters long"));
        }
        Ok(Self(text.to_owned()))
    }

    /// Reads the token of a file, or makes one of 256 random bits where there is no file yet.
    ///
    /// # Errors
    /// What is wrong with the file, and what to do.
    pub fn in_file(path: &Path) -> Result<Self, String> {
        match fs::read_to_string(path) {
            Ok(text) => {
                only_the_owner_reads(path)?;
                Self::given(&text).map_err(|error| {
                    format!("{}: {error}. Remove the file to have a new one made.", path.display())
                })
            }
            Err(error) if error.kind() == io::ErrorKind::NotFound => {
                let token = Self::random().map_err(|error| format!("no token can be made: {error}"))?;
                token
                    .write(path)
                    .map_err(|error| format!("{} cannot be written: {error}", path.display()))?;
                Ok(token)
            }
            Err(error) => Err(format!("{} cannot be read: {error}", path.display())),
        }
    }

    /// Whether this is what a caller sent, in a time that does not tell how much of it is right.
    #[must_use]
    pub(crate) fn is(&self, sent: &[u8]) -> bool {
        self.0.as_bytes().ct_eq(sent).into()
    }

    fn random() -> Result<Self, getrandom::Error> {
        let mut bytes = [0; TOKEN_BYTES];
        getrandom::fill(&mut bytes)?;
        let mut text = String::with_capacity(2 * TOKEN_BYTES);
        for byte in bytes {
            // Writing to a String cannot fail.
            let _ = write!(text, "{byte:02x}");
        }
        Ok(Self(text))
    }

    /// Another start that made a token at the same time is not overwritten: its file stands, and this fails.
    fn write(&self, path: &Path) -> io::Result<()> {
        if let Some(folder) = path.parent().filter(|folder| !folder.as_os_str().is_empty()) {
            create_private_folder(folder)?;
        }
        let mut options = fs::OpenOptions::new();
        options.write(true).create_new(true);
        #[cfg(unix)]
        std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
        let mut file = options.open(path)?;
        writeln!(file, "{}", self.0)?;
        file.sync_all()
    }
}

#[cfg(unix)]
fn only_the_owner_reads(path: &Path) -> Result<(), String> {
    use std::os::unix::fs::PermissionsExt;
    let shown = path.display();
    let mode =
        fs::metadata(path).map_err(|error| format!("{shown} cannot be read: {error}"))?.permissions().mode();
    if mode.trailing_zeros() >= 6 {
        return Ok(());
    }
    Err(format!(
        "others can read the token in {shown}. Type: chmod 600 '{shown}', or remove it to have a new one made"
    ))
}

#[cfg(not(unix))]
fn only_the_owner_reads(_: &Path) -> Result<(), String> {
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_token_is_made_once_and_only_its_owner_can_read_it() {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let path = folder.path().join("data/rest-token");
        let made = Token::in_file(&path).expect("made");
        assert_eq!(made.0.len(), 64);
        assert_eq!(Token::in_file(&path).expect("read").0, made.0);
        assert!(made.is(made.0.as_bytes()) && !made.is(b"") && !made.is(&made.0.as_bytes()[1..]));
        #[cfg(unix)]
        {
            use std::os::unix::fs::PermissionsExt;
            assert_eq!(fs::metadata(&path).expect("there").permissions().mode() & 0o777, 0o600);
            fs::set_permissions(&path, fs::Permissions::from_mode(0o644)).expect("set");
            assert!(Token::in_file(&path).err().expect("refused").contains("chmod 600"));
        }
    }

    #[test]
    fn a_short_or_empty_token_is_refused_and_not_repeated() {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let path = folder.path().join("rest-token");
        Token::random().expect("random").write(&path).expect("written");
        for text in ["", "canary", "canary with blanks that is long enough to be one"] {
            fs::write(&path, text).expect("written");
            let refused = Token::in_file(&path).err().expect("refused");
            assert!(refused.contains("32 visible") && !refused.contains("canary"), "{refused}");
        }
    }
}
