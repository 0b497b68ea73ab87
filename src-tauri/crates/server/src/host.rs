//! The listener inside another program: switched on and off, and told which connections it may reach.

use std::{
    path::PathBuf,
    sync::{Arc, PoisonError, RwLock},
};

use serde::{Deserialize, Serialize};
use specta::Type;
use tokio::sync::{Mutex, oneshot};
use trivet_core::{
    Engine,
    connection::{ConnectionId, Served},
    storage::RestSettings,
};
use trivet_lab::Labs;

use crate::{
    ServerConfig, Token, bind,
    opening::open_and_serve,
    program::{TOKEN_FILE, usual_items},
    serve,
};

/// Whether the listener listens, where, and what it serves.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct RestStatus {
    /// Where it is reached; none while it does not listen.
    pub url: Option<String>,
    /// The file that holds the token; made when it listens for the first time.
    pub token_file: String,
    /// The connections that it may reach.
    pub served: Vec<ConnectionId>,
    /// Why it could not be started the last time.
    pub error: Option<String>,
}

/// Asks to let the listener reach a connection, or no longer.
#[derive(Clone, Debug, Serialize, Deserialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct RestServeRequest {
    /// Which connection.
    pub connection: ConnectionId,
    /// It may be reached.
    pub served: bool,
}

/// A listener that can be switched on and off.
pub struct Host {
    engine: Engine,
    labs: Labs,
    token_file: PathBuf,
    served: Arc<Served>,
    running: Mutex<Option<Running>>,
    error: RwLock<Option<String>>,
}

struct Running {
    url: String,
    /// Dropped or sent to, it ends the listener.
    stop: oneshot::Sender<()>,
    task: tokio::task::JoinHandle<()>,
}

impl Host {
    /// Switched off. The token is kept in `data_dir`.
    #[must_use]
    pub fn new(engine: Engine, labs: Labs, data_dir: &std::path::Path) -> Self {
        let token_file = data_dir.join(TOKEN_FILE);
        let served = Arc::new(Served::new());
        Self { engine, labs, token_file, served, running: Mutex::default(), error: RwLock::default() }
    }

    /// Listens from now on, in the place of where it listened before. Why it cannot is in the status.
    pub async fn start(&self, settings: &RestSettings) -> RestStatus {
        {
            let mut running = self.running.lock().await;
            end(running.take()).await;
            let started = self.listen(settings).await;
            let mut error = self.error.write().unwrap_or_else(PoisonError::into_inner);
            (*running, *error) = match started {
                Ok(started) => (Some(started), None),
                Err(reason) => (None, Some(reason)),
            };
        }
        self.status().await
    }

    async fn listen(&self, settings: &RestSettings) -> Result<Running, String> {
        let token = Token::in_file(&self.token_file)?;
        let bound = bind(&settings.address).await?;
        let url = format!("http://{}", bound.authority);
        let (stop, stopped) = oneshot::channel();
        let allowed_origins = settings.allowed_origins.clone();
        let config = ServerConfig { token, allowed_origins, items: usual_items(), ui: None };
        let engine = self.engine.serving(Arc::clone(&self.served));
        // An error means that the sender is gone: the program ends.
        let shutdown = async { drop(stopped.await) };
        let task = tokio::spawn(serve(bound, engine, self.labs.clone(), config, shutdown));
        Ok(Running { url, stop, task })
    }

    /// Listens no longer; running requests have a few seconds to end.
    pub async fn stop(&self) -> RestStatus {
        end(self.running.lock().await.take()).await;
        *self.error.write().unwrap_or_else(PoisonError::into_inner) = None;
        self.status().await
    }

    /// Lets the listener reach a connection, or no longer.
    pub async fn serve(&self, request: RestServeRequest) -> RestStatus {
        self.served.set(request.connection, request.served);
        self.status().await
    }

    /// Opens what the program was started with and lets the listener reach it.
    pub async fn serve_startup(&self) {
        if let Err(error) = open_and_serve(&self.engine, &self.labs, &self.served).await {
            *self.error.write().unwrap_or_else(PoisonError::into_inner) = Some(error.to_string());
        }
    }

    /// Whether the listener listens, where, and what it serves.
    pub async fn status(&self) -> RestStatus {
        RestStatus {
            url: self.running.lock().await.as_ref().map(|running| running.url.clone()),
            token_file: self.token_file.display().to_string(),
            served: self.served.list(),
            error: self.error.read().unwrap_or_else(PoisonError::into_inner).clone(),
        }
    }
}

async fn end(running: Option<Running>) {
    if let Some(Running { stop, task, .. }) = running {
        // Where the listener has ended by itself, there is nothing to stop.
        let _ = stop.send(());
        let _ = task.await;
    }
}
