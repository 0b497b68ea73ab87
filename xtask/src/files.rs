//! What the file system says about freshness.

use std::{path::Path, time::SystemTime};

/// When anything at or under `path` last changed; folders of the given names are not looked into.
pub(crate) fn newest_change(path: &Path, skipped: &[&str]) -> Option<SystemTime> {
    let metadata = path.symlink_metadata().ok()?;
    let own = metadata.modified().ok();
    if !metadata.is_dir() {
        return own;
    }
    let entries = path.read_dir().ok()?.flatten();
    let inside = entries
        .filter(|entry| !skipped.iter().any(|name| entry.file_name() == *name))
        .filter_map(|entry| newest_change(&entry.path(), skipped))
        .max();
    own.max(inside)
}
