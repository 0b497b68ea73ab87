//! The one entry to every operation.

mod failover;
mod health;
mod named;
mod operate;
mod operations;

use std::{
    collections::HashMap,
    path::PathBuf,
    sync::{
        Arc, PoisonError, RwLock,
        atomic::{AtomicU64, Ordering},
    },
    time::SystemTime,
};

use tokio::sync::broadcast;

use crate::{
    Error, ErrorCode, Result,
    connection::{
        self, Asked, ConnectRequest, ConnectTarget, Connection, ConnectionId, ConnectionUri,
        RecentConnections, Served, Session,
    },
    document::{Browsing, Drafts, Journal, Journals},
    event::AlertChanged,
    operation::{Effect, Operation},
    replica::{LINGER, Measurements, Monitor, Record, Records, Scene},
    storage::{SettingsFile, UndoSettings},
    time::{iso, millis},
};

/// Tells the time: handed in, so that tests can choose it.
pub type Clock = Arc<dyn Fn() -> SystemTime + Send + Sync>;

/// The port that mongod takes when it is told no other.
pub const USUAL_PORT: u16 = 27017;

/// So many notices of alerts wait for who is slow to take them; older ones are dropped.
const NOTICES: usize = 64;

/// What an engine is made of. The core never looks for any of it by itself.
#[derive(Clone)]
pub struct EngineConfig {
    /// Where settings and recent connections are kept; made when first written to.
    pub data_dir: PathBuf,
    /// Tells the time.
    pub clock: Clock,
    /// What the program was started with.
    pub startup: Startup,
    /// Where a mongod of this machine is looked for: [`USUAL_PORT`].
    pub local_port: u16,
    /// Every connection is opened read-only, whatever is asked for.
    pub read_only: bool,
}

/// What the program was started with.
#[derive(Clone, Debug, Default)]
pub enum Startup {
    /// Nothing: the person chooses.
    #[default]
    Nothing,
    /// The local set.
    Lab,
    /// A connection string.
    Connection(ConnectionUri),
}

/// The one entry to every operation: a cheap clone.
///
/// Requires a running tokio runtime; connections are watched by tasks of their own.
#[derive(Clone)]
pub struct Engine {
    inner: Arc<Inner>,
    /// Where it is seen through a listener, the connections that exist for it.
    served: Option<Arc<Served>>,
}

struct Inner {
    config: EngineConfig,
    recents: RecentConnections,
    settings: SettingsFile,
    journals: Journals,
    drafts: Drafts,
    records: Records,
    notices: broadcast::Sender<AlertChanged>,
    open: RwLock<HashMap<ConnectionId, Arc<Open>>>,
    next_id: AtomicU64,
    /// The connections that are opened once, by the lab's string or none for that of the start; locked while one is
    /// opened.
    once: tokio::sync::Mutex<HashMap<Option<String>, ConnectionId>>,
}

/// An open connection with everything that lives as long as it does.
struct Open {
    session: Arc<Session>,
    monitor: Arc<Monitor>,
    record: Arc<Record>,
    measurements: Measurements,
    browsing: Arc<Browsing>,
    drafts: Drafts,
    journal: Journal,
    /// Held while an operation on the set is carried out.
    operating: Arc<tokio::sync::Mutex<()>>,
}

impl Open {
    /// The connection as the stopwatch needs it.
    fn scene<'a>(&'a self, clock: &'a Clock) -> Scene<'a> {
        let Self { session, monitor, record, measurements, .. } = self;
        Scene { session, monitor, record, measurements, clock }
    }
}

impl Engine {
    /// Makes an engine. Nothing is read or opened yet.
    #[must_use]
    pub fn new(config: EngineConfig) -> Self {
        let recents = RecentConnections::new(config.data_dir.join("connections.json"));
        let settings = SettingsFile::new(config.data_dir.join("settings.json"));
        let journals = Journals::new(
            config.data_dir.join("journal"),
            Arc::clone(&config.clock),
            UndoSettings::default().limit_bytes(),
        );
        let drafts = Drafts::new(config.data_dir.join("drafts"));
        let records = Records::new(config.data_dir.join("timeline"));
        Self {
            inner: Arc::new(Inner {
                config,
                recents,
                settings,
                journals,
                drafts,
                records,
                notices: broadcast::Sender::new(NOTICES),
                open: RwLock::default(),
                next_id: AtomicU64::new(1),
                once: tokio::sync::Mutex::default(),
            }),
            served: None,
        }
    }

