//! The files of drafts: one for each document, in a folder of the connection.

use std::{
    collections::HashMap,
    fs,
    path::{Path, PathBuf},
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

use super::sending::Underway;
use crate::{
    Error, ErrorCode, Result,
    document::{DocumentId, wire::Writer},
    namespace::Namespace,
    storage::atomic,
    value::raw,
};

/// The version of the files; another one is told, never read or replaced.
const VERSION: i32 = 2;
/// Where the value of `sent` stands in a file: behind the document's length, the version, and its own type and name.
pub(super) const SENT_AT: u64 = 4 + (1 + 8 + 4) + (1 + 5);

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
    /// It was sent, and it is not known whether it was applied.
    pub(super) sent: bool,
    pub(super) edited_at_ms: i64,
}

/// The drafts of a connection: in files, so that every process on the same folder sees the same, and a crash loses none.
#[derive(Clone)]
pub(crate) struct Drafts {
    folder: PathBuf,
    shared: Arc<Shared>,
}

/// What all connections of a program share, because several may have the same drafts.
#[derive(Default)]
struct Shared {
    /// Held from reading a draft to writing it.
    turn: Mutex<()>,
    /// Saves, by the files of their drafts.
    underway: Mutex<HashMap<PathBuf, Underway>>,
}

impl Drafts {
    /// Drafts of all connections, each with a folder within this one.
    pub(crate) fn new(folder: PathBuf) -> Self {
        Self { folder, shared: Arc::default() }
    }

    /// The drafts of a connection's identity.
    pub(crate) fn of(&self, identity: &str) -> Self {
        Self { folder: self.folder.join(identity), shared: Arc::clone(&self.shared) }
    }

    /// Waits until nobody else here changes drafts.
    pub(super) fn turn(&self) -> MutexGuard<'_, ()> {
        // Every change ends with a whole file: after a panic the next may go on.
        self.shared.turn.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(super) fn underway(&self) -> MutexGuard<'_, HashMap<PathBuf, Underway>> {
        self.shared.underway.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(super) fn get(&self, key: &Key) -> Result<Option<Stored>> {
        let file = self.file(key)?;
        match self.read(&file)? {
            Some((found, _)) if found != *key => Err(unreadable(&file)),
            found => Ok(found.map(|(_, stored)| stored)),
        }
    }

    /// What is in a file, and what does not stand there yet.
    fn read(&self, file: &Path) -> Result<Option<(Key, Stored)>> {
        // Asked before the file is: a save that ends meanwhile takes the file along.
        let underway = self.underway().get(file).copied();
        if underway == Some(Underway::Saved) {
            return Ok(None);
        }
        let Some(bytes) = atomic::read(file)? else { return Ok(None) };
        let (key, mut stored) = decode(&bytes).ok_or_else(|| unreadable(file))?;
        stored.sent |= underway == Some(Underway::Sending);
        Ok(Some((key, stored)))
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
            if let Ok(draft) = self.read(&path) {
                all.extend(draft);
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
        let bytes = Writer::new()
            .int("version", VERSION)
            .bool("sent", stored.sent)
            .text("database", key.namespace.database())
            .text("collection", key.namespace.collection())
            .raw("id", kind, &value)
            .long("editedAtMs", stored.edited_at_ms)
            .binary("base", &stored.base)
            .binary("mine", &stored.mine)
            .finish();
        let file = self.file(key)?;
        atomic::write(&file, &bytes)?;
        // It has taken the place of one that was saved and had not gone yet.
        self.underway().remove(&file);
        Ok(())
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
    pub(super) fn file(&self, key: &Key) -> Result<PathBuf> {
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
        sent: element("sent")?.value == [1],
        edited_at_ms: i64::from_le_bytes(element("editedAtMs")?.value.try_into().ok()?),
    };
    let namespace = Namespace::parse(text("database")?, text("collection")?).ok()?;
    Some((Key { namespace, id: DocumentId::new(id.kind.byte(), id.value) }, stored))
}

fn unreadable(file: &Path) -> Error {
    Error::new(ErrorCode::Storage, format!("The draft in {} cannot be read.", file.display()))
        .with_hint("Another version may have written it. Move the file away to edit the document anew.")
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
        Stored { base: b"base".to_vec(), mine: mine.to_vec(), sent: false, edited_at_ms }
    }

    #[test]
    fn a_draft_is_there_for_the_next_process_and_only_for_its_owner() {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let drafts = Drafts::new(folder.path().join("drafts"));
        assert_eq!(drafts.list().expect("listed"), []);
        let sent = Stored { sent: true, ..stored(b"mine", 2) };
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
