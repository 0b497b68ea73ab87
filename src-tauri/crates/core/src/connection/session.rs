//! An open connection: verified first, then trusted.

use std::{future::Future, sync::Arc, time::Duration};

use bson::{Document, doc};
use futures_util::{StreamExt, stream::FuturesUnordered};
use mongodb::{
    Client, ClientSession,
    error::Error as DriverError,
    options::{ClientOptions, ReadPreference, ReadPreferenceOptions, SelectionCriteria, ServerAddress},
};
use tokio::{sync::OnceCell, time::timeout};

use super::{
    Connection, ConnectionId, ConnectionUri, Environment, ReadPreferenceMode, Topology,
    kinds::Kinds,
    probe::{Greeting, Silence, probe},
    pulse::Pulse,
    running::Queries,
};
use crate::{Error, ErrorCode, Result, error};

/// Within this time a connection is open, or the reason why not is known.
const CONNECT_WITHIN: Duration = Duration::from_secs(5);
/// A read that was not answered after this time is given up; the server's own limit is shorter.
const READ_WITHIN: Duration = Duration::from_secs(25);
/// How long one seed may take to say what it is.
const PROBE_WITHIN: Duration = Duration::from_secs(4);
/// How long an operation waits for a fit server: longer than an election with default settings (10 to 12 s).
pub(crate) const SELECT_WITHIN: Duration = Duration::from_secs(15);

/// What is to be opened, and how.
#[derive(Clone)]
pub(crate) struct Asked {
    pub(crate) uri: ConnectionUri,
    pub(crate) name: Option<String>,
    pub(crate) environment: Option<Environment>,
    pub(crate) read_only: bool,
    pub(crate) undo: bool,
}

/// An open connection and its client for data.
pub(crate) struct Session {
    pub(crate) info: Connection,
    pub(super) client: Client,
    /// What a client for one member starts from: hosts and set name are its own to choose.
    pub(crate) options: ClientOptions,
    pub(crate) pulse: Arc<Pulse>,
    /// What namespaces were found to be.
    pub(crate) kinds: Kinds,
    pub(super) queries: Queries,
    /// A client beside the one for data, whose connections may all be taken by the queries that are to be ended.
    pub(super) control: OnceCell<Client>,
}

impl Session {
    /// Opens a connection: probes every seed, checks the set's name, logs in, and asks one question.
    pub(crate) async fn open(id: ConnectionId, asked: Asked) -> Result<Self> {
        let opening = Self::open_unbounded(id, asked);
        timeout(CONNECT_WITHIN, opening).await.unwrap_or_else(|_| {
            Err(Error::new(ErrorCode::Timeout, "The servers answered, but the connection was not ready within 5 s.")
                .with_hint("The set's members may be known under names that cannot be reached from here: try directConnection=true."))
        })
    }

    async fn open_unbounded(id: ConnectionId, asked: Asked) -> Result<Self> {
        let Asked { uri, name, environment, read_only, undo } = asked;
        let mut options =
            ClientOptions::parse(uri.driver_form()?).await.map_err(|error| error::from_driver(&error))?;
        options.app_name.get_or_insert_with(|| "Trivet".to_owned());
        let (seed, greeting) = greet(&options).await?;
        check_set_name(&options, &greeting, &seed)?;
        if greeting.topology == Topology::ReplicaSet && greeting.set_name.is_none() {
            // It waits to be initiated, or was removed: no set is found through it, and it is asked by itself.
            options.hosts = vec![seed.clone()];
            options.direct_connection = Some(true);
        }

        let pulse = Arc::new(Pulse::default());
        let mut data = impatient(&options);
        data.sdam_event_handler = Some(pulse.handler());
        let client = Client::with_options(data).map_err(|error| error::from_driver(&error))?;
        let build = verify(&client).await?;

        let environment = environment.unwrap_or_else(|| guess_environment(&options.hosts));
        let name = name
            .filter(|name| !name.trim().is_empty())
            .or_else(|| greeting.set_name.clone())
            .unwrap_or_else(|| seed.to_string());
        let info = Connection {
            id,
            name,
            environment,
            hosts: uri.hosts().to_owned(),
            read_only,
            undo,
            topology: greeting.topology,
            set_name: greeting.set_name,
            server_version: build.get_str("version").ok().map(str::to_owned),
            user: options.credential.as_ref().and_then(|credential| credential.username.clone()),
        };
        Ok(Self {
            info,
            client,
            options,
            pulse,
            kinds: Kinds::default(),
            queries: Queries::default(),
            control: OnceCell::new(),
        })
    }