    /// The same engine as a listener sees it: only served connections exist, and `default` names the only one.
    #[must_use]
    pub fn serving(&self, served: Arc<Served>) -> Self {
        Self { inner: Arc::clone(&self.inner), served: Some(served) }
    }

    /// Whether an operation may be asked for at all.
    ///
    /// # Errors
    ///
    /// `ReadOnly` where everything is read-only and the operation changes something.
    pub fn admit(&self, operation: &Operation) -> Result<()> {
        match operation.effect {
            Effect::Changes if self.inner.config.read_only => Err(connection::read_only()),
            _ => Ok(()),
        }
    }

    /// Opens a connection, verified, within 5 seconds, and remembers it without its password. That of the start and
    /// that of the lab are opened once, whoever asks for them and however often, until they are closed.
    ///
    /// # Errors
    ///
    /// `InvalidInput` for a string that cannot be used or a wrong set name, `Unreachable`, `Timeout`, `Tls`,
    /// `Unauthenticated`, and `NotFound` for a connection that is not remembered.
    pub async fn connect(&self, request: ConnectRequest) -> Result<Connection> {
        let asked_for = match &request.target {
            ConnectTarget::Startup => None,
            ConnectTarget::Lab { uri } => Some(uri.clone()),
            ConnectTarget::Uri { .. } | ConnectTarget::Recent { .. } => {
                return self.connect_anew(request).await;
            }
        };
        let mut once = self.inner.once.lock().await;
        if let Some(open) = once.get(&asked_for).and_then(|id| self.open(id).ok()) {
            return Ok(open.session.info.clone());
        }
        let connection = self.connect_anew(request).await?;
        once.insert(asked_for, connection.id.clone());
        Ok(connection)
    }

    async fn connect_anew(&self, request: ConnectRequest) -> Result<Connection> {
        let asked = self.asked(request)?;
        let uri = asked.uri.clone();
        let id = ConnectionId(format!("c{}", self.inner.next_id.fetch_add(1, Ordering::Relaxed)));
        let session = Arc::new(Session::open(id.clone(), asked).await?);
        let record = self.inner.records.of(&uri.identity());
        let clock = Arc::clone(&self.inner.config.clock);
        let monitor = Arc::new(Monitor::start(&session, &record, &self.inner.notices, clock, LINGER));
        let info = session.info.clone();
        let drafts = self.inner.drafts.of(&uri.identity());
        // Settings that cannot be read are told where they are asked for.
        if let Ok(settings) = self.inner.settings.read() {
            self.inner.journals.set_limit_bytes(settings.undo.limit_bytes());
        }
        let journal = self.inner.journals.of(&uri.identity(), info.undo);
        let measurements =
            Measurements::new(self.inner.config.data_dir.join("failover").join(uri.identity()));
        let (browsing, operating) = (Arc::default(), Arc::default());
        let open =
            Arc::new(Open { session, monitor, record, measurements, browsing, drafts, journal, operating });
        self.inner.open.write().unwrap_or_else(PoisonError::into_inner).insert(id, open);
        let now = iso((self.inner.config.clock)());
        if let Err(error) = self.inner.recents.remember(&uri, &info, now) {
            // The connection works; that it is not remembered shows in the list, and here.
            tracing::warn!(code = ?error.code(), "a connection could not be remembered");
        }
        Ok(info)
    }

