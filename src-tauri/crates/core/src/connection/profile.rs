//! The connections used before, remembered without their passwords.

use std::{path::PathBuf, sync::Mutex};

use super::{Connection, ConnectionUri, RecentConnection};
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

    /// What is remembered of the same servers, user and options.
    pub(crate) fn of(&self, uri: &ConnectionUri) -> Option<RecentConnection> {
        let id = uri.identity();
        self.list().ok()?.into_iter().find(|recent| recent.id == id)
    }

    pub(crate) fn get(&self, id: &str) -> Result<RecentConnection> {
        self.list()?
            .into_iter()
            .find(|recent| recent.id == id)
            .ok_or_else(|| Error::new(ErrorCode::NotFound, "This connection is not remembered any more."))
    }

    /// Puts a connection first.
    pub(crate) fn remember(&self, uri: &ConnectionUri, open: &Connection, now: String) -> Result<()> {
        let recent = RecentConnection {
            id: uri.identity(),
            name: open.name.clone(),
            environment: open.environment,
            uri: uri.redacted(),
            needs_password: uri.has_password(),
            read_only: open.read_only,
            undo: open.undo,
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::connection::{ConnectionId, Environment, Topology};

    fn open() -> Connection {
        Connection {
            id: ConnectionId(ConnectionId::DEFAULT.to_owned()),
            name: "x".to_owned(),
            environment: Environment::Test,
            hosts: String::new(),
            read_only: false,
            undo: false,
            topology: Topology::Unknown,
            set_name: None,
            server_version: None,
            user: None,
        }
    }

    fn uri(text: &str) -> ConnectionUri {
        ConnectionUri::parse(text).expect("a good URI")
    }

    #[test]
    fn a_connection_is_remembered_once_first_and_without_its_password() {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let file = folder.path().join("connections.json");
        let recents = RecentConnections::new(file.clone());
        let remember = |text: &str| {
            recents.remember(&uri(text), &open(), "2026-01-01T00:00:00Z".into()).expect("remembered");
        };
        remember("mongodb://ada:canary-1@a.example/");
        remember("mongodb://b.example/");
        remember("mongodb://ada:canary-2@a.example/");
        let list = recents.list().expect("listed");
        assert_eq!(list.len(), 2);
        assert!(list[0].uri.contains("a.example") && list[0].needs_password);
        assert!(!list[1].needs_password && !list[1].undo);
        assert_eq!(recents.of(&uri("mongodb://b.example/")), Some(list[1].clone()));
        assert_eq!(recents.of(&uri("mongodb://c.example/")), None);
        assert!(!std::fs::read_to_string(file).expect("read").contains("canary"));
    }

    #[test]
    fn only_the_latest_are_kept_and_any_can_be_forgotten() {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let recents = RecentConnections::new(folder.path().join("connections.json"));
        for n in 0..KEPT + 3 {
            let uri = uri(&format!("mongodb://h{n}.example/"));
            recents.remember(&uri, &open(), String::new()).expect("remembered");
        }
        let list = recents.list().expect("listed");
        assert_eq!(list.len(), KEPT);
        recents.forget(&list[0].id).expect("forgotten");
        assert_eq!(recents.list().expect("listed").len(), KEPT - 1);
        assert_eq!(recents.get(&list[0].id).expect_err("forgotten").code(), ErrorCode::NotFound);
    }
}
