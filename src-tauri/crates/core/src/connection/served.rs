//! The connections that a listener may reach.

use std::sync::{PoisonError, RwLock};

use super::ConnectionId;

/// The connections that a listener may reach: none until somebody says so, one by one.
#[derive(Debug, Default)]
pub struct Served {
    ids: RwLock<Vec<ConnectionId>>,
    trusts_new_members: bool,
}

impl Served {
    /// None yet.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// None yet; who asks may name new members of a set, at which a connection with a login then logs in. Only who runs the listener
    /// can say so.
    #[must_use]
    pub fn trusting_new_members() -> Self {
        Self { trusts_new_members: true, ..Self::default() }
    }

    /// Whether a connection may log in at an address that a request names.
    #[must_use]
    pub fn trusts_new_members(&self) -> bool {
        self.trusts_new_members
    }

    /// Serves a connection from now on, or no longer.
    pub fn set(&self, id: ConnectionId, served: bool) {
        let mut ids = self.ids.write().unwrap_or_else(PoisonError::into_inner);
        ids.retain(|known| *known != id);
        if served {
            ids.push(id);
        }
    }

    /// Whether a connection is served.
    #[must_use]
    pub fn contains(&self, id: &ConnectionId) -> bool {
        self.ids.read().unwrap_or_else(PoisonError::into_inner).contains(id)
    }

    /// The served connections, in the order in which they were switched on.
    #[must_use]
    pub fn list(&self) -> Vec<ConnectionId> {
        self.ids.read().unwrap_or_else(PoisonError::into_inner).clone()
    }
}
