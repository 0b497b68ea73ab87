//! What became of the documents of an undo.

use crate::{
    Error, Result,
    document::{
        DocumentId, EntryId, UndoOutcome, UndoProgress, UndoReport, UndoneDocument, guard::ends_all,
        journal::Stored, view::row,
    },
    number::SafeInt,
};

/// Documents that are named in a report.
const NAMED: usize = 100;

/// What became of one document.
#[derive(Clone, Debug)]
pub(super) enum Verdict {
    Restored,
    /// It stood so already.
    Unchanged,
    /// Something else stands there now.
    Conflict(Option<Vec<u8>>),
    Failed(Error),
    Unknown(Error),
}

impl Verdict {
    /// The next one would end in the same way, after the same wait.
    pub(super) fn stops(&self) -> bool {
        match self {
            Self::Restored | Self::Unchanged | Self::Conflict(_) => false,
            Self::Failed(error) => ends_all(error),
            Self::Unknown(_) => true,
        }
    }
}

/// Counts them.
pub(super) struct Tally {
    total: u64,
    restored: u64,
    unchanged: u64,
    conflicts: u64,
    failed: u64,
    unknown: u64,
    documents: Vec<UndoneDocument>,
    pub(super) cancelled: bool,
}

impl Tally {
    pub(super) fn new(total: u64) -> Self {
        Self {
            total,
            restored: 0,
            unchanged: 0,
            conflicts: 0,
            failed: 0,
            unknown: 0,
            documents: Vec::new(),
            cancelled: false,
        }
    }

    pub(super) fn has_begun(&self) -> bool {
        self.done() > 0
    }

    fn done(&self) -> u64 {
        self.restored + self.unchanged + self.conflicts + self.failed + self.unknown
    }

    /// Adds what became of the first of these images, as many as there are verdicts.
    pub(super) fn add(&mut self, images: &[Stored], verdicts: Vec<Verdict>) -> Result<()> {
        for (image, verdict) in images.iter().zip(verdicts) {
            let (count, outcome, reason, now) = match verdict {
                Verdict::Restored => {
                    self.restored += 1;
                    continue;
                }
                Verdict::Unchanged => {
                    self.unchanged += 1;
                    continue;
                }
                Verdict::Conflict(now) => {
                    let reason = if now.is_some() {
                        "Somebody changed the document since; nothing was written to it."
                    } else {
                        "Somebody deleted the document since; it was not made again."
                    };
                    (&mut self.conflicts, UndoOutcome::Conflict, reason.to_owned(), now)
                }
                Verdict::Failed(error) => (&mut self.failed, UndoOutcome::Failed, error.to_string(), None),
                Verdict::Unknown(error) => (&mut self.unknown, UndoOutcome::Unknown, error.to_string(), None),
            };
            *count += 1;
            if self.documents.len() < NAMED {
                let now = now.map(|now| row(&now)).transpose()?;
                let id = DocumentId::new(image.id.0, &image.id.1);
                self.documents.push(UndoneDocument { position: image.position, id, outcome, reason, now });
            }
        }
        Ok(())
    }

    pub(super) fn progress(&self) -> UndoProgress {
        UndoProgress { done: SafeInt::new(self.done()), total: SafeInt::new(self.total) }
    }

    pub(super) fn report(self, entry: Option<EntryId>) -> UndoReport {
        let left = self.total.saturating_sub(self.done());
        UndoReport {
            entry,
            restored: SafeInt::new(self.restored),
            unchanged: SafeInt::new(self.unchanged),
            conflicts: SafeInt::new(self.conflicts),
            failed: SafeInt::new(self.failed),
            unknown: SafeInt::new(self.unknown),
            left: SafeInt::new(left),
            cancelled: self.cancelled,
            documents: self.documents,
        }
    }
}
