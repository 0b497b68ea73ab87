//! What is kept of each document.

use std::ops::RangeInclusive;

use rusqlite::{Connection, OptionalExtension, Row, params};

use super::{Journal, queue::Failed};
use crate::{Result, document::ImageState};

/// A document as it was; none where there was none.
pub(crate) type Before = Option<Vec<u8>>;

/// A document as it is to be.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum After {
    /// These bytes; none where it goes.
    Known(Option<Vec<u8>>),
    /// The server works them out, and nobody has read them yet.
    NotKnown,
}

/// One document of a write that is about to be sent.
#[derive(Clone, Debug)]
pub(crate) enum Image {
    /// What was read, and what is to be written.
    Fresh { id: (u8, Vec<u8>), before: Before, after: After },
    /// The document at this position of the entry that is undone: it has the same bytes, the other way round.
    Undoing(u32),
}

impl Image {
    pub(crate) fn new(id: (u8, &[u8]), before: Option<&[u8]>, after: Option<&[u8]>) -> Self {
        let after = After::Known(after.map(<[u8]>::to_vec));
        Self::Fresh { id: (id.0, id.1.to_vec()), before: before.map(<[u8]>::to_vec), after }
    }

    /// What is to be kept of it.
    pub(crate) fn bytes(&self) -> u64 {
        let length = |bytes: &Option<Vec<u8>>| bytes.as_ref().map_or(0, |bytes| bytes.len() as u64);
        match self {
            Self::Fresh { before, after, .. } => {
                length(before) + if let After::Known(after) = after { length(after) } else { 0 }
            }
            Self::Undoing(_) => 0,
        }
    }
}

/// Adds images to an entry, from a position on. `undoes` is the entry that it undoes.
pub(super) fn keep(
    connection: &Connection,
    (entry, first): (i64, i64),
    undoes: Option<i64>,
    images: Vec<Image>,
) -> Result<(), Failed> {
    // Made once for all: with the triggers behind them they take longer to read than to carry out.
    let mut body = connection.prepare("INSERT INTO bodies (bytes, before, after) VALUES (?, ?, ?)")?;
    let mut fresh = connection.prepare(
        "INSERT INTO images (entry, position, id_kind, id, body, after_known, bytes) VALUES (?, ?, ?, ?, ?, ?, ?)",
    )?;
    let mut undoing = connection.prepare(
        "INSERT INTO images (entry, position, id_kind, id, body, turned, bytes, undoes)
         SELECT ?, ?, id_kind, id, body, NOT turned, bytes, position FROM images WHERE entry = ? AND position = ?",
    )?;
    for (position, image) in (first..).zip(images) {
        let bytes = i64::try_from(image.bytes()).unwrap_or(i64::MAX);
        match image {
            Image::Fresh { id: (kind, value), before, after } => {
                let (after, known) = match after {
                    After::Known(after) => (after, true),
                    After::NotKnown => (None, false),
                };
                let body = body.insert(params![bytes, before, after])?;
                fresh.execute(params![entry, position, kind, value, body, known, bytes])?;
            }
            Image::Undoing(undone) => {
                undoing.execute(params![entry, position, undoes, undone])?;
            }
        }
    }
    Ok(())
}

/// One document of an entry, as it is kept.
#[derive(Clone, Debug)]
pub(crate) struct Stored {
    pub(crate) position: u32,
    pub(crate) id: (u8, Vec<u8>),
    pub(crate) before: Before,
    pub(crate) after: After,
    pub(crate) state: ImageState,
    pub(crate) undone_by: Option<i64>,
}

impl Stored {
    /// Of both documents.
    pub(crate) fn bytes(&self) -> usize {
        let after = if let After::Known(Some(after)) = &self.after { after.len() } else { 0 };
        self.before.as_ref().map_or(0, Vec::len) + after
    }

    fn of(row: &Row<'_>) -> rusqlite::Result<Self> {
        let turned: bool = row.get("turned")?;
        let (before, after) = if turned { ("after", "before") } else { ("before", "after") };
        let known: bool = row.get("after_known")?;
        Ok(Self {
            position: row.get("position")?,
            id: (row.get("id_kind")?, row.get("id")?),
            before: row.get(before)?,
            after: if known { After::Known(row.get(after)?) } else { After::NotKnown },
            state: ImageState::of(row.get("state")?),
            undone_by: row.get("undone_by")?,
        })
    }
}

