//! What has happened to a set: from what was observed and from the members' logs, kept on disk.

mod course;
mod election;
mod entry;
mod news;
mod observed;
mod store;
#[cfg(test)]
mod tests;

use std::{collections::HashMap, path::PathBuf};

use course::Course;
pub use entry::*;
use news::{ElectionPart, Loss, Told};
pub(crate) use news::{News, Note};
pub(crate) use observed::observed;
use store::{MOST, Store};

use super::reply::LogLine;
use crate::{
    Error, ErrorCode, Result,
    time::{iso_of_millis, millis_of_iso},
};

/// As many entries as one answer may hold.
const MOST_AT_ONCE: u32 = 1_000;
/// And holds, where nothing is said.
const USUALLY_AT_ONCE: u32 = 100;
/// Two reports of the same election are no further apart: clocks differ, and a report may come late.
const SAME_ELECTION_MS: i64 = 15 * 60 * 1_000;
/// So many losses of a primary are remembered until the election that follows is known.
const MOST_LOSSES: usize = 100;

/// The timeline of one connection's set.
pub(crate) struct Timeline {
    /// In the order of time.
    entries: Vec<Entry>,
    store: Option<Store>,
    courses: HashMap<String, Course>,
    /// Up to when the log of each member was read, milliseconds since 1970 by its clock.
    read_until: HashMap<String, i64>,
    losses: Vec<Loss>,
}

struct Entry {
    at_ms: i64,
    entry: TimelineEntry,
}

impl Timeline {
    /// Reads what is kept in a file. One that cannot be read is left alone, and nothing is kept.
    pub(crate) fn open(file: PathBuf) -> Self {
        let (store, kept) = match Store::open(file) {
            Ok((store, kept)) => (Some(store), kept),
            Err(error) => {
                tracing::warn!(%error, "the timeline cannot be read");
                (None, store::Kept::default())
            }
        };
        let dated = |entry: TimelineEntry| Some(Entry { at_ms: millis_of_iso(&entry.at)?, entry });
        let mut entries: Vec<_> = kept.entries.into_iter().filter_map(dated).collect();
        entries.sort_by_key(|entry| entry.at_ms);
        let mut timeline =
            Self { entries, store, courses: HashMap::new(), read_until: kept.read_until, losses: Vec::new() };
        timeline.shorten();
        timeline
    }

    /// Takes the lines of a member's log, the oldest first. Those that were read before are passed over.
    pub(crate) fn read_log(&mut self, host: &str, lines: &[LogLine]) {
        let until = self.read_until.get(host).copied().unwrap_or(i64::MIN);
        let Some(newest) = lines.iter().map(|line| line.at_ms).max().filter(|newest| *newest > until) else {
            return;
        };
        for line in lines.iter().filter(|line| line.at_ms > until) {
            let news = self.courses.entry(host.to_owned()).or_default().read(host, line);
            self.take(news);
        }
        self.read_until.insert(host.to_owned(), newest);
        if let Some(store) = &mut self.store {
            store.put_read(host, newest);
        }
        self.tidy();
    }

    /// Puts news where they belong: a new entry, or more of one that is there.
    pub(crate) fn take(&mut self, news: Vec<News>) {
        for one in news {
            match one {
                News::Note(note) => self.note(note),
                News::Election(part) => self.elect(part),
                News::Loss(loss) => {
                    self.losses.push(loss);
                    let surplus = self.losses.len().saturating_sub(MOST_LOSSES);
                    self.losses.drain(..surplus);
                    self.complete_last();
                }
                News::Back(host) => {
                    self.losses.retain(|loss| loss.host != host || loss.told == Told::Itself);
                }
            }
        }
    }

    /// The entries behind one, or the newest, the newest first.
    pub(crate) fn list(&self, limit: Option<u32>, before: Option<&str>) -> Result<ReplicaTimeline> {
        let limit = limit.unwrap_or(USUALLY_AT_ONCE);
        if limit == 0 || limit > MOST_AT_ONCE {
            return Err(Error::invalid(format!("limit is {limit}: it has to be 1 to {MOST_AT_ONCE}.")));
        }
        let end = match before {
            None => self.entries.len(),
            Some(id) => self.entries.iter().position(|entry| entry.entry.id == id).ok_or_else(|| {
                Error::new(ErrorCode::NotFound, "The timeline has no entry of this id, or has it no more.")
            })?,
        };
        let start = end.saturating_sub(limit as usize);
        let entries = self.entries[start..end].iter().rev().map(|entry| entry.entry.clone()).collect();
        Ok(ReplicaTimeline { entries, more: start > 0 })
    }

    fn note(&mut self, note: Note) {
        let Some(place) = self.same(&note) else {
            let key = format!("{:?} {:?} {:?} {}", note.kind, note.host, note.signal, note.message);
            self.insert(
                note.at_ms,
                TimelineEntry {
                    id: id(&key, note.at_ms),
                    at: iso_of_millis(note.at_ms),
                    kind: note.kind,
                    level: note.level,
                    host: note.host,
                    message: note.message,
                    details: note.detail.into_iter().collect(),
                    source: note.source,
                    state: note.state,
                    signal: note.signal,
                    election: None,
                },
            );
            return;
        };
        let entry = &mut self.entries[place].entry;
        if let Some(detail) = note.detail.filter(|detail| !entry.details.contains(detail)) {
            entry.details.push(detail);
            self.put(place);
        }
    }

