//! The entry of one write, while it is under way.

use std::sync::{
    Mutex, PoisonError,
    atomic::{AtomicBool, Ordering},
};

use futures_util::future::{BoxFuture, Shared};
use rusqlite::{Connection, params};

use super::{
    About, Image, Journal,
    images::{in_force, keep},
    named,
    queue::Failed,
    room::make_room,
};
use crate::{
    Error, ErrorCode, Result,
    document::{EntryId, ImageState},
    namespace::Namespace,
};

/// Something else that has to be on disk before a write is applied; written once, however often the write is tried.
pub(crate) type Note = Shared<BoxFuture<'static, Result<()>>>;

/// The entry of one write. Its documents come in batches: each is intended, perhaps again, and then settled.
pub(crate) struct Record {
    journal: Journal,
    about: About,
    id: i64,
    at: i64,
    batch: Mutex<Batch>,
    /// Something was settled: there is an entry.
    kept: AtomicBool,
}

#[derive(Clone, Copy, Default)]
struct Batch {
    /// The position of its first document.
    first: i64,
    documents: i64,
}

impl Record {
    pub(super) fn new(journal: Journal, about: About, id: i64, at: i64) -> Self {
        Self { journal, about, id, at, batch: Mutex::default(), kept: false.into() }
    }

    /// The collection that is written to.
    pub(crate) fn namespace(&self) -> &Namespace {
        &self.about.namespace
    }

    /// The entry, where there is one.
    pub(crate) fn entry(&self) -> Option<EntryId> {
        self.kept.load(Ordering::Relaxed).then(|| named(self.id))
    }

    fn batch(&self) -> Batch {
        *self.batch.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn set_batch(&self, batch: Batch) {
        *self.batch.lock().unwrap_or_else(PoisonError::into_inner) = batch;
    }

    /// Refuses images that are larger than all that may be kept: asked before anything is sent.
    pub(crate) fn check_fits(&self, images: &[Image]) -> Result<()> {
        self.journal.check_fits(images.iter().map(Image::bytes).sum())
    }

    /// Puts on disk what a batch is about to do, and the note that goes with it. Again, it takes the place of what the same batch intended before.
    ///
    /// # Errors
    ///
    /// `Storage` and `TooLarge`: the write must not be applied then.
    pub(crate) async fn intend(&self, images: Vec<Image>) -> Result<()> {
        let note = async {
            match &self.journal.note {
                Some(note) => note.clone().await,
                None => Ok(()),
            }
        };
        let (kept, noted) = futures_util::join!(self.keep(images, true), note);
        kept.and(noted)
    }

    /// Corrects what a batch intended by what the server has made of it.
    pub(crate) async fn learn(&self, images: Vec<Image>) {
        if let Err(error) = self.keep(images, false).await {
            // The write is applied, whatever is known of it.
            tracing::warn!(code = ?error.code(), "an after-image could not be kept");
        }
    }

    async fn keep(&self, images: Vec<Image>, durable: bool) -> Result<()> {
        if !self.journal.is_on() || images.is_empty() {
            return Ok(());
        }
        self.check_fits(&images)?;
        let Batch { first, .. } = self.batch();
        self.set_batch(Batch { first, documents: i64::try_from(images.len()).unwrap_or(i64::MAX) });
        let (about, id, at, limit_bytes) = (self.about.clone(), self.id, self.at, self.journal.limit_bytes());
        let kept = self.journal.store.write(durable, move |connection| {
            connection.execute("DELETE FROM images WHERE entry = ? AND position >= ?", [id, first])?;
            let bytes = images.iter().map(Image::bytes).sum();
            make_room(connection, images.len() as u64, bytes, limit_bytes, [Some(id), about.undoes])?;
            connection.execute(
                "INSERT INTO entries (id, at, database, collection, kind, about, undoes)
                 VALUES (?, ?, ?, ?, ?, ?, ?) ON CONFLICT (id) DO NOTHING",
                params![
                    id,
                    at,
                    about.namespace.database(),
                    about.namespace.collection(),
                    about.kind.name(),
                    about.text,
                    about.undoes
                ],
            )?;
            keep(connection, (id, first), about.undoes, images)
        });
        kept.await.map_err(not_written)
    }

    /// Keeps how a batch ended, and begins the next one.
    pub(crate) async fn settle(&self, state: ImageState) {
        if let Some(settling) = self.settling(state) {
            self.write(settling).await;
        }
    }

    /// The same, and nobody waits for it: the write has its answer already.
    pub(crate) fn settle_soon(&self, state: ImageState) {
        if let Some(settling) = self.settling(state) {
            self.journal.store.write_soon(settling, not_kept);
        }
    }

    fn settling(
        &self,
        state: ImageState,
    ) -> Option<impl FnOnce(&Connection) -> Result<(), Failed> + Send + use<>> {
        let Batch { first, documents } = self.batch();
        if documents == 0 {
            return None;
        }
        self.set_batch(Batch { first: first + documents, documents: 0 });
        self.kept.store(true, Ordering::Relaxed);
        let id = self.id;
        Some(move |connection: &Connection| {
            connection.execute(
                "UPDATE images SET state = ? WHERE entry = ? AND position >= ?",
                params![state.number(), id, first],
            )?;
            if state != ImageState::Applied {
                return Ok(());
            }
            in_force(connection, id, (first..first + documents).collect())
        })
    }

    /// Forgets what a batch intended: nothing of it was applied.
    pub(crate) async fn take_back(&self) {
        let Batch { first, documents } = self.batch();
        if documents == 0 {
            return;
        }
        self.set_batch(Batch { first, documents: 0 });
        let id = self.id;
        self.write(move |connection| {
            connection.execute("DELETE FROM images WHERE entry = ? AND position >= ?", [id, first])?;
            connection.execute("DELETE FROM entries WHERE id = ? AND total = 0", [id])?;
            Ok(())
        })
        .await;
    }

    async fn write(&self, work: impl FnOnce(&Connection) -> Result<(), Failed> + Send + 'static) {
        if let Err(error) = self.journal.store.write(false, work).await {
            not_kept(error);
        }
    }
}

/// What fails here leaves images pending, which is told as unknown.
fn not_kept(error: Error) {
    tracing::warn!(code = ?error.code(), "the outcome of a write could not be kept");
}

/// The same error, in words that say what it means for the write.
fn not_written(error: Error) -> Error {
    match error.code() {
        ErrorCode::Storage => {
            let hint = error.body().hint.clone();
            let message = format!("Nothing was written: its before-image could not be kept. {error}");
            let told = Error::new(ErrorCode::Storage, message);
            match hint {
                Some(hint) => told.with_hint(hint),
                None => told.with_hint("The connection can be opened with Undo switched off."),
            }
        }
        _ => error,
    }
}
