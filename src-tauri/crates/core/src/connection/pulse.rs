//! What the driver's own monitoring tells of a connection's servers, at once.

use std::sync::{
    Arc, PoisonError, RwLock,
    atomic::{AtomicBool, AtomicU64, Ordering},
};

use mongodb::{
    ServerInfo, ServerType,
    event::{EventHandler, sdam::SdamEvent},
    options::ServerAddress,
};
use tokio::sync::Notify;

/// What the driver's own monitoring tells, at once.
#[derive(Default)]
pub(crate) struct Pulse {
    primary_known: AtomicBool,
    /// Woken at every change that the driver sees in the topology.
    pub(crate) changed: Notify,
    servers: RwLock<Servers>,
    losses: AtomicU64,
}

/// The servers that can answer a read.
#[derive(Default, PartialEq)]
struct Servers {
    primary: Option<ServerAddress>,
    all: Vec<ServerAddress>,
}

impl Servers {
    /// Whether something that stands on these servers may have gone with one of them.
    fn lose_something_by(&self, now: &Self) -> bool {
        (self.primary.is_some() && self.primary != now.primary)
            || self.all.iter().any(|server| !now.all.contains(server))
    }
}

impl Pulse {
    pub(super) fn handler(self: &Arc<Self>) -> EventHandler<SdamEvent> {
        let pulse = Arc::clone(self);
        EventHandler::callback(move |event| {
            if let SdamEvent::TopologyDescriptionChanged(change) = event {
                // The driver's own `has_writable_server` stays true where the only member steps down (3.9.1).
                let primary = change.new_description.servers().values().any(takes_writes);
                pulse.primary_known.store(primary, Ordering::Relaxed);
                let mut now = Servers::default();
                for (address, server) in change.new_description.servers() {
                    match server.server_type() {
                        ServerType::RsPrimary => now.primary = Some(address.clone()),
                        ServerType::Standalone
                        | ServerType::Mongos
                        | ServerType::LoadBalancer
                        | ServerType::RsSecondary => {}
                        _ => continue,
                    }
                    now.all.push(address.clone());
                }
                pulse.see(now);
                pulse.changed.notify_one();
            }
        })
    }

    fn see(&self, now: Servers) {
        let mut servers = self.servers.write().unwrap_or_else(PoisonError::into_inner);
        if servers.lose_something_by(&now) {
            self.losses.fetch_add(1, Ordering::Relaxed);
        }
        *servers = now;
    }

    pub(super) fn has_primary(&self) -> bool {
        self.primary_known.load(Ordering::Relaxed)
    }

    /// The servers that can answer a read.
    pub(super) fn servers(&self) -> Vec<ServerAddress> {
        self.servers.read().unwrap_or_else(PoisonError::into_inner).all.clone()
    }

    /// How often a server has gone, or the primary has changed: what a server held before that may be lost.
    pub(crate) fn losses(&self) -> u64 {
        self.losses.load(Ordering::Relaxed)
    }
}

fn takes_writes(server: &ServerInfo<'_>) -> bool {
    use ServerType::{LoadBalancer, Mongos, RsPrimary, Standalone};
    matches!(server.server_type(), RsPrimary | Mongos | Standalone | LoadBalancer)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn servers(primary: Option<u16>, all: &[u16]) -> Servers {
        let address = |port: &u16| ServerAddress::Tcp { host: "h".to_owned(), port: Some(*port) };
        Servers { primary: primary.as_ref().map(address), all: all.iter().map(address).collect() }
    }

    #[test]
    fn a_server_that_goes_and_a_primary_that_changes_are_losses_and_a_new_server_is_none() {
        let pulse = Pulse::default();
        for (now, losses) in [
            (servers(Some(1), &[1]), 0),
            (servers(Some(1), &[1, 2]), 0),
            (servers(None, &[1, 2]), 1),
            (servers(Some(2), &[1, 2]), 1),
            (servers(Some(2), &[2]), 2),
            (servers(Some(2), &[2, 3]), 2),
        ] {
            pulse.see(now);
            assert_eq!(pulse.losses(), losses);
        }
    }
}
