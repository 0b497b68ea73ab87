//! One writer for a file, which takes all that waits together: one wait for the disk serves them all.

use std::{
    fs,
    path::{Path, PathBuf},
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

use rusqlite::Connection;
use tokio::sync::oneshot;

use super::file::{LOG_BYTES, open_existing, open_or_make, told};
use crate::{Error, ErrorCode, Result};

/// A journal's file and the connections to it. Nothing is opened or made until it is used.
pub(super) struct Store {
    file: PathBuf,
    waiting: Mutex<Vec<Job>>,
    writer: Mutex<Option<Writer>>,
    reader: Mutex<Option<Connection>>,
}

struct Writer {
    connection: Connection,
    /// What it was told last.
    durable: bool,
}

/// What tells a job's end to whoever waits for it, once it is known whether all of it was kept.
type Reply = Box<dyn FnOnce(Result<()>) + Send>;

/// What is to be written. Given an error instead of a connection, it passes that on.
type Run = Box<dyn FnOnce(Result<&Connection>) -> Reply + Send>;

struct Job {
    durable: bool,
    run: Run,
}

/// Why a piece of work failed.
pub(super) enum Failed {
    Sqlite(rusqlite::Error),
    Refused(Error),
}

impl Failed {
    fn told(self, file: &Path) -> Error {
        match self {
            Self::Sqlite(error) => told(file, &error),
            Self::Refused(error) => error,
        }
    }
}

impl From<rusqlite::Error> for Failed {
    fn from(error: rusqlite::Error) -> Self {
        Self::Sqlite(error)
    }
}

impl From<Error> for Failed {
    fn from(error: Error) -> Self {
        Self::Refused(error)
    }
}

fn hold<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

/// A runtime that ends takes the work with it.
fn lost() -> Error {
    Error::new(ErrorCode::Storage, "The journal was closed.")
}

impl Store {
    pub(super) fn new(file: PathBuf) -> Self {
        Self { file, waiting: Mutex::default(), writer: Mutex::default(), reader: Mutex::default() }
    }

    /// Writes, all or nothing. `durable` waits until it is on disk; anything else is there too once something durable is
    /// written, or the machine does not lose its power meanwhile.
    pub(super) async fn write<T: Send + 'static>(
        self: &Arc<Self>,
        durable: bool,
        work: impl FnOnce(&Connection) -> Result<T, Failed> + Send + 'static,
    ) -> Result<T> {
        let (sender, answer) = oneshot::channel();
        let file = self.file.clone();
        let run = Box::new(move |connection: Result<&Connection>| {
            let outcome = connection
                .and_then(|connection| apart(connection, work).map_err(|failed| failed.told(&file)));
            let reply: Reply = Box::new(move |kept: Result<()>| {
                // Whoever went away hears nothing.
                let _ = sender.send(outcome.and_then(|value| kept.map(|()| value)));
            });
            reply
        });
        self.begin_soon(Job { durable, run });
        answer.await.unwrap_or_else(|_| Err(lost()))
    }

    /// Writes without being waited for. Whatever is asked of the store afterwards finds it done.
    pub(super) fn write_soon(
        self: &Arc<Self>,
        work: impl FnOnce(&Connection) -> Result<(), Failed> + Send + 'static,
        failed: impl FnOnce(Error) + Send + 'static,
    ) {
        let file = self.file.clone();
        let run = Box::new(move |connection: Result<&Connection>| {
            let outcome = connection
                .and_then(|connection| apart(connection, work).map_err(|failed| failed.told(&file)));
            let reply: Reply = Box::new(move |kept| {
                let _ = outcome.and(kept).map_err(failed);
            });
            reply
        });
        self.begin_soon(Job { durable: false, run });
    }

    fn begin_soon(self: &Arc<Self>, job: Job) {
        hold(&self.waiting).push(job);
        let store = Arc::clone(self);
        drop(tokio::task::spawn_blocking(move || store.work()));
    }

    /// Reads what is there; none where there is no file.
    pub(super) async fn read<T: Send + 'static>(
        self: &Arc<Self>,
        work: impl FnOnce(&Connection) -> Result<T, Failed> + Send + 'static,
    ) -> Result<Option<T>> {
        let store = Arc::clone(self);
        let reading = tokio::task::spawn_blocking(move || {
            // What nobody waits for belongs to what is there.
            store.work();
            let mut reader = hold(&store.reader);
            if reader.is_none() {
                *reader = open_existing(&store.file)?;
            }
            let Some(connection) = reader.as_ref() else { return Ok(None) };
            // One state of the file for all that is read.
            let read = connection.unchecked_transaction().map_err(Failed::Sqlite).and_then(|transaction| {
                let outcome = work(&transaction)?;
                transaction.finish()?;
                Ok(outcome)
            });
            read.map(Some).map_err(|failed| failed.told(&store.file))
        });
        reading.await.unwrap_or_else(|_| Err(lost()))
    }

    /// Gives what is free in the file back to the disk.
    pub(super) async fn give_back(self: &Arc<Self>) -> Result<()> {
        let store = Arc::clone(self);
        let giving = tokio::task::spawn_blocking(move || {
            let writer = hold(&store.writer);
            let Some(Writer { connection, .. }) = writer.as_ref() else { return };
            // Who reads meanwhile keeps some of it for another time. A row comes for every page: all are asked for.
            if let Ok(mut pages) = connection.prepare("PRAGMA incremental_vacuum") {
                let _ = pages.query([]).map(|mut pages| while let Ok(Some(_)) = pages.next() {});
            }
            let _ = connection.query_row("PRAGMA wal_checkpoint(TRUNCATE)", [], |_| Ok(()));
        });
        giving.await.map_err(|_| lost())
    }

    /// Whether there is a file.
    pub(super) fn exists(&self) -> bool {
        fs::metadata(&self.file).is_ok()
    }

    /// Does all that waits. What came meanwhile is done by whoever brought it.
    fn work(&self) {
        let mut writer = hold(&self.writer);
        let jobs = std::mem::take(&mut *hold(&self.waiting));
        if jobs.is_empty() {
            return;
        }
        let durable = jobs.iter().any(|job| job.durable);
        let (replies, kept) = match self.begin(&mut writer, durable) {
            Ok(connection) => self.carry_out(connection, jobs),
            Err(error) => (jobs.into_iter().map(|job| (job.run)(Err(error.clone()))).collect(), Err(error)),
        };
        for reply in replies {
            reply(kept.clone());
        }
        if let Some(Writer { connection, .. }) = writer.as_ref() {
            self.tidy(connection);
        }
    }

    fn begin<'w>(&self, writer: &'w mut Option<Writer>, durable: bool) -> Result<&'w Connection> {
        let made = match writer.take() {
            Some(made) => made,
            None => Writer { connection: open_or_make(&self.file)?, durable: true },
        };
        let Writer { connection, durable: was_durable } = writer.insert(made);
        let told = |error| told(&self.file, &error);
        if !connection.is_autocommit() {
            connection.execute_batch("ROLLBACK").map_err(told)?;
        }
        if *was_durable != durable {
            let level = if durable { "FULL" } else { "NORMAL" };
            connection.execute_batch(&format!("PRAGMA synchronous = {level}")).map_err(told)?;
            *was_durable = durable;
        }
        connection.execute_batch("BEGIN IMMEDIATE").map_err(told)?;
        Ok(connection)
    }

    fn carry_out(&self, connection: &Connection, jobs: Vec<Job>) -> (Vec<Reply>, Result<()>) {
        // A full disk rolls back everything, and not only the job that found it.
        let gone =
            || Error::new(ErrorCode::Storage, format!("{} could not be written.", self.file.display()));
        let here = || if connection.is_autocommit() { Err(gone()) } else { Ok(connection) };
        let replies = jobs.into_iter().map(|job| (job.run)(here())).collect();
        let kept = here().and_then(|connection| {
            connection.execute_batch("COMMIT").map_err(|error| told(&self.file, &error))
        });
        (replies, kept)
    }

    /// Puts a long log into the file. What fails here fails again where somebody waits for it.
    fn tidy(&self, connection: &Connection) {
        let mut log = self.file.clone().into_os_string();
        log.push("-wal");
        if fs::metadata(log).is_ok_and(|log| log.len() > LOG_BYTES) {
            let _ = connection.query_row("PRAGMA wal_checkpoint(PASSIVE)", [], |_| Ok(()));
        }
    }
}

/// A job of its own within what is written together: when it fails, the others do not.
fn apart<T>(
    connection: &Connection,
    work: impl FnOnce(&Connection) -> Result<T, Failed>,
) -> Result<T, Failed> {
    connection.execute_batch("SAVEPOINT job")?;
    match work(connection) {
        Ok(value) => {
            connection.execute_batch("RELEASE job")?;
            Ok(value)
        }
        Err(failed) => {
            // Fails where a full disk has rolled back everything already.
            let _ = connection.execute_batch("ROLLBACK TO job; RELEASE job");
            Err(failed)
        }
    }
}
