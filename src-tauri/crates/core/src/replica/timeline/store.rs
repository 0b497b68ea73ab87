//! A timeline on disk: JSON lines, of which the last of an entry counts.

mod writer;

use std::{collections::HashMap, path::PathBuf};

use serde::{Deserialize, Serialize};
use writer::{Work, Writer};

use super::TimelineEntry;
use crate::{Result, storage::atomic};

/// So many entries are kept.
pub(super) const MOST: usize = 2_000;

/// A line of the file.
#[derive(Serialize, Deserialize)]
#[serde(untagged)]
enum Line<E> {
    Entry(E),
    /// Up to when the log of a member was read, milliseconds since 1970 by its clock.
    Read {
        read: String,
        until: i64,
    },
}

/// The file of one connection. Only its owner can read it.
pub(super) struct Store {
    lines: usize,
    writer: Writer,
}

/// What the file holds.
#[derive(Default)]
pub(super) struct Kept {
    pub(super) entries: Vec<TimelineEntry>,
    pub(super) read_until: HashMap<String, i64>,
}

impl Store {
    /// Opens a file, which is made when something is first written. A line that cannot be read is passed over: it was
    /// written half when the power went.
    pub(super) fn open(file: PathBuf) -> Result<(Self, Kept)> {
        let text = atomic::read(&file)?.unwrap_or_default();
        let mut kept = Kept::default();
        let mut places: HashMap<String, usize> = HashMap::new();
        let mut lines = 0;
        for line in text.split(|byte| *byte == b'\n').filter(|line| !line.is_empty()) {
            lines += 1;
            match serde_json::from_slice(line) {
                Ok(Line::<TimelineEntry>::Entry(entry)) => {
                    if let Some(place) = places.get(&entry.id) {
                        kept.entries[*place] = entry;
                    } else {
                        places.insert(entry.id.clone(), kept.entries.len());
                        kept.entries.push(entry);
                    }
                }
                Ok(Line::Read { read, until }) => {
                    kept.read_until.insert(read, until);
                }
                Err(_) => {}
            }
        }
        let torn = text.last().is_some_and(|byte| *byte != b'\n');
        Ok((Self { lines, writer: Writer::new(file, torn) }, kept))
    }

    /// Adds an entry, or what became of it.
    pub(super) fn put(&mut self, entry: &TimelineEntry) {
        self.append(&Line::Entry(entry));
    }

    /// Notes up to when a log was read.
    pub(super) fn put_read(&mut self, host: &str, until: i64) {
        self.append(&Line::<&TimelineEntry>::Read { read: host.to_owned(), until });
    }

    /// Whether it is time to write it anew, with what is still of use alone.
    pub(super) fn is_long(&self) -> bool {
        self.lines > 2 * MOST
    }

    /// Writes the whole anew.
    pub(super) fn rewrite<'a>(
        &mut self,
        entries: impl Iterator<Item = &'a TimelineEntry>,
        read_until: &HashMap<String, i64>,
    ) {
        let mut text = Vec::new();
        let mut lines = 0;
        for entry in entries {
            write_line(&mut text, &Line::Entry(entry));
            lines += 1;
        }
        for (host, until) in read_until {
            write_line(&mut text, &Line::<&TimelineEntry>::Read { read: host.clone(), until: *until });
            lines += 1;
        }
        self.writer.put(Work::Whole(text));
        self.lines = lines;
    }

    fn append<E: Serialize>(&mut self, line: &Line<E>) {
        let mut text = Vec::new();
        write_line(&mut text, line);
        self.writer.put(Work::Line(text));
        self.lines += 1;
    }
}

fn write_line<E: Serialize>(text: &mut Vec<u8>, line: &Line<E>) {
    // Plain structs of texts and numbers can always be written into memory.
    let _ = serde_json::to_writer(&mut *text, line);
    text.push(b'\n');
}
