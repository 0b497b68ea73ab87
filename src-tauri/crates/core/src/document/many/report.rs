//! What became of many documents.

use super::batch::Verdict;
use crate::{
    Error, ErrorCode,
    document::{DocumentId, EntryId, ManyFailure, ManyProgress, ManyReport, TextFormat},
    number::SafeInt,
};

/// So many documents may fail; then nobody reads the reasons any more, and the rest is left.
const MOST_FAILED: usize = 1_000;
/// So many may fail where none has succeeded: the next ones would too.
const MOST_FAILED_AT_FIRST: usize = 100;

/// Counts them.
#[derive(Default)]
pub(super) struct Tally {
    matched: u64,
    counted: bool,
    changed: u64,
    unchanged: u64,
    gone: u64,
    unknown: u64,
    failures: Vec<ManyFailure>,
    pub(super) waiting: bool,
    pub(super) cancelled: bool,
    pub(super) stopped: Option<Error>,
}

impl Tally {
    /// So many were found, and there are no more.
    pub(super) fn counted(&mut self, matched: u64) {
        (self.matched, self.counted) = (matched, true);
    }

    pub(super) fn found(&mut self, matched: u64) {
        self.matched = matched;
    }

    pub(super) fn done(&self) -> u64 {
        self.changed + self.unchanged + self.gone + self.unknown + self.failures.len() as u64
    }

    pub(super) fn add<'a>(&mut self, verdicts: impl Iterator<Item = (&'a (u8, Vec<u8>), Verdict)>) {
        for (id, verdict) in verdicts {
            match verdict {
                Verdict::Changed => self.changed += 1,
                Verdict::Unchanged => self.unchanged += 1,
                Verdict::Gone => self.gone += 1,
                Verdict::Unknown => self.unknown += 1,
                Verdict::Failed(error) => {
                    let id = DocumentId::new(id.0, &id.1);
                    let name = id.to_json(TextFormat::Relaxed);
                    self.failures.push(ManyFailure { id, name, reason: error.into() });
                }
            }
        }
    }

    /// Whether so many have failed that the rest is left.
    pub(super) fn fails_too_often(&self) -> bool {
        let most = if self.changed + self.unchanged > 0 { MOST_FAILED } else { MOST_FAILED_AT_FIRST };
        self.failures.len() >= most
    }

    pub(super) fn give_up(&mut self) {
        let failed = self.failures.len();
        let message = format!("{failed} documents could not be written: the rest was left as it is.");
        self.stopped = Some(
            Error::new(ErrorCode::ServerRejected, message)
                .with_hint("Look at the reasons, change what they name, and begin again."),
        );
    }

    pub(super) fn progress(&self) -> ManyProgress {
        ManyProgress {
            matched: SafeInt::new(self.matched),
            counted: self.counted,
            done: SafeInt::new(self.done()),
            failed: SafeInt::new(self.failures.len() as u64),
            waiting: self.waiting,
        }
    }

    pub(super) fn report(self, entry: Option<EntryId>) -> ManyReport {
        let left = self.matched.saturating_sub(self.done());
        ManyReport {
            entry,
            matched: SafeInt::new(self.matched),
            changed: SafeInt::new(self.changed),
            unchanged: SafeInt::new(self.unchanged),
            gone: SafeInt::new(self.gone),
            failed: SafeInt::new(self.failures.len() as u64),
            unknown: SafeInt::new(self.unknown),
            left: SafeInt::new(left),
            cancelled: self.cancelled,
            stopped: self.stopped.map(Into::into),
            documents: self.failures,
        }
    }
}
