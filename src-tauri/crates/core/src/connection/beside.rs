//! A client of its own beside the one for data.

use std::sync::Arc;

use bson::RawDocumentBuf;
use mongodb::{Client, options::ClientOptions};

use super::{Permitted, Session};
use crate::{Result, error};

/// A client with other options than the connection's own, for a while. Nothing goes through it either that was not looked at.
pub(crate) struct Beside {
    session: Arc<Session>,
    client: Client,
}

impl Session {
    /// A client for writes; `choose` says what is different in its options.
    ///
    /// # Errors
    ///
    /// `ReadOnly` where the connection is.
    pub(crate) fn beside(self: &Arc<Self>, choose: impl FnOnce(&mut ClientOptions)) -> Result<Beside> {
        self.permit_writes()?;
        let mut options = self.options.clone();
        choose(&mut options);
        let client = Client::with_options(options).map_err(|error| error::from_driver(&error))?;
        Ok(Beside { session: Arc::clone(self), client })
    }
}

impl Beside {
    /// Looks at a command before it is sent, as [`Session::permit`] does.
    ///
    /// # Errors
    ///
    /// `ReadOnly` where the connection is and the command is not known to read.
    pub(crate) fn permit(&self, database: &str, command: RawDocumentBuf) -> Result<Permitted> {
        self.session.permit_through(&self.client, database, command)
    }

    /// Ends the client and its monitoring. Nobody waits for what still runs in it.
    pub(crate) async fn close(&self) {
        self.client.clone().shutdown().immediate(true).await;
    }
}
