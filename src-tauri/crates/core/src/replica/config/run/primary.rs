//! Who is primary, and what it has for a configuration.

use std::time::Instant;

use bson::{Document, doc};
use tokio::time::sleep;

use super::{Ask, Run};
use crate::{Error, ErrorCode, Result, replica::config::WholeConfig};

/// The configuration of the primary.
pub(super) struct Seen {
    pub(super) config: WholeConfig,
    /// A majority holds it.
    pub(super) committed: bool,
}

impl<A: Ask> Run<'_, A> {
    /// Reads the configuration from whoever is primary.
    pub(super) async fn read(&mut self) -> Result<Seen> {
        let reply = self.ask_primary(doc! { "replSetGetConfig": 1, "commitmentStatus": true }).await?;
        Ok(Seen {
            config: WholeConfig::read(&reply)?,
            committed: reply.get_bool("commitmentStatus").unwrap_or(true),
        })
    }

    /// Asks the primary for something that changes nothing; where it is another one now, that one, as soon as there is one.
    pub(super) async fn ask_primary(&mut self, command: Document) -> Result<Document> {
        let until = Instant::now() + self.patience.primary;
        loop {
            let error = match self.ask.ask(&self.primary, command.clone()).await {
                Ok(reply) => return Ok(reply),
                Err(error) => error,
            };
            let is_over = matches!(
                error.code(),
                ErrorCode::Forbidden | ErrorCode::Unauthenticated | ErrorCode::ReadOnly
            );
            if is_over || Instant::now() > until {
                return Err(error);
            }
            if !self.find_primary().await {
                sleep(self.patience.pause).await;
            }
        }
    }

    /// Whether a member says that it is primary; it is asked from then on.
    pub(super) async fn find_primary(&mut self) -> bool {
        for host in self.known_hosts() {
            let Ok(hello) = self.ask.ask(&host, doc! { "hello": 1 }).await else { continue };
            if hello.get_bool("isWritablePrimary").unwrap_or(false) {
                self.primary = host;
                return true;
            }
        }
        false
    }

    /// Every name that a member has, or has on the way.
    fn known_hosts(&self) -> Vec<String> {
        let configs = std::iter::once(self.current).chain(self.steps.iter().map(|step| &step.next));
        let mut hosts = Vec::new();
        for host in configs.flat_map(WholeConfig::hosts) {
            if !hosts.contains(&host) {
                hosts.push(host);
            }
        }
        hosts
    }
}

/// The configuration is not the one that the step was planned for.
pub(super) fn changed_by_others() -> Error {
    Error::new(
        ErrorCode::Conflict,
        "Somebody else has changed the configuration meanwhile: nothing more was sent.",
    )
    .with_hint("Look at the configuration as it is now, and plan again.")
}