    /// The entry that tells the same.
    fn same(&self, note: &Note) -> Option<usize> {
        let window = match note.kind {
            TimelineKind::NotStanding => 5 * 60_000,
            TimelineKind::MemberDown | TimelineKind::TooStale | TimelineKind::ConfigurationChanged => 30_000,
            TimelineKind::StateChanged => 15_000,
            TimelineKind::Done => 0,
            _ => 5_000,
        };
        // What is told in the same words by everybody; the others know only part of it.
        let by_words = !matches!(
            note.kind,
            TimelineKind::MemberDown
                | TimelineKind::SteppedDown
                | TimelineKind::StateChanged
                | TimelineKind::TooStale
        );
        for (place, Entry { at_ms, entry }) in self.entries.iter().enumerate().rev() {
            if at_ms + SAME_ELECTION_MS < note.at_ms {
                break;
            }
            if entry.host != note.host {
                continue;
            }
            // It came back in between: this is another time.
            if note.kind == TimelineKind::MemberDown
                && entry.kind == TimelineKind::MemberUp
                && *at_ms < note.at_ms
            {
                break;
            }
            let alike = entry.kind == note.kind && entry.state == note.state && entry.signal == note.signal;
            if alike && (at_ms - note.at_ms).abs() <= window && (!by_words || entry.message == note.message) {
                return Some(place);
            }
        }
        None
    }

    fn elect(&mut self, part: ElectionPart) {
        let known = self.entries.iter().rposition(|Entry { at_ms, entry }| {
            entry.election.as_ref().is_some_and(|course| course.is_of(&part))
                && (at_ms - part.at_ms).abs() <= SAME_ELECTION_MS
        });
        let place = known.or_else(|| {
            self.insert(
                part.at_ms,
                TimelineEntry {
                    id: id(&format!("election {} {}", part.term, part.winner), part.at_ms),
                    at: iso_of_millis(part.at_ms),
                    kind: TimelineKind::Election,
                    level: None,
                    host: Some(part.winner.clone()),
                    message: String::new(),
                    details: Vec::new(),
                    source: part.source,
                    state: None,
                    signal: None,
                    election: Some(ElectionCourse::begun(&part)),
                },
            )
        });
        // It is older than everything that is kept.
        let Some(place) = place else { return };
        let logged = part.source == TimelineSource::Log;
        let entry = &mut self.entries[place].entry;
        let before = entry.clone();
        if let Some(course) = &mut entry.election {
            course.learn(&part);
        }
        if logged {
            entry.source = TimelineSource::Log;
        }
        if let Some(detail) = part.detail.filter(|detail| !entry.details.contains(detail)) {
            entry.details.push(detail);
        }
        self.complete(place);
        if self.entries[place].entry != before {
            self.put(place);
        }
        // It may be the one before one that is known already.
        self.complete_last();
    }

    /// Whether the last elections have to be told anew, since more is known.
    fn complete_last(&mut self) {
        let elections =
            self.entries.iter().enumerate().rev().filter(|(_, entry)| entry.entry.election.is_some());
        let places: Vec<usize> = elections.map(|(place, _)| place).take(3).collect();
        for place in places {
            let before = self.entries[place].entry.clone();
            self.complete(place);
            if self.entries[place].entry != before {
                self.put(place);
            }
        }
    }

    fn complete(&mut self, place: usize) {
        let lost_ms = self.lost(place);
        let entry = &mut self.entries[place].entry;
        if let Some(course) = &mut entry.election {
            if let Some(lost_ms) = lost_ms {
                course.lost_at = Some(iso_of_millis(lost_ms));
            }
            course.measure();
            entry.message = course.sentence();
        }
    }

    /// Since when the set was without the primary before this one: by the old one's own word; else when it was missed first,
    /// here or by another member.
    fn lost(&self, place: usize) -> Option<i64> {
        let course = self.entries[place].entry.election.as_ref()?;
        let moment = |iso: &Option<String>| iso.as_deref().and_then(millis_of_iso);
        let until =
            moment(&course.writable_at).or(moment(&course.elected_at)).unwrap_or(self.entries[place].at_ms);
        let before = self.entries[..place].iter().rev().find_map(|entry| entry.entry.election.as_ref());
        let since = before.and_then(|before| moment(&before.elected_at)).unwrap_or(i64::MIN);
        let losses = || self.losses.iter().filter(|loss| since < loss.at_ms && loss.at_ms <= until);
        let own = losses().filter(|loss| loss.told == Told::Itself).map(|loss| loss.at_ms).max();
        own.or_else(|| {
            // The one before it may have been missed here only when its successor was elected already.
            let counts = |loss: &&Loss| match before {
                Some(before) => before.winner == loss.host,
                None => loss.told == Told::Here,
            };
            losses().filter(counts).map(|loss| loss.at_ms).min()
        })
    }

    /// Where it was put; none where it is older than a timeline that is full.
    fn insert(&mut self, at_ms: i64, entry: TimelineEntry) -> Option<usize> {
        let place = self.entries.partition_point(|known| known.at_ms <= at_ms);
        self.entries.insert(place, Entry { at_ms, entry });
        if self.entries[place].entry.election.is_none() {
            self.put(place);
        }
        let length = self.entries.len();
        self.shorten();
        place.checked_sub(length - self.entries.len())
    }

    fn shorten(&mut self) {
        let surplus = self.entries.len().saturating_sub(MOST);
        self.entries.drain(..surplus);
    }

    fn put(&mut self, place: usize) {
        let entry = self.entries[place].entry.clone();
        if let Some(store) = &mut self.store {
            store.put(&entry);
        }
        self.tidy();
    }

    /// Writes the file anew where it has grown long.
    fn tidy(&mut self) {
        if let Some(store) = self.store.as_mut().filter(|store| store.is_long()) {
            store.rewrite(self.entries.iter().map(|entry| &entry.entry), &self.read_until);
        }
    }
}

fn id(key: &str, at_ms: i64) -> String {
    blake3::hash(format!("{at_ms} {key}").as_bytes()).to_hex()[..16].to_owned()
}