/// Which documents of an entry are read.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Page {
    /// At most so many.
    pub(crate) documents: usize,
    /// Begun no more once they have so many bytes.
    pub(crate) bytes: usize,
}

impl Journal {
    /// Documents of an entry at these positions, in their order or backward, as many as `page` allows.
    pub(crate) async fn images(
        &self,
        entry: i64,
        positions: RangeInclusive<u32>,
        backward: bool,
        page: Page,
    ) -> Result<Vec<Stored>> {
        let read = self.store.read(move |connection| {
            let order = if backward { "DESC" } else { "ASC" };
            let mut statement = connection.prepare(&format!(
                "SELECT images.*, bodies.before, bodies.after FROM images JOIN bodies ON bodies.id = images.body
                 WHERE entry = ? AND position BETWEEN ? AND ? ORDER BY position {order}"
            ))?;
            let mut rows = statement.query(params![entry, positions.start(), positions.end()])?;
            let (mut images, mut bytes) = (Vec::new(), 0);
            while images.len() < page.documents && bytes < page.bytes {
                let Some(row) = rows.next()? else { break };
                let image = Stored::of(row)?;
                bytes += image.bytes();
                images.push(image);
            }
            Ok(images)
        });
        Ok(read.await?.unwrap_or_default())
    }

    /// Positions of an entry whose outcome is not known, from one on.
    pub(crate) async fn unsettled(&self, entry: i64, from: u32, documents: u32) -> Result<Vec<u32>> {
        let read = self.store.read(move |connection| {
            let mut statement = connection.prepare(
                "SELECT position FROM images WHERE entry = ? AND position >= ? AND state IN (0, 3)
                 ORDER BY position LIMIT ?",
            )?;
            let rows = statement.query_map(params![entry, from, documents], |row| row.get(0))?;
            Ok(rows.collect::<Result<Vec<u32>, _>>()?)
        });
        Ok(read.await?.unwrap_or_default())
    }

    /// The entry that has undone a document of an entry, where one has.
    pub(crate) async fn undone_by(&self, entry: i64, position: u32) -> Result<Option<i64>> {
        let read = self.store.read(move |connection| {
            let found = connection
                .query_row(
                    "SELECT undone_by FROM images WHERE entry = ? AND position = ?",
                    params![entry, position],
                    |row| row.get(0),
                )
                .optional()?;
            Ok(found.flatten())
        });
        Ok(read.await?.flatten())
    }

    /// Keeps what was found out about documents of an entry.
    pub(crate) async fn settle(&self, entry: i64, found: Vec<(u32, ImageState)>) -> Result<()> {
        self.store
            .write(false, move |connection| {
                for (position, state) in &found {
                    set_state(connection, entry, i64::from(*position), *state)?;
                }
                let applied = found.iter().filter(|(_, state)| *state == ImageState::Applied);
                in_force(connection, entry, applied.map(|(position, _)| i64::from(*position)).collect())
            })
            .await
    }
}

pub(super) fn set_state(
    connection: &Connection,
    entry: i64,
    position: i64,
    state: ImageState,
) -> Result<(), Failed> {
    connection.execute(
        "UPDATE images SET state = ? WHERE entry = ? AND position = ?",
        params![state.number(), entry, position],
    )?;
    Ok(())
}

/// Marks what documents of an undo that was applied undo: that is undone, what that had undone is in force again, and
/// so on.
pub(super) fn in_force(
    connection: &Connection,
    mut entry: i64,
    mut positions: Vec<i64>,
) -> Result<(), Failed> {
    let mut undone = true;
    while !positions.is_empty() {
        let parent: Option<i64> = connection
            .query_row("SELECT undoes FROM entries WHERE id = ?", [entry], |row| row.get(0))
            .optional()?
            .flatten();
        let Some(parent) = parent else { break };
        let mut above = connection.prepare("SELECT undoes FROM images WHERE entry = ? AND position = ?")?;
        let mut mark =
            connection.prepare("UPDATE images SET undone_by = ? WHERE entry = ? AND position = ?")?;
        let mut parents = Vec::with_capacity(positions.len());
        for position in positions {
            let found: Option<i64> =
                above.query_row([entry, position], |row| row.get(0)).optional()?.flatten();
            if let Some(found) = found {
                mark.execute(params![undone.then_some(entry), parent, found])?;
                parents.push(found);
            }
        }
        (entry, positions, undone) = (parent, parents, !undone);
    }
    Ok(())
}
