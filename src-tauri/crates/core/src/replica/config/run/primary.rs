//! Who is primary, and what it has for a configuration.

use std::time::Instant;

use bson::{Document, doc};
use tokio::time::sleep;

use super::{Ask, Course};
use crate::{Error, ErrorCode, Result, replica::config::WholeConfig};

/// The configuration of the primary.
pub(super) struct Seen {
    pub(super) config: WholeConfig,
    /// A majority holds it.
    pub(super) committed: bool,
}

impl<A: Ask> Course<'_, A> {
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
            // Also where there is a primary: it may say so, and refuse the question.
            self.find_primary().await;
            sleep(self.patience.pause).await;
        }
    }

    /// Who says that it is primary is asked from then on.
    async fn find_primary(&mut self) {
        for host in &self.hosts {
            let Ok(hello) = self.ask.ask(host, doc! { "hello": 1 }).await else { continue };
            if hello.get_bool("isWritablePrimary").unwrap_or(false) {
                self.primary.clone_from(host);
                return;
            }
        }
    }

    /// From now on the members of this configuration are asked too: it is about to be sent.
    pub(super) fn knows(&mut self, config: &WholeConfig) {
        for host in config.hosts() {
            if !self.hosts.contains(&host) {
                self.hosts.push(host);
            }
        }
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

/// The same, where the step may have been applied before that.
pub(super) fn changed_after() -> Error {
    Error::new(
        ErrorCode::OutcomeUnknown,
        "The step was sent, and somebody else has changed the configuration meanwhile: whether theirs was made of it or instead of \
         it cannot be told.",
    )
    .with_hint("Look at the configuration as it is now, and plan again.")
}

/// The primary had it, alone, and the next one has what was there before.
pub(super) fn lost_with_the_primary() -> Error {
    Error::new(
        ErrorCode::Conflict,
        "The primary had taken the step, and it was lost with that primary: a majority holds the configuration that was there before.",
    )
    .with_hint("See that the members are up, and plan again.")
}
