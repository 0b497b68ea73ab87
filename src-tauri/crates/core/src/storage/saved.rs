//! Files that a person asks for.

use std::path::Path;

use serde::{Deserialize, Serialize};
use specta::Type;

use super::atomic;
use crate::{Error, Result};

/// Where something was saved.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct SavedFile {
    /// The file.
    pub path: String,
}

/// Saves a text in a folder, readable by its owner only. No file is replaced: what is called `note.txt` too is saved as `note-2.txt`.
pub(crate) fn save(folder: &Path, name: &str, text: &[u8]) -> Result<SavedFile> {
    let (stem, extension) = name.rsplit_once('.').unwrap_or((name, "txt"));
    let numbered = |number: u32| match number {
        1 => format!("{stem}.{extension}"),
        _ => format!("{stem}-{number}.{extension}"),
    };
    let path = (1..1_000)
        .map(|number| folder.join(numbered(number)))
        .find(|path| !path.exists())
        .ok_or_else(|| Error::internal("There are too many files of this name."))?;
    atomic::write(&path, text)?;
    Ok(SavedFile { path: path.display().to_string() })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_file_is_replaced() {
        let folder = tempfile::tempdir().expect("a folder");
        for (text, name) in [("one", "note.txt"), ("two", "note-2.txt"), ("three", "note-3.txt")] {
            let saved = save(folder.path(), "note.txt", text.as_bytes()).expect("saved");
            assert_eq!(saved.path, folder.path().join(name).display().to_string());
            assert_eq!(std::fs::read_to_string(saved.path).expect("a file"), text);
        }
        let no_folder = folder.path().join("note.txt");
        let error = save(&no_folder, "note.txt", b"").expect_err("no folder");
        assert!(error.to_string().contains("note.txt"), "{error}");
    }
}
