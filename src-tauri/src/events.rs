//! What the core announces, as typed events of the window.

use std::{
    collections::HashMap,
    sync::{Mutex, PoisonError},
};

use serde::{Deserialize, Serialize};
use specta::Type;
use tauri::{AppHandle, async_runtime::JoinHandle};
use tauri_specta::Event;
use trivet_core::{Engine, connection::ConnectionId, event::ReplicaChanged, replica::ReplicaRequest};

/// The state of a connection's replica set, taken anew.
#[derive(Clone, Debug, Serialize, Deserialize, Type, Event)]
#[serde(transparent)]
#[tauri_specta(event_name = "replica-changed")]
pub(crate) struct ReplicaEvent(pub(crate) ReplicaChanged);

/// The connections that the window watches, one task each.
#[derive(Default)]
pub(crate) struct Watches {
    tasks: Mutex<HashMap<ConnectionId, JoinHandle<()>>>,
}

impl Watches {
    /// Sends every new state of the connection's set to the window until [`Self::stop`].
    pub(crate) fn start(&self, app: AppHandle, engine: Engine, request: ReplicaRequest) {
        let connection = request.connection.clone();
        let task = tauri::async_runtime::spawn(async move {
            let told =
                engine.watch_replica(request, |changed| ReplicaEvent(changed).emit(&app).is_ok()).await;
            if let Err(error) = told {
                tracing::warn!(code = ?error.code(), "a replica set cannot be watched");
            }
        });
        self.put(connection, Some(task));
    }

    /// Ends the watch of a connection, if there is one.
    pub(crate) fn stop(&self, connection: ConnectionId) {
        self.put(connection, None);
    }

    fn put(&self, connection: ConnectionId, task: Option<JoinHandle<()>>) {
        let mut tasks = self.tasks.lock().unwrap_or_else(PoisonError::into_inner);
        let before = match task {
            Some(task) => tasks.insert(connection, task),
            None => tasks.remove(&connection),
        };
        if let Some(before) = before {
            before.abort();
        }
    }
}