    /// The client that ends queries; none where it cannot be made.
    pub(super) async fn control(&self) -> Option<&Client> {
        let made = self.control.get_or_try_init(async || Client::with_options(impatient(&self.options)));
        made.await.ok()
    }

    /// A transaction's session, for commands that are permitted one by one.
    pub(crate) async fn start_transaction_session(&self) -> Result<ClientSession, DriverError> {
        self.client.start_session().await
    }

    /// Closes the client. A server that does not answer is waited for by nobody but the caller.
    pub(crate) async fn close(&self) {
        self.client.clone().shutdown().immediate(true).await;
        if let Some(control) = self.control.get() {
            control.clone().shutdown().immediate(true).await;
        }
    }

    /// Whether documents are guarded by transactions here: a set or a sharded cluster has them.
    pub(crate) fn has_transactions(&self) -> bool {
        matches!(self.info.topology, Topology::ReplicaSet | Topology::Sharded)
    }

    /// Whether `drop` and `renameCollection` take the UUID of the collection that is meant (`collectionUUID`, since 6.0).
    pub(crate) fn compares_uuids(&self) -> bool {
        let major = self.info.server_version.as_deref().and_then(|version| version.split('.').next());
        major.and_then(|major| major.parse::<u32>().ok()).is_some_and(|major| major >= 6)
    }

    /// Where to read: the primary while there is one, else whoever has the data.
    pub(crate) fn read_from(&self) -> (SelectionCriteria, ServedFrom) {
        if self.info.topology != Topology::ReplicaSet || self.pulse.has_primary() {
            return (ReadPreference::Primary.into(), ServedFrom::Primary);
        }
        let options = ReadPreferenceOptions::default();
        (ReadPreference::SecondaryPreferred { options: Some(options) }.into(), ServedFrom::Secondary)
    }

    /// Where to read when the caller has a wish.
    pub(crate) fn read_preferring(
        &self,
        mode: Option<ReadPreferenceMode>,
    ) -> (SelectionCriteria, ServedFrom) {
        let options = Some(ReadPreferenceOptions::default());
        match mode {
            None | Some(ReadPreferenceMode::PrimaryPreferred) => self.read_from(),
            Some(ReadPreferenceMode::Primary) => (ReadPreference::Primary.into(), ServedFrom::Primary),
            Some(ReadPreferenceMode::Secondary) => {
                (ReadPreference::Secondary { options }.into(), ServedFrom::Secondary)
            }
            Some(ReadPreferenceMode::SecondaryPreferred) => {
                (ReadPreference::SecondaryPreferred { options }.into(), ServedFrom::Secondary)
            }
            Some(ReadPreferenceMode::Nearest) => {
                (ReadPreference::Nearest { options }.into(), ServedFrom::Secondary)
            }
        }
    }
}

/// The options of a client that gives up in time.
fn impatient(options: &ClientOptions) -> ClientOptions {
    let mut options = options.clone();
    let select = options.server_selection_timeout.unwrap_or(SELECT_WITHIN);
    options.server_selection_timeout = Some(select.min(SELECT_WITHIN));
    options.connect_timeout = Some(options.connect_timeout.unwrap_or(STEP_CONNECT).min(STEP_CONNECT));
    options
}

