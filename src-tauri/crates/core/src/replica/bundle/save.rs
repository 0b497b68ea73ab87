//! An incident as a file of its own.

use std::path::Path;

use super::Incident;
use crate::{
    Error, Result,
    storage::{SavedFile, saved},
};

/// Saves an incident under its name in a folder. No file is replaced.
pub(crate) fn save(incident: &Incident, folder: &Path) -> Result<SavedFile> {
    let text = serde_json::to_vec(incident)
        .map_err(|_| Error::internal("The incident cannot be written as JSON."))?;
    saved::save(folder, &format!("{}.json", incident.name), &text)
}

/// What a file of an incident is called, less its extension: `trivet-incident-rs0-2026-11-26T16-20-05Z`. It has no character
/// that a file system minds.
pub(crate) fn name_of(set: Option<&str>, made_at: &str) -> String {
    let plain = |text: &str| -> String {
        let fit = |letter: char| letter.is_ascii_alphanumeric() || "._-".contains(letter);
        text.chars().map(|letter| if fit(letter) { letter } else { '-' }).collect()
    };
    let at = made_at.split_once('.').map_or_else(|| made_at.to_owned(), |(seconds, _)| format!("{seconds}Z"));
    let parts = ["trivet-incident", set.unwrap_or_default(), &at];
    let kept: Vec<_> = parts.into_iter().filter(|part| !part.is_empty()).map(plain).collect();
    kept.join("-")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_has_the_set_and_the_moment_and_nothing_that_a_file_system_minds() {
        assert_eq!(
            name_of(Some("rs0"), "2026-11-26T16:20:05.123Z"),
            "trivet-incident-rs0-2026-11-26T16-20-05Z"
        );
        assert_eq!(
            name_of(Some("a/b ü"), "2026-11-26T16:20:05Z"),
            "trivet-incident-a-b---2026-11-26T16-20-05Z"
        );
        assert_eq!(name_of(None, "2026-11-26T16:20:05Z"), "trivet-incident-2026-11-26T16-20-05Z");
    }

    #[test]
    fn what_was_saved_can_be_read() {
        let folder = tempfile::tempdir().expect("a folder");
        let incident = Incident::empty("2026-11-26T16:20:05Z".to_owned());
        let saved = save(&incident, folder.path()).expect("saved");
        let text = std::fs::read_to_string(saved.path).expect("a file");
        assert_eq!(super::super::read_incident(&text).expect("an incident"), incident);
    }
}
