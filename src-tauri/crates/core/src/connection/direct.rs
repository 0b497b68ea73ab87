//! One member, asked by itself, whatever state it is in and whoever is primary.

use std::{future::IntoFuture as _, sync::Arc, time::Duration};

use bson::{Document, RawDocumentBuf};
use mongodb::{
    Client,
    options::{ClientOptions, ReadPreference, SelectionCriteria, ServerAddress},
};
use tokio::time::timeout;

use super::{
    Permitted, Session,
    permit::only_reads,
    probe::{Greeting, probe},
    session::unanswered,
};
use crate::{Error, ErrorCode, Result, error};

/// A member that cannot be reached within this time is not waited for.
const REACHED_WITHIN: Duration = Duration::from_secs(3);

/// The options of a client that knows one address and nobody else; none where this is no address.
///
/// Selection by predicate cannot reach a RECOVERING member or an arbiter: only a direct connection does.
pub(crate) fn direct_options(
    options: &ClientOptions,
    address: &str,
    within: Duration,
) -> Option<ClientOptions> {
    let mut direct = options.clone();
    direct.hosts = vec![ServerAddress::parse(address).ok()?];
    direct.direct_connection = Some(true);
    direct.load_balanced = None;
    direct.repl_set_name = None;
    direct.max_pool_size = Some(2);
    direct.min_pool_size = None;
    direct.connect_timeout = Some(within);
    direct.server_selection_timeout = Some(within);
    Some(direct)
}

/// A client for one member. Everything it sends is looked at first, as everything of the connection is.
pub(crate) struct Direct {
    session: Arc<Session>,
    client: Client,
    address: String,
}

impl Session {
    /// A client for the member at this address, `host:port`.
    ///
    /// # Errors
    ///
    /// `InvalidInput` where this is no address. Nothing is dialled yet.
    pub(crate) fn direct(self: &Arc<Self>, address: &str) -> Result<Direct> {
        let no_address = || Error::invalid(format!("'{address}' is no address: write it as host:port."));
        let options = direct_options(&self.options, address, REACHED_WITHIN).ok_or_else(no_address)?;
        let client = Client::with_options(options).map_err(|error| error::from_driver(&error))?;
        Ok(Direct { session: Arc::clone(self), client, address: address.to_owned() })
    }

    /// What answers at an address, before anybody logs in.
    ///
    /// # Errors
    ///
    /// `InvalidInput` where this is no address; else why nothing answers there.
    pub(crate) async fn greet(&self, address: &str) -> Result<Greeting> {
        let parsed = ServerAddress::parse(address)
            .map_err(|_| Error::invalid(format!("'{address}' is no address: write it as host:port.")))?;
        probe(&parsed, &self.options).await.map_err(|silence| silence.into_error(&parsed))
    }
}

impl Direct {
    /// Runs a command on the database `admin`.
    ///
    /// # Errors
    ///
    /// `ReadOnly`, what the server says, `Unreachable` and `Timeout`: nothing was applied. `OutcomeUnknown` where a command that
    /// may change something was sent and no answer came.
    pub(crate) async fn ask(&self, command: &Document, within: Duration) -> Result<Document> {
        self.ask_of("admin", command, within).await
    }

    /// The same on another database.
    pub(crate) async fn ask_of(
        &self,
        database: &str,
        command: &Document,
        within: Duration,
    ) -> Result<Document> {
        let raw = RawDocumentBuf::try_from(command)
            .map_err(|_| Error::internal("A command could not be written as BSON."))?;
        let reads = only_reads(raw.as_bytes());
        let Permitted { database, command } = self.session.permit_through(&self.client, database, raw)?;
        let nearest = SelectionCriteria::ReadPreference(ReadPreference::Nearest { options: None });
        let answer = database.run_raw_command(command).selection_criteria(nearest).into_future();
        match timeout(within, answer).await {
            Ok(Ok(reply)) => Ok(reply),
            Ok(Err(failure)) if !reads && error::in_flight(&failure) => Err(self.no_answer()),
            Ok(Err(failure)) => Err(error::from_driver(&failure)),
            Err(_) if reads => Err(unanswered(within)),
            Err(_) => Err(self.no_answer()),
        }
    }

    /// Ends the client.
    pub(crate) async fn close(&self) {
        self.client.clone().shutdown().immediate(true).await;
    }

    fn no_answer(&self) -> Error {
        let message = format!("{} was asked and no answer came: it may have done it or not.", self.address);
        Error::new(ErrorCode::OutcomeUnknown, message)
            .with_hint("Look at Health, or at the member's log, before anything is done again.")
    }
}
