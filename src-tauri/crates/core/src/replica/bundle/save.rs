//! An incident as a file of its own.

use std::path::Path;

use serde::{Deserialize, Serialize};
use specta::Type;

use super::Incident;
use crate::{Error, Result, storage::atomic};

/// Where an incident was saved.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct SavedIncident {
    /// The file.
    pub path: String,
}

/// Saves an incident under its name in a folder, readable by its owner only. No file is replaced.
pub(crate) fn save(incident: &Incident, folder: &Path) -> Result<SavedIncident> {
    let text = serde_json::to_vec(incident)
        .map_err(|_| Error::internal("The incident cannot be written as JSON."))?;
    let name = |place: u32| match place {
        1 => format!("{}.json", incident.name),
        _ => format!("{}-{place}.json", incident.name),
    };
    let path = (1..1_000)
        .map(|place| folder.join(name(place)))
        .find(|path| !path.exists())
        .ok_or_else(|| Error::internal("There are too many files of this name."))?;
    atomic::write(&path, &text)?;
    Ok(SavedIncident { path: path.display().to_string() })
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
    fn no_file_is_replaced_and_what_was_saved_can_be_read() {
        let folder = tempfile::tempdir().expect("a folder");
        let incident = Incident::empty("2026-11-26T16:20:05Z".to_owned());
        let one = save(&incident, folder.path()).expect("saved");
        let other = save(&incident, folder.path()).expect("saved");
        assert_ne!(one, other);
        for saved in [one, other] {
            let text = std::fs::read_to_string(saved.path).expect("a file");
            assert_eq!(super::super::read_incident(&text).expect("an incident"), incident);
        }
        let missing = folder.path().join("file");
        std::fs::write(&missing, "").expect("written");
        let error = save(&incident, &missing).expect_err("no folder");
        assert!(error.to_string().contains("file"), "{error}");
    }
}
