//! The file: readable by its owner only before anything is in it, and never replaced.

use std::{fs, io, path::Path, time::Duration};

use rusqlite::{Connection, OpenFlags, TransactionBehavior, ffi};

use crate::{Error, ErrorCode, Result, storage::atomic::create_private_folder};

/// "Trvt": the file is one of ours.
const APPLICATION_ID: i32 = 0x5472_7674;
/// Of tables and triggers. A file with a higher one was made by a later program.
const SCHEMA_VERSION: i32 = 1;
const SCHEMA: &str = include_str!("schema.sql");
/// A log longer than this is put into the file, when nobody waits. It is written over from its beginning then.
pub(super) const LOG_BYTES: u64 = 4 << 20;
/// How long one program waits for another that writes.
const BUSY_WITHIN: Duration = Duration::from_secs(5);

/// Opens the journal, and makes it where there is none.
pub(super) fn open_or_make(file: &Path) -> Result<Connection> {
    make_private(file).map_err(|error| {
        Error::new(ErrorCode::Storage, format!("{} cannot be made: {error}.", file.display()))
    })?;
    open(file)
}

/// Opens the journal where there is one.
pub(super) fn open_existing(file: &Path) -> Result<Option<Connection>> {
    if fs::metadata(file).is_err() {
        return Ok(None);
    }
    open(file).map(Some)
}

/// An empty file with a private name in a private folder: SQLite gives the files beside it the same mode.
fn make_private(file: &Path) -> io::Result<()> {
    let folder = file.parent().unwrap_or(Path::new("."));
    create_private_folder(folder)?;
    close_to_others(folder, 0o700)?;
    let mut options = fs::OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    // One that is there is not opened here: closing it would drop the locks that SQLite holds on it in this process.
    match options.open(file) {
        Err(error) if error.kind() != io::ErrorKind::AlreadyExists => return Err(error),
        _ => {}
    }
    for beside in ["", "-wal", "-shm"] {
        let mut name = file.as_os_str().to_owned();
        name.push(beside);
        match close_to_others(Path::new(&name), 0o600) {
            Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(error),
            _ => {}
        }
    }
    Ok(())
}

#[cfg(unix)]
fn close_to_others(path: &Path, mode: u32) -> io::Result<()> {
    use std::os::unix::fs::PermissionsExt;
    let permissions = fs::metadata(path)?.permissions();
    if permissions.mode().is_multiple_of(0o100) {
        return Ok(());
    }
    fs::set_permissions(path, fs::Permissions::from_mode(mode))
}

#[cfg(not(unix))]
fn close_to_others(_: &Path, _: u32) -> io::Result<()> {
    Ok(())
}

fn open(file: &Path) -> Result<Connection> {
    let told = |error| told(file, &error);
    let flags = OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let mut connection = Connection::open_with_flags(file, flags).map_err(told)?;
    connection.busy_timeout(BUSY_WITHIN).map_err(told)?;
    // Before anything of it is changed.
    if !is_new(&connection).map_err(told)? {
        check(&connection, file)?;
    }
    prepare(&mut connection).map_err(told)?;
    // Again: another program may have made it meanwhile.
    check(&connection, file)?;
    Ok(connection)
}

fn prepare(connection: &mut Connection) -> rusqlite::Result<()> {
    // Only a file without tables takes it: room that is given back leaves the file.
    connection.execute_batch("PRAGMA auto_vacuum = INCREMENTAL")?;
    connection.query_row("PRAGMA journal_mode = WAL", [], |_| Ok(()))?;
    // The writer makes checkpoints itself, when nobody waits for it. The log is kept at a size at which it is written
    // over, which costs the disk less than a file that grows; but no longer than that, or every write would have one.
    connection.execute_batch("PRAGMA wal_autocheckpoint = 0; PRAGMA synchronous = FULL")?;
    connection.query_row(&format!("PRAGMA journal_size_limit = {LOG_BYTES}"), [], |_| Ok(()))?;
    if is_new(connection)? {
        let transaction = connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
        if is_new(&transaction)? {
            transaction.execute_batch(SCHEMA)?;
            transaction.execute_batch(&format!(
                "PRAGMA application_id = {APPLICATION_ID}; PRAGMA user_version = {SCHEMA_VERSION}"
            ))?;
        }
        transaction.commit()?;
    }
    Ok(())
}

fn number(connection: &Connection, pragma: &str) -> rusqlite::Result<i32> {
    connection.query_row(&format!("PRAGMA {pragma}"), [], |row| row.get(0))
}

/// Nothing is in it: neither tables nor anybody's mark.
fn is_new(connection: &Connection) -> rusqlite::Result<bool> {
    let tables: i64 = connection.query_row("SELECT count(*) FROM sqlite_schema", [], |row| row.get(0))?;
    Ok(tables == 0 && number(connection, "user_version")? == 0 && number(connection, "application_id")? == 0)
}

fn check(connection: &Connection, file: &Path) -> Result<()> {
    let told = |error| told(file, &error);
    let path = file.display();
    if number(connection, "application_id").map_err(told)? != APPLICATION_ID {
        return Err(Error::new(ErrorCode::Storage, format!("{path} is not a journal of Trivet."))
            .with_hint("Move the file away; it is not overwritten."));
    }
    if number(connection, "user_version").map_err(told)? > SCHEMA_VERSION {
        return Err(Error::new(ErrorCode::Storage, format!("{path} was made by a later version of Trivet."))
            .with_hint("Use that version, or move the file away; it is not overwritten."));
    }
    Ok(())
}

/// An error of SQLite in words, without anything of what was to be written.
pub(super) fn told(file: &Path, error: &rusqlite::Error) -> Error {
    let path = file.display();
    let code = error.sqlite_error_code();
    match code {
        Some(ffi::ErrorCode::DiskFull) => Error::new(
            ErrorCode::Storage,
            format!("The disk is full: nothing more can be written to {path}."),
        )
        .with_hint("Make room, or open the connection with Undo switched off."),
        Some(ffi::ErrorCode::NotADatabase | ffi::ErrorCode::DatabaseCorrupt) => {
            Error::new(ErrorCode::Storage, format!("{path} is damaged."))
                .with_hint("Move the file away, and the next write begins another; it is not overwritten.")
        }
        Some(ffi::ErrorCode::DatabaseBusy | ffi::ErrorCode::DatabaseLocked) => Error::new(
            ErrorCode::Storage,
            format!("{path} is held by another program for longer than {} s.", BUSY_WITHIN.as_secs()),
        ),
        Some(ffi::ErrorCode::ReadOnly | ffi::ErrorCode::PermissionDenied | ffi::ErrorCode::CannotOpen) => {
            Error::new(ErrorCode::Storage, format!("{path} cannot be written."))
        }
        _ => {
            let number = error.sqlite_error().map_or(0, |error| error.extended_code);
            Error::new(ErrorCode::Storage, format!("{path} cannot be used (SQLite error {number})."))
        }
    }
}
