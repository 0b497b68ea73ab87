//! Undo on real servers: every byte comes back, and nobody else's change is overwritten.

mod awkward;
mod conflicts;
mod files;
mod kinds;
mod many;
mod merged;
mod property;
mod standalone;
mod unknown;

use trivet_core::{
    document::{EntryId, UndoReport, Written},
    number::SafeInt,
};

/// The numbers of a report: restored, unchanged, conflicts, failed, unknown, left.
fn numbers(report: &UndoReport) -> [u64; 6] {
    [report.restored, report.unchanged, report.conflicts, report.failed, report.unknown, report.left]
        .map(SafeInt::get)
}

const ONE_RESTORED: [u64; 6] = [1, 0, 0, 0, 0, 0];

fn entry_of(written: &Written) -> EntryId {
    written.entry.clone().expect("an entry")
}