/// Waits for a read, but not for ever: the driver has no socket timeout, and a frozen server's own time limit
/// is frozen with it.
pub(crate) async fn bounded<T>(read: impl Future<Output = Result<T, DriverError>>) -> Result<T> {
    bounded_by(READ_WITHIN, read).await
}

/// The same where the server may take longer, or less.
pub(crate) async fn bounded_by<T>(
    limit: Duration,
    read: impl Future<Output = Result<T, DriverError>>,
) -> Result<T> {
    match timeout(limit, read).await {
        Ok(answer) => answer.map_err(|error| error::from_driver(&error)),
        Err(_) => Err(unanswered(limit)),
    }
}

/// No answer came within a limit.
pub(crate) fn unanswered(limit: Duration) -> Error {
    Error::new(ErrorCode::Timeout, format!("The server did not answer within {} s.", limit.as_secs()))
        .with_hint("It may be frozen or cut off; Health shows what the other members see.")
}

/// Which kind of member answered a read.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize, specta::Type, utoipa::ToSchema,
)]
#[serde(rename_all = "camelCase")]
pub enum ServedFrom {
    /// The primary, or the only server.
    Primary,
    /// Perhaps a secondary, because there was no primary or because it was asked for: may be behind.
    Secondary,
}

const STEP_CONNECT: Duration = Duration::from_secs(3);

/// Asks every seed at once; the first that answers speaks for the others.
async fn greet(options: &ClientOptions) -> Result<(ServerAddress, Greeting)> {
    let mut answers: FuturesUnordered<_> = options
        .hosts
        .iter()
        .map(async |seed| {
            let answer = timeout(PROBE_WITHIN, probe(seed, options)).await;
            (seed, answer.unwrap_or(Err(Silence::TimedOut)))
        })
        .collect();
    let mut silent: Vec<(&ServerAddress, Silence)> = Vec::new();
    while let Some((seed, answer)) = answers.next().await {
        match answer {
            Ok(greeting) => return Ok((seed.clone(), greeting)),
            Err(silence) => silent.push((seed, silence)),
        }
    }
    let mut errors = silent.into_iter().map(|(seed, silence)| silence.into_error(seed));
    let Some(first) = errors.next() else {
        return Err(Error::invalid("The connection string names no host."));
    };
    let others: Vec<_> = errors.map(|error| error.body().message.clone()).collect();
    if others.is_empty() { Err(first) } else { Err(first.and_also(&others)) }
}

fn check_set_name(options: &ClientOptions, greeting: &Greeting, seed: &ServerAddress) -> Result<()> {
    let Some(wanted) = &options.repl_set_name else { return Ok(()) };
    match &greeting.set_name {
        Some(name) if name == wanted => Ok(()),
        Some(name) => {
            Err(Error::invalid(format!("{seed} belongs to the replica set '{name}', not to '{wanted}'."))
                .with_hint(format!("Write replicaSet={name} in the connection string.")))
        }
        None => Err(Error::invalid(format!(
            "{seed} belongs to no replica set, but replicaSet={wanted} was asked for."
        ))
        .with_hint("Leave replicaSet out, or initiate the set first.")),
    }
}

/// Logs in and asks for the version: the first question that needs everything to be right.
async fn verify(client: &Client) -> Result<Document> {
    let criteria = ReadPreference::Nearest { options: None };
    client
        .database("admin")
        .run_command(doc! { "buildInfo": 1 })
        .selection_criteria(SelectionCriteria::ReadPreference(criteria))
        .await
        .map_err(|error| error::from_driver(&error))
}

/// On this machine it is local; anything else is treated as production until somebody says otherwise.
fn guess_environment(hosts: &[ServerAddress]) -> Environment {
    let local = hosts.iter().all(|host| match host {
        ServerAddress::Tcp { host, .. } => {
            matches!(host.as_str(), "localhost" | "127.0.0.1" | "::1" | "[::1]")
        }
        _ => true,
    });
    if local { Environment::Local } else { Environment::Production }
}
