//! Whole files or none.

use std::{
    fs,
    io::{self, Write},
    path::Path,
    sync::atomic::{AtomicU64, Ordering},
};

use serde::{Serialize, de::DeserializeOwned};

use crate::{Error, ErrorCode, Result};

/// Writes a value as JSON so that a crash leaves the old file or the new one, readable by its owner only.
pub(crate) fn write_json<T: Serialize>(path: &Path, value: &T) -> Result<()> {
    let text = serde_json::to_vec_pretty(value)
        .map_err(|_| Error::internal("Settings cannot be written as JSON."))?;
    write(path, &text)
}

/// Reads a value; none where there is no file. A file that cannot be understood is an error, never replaced.
pub(crate) fn read_json<T: DeserializeOwned>(path: &Path) -> Result<Option<T>> {
    let Some(text) = read(path)? else { return Ok(None) };
    serde_json::from_slice(&text).map(Some).map_err(|error| {
        Error::new(
            ErrorCode::Storage,
            format!("{} is damaged at line {}, column {}.", path.display(), error.line(), error.column()),
        )
        .with_hint("Mend the file or move it away; it is not overwritten.")
    })
}

/// Reads a file; none where there is none.
pub(crate) fn read(path: &Path) -> Result<Option<Vec<u8>>> {
    match fs::read(path) {
        Ok(bytes) => Ok(Some(bytes)),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
        Err(error) => Err(storage(path, "read", &error)),
    }
}

/// Writes a file so that a crash leaves the old one or the new one, readable by its owner only.
pub(crate) fn write(path: &Path, bytes: &[u8]) -> Result<()> {
    write_private(path, bytes).map_err(|error| storage(path, "written", &error))
}

/// Numbers the temporary files of this process, so that two writers never share one.
static NEXT: AtomicU64 = AtomicU64::new(0);

/// The same, with the error as it came.
pub(crate) fn write_private(path: &Path, bytes: &[u8]) -> io::Result<()> {
    let folder = path.parent().unwrap_or(Path::new("."));
    create_private_folder(folder)?;
    let own = NEXT.fetch_add(1, Ordering::Relaxed);
    let temporary = path.with_extension(format!("{}-{own}.tmp", std::process::id()));
    let mut options = fs::OpenOptions::new();
    options.write(true).create(true).truncate(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    let mut file = options.open(&temporary)?;
    let written = file.write_all(bytes).and_then(|()| file.sync_all());
    drop(file);
    let renamed = written.and_then(|()| fs::rename(&temporary, path));
    if renamed.is_err() {
        // The first error is the one to tell; a leftover file does no harm.
        let _ = fs::remove_file(&temporary);
    }
    renamed
}

/// Makes a folder, where there is none, that only its owner can enter.
pub fn create_private_folder(folder: &Path) -> io::Result<()> {
    let mut builder = fs::DirBuilder::new();
    builder.recursive(true);
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    builder.create(folder)
}

/// What a file could not be, and why.
pub(crate) fn storage(path: &Path, done: &str, error: &io::Error) -> Error {
    Error::new(ErrorCode::Storage, format!("{} cannot be {done}: {error}.", path.display()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_written_is_read_back_and_only_its_owner_can_read_it() {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let path = folder.path().join("deep/settings.json");
        write_json(&path, &vec![1, 2]).expect("written");
        assert_eq!(read_json::<Vec<i32>>(&path).expect("read"), Some(vec![1, 2]));
        #[cfg(unix)]
        {
            use std::os::unix::fs::PermissionsExt;
            let mode = fs::metadata(&path).expect("metadata").permissions().mode();
            assert_eq!(mode & 0o777, 0o600);
        }
    }

    #[test]
    fn a_damaged_file_is_told_and_kept() {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let path = folder.path().join("settings.json");
        fs::write(&path, "{ broken").expect("written");
        let error = read_json::<Vec<i32>>(&path).expect_err("damaged");
        assert_eq!(error.code(), ErrorCode::Storage);
        assert_eq!(fs::read_to_string(&path).expect("kept"), "{ broken");
    }
}
