//! Entries, as the history lists them.

use rusqlite::{OptionalExtension, Row, params};

use super::{Journal, named, room::used_bytes};
use crate::{
    Error, ErrorCode, Result,
    document::{EntryKind, HistoryEntry, ImageCounts},
    namespace::Namespace,
    number::SafeInt,
    time::iso_of_millis,
};

/// Which entries are wanted.
#[derive(Clone, Debug, Default)]
pub(crate) struct EntryFilter {
    pub(crate) namespace: Option<Namespace>,
    pub(crate) text: Option<String>,
    pub(crate) kind: Option<EntryKind>,
    pub(crate) before: Option<i64>,
}

impl Journal {
    /// The latest entries, the latest first.
    pub(crate) async fn entries(&self, filter: EntryFilter, limit: u32) -> Result<Vec<HistoryEntry>> {
        let read = self.store.read(move |connection| {
            let EntryFilter { namespace, text, kind, before } = filter;
            let mut statement = connection.prepare(
                "SELECT * FROM entries
                 WHERE (?1 IS NULL OR id < ?1)
                   AND (?2 IS NULL OR (database = ?2 AND collection = ?3))
                   AND (?4 IS NULL OR kind = ?4)
                   AND (?5 IS NULL OR instr(lower(about), ?5) OR instr(lower(database || '.' || collection), ?5))
                 ORDER BY id DESC LIMIT ?6",
            )?;
            let rows = statement.query_map(
                params![
                    before,
                    namespace.as_ref().map(Namespace::database),
                    namespace.as_ref().map(Namespace::collection),
                    kind.map(EntryKind::name),
                    text.map(|text| text.to_ascii_lowercase()),
                    limit
                ],
                entry,
            )?;
            // An entry of a later program's kind is not shown.
            Ok(rows.collect::<Result<Vec<_>, _>>()?.into_iter().flatten().collect())
        });
        Ok(read.await?.unwrap_or_default())
    }

    /// One entry.
    ///
    /// # Errors
    ///
    /// `NotFound`.
    pub(crate) async fn entry(&self, id: i64) -> Result<HistoryEntry> {
        let read = self.store.read(move |connection| {
            let found = connection.query_row("SELECT * FROM entries WHERE id = ?", [id], entry).optional()?;
            Ok(found.flatten())
        });
        read.await?
            .flatten()
            .ok_or_else(|| Error::new(ErrorCode::NotFound, "This entry is not in the history any more."))
    }

    /// How much it holds.
    pub(crate) async fn used_bytes(&self) -> Result<u64> {
        Ok(self.store.read(used_bytes).await?.unwrap_or_default())
    }
}

fn entry(row: &Row<'_>) -> rusqlite::Result<Option<HistoryEntry>> {
    let text = |name| row.get::<_, String>(name);
    let count =
        |name| row.get::<_, i64>(name).map(|count| SafeInt::new(u64::try_from(count).unwrap_or_default()));
    let Some(kind) = EntryKind::of(&text("kind")?) else { return Ok(None) };
    let Ok(namespace) = Namespace::parse(&text("database")?, &text("collection")?) else { return Ok(None) };
    let documents = ImageCounts {
        total: count("total")?,
        pending: count("pending")?,
        applied: count("applied")?,
        not_applied: count("not_applied")?,
        unknown: count("unknown")?,
        undone: count("undone")?,
    };
    Ok(Some(HistoryEntry {
        id: named(row.get("id")?),
        at: iso_of_millis(row.get("at")?),
        namespace,
        kind,
        about: text("about")?,
        undoes: row.get::<_, Option<i64>>("undoes")?.map(named),
        size_bytes: count("bytes")?,
        documents,
        undoable: documents.not_applied.get() + documents.undone.get() < documents.total.get(),
    }))
}
