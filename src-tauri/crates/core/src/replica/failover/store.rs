//! The measurements of a connection's set on disk, a file each.

use std::{ffi::OsStr, fs, io, path::PathBuf};

use crate::{Error, ErrorCode, Result, replica::FailoverMeasurement, storage::atomic};

/// So many are kept; the oldest go first.
const MOST: usize = 100;

/// What was measured over one connection. Only its owner can read it.
#[derive(Debug, Clone)]
pub(crate) struct Measurements {
    folder: PathBuf,
}

impl Measurements {
    /// Keeps files in `folder`, which is made when something is first measured.
    pub(crate) fn new(folder: PathBuf) -> Self {
        Self { folder }
    }

    /// A name for a measuring that began then: in the order of their names they are in the order of time.
    pub(super) fn id(&self, began_ms: i64) -> String {
        let id = |more: u32| format!("{began_ms:013}-{more}");
        (0..=u32::from(u16::MAX)).map(id).find(|id| !self.file(id).exists()).unwrap_or_else(|| id(0))
    }

    /// Keeps one more.
    pub(super) fn keep(&self, measurement: &FailoverMeasurement) -> Result<()> {
        let text = serde_json::to_vec(measurement)
            .map_err(|_| Error::internal("A measurement cannot be written as JSON."))?;
        atomic::write(&self.file(&measurement.id), &text)?;
        for id in self.ids()?.iter().skip(MOST) {
            self.forget(id)?;
        }
        Ok(())
    }

    /// All of them, the newest first, without their writes. One that cannot be read is left alone.
    pub(crate) fn list(&self) -> Result<Vec<FailoverMeasurement>> {
        let read = |id: &String| match self.get(id) {
            Ok(whole) => Some(FailoverMeasurement { sent_ms: Vec::new(), took_ms: Vec::new(), ..whole }),
            Err(error) => {
                tracing::warn!(%error, "a measurement cannot be read");
                None
            }
        };
        Ok(self.ids()?.iter().filter_map(read).collect())
    }

    /// One, whole.
    pub(crate) fn get(&self, id: &str) -> Result<FailoverMeasurement> {
        atomic::read_json(&self.named(id)?)?.ok_or_else(unknown)
    }

    /// Forgets one for good.
    pub(crate) fn forget(&self, id: &str) -> Result<()> {
        let file = self.named(id)?;
        match fs::remove_file(&file) {
            Ok(()) => Ok(()),
            Err(error) if error.kind() == io::ErrorKind::NotFound => Err(unknown()),
            Err(error) => Err(atomic::storage(&file, "removed", &error)),
        }
    }

    /// The newest first.
    fn ids(&self) -> Result<Vec<String>> {
        let entries = match fs::read_dir(&self.folder) {
            Ok(entries) => entries,
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(Vec::new()),
            Err(error) => return Err(atomic::storage(&self.folder, "read", &error)),
        };
        let files = entries.filter_map(|entry| Some(entry.ok()?.path()));
        let json = files.filter(|file| file.extension() == Some(OsStr::new("json")));
        let mut ids: Vec<_> = json.filter_map(|file| file.file_stem()?.to_str().map(str::to_owned)).collect();
        ids.sort_unstable_by(|one, other| other.cmp(one));
        Ok(ids)
    }

    /// The file of an id that somebody names: no path that leads elsewhere.
    fn named(&self, id: &str) -> Result<PathBuf> {
        let is_id = !id.is_empty() && id.bytes().all(|byte| byte.is_ascii_digit() || byte == b'-');
        if is_id { Ok(self.file(id)) } else { Err(unknown()) }
    }

    fn file(&self, id: &str) -> PathBuf {
        self.folder.join(format!("{id}.json"))
    }
}

fn unknown() -> Error {
    Error::new(ErrorCode::NotFound, "There is no measurement of this id, or it is kept no more.")
}

#[cfg(test)]
pub(super) mod tests {
    use super::*;
    use crate::replica::RetryableView;

    pub(in super::super) fn measurement(id: String) -> FailoverMeasurement {
        FailoverMeasurement {
            id,
            label: "kill of the primary".to_owned(),
            set_name: Some("rs0".to_owned()),
            began_at: "2026-11-26T12:00:00.000Z".to_owned(),
            seconds: 9,
            interval_ms: 50,
            acknowledged: 2,
            failed: 1,
            usual_ms: Some(4.5),
            outages: Vec::new(),
            worst_away_ms: Some(1_250.0),
            median_away_ms: Some(1_250.0),
            errors: Vec::new(),
            retryable: RetryableView::default(),
            elections: Vec::new(),
            sent_ms: vec![0, 50, 100],
            took_ms: vec![Some(4), None, Some(5)],
            remarks: Vec::new(),
        }
    }

    #[test]
    fn what_was_measured_is_kept_whole_and_listed_without_its_writes_the_newest_first() {
        let folder = tempfile::tempdir().expect("a folder");
        let kept = Measurements::new(folder.path().join("deep"));
        assert_eq!(kept.list().expect("told"), []);
        for began_ms in [999, 1_000, 1_000] {
            kept.keep(&measurement(kept.id(began_ms))).expect("kept");
        }
        let ids: Vec<_> = kept.list().expect("told").into_iter().map(|one| one.id).collect();
        assert_eq!(ids, ["0000000001000-1", "0000000001000-0", "0000000000999-0"]);
        assert!(
            kept.list().expect("told").iter().all(|one| one.sent_ms.is_empty() && one.took_ms.is_empty())
        );
        assert_eq!(kept.get(&ids[0]).expect("kept"), measurement(ids[0].clone()));

        kept.forget(&ids[1]).expect("forgotten");
        assert_eq!(kept.forget(&ids[1]).expect_err("gone").code(), ErrorCode::NotFound);
        std::fs::write(folder.path().join("deep/0000000000998-0.json"), "{ half").expect("written");
        assert_eq!(kept.list().expect("told").len(), 2, "one that is damaged hides no other");
    }

    #[test]
    fn no_more_than_a_hundred_are_kept_and_no_name_leads_out_of_the_folder() {
        let folder = tempfile::tempdir().expect("a folder");
        let kept = Measurements::new(folder.path().join("of"));
        for began_ms in 0..105 {
            kept.keep(&measurement(kept.id(began_ms))).expect("kept");
        }
        let listed = kept.list().expect("told");
        assert_eq!((listed.len(), listed[99].id.as_str()), (MOST, "0000000000005-0"));
        std::fs::write(folder.path().join("secret.json"), "{}").expect("written");
        for name in ["../secret", "", "a", "1/1"] {
            assert_eq!(kept.get(name).expect_err("none").code(), ErrorCode::NotFound, "{name}");
            assert_eq!(kept.forget(name).expect_err("none").code(), ErrorCode::NotFound, "{name}");
        }
        assert!(folder.path().join("secret.json").exists());
    }
}
