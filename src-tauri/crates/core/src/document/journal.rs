//! The journal: what every document was before a write, and what it was to be after.
//!
//! A file of SQLite for each connection's identity. The intent of a write is on disk before the server applies it: a crash
//! in between leaves it pending, and reading the document tells which it was. Several programs may use one file.

mod entries;
mod file;
mod images;
mod queue;
mod record;
mod room;
#[cfg(test)]
mod tests;

use std::{
    collections::HashMap,
    path::PathBuf,
    sync::{
        Arc, Mutex, PoisonError, Weak,
        atomic::{AtomicI64, AtomicU64, Ordering},
    },
};

use bson::oid::ObjectId;

use super::{EntryId, EntryKind};
use crate::{Clock, Error, ErrorCode, Result, namespace::Namespace, time::millis};

pub(crate) use entries::EntryFilter;
pub(crate) use images::{After, Image, Page, Stored};
use queue::Store;
pub(crate) use record::{Note, Record};
pub(crate) use room::IMAGE_BYTES;

/// The journals of all connections of a program.
pub(crate) struct Journals {
    folder: PathBuf,
    clock: Clock,
    limit_bytes: Arc<AtomicU64>,
    open: Mutex<HashMap<String, Weak<Store>>>,
}

impl Journals {
    /// Keeps files in `folder`, which is made when the first write is.
    pub(crate) fn new(folder: PathBuf, clock: Clock, limit_bytes: u64) -> Self {
        Self { folder, clock, limit_bytes: Arc::new(limit_bytes.into()), open: Mutex::default() }
    }

    /// How much each journal may hold from now on.
    pub(crate) fn set_limit_bytes(&self, limit_bytes: u64) {
        self.limit_bytes.store(limit_bytes, Ordering::Relaxed);
    }

    /// The journal of a connection's identity. Switched off, it keeps nothing and makes no file.
    pub(crate) fn of(&self, identity: &str, on: bool) -> Journal {
        let mut open = self.open.lock().unwrap_or_else(PoisonError::into_inner);
        open.retain(|_, store| store.strong_count() > 0);
        let store = open.get(identity).and_then(Weak::upgrade).unwrap_or_else(|| {
            let file = self.folder.join(format!("{identity}.sqlite"));
            let store = Arc::new(Store::new(file));
            open.insert(identity.to_owned(), Arc::downgrade(&store));
            store
        });
        let (clock, limit_bytes) = (Arc::clone(&self.clock), Arc::clone(&self.limit_bytes));
        Journal { store, on, clock, limit_bytes, note: None }
    }
}

/// The journal of one connection: a cheap clone.
#[derive(Clone)]
pub(crate) struct Journal {
    store: Arc<Store>,
    on: bool,
    clock: Clock,
    limit_bytes: Arc<AtomicU64>,
    note: Option<Note>,
}

/// What a write is about.
#[derive(Clone, Debug)]
pub(crate) struct About {
    pub(crate) namespace: Namespace,
    pub(crate) kind: EntryKind,
    /// One line.
    pub(crate) text: String,
    /// The entry that it undoes.
    pub(crate) undoes: Option<i64>,
}

/// The longest line that an entry has, in characters.
const LONGEST_LINE: usize = 300;

impl About {
    pub(crate) fn new(namespace: &Namespace, kind: EntryKind, text: &str) -> Self {
        let mut line: String = text.split_whitespace().collect::<Vec<_>>().join(" ");
        if let Some((end, _)) = line.char_indices().nth(LONGEST_LINE) {
            line.truncate(end);
            line.push('…');
        }
        Self { namespace: namespace.clone(), kind, text: line, undoes: None }
    }
}

impl Journal {
    /// Whether before-images are kept.
    pub(crate) fn is_on(&self) -> bool {
        self.on
    }

    /// The same journal for a write of which nothing is to be kept.
    pub(crate) fn off(&self) -> Self {
        Self { on: false, ..self.clone() }
    }

    /// The same journal for a write that is not to be applied before this is on disk too.
    pub(crate) fn beside(&self, note: Note) -> Self {
        Self { note: Some(note), ..self.clone() }
    }

    pub(crate) fn limit_bytes(&self) -> u64 {
        self.limit_bytes.load(Ordering::Relaxed)
    }

    /// The entry of a write that begins. Nothing is kept until its first intent.
    pub(crate) fn record(&self, about: About) -> Record {
        let at = millis((self.clock)());
        Record::new(self.clone(), about, next_id(at), at)
    }

    /// Refuses images that could not be kept, before anything is sent.
    pub(crate) fn check_fits(&self, bytes: u64) -> Result<()> {
        let limit = self.limit_bytes();
        if !self.on || bytes <= limit {
            return Ok(());
        }
        Err(Error::new(
            ErrorCode::TooLarge,
            format!(
                "Undo would have to keep {} for this connection, and may keep {}. Nothing was written.",
                room::in_words(bytes),
                room::in_words(limit)
            ),
        )
        .with_hint("Raise the limit of Undo in Settings, or open the connection with Undo switched off."))
    }
}

/// A number that no other entry has: the time, then what is this program's own. Later entries of a program have larger
/// ones, also where the clock stands or goes back.
fn next_id(now_ms: i64) -> i64 {
    /// Bits behind the milliseconds.
    const OWN_BITS: u32 = 20;
    static LAST: AtomicI64 = AtomicI64::new(0);
    static OWN: std::sync::LazyLock<i64> = std::sync::LazyLock::new(|| {
        // Bytes 4 to 8 of an ObjectId are drawn at random once for a process.
        let bytes = ObjectId::new().bytes();
        i64::from(u32::from_be_bytes([0, bytes[4], bytes[5], bytes[6]]) >> 4)
    });
    let wanted = (now_ms.max(0) << OWN_BITS) | *OWN;
    let step = 1 << OWN_BITS;
    let next = |last: i64| Some(wanted.max(last.saturating_add(step)));
    let last = LAST.fetch_update(Ordering::Relaxed, Ordering::Relaxed, next).unwrap_or_default();
    wanted.max(last.saturating_add(step))
}

/// The name of an entry outside.
pub(crate) fn named(id: i64) -> EntryId {
    EntryId::new(id)
}
