//! The files of drafts: one for each document, in a folder of the connection.

use std::{
    fs,
    path::{Path, PathBuf},
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

use crate::{
    Error, ErrorCode, Result,
    document::{DocumentId, wire::Writer},
    namespace::Namespace,
    storage::atomic,
    value::raw,
};

/// The version of the files; another one is told, never read or replaced.
const VERSION: i32 = 1;

/// Which document a draft is about.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Key {
    pub(super) namespace: Namespace,
    pub(super) id: DocumentId,
}

/// The document that was read, and what it is to become.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Stored {
    pub(super) base: Vec<u8>,
    pub(super) mine: Vec<u8>,
    /// What was sent, while it is not known whether it was applied.
    pub(super) sent: Option<Vec<u8>>,
    pub(super) edited_at_ms: i64,
}

/// The drafts of a connection: in files alone, so that every process on the same folder sees the same, and a crash loses none.
#[derive(Clone)]
pub(crate) struct Drafts {
    folder: PathBuf,
    /// Held from reading a draft to writing it.
    turn: Arc<Mutex<()>>,
}

impl Drafts {
    pub(crate) fn new(folder: PathBuf) -> Self {
        Self { folder, turn: Arc::default() }
    }

    /// Waits until nobody else here changes drafts.
    pub(super) fn turn(&self) -> MutexGuard<'_, ()> {
        // Every change ends with a whole file: after a panic the next may go on.
        self.turn.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(super) fn get(&self, key: &Key) -> Result<Option<Stored>> {
        let file = self.file(key)?;
        let Some(bytes) = atomic::read(&file)? else { return Ok(None) };
        match decode(&bytes) {
            Some((found, stored)) if found == *key => Ok(Some(stored)),
            _ => Err(unreadable(&file)),
        }
    }

    /// Every draft, those edited last first.
    pub(super) fn list(&self) -> Result<Vec<(Key, Stored)>> {
        let mut all = Vec::new();
        let entries = match fs::read_dir(&self.folder) {
            Ok(entries) => entries,
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(all),
            Err(error) => return Err(atomic::storage(&self.folder, "read", &error)),
        };
        for entry in entries {
            let path = entry.map_err(|error| atomic::storage(&self.folder, "read", &error))?.path();
            if path.extension().is_none_or(|extension| extension != "draft") {
                continue;
            }
            // Another process may have saved it meanwhile.
            let Some(bytes) = atomic::read(&path)? else { continue };
            if let Some(draft) = decode(&bytes) {
                all.push(draft);
            } else {
                // One that cannot be read must not hide the others.
                tracing::warn!(file = %path.display(), "a draft cannot be read");
            }
        }
        all.sort_by_key(|(_, stored)| std::cmp::Reverse(stored.edited_at_ms));
        Ok(all)
    }

    pub(super) fn put(&self, key: &Key, stored: &Stored) -> Result<()> {
        let (kind, value) = key.id.decode()?;
        let mut file = Writer::new()
            .int("version", VERSION)
            .text("database", key.namespace.database())
            .text("collection", key.namespace.collection())
            .raw("id", kind, &value)
            .long("editedAtMs", stored.edited_at_ms)
            .binary("base", &stored.base)
            .binary("mine", &stored.mine);
        if let Some(sent) = &stored.sent {
            file = file.binary("sent", sent);
        }
        atomic::write(&self.file(key)?, &file.finish())
    }

    pub(super) fn remove(&self, key: &Key) -> Result<()> {
        let file = self.file(key)?;
        match fs::remove_file(&file) {
            Err(error) if error.kind() != std::io::ErrorKind::NotFound => {
                Err(atomic::storage(&file, "removed", &error))
            }
            _ => Ok(()),
        }
    }

    /// Names of collections may be longer than those of files, and hold what files cannot.
    fn file(&self, key: &Key) -> Result<PathBuf> {
        let (kind, value) = key.id.decode()?;
        let identity = Writer::new()
            .text("database", key.namespace.database())
            .text("collection", key.namespace.collection())
            .raw("id", kind, &value)
            .finish();
        Ok(self.folder.join(format!("{}.draft", &blake3::hash(&identity).to_hex()[..32])))
    }
}

fn decode(file: &[u8]) -> Option<(Key, Stored)> {
    let element = |name| raw::get(file, name).ok().flatten();
    let text = |name| str::from_utf8(raw::string_bytes(element(name)?.value)?).ok();
    let binary = |name| Some(element(name)?.value.get(5..)?.to_vec());
    if element("version")?.value != VERSION.to_le_bytes() {
        return None;
    }
    let id = element("id")?;
    let stored = Stored {
        base: binary("base")?,
        mine: binary("mine")?,
        sent: binary("sent"),
        edited_at_ms: i64::from_le_bytes(element("editedAtMs")?.value.try_into().ok()?),
    };
    let namespace = Namespace::parse(text("database")?, text("collection")?).ok()?;
    Some((Key { namespace, id: DocumentId::new(id.kind.byte(), id.value) }, stored))
}

fn unreadable(file: &Path) -> Error {
    Error::new(ErrorCode::Storage, format!("The draft in {} cannot be read.", file.display()))
        .with_hint("A newer version may have written it. Move the file away to edit the document anew.")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn key(id: &str) -> Key {
        Key {
            namespace: Namespace::parse("d", "c/../x").expect("a namespace"),
            id: DocumentId::new(2, &crate::document::wire::text_value(id)),
        }
    }

    fn stored(mine: &[u8], edited_at_ms: i64) -> Stored {
        Stored { base: b"base".to_vec(), mine: mine.to_vec(), sent: None, edited_at_ms }
    }

    #[test]
    fn a_draft_is_there_for_the_next_process_and_only_for_its_owner() {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let drafts = Drafts::new(folder.path().join("drafts"));
        assert_eq!(drafts.list().expect("listed"), []);
        let sent = Stored { sent: Some(b"sent".to_vec()), ..stored(b"mine", 2) };
        drafts.put(&key("a"), &sent).expect("kept");
        drafts.put(&key("b"), &stored(b"other", 3)).expect("kept");
        let again = Drafts::new(folder.path().join("drafts"));
        assert_eq!(again.get(&key("a")).expect("read"), Some(sent));
        let order: Vec<_> = again.list().expect("listed").into_iter().map(|(key, _)| key).collect();
        assert_eq!(order, [key("b"), key("a")]);
        #[cfg(unix)]
        {
            use std::os::unix::fs::PermissionsExt;
            let mode =
                fs::metadata(again.file(&key("a")).expect("a file")).expect("a file").permissions().mode();
            assert_eq!(mode & 0o777, 0o600);
        }
        again.remove(&key("a")).expect("removed");
        again.remove(&key("a")).expect("is gone already");
        assert_eq!(again.get(&key("a")).expect("read"), None);
    }

    #[test]
    fn a_damaged_draft_is_told_and_hides_no_other() {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let drafts = Drafts::new(folder.path().to_owned());
        drafts.put(&key("a"), &stored(b"mine", 1)).expect("kept");
        fs::write(drafts.file(&key("b")).expect("a file"), b"broken").expect("written");
        assert_eq!(drafts.get(&key("b")).expect_err("damaged").code(), ErrorCode::Storage);
        assert_eq!(drafts.list().expect("listed").len(), 1);
        assert_eq!(fs::read(drafts.file(&key("b")).expect("a file")).expect("kept"), b"broken");
    }
}
