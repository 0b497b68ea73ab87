//! How much is kept: the oldest entries make room.

use rusqlite::{Connection, OptionalExtension, params};

use super::{Journal, queue::Failed};
use crate::{Error, ErrorCode, Result, number::SafeInt};

/// What an image takes beside its documents, about.
pub(crate) const IMAGE_BYTES: u64 = 256;

/// A size as the limit is set: in MiB, with a tenth more rather than less, so that what does not fit never reads as if it did.
pub(super) fn in_words(bytes: u64) -> String {
    let tenths = (u128::from(bytes) * 10).div_ceil(1 << 20);
    match tenths % 10 {
        0 => format!("{} MiB", tenths / 10),
        rest => format!("{}.{rest} MiB", tenths / 10),
    }
}

/// What the journal holds, by its own account.
pub(super) fn used_bytes(connection: &Connection) -> Result<u64, Failed> {
    let used: i64 = connection.query_row("SELECT bytes FROM usage", [], |row| row.get(0))?;
    Ok(u64::try_from(used).unwrap_or_default())
}

/// Drops the oldest entries until there is room for so many more bytes. Those under way stay, and the ones in `kept`.
pub(super) fn make_room(
    connection: &Connection,
    images: u64,
    bytes: u64,
    limit_bytes: u64,
    kept: [Option<i64>; 2],
) -> Result<(), Failed> {
    let wanted = bytes.saturating_add(images.saturating_mul(IMAGE_BYTES));
    while used_bytes(connection)?.saturating_add(wanted) > limit_bytes {
        let oldest: Option<i64> = connection
            .query_row(
                "SELECT id FROM entries WHERE pending = 0 AND id IS NOT ? AND id IS NOT ? ORDER BY id LIMIT 1",
                params![kept[0], kept[1]],
                |row| row.get(0),
            )
            .optional()?;
        let Some(oldest) = oldest else {
            return Err(Error::new(
                ErrorCode::TooLarge,
                format!(
                    "Undo may keep {} for this connection, and writes under way take them.",
                    in_words(limit_bytes)
                ),
            )
            .with_hint("Raise the limit of Undo in Settings, or check the writes in the history whose outcome is not known.")
            .into());
        };
        connection.execute("DELETE FROM entries WHERE id = ?", [oldest])?;
    }
    Ok(())
}

impl Journal {
    /// Forgets one entry, or all, and gives the room back. How many, and how much is left.
    pub(crate) async fn forget(&self, entry: Option<i64>) -> Result<(SafeInt, SafeInt)> {
        if !self.store.exists() {
            return Ok(<_>::default());
        }
        let forgotten = self.store.write(true, move |connection| {
            let forgotten = match entry {
                Some(entry) => connection.execute("DELETE FROM entries WHERE id = ?", [entry])?,
                None => connection.execute("DELETE FROM entries", [])?,
            };
            Ok((SafeInt::new(forgotten as u64), SafeInt::new(used_bytes(connection)?)))
        });
        let forgotten = forgotten.await?;
        self.store.give_back().await?;
        Ok(forgotten)
    }
}