    fn asked(&self, request: ConnectRequest) -> Result<Asked> {
        let ConnectRequest { target, name, environment, read_only, undo } = request;
        // Off stays off until somebody switches it on, in whatever way the same connection is opened.
        let undo = |uri: &ConnectionUri| {
            undo.unwrap_or_else(|| self.inner.recents.of(uri).is_none_or(|recent| recent.undo))
        };
        let read_only = |before: bool| self.inner.config.read_only || read_only.unwrap_or(before);
        match target {
            ConnectTarget::Uri { uri } | ConnectTarget::Lab { uri } => {
                let uri = ConnectionUri::parse(&uri)?;
                Ok(Asked { undo: undo(&uri), uri, name, environment, read_only: read_only(false) })
            }
            ConnectTarget::Startup => {
                let Startup::Connection(uri) = self.inner.config.startup.clone() else {
                    let message = "The program was started without a connection string.";
                    return Err(Error::new(ErrorCode::NotFound, message));
                };
                Ok(Asked { undo: undo(&uri), uri, name, environment, read_only: read_only(false) })
            }
            ConnectTarget::Recent { id, password } => {
                let recent = self.inner.recents.get(&id)?;
                let mut uri = ConnectionUri::parse(&recent.uri)?;
                if let Some(password) = password {
                    uri = uri.with_password(&password);
                } else if recent.needs_password {
                    return Err(Error::new(
                        ErrorCode::Unauthenticated,
                        "This connection needs its password again: it is never remembered.",
                    ));
                }
                Ok(Asked {
                    undo: undo(&uri),
                    uri,
                    name: name.or(Some(recent.name)),
                    environment: environment.or(Some(recent.environment)),
                    read_only: read_only(recent.read_only),
                })
            }
        }
    }

    /// An open connection by its id, or by `default` where it is the only one.
    ///
    /// # Errors
    ///
    /// `NotFound`, and `Unreachable` for `default` while what the program was started with is not open yet.
    pub fn connection(&self, id: &ConnectionId) -> Result<Connection> {
        Ok(self.open(id)?.session.info.clone())
    }

    fn open(&self, id: &ConnectionId) -> Result<Arc<Open>> {
        let gone = || Error::new(ErrorCode::NotFound, "No connection of this name is open here.");
        let open = self.inner.open.read().unwrap_or_else(PoisonError::into_inner);
        if id.0 == ConnectionId::DEFAULT {
            let mut visible = open.iter().filter(|(id, _)| self.sees(id));
            return match (visible.next(), visible.next()) {
                (Some((_, only)), None) => Ok(Arc::clone(only)),
                // Who is told that it does not exist would not come again.
                (None, _) if open.is_empty() && !matches!(self.inner.config.startup, Startup::Nothing) => {
                    Err(Error::new(ErrorCode::Unreachable, "The database does not answer yet."))
                }
                (None, _) => Err(gone()),
                _ => {
                    Err(Error::new(ErrorCode::NotFound, "Several connections are open: none is the default.")
                        .with_hint("Name one by its id."))
                }
            };
        }
        open.get(id).filter(|_| self.sees(id)).cloned().ok_or_else(gone)
    }

    /// Hears of the alerts of all connections whose alerts are switched on, from now on.
    #[must_use]
    pub fn alerts(&self) -> broadcast::Receiver<AlertChanged> {
        self.inner.notices.subscribe()
    }

    /// Whether a connection exists for whoever asks.
    fn sees(&self, id: &ConnectionId) -> bool {
        self.served.as_ref().is_none_or(|served| served.contains(id))
    }

    /// What is open for whoever asks, in the order in which it was opened.
    fn visible(&self) -> Vec<Arc<Open>> {
        let open = self.inner.open.read().unwrap_or_else(PoisonError::into_inner);
        let mut visible: Vec<_> = open.iter().filter(|(id, _)| self.sees(id)).collect();
        visible.sort_by_key(|(id, _)| (id.0.len(), &id.0));
        visible.into_iter().map(|(_, open)| Arc::clone(open)).collect()
    }

    fn session(&self, id: &ConnectionId) -> Result<Arc<Session>> {
        Ok(Arc::clone(&self.open(id)?.session))
    }

    /// The present, in milliseconds since 1970.
    fn now_ms(&self) -> i64 {
        millis((self.inner.config.clock)())
    }
}
