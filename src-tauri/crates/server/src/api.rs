//! What the routes share.

use std::{path::PathBuf, sync::Arc};

use tokio::sync::{OwnedSemaphorePermit, Semaphore, watch};
use trivet_core::{Engine, ErrorCode, namespace::Namespace};
use trivet_lab::Labs;

use axum::http::StatusCode;

use crate::{problem::Problem, token::Token};

/// Streams that are open at once: of events, and of how far something is.
const STREAMS: usize = 16;

/// How the listener is set up.
#[derive(Clone)]
pub struct ServerConfig {
    /// The secret that requests carry.
    pub token: Token,
    /// The origins, besides its own, whose pages may call.
    pub allowed_origins: Vec<String>,
    /// The collection behind `/items`.
    pub items: Namespace,
    /// The built user interface, served at `/`.
    pub ui: Option<PathBuf>,
}

/// What the routes share: a cheap clone.
#[derive(Clone)]
pub(crate) struct Api {
    /// The engine as the listener sees it.
    pub(crate) engine: Engine,
    /// The local set of this program.
    pub(crate) labs: Labs,
    /// The collection behind `/items`.
    pub(crate) items: Namespace,
    streams: Arc<Semaphore>,
    closing: watch::Receiver<bool>,
}

impl Api {
    pub(crate) fn new(engine: Engine, labs: Labs, items: Namespace, closing: watch::Receiver<bool>) -> Self {
        Self { engine, labs, items, streams: Arc::new(Semaphore::new(STREAMS)), closing }
    }

    /// Room for one more stream, held until it is dropped.
    pub(crate) fn room_for_a_stream(&self) -> Result<OwnedSemaphorePermit, Problem> {
        Arc::clone(&self.streams).try_acquire_owned().map_err(|_| {
            let message = format!("There are already {STREAMS} streams.");
            Problem::refused(StatusCode::SERVICE_UNAVAILABLE, ErrorCode::Unreachable, message)
        })
    }

    /// Ends when the listener closes.
    pub(crate) async fn closed(&self) {
        // An error means that the listener itself is gone, which is the same.
        let _ = self.closing.clone().wait_for(|closing| *closing).await;
    }
}
