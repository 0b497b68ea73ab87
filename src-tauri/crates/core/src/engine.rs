//! The one entry to every operation.

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

use crate::{
    Error, ErrorCode, Result,
    connection::{
        ConnectRequest, ConnectTarget, Connection, ConnectionId, ConnectionUri, Environment,
        RecentConnections, Session,
    },
    replica::Monitor,
    storage::SettingsFile,
    time::iso,
};

/// Tells the time: handed in, so that tests can choose it.
pub type Clock = Arc<dyn Fn() -> SystemTime + Send + Sync>;

/// The port that mongod takes when it is told no other.
pub const USUAL_PORT: u16 = 27017;

/// What an engine is made of. The core never looks for any of it by itself.
#[derive(Clone)]
pub struct EngineConfig {
    /// Where settings and recent connections are kept; made when first written to.
    pub data_dir: PathBuf,
    /// Tells the time.
    pub clock: Clock,
    /// The connection string that the program was started with.
    pub startup_uri: Option<ConnectionUri>,
    /// Where a mongod of this machine is looked for: [`USUAL_PORT`].
    pub local_port: u16,
}

/// The one entry to every operation: a cheap clone.
///
/// Requires a running tokio runtime; connections are watched by tasks of their own.
#[derive(Clone)]
pub struct Engine {
    inner: Arc<Inner>,
}

struct Inner {
    config: EngineConfig,
    recents: RecentConnections,
    settings: SettingsFile,
    open: RwLock<HashMap<ConnectionId, Arc<Open>>>,
    next_id: AtomicU64,
}

/// An open connection with everything that lives as long as it does.
struct Open {
    session: Arc<Session>,
    monitor: Monitor,
}

impl Engine {
    /// Makes an engine. Nothing is read or opened yet.
    #[must_use]
    pub fn new(config: EngineConfig) -> Self {
        let recents = RecentConnections::new(config.data_dir.join("connections.json"));
        let settings = SettingsFile::new(config.data_dir.join("settings.json"));
        Self {
            inner: Arc::new(Inner {
                config,
                recents,
                settings,
                open: RwLock::default(),
                next_id: AtomicU64::new(1),
            }),
        }
    }

    /// Opens a connection, verified, within 5 seconds, and remembers it without its password.
    ///
    /// # Errors
    ///
    /// `InvalidInput` for a string that cannot be used or a wrong set name, `Unreachable`, `Timeout`, `Tls`,
    /// `Unauthenticated`, and `NotFound` for a connection that is not remembered.
    pub async fn connect(&self, request: ConnectRequest) -> Result<Connection> {
        let Asked { uri, name, environment } = self.asked(request)?;
        let id = ConnectionId(format!("c{}", self.inner.next_id.fetch_add(1, Ordering::Relaxed)));
        let session = Arc::new(Session::open(id.clone(), &uri, name, environment).await?);
        let monitor = Monitor::start(&session, Arc::clone(&self.inner.config.clock));
        let info = session.info.clone();
        let open = Arc::new(Open { session, monitor });
        self.inner.open.write().unwrap_or_else(PoisonError::into_inner).insert(id, open);
        let now = iso((self.inner.config.clock)());
        if let Err(error) = self.inner.recents.remember(&uri, &info.name, info.environment, now) {
            // The connection works; that it is not remembered shows in the list, and here.
            tracing::warn!(code = ?error.code(), "a connection could not be remembered");
        }
        Ok(info)
    }

    fn asked(&self, request: ConnectRequest) -> Result<Asked> {
        let ConnectRequest { target, name, environment } = request;
        match target {
            ConnectTarget::Uri { uri } => Ok(Asked { uri: ConnectionUri::parse(&uri)?, name, environment }),
            ConnectTarget::Startup => {
                let uri = self.inner.config.startup_uri.clone();
                let uri = uri.ok_or_else(|| {
                    Error::new(ErrorCode::NotFound, "The program was started without a connection string.")
                })?;
                Ok(Asked { uri, name, environment })
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
                    uri,
                    name: name.or(Some(recent.name)),
                    environment: environment.or(Some(recent.environment)),
                })
            }
        }
    }

    fn open(&self, id: &ConnectionId) -> Result<Arc<Open>> {
        let open = self.inner.open.read().unwrap_or_else(PoisonError::into_inner);
        open.get(id)
            .cloned()
            .ok_or_else(|| Error::new(ErrorCode::NotFound, "This connection is not open any more."))
    }

    fn session(&self, id: &ConnectionId) -> Result<Arc<Session>> {
        Ok(Arc::clone(&self.open(id)?.session))
    }
}

/// A connect request whose target is resolved.
struct Asked {
    uri: ConnectionUri,
    name: Option<String>,
    environment: Option<Environment>,
}
