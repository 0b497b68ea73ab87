//! The connections used before, remembered without their passwords.

use std::{path::PathBuf, sync::Mutex};

use super::{ConnectionUri, Environment, RecentConnection};
use crate::{Error, ErrorCode, Result, storage::atomic};

/// How many are remembered; the one not used for longest is forgotten first.
const KEPT: usize = 20;

/// The file of recent connections.
pub(crate) struct RecentConnections {
    file: PathBuf,
    /// Held while the file is read, changed and written.
    turn: Mutex<()>,
}

impl RecentConnections {
    pub(crate) fn new(file: PathBuf) -> Self {
        Self { file, turn: Mutex::new(()) }
    }

    /// The connections used before, the latest first.
    pub(crate) fn list(&self) -> Result<Vec<RecentConnection>> {
        Ok(atomic::read_json(&self.file)?.unwrap_or_default())
    }

    pub(crate) fn get(&self, id: &str) -> Result<RecentConnection> {
        self.list()?
            .into_iter()
            .find(|recent| recent.id == id)
            .ok_or_else(|| Error::new(ErrorCode::NotFound, "This connection is not remembered any more."))
    }

    /// Puts a connection first.
    pub(crate) fn remember(
        &self,
        uri: &ConnectionUri,
        name: &str,
        environment: Environment,
        read_only: bool,
        now: String,
    ) -> Result<()> {
        let recent = RecentConnection {
            id: identity(uri),
            name: name.to_owned(),
            environment,
            uri: uri.redacted(),
            needs_password: uri.has_password(),
            read_only,
            last_used_at: now,
        };
        self.change(|list| {
            list.retain(|known| known.id != recent.id);
            list.insert(0, recent);
            list.truncate(KEPT);
        })
    }

    pub(crate) fn forget(&self, id: &str) -> Result<()> {
        self.change(|list| list.retain(|known| known.id != id))
    }

    fn change(&self, change: impl FnOnce(&mut Vec<RecentConnection>)) -> Result<()> {
        // A panic while the lock was held leaves a whole file: the next change may go on.
        let _turn = self.turn.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
        let mut list = self.list()?;
        change(&mut list);
        atomic::write_json(&self.file, &list)
    }
}

/// The same servers, user and options are the same connection, whatever the password.
pub(crate) fn identity(uri: &ConnectionUri) -> String {
    blake3::hash(uri.redacted().as_bytes()).to_hex()[..16].to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn uri(text: &str) -> ConnectionUri {
        ConnectionUri::parse(text).expect("a good URI")
    }

    #[test]
    fn a_connection_is_remembered_once_first_and_without_its_password() {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let file = folder.path().join("connections.json");
        let recents = RecentConnections::new(file.clone());
        let remember = |text: &str| {
            recents
                .remember(&uri(text), "x", Environment::Test, false, "2026-01-01T00:00:00Z".into())
                .expect("remembered");
        };
        remember("mongodb://ada:canary-1@a.example/");
        remember("mongodb://b.example/");
        remember("mongodb://ada:canary-2@a.example/");
        let list = recents.list().expect("listed");
        assert_eq!(list.len(), 2);
        assert!(list[0].uri.contains("a.example") && list[0].needs_password);
        assert!(!list[1].needs_password);
        assert!(!std::fs::read_to_string(file).expect("read").contains("canary"));
    }

    #[test]
    fn only_the_latest_are_kept_and_any_can_be_forgotten() {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let recents = RecentConnections::new(folder.path().join("connections.json"));
        for n in 0..KEPT + 3 {
            recents
                .remember(
                    &uri(&format!("mongodb://h{n}.example/")),
                    "x",
                    Environment::Test,
                    false,
                    String::new(),
                )
                .expect("remembered");
        }
        let list = recents.list().expect("listed");
        assert_eq!(list.len(), KEPT);
        recents.forget(&list[0].id).expect("forgotten");
        assert_eq!(recents.list().expect("listed").len(), KEPT - 1);
        assert_eq!(recents.get(&list[0].id).expect_err("forgotten").code(), ErrorCode::NotFound);
    }
}
