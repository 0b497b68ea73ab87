//! The operations on the health of a connection's replica set.

#![expect(clippy::unused_async, reason = "an operation is an async fn, whatever it does today")]

use std::{path::Path, sync::Arc};

use futures_util::future::join_all;
use tokio::sync::watch;

use super::Engine;
use crate::{
    Error, ErrorCode, Result,
    event::ReplicaChanged,
    replica::{
        self, ExportIncidentRequest, HealthSettings, HealthSettingsRequest, Incident, ReadIncidentRequest,
        ReplicaHistory, ReplicaHistoryRequest, ReplicaRequest, ReplicaSnapshot, ReplicaTimeline,
        SetHealthSettingsRequest, TimelineRequest,
    },
    storage::SavedFile,
};

impl Engine {
    /// The state of a connection's replica set, taken after the question.
    pub async fn replica_snapshot(&self, request: ReplicaRequest) -> Result<ReplicaSnapshot> {
        self.open(&request.connection)?.monitor.snapshot().await
    }

    /// The figures of a connection's replica set over the last minutes and hours, as far as it was watched.
    pub async fn replica_history(&self, request: ReplicaHistoryRequest) -> Result<ReplicaHistory> {
        self.open(&request.connection)?
            .record
            .history(request.seconds.unwrap_or(replica::USUAL_SECONDS), self.now_ms())
    }

    /// What is watched of a connection's replica set, and from when on something is an alert.
    pub async fn health_settings(&self, request: HealthSettingsRequest) -> Result<HealthSettings> {
        self.open(&request.connection)?.record.settings()
    }

    /// Sets what is watched of a connection's replica set, and from when on something is an alert.
    pub async fn set_health_settings(&self, request: SetHealthSettingsRequest) -> Result<HealthSettings> {
        let record = Arc::clone(&self.open(&request.connection)?.record);
        // To dial another address is to open a connection, with the password of this one.
        if self.served.is_some() && record.settings()?.addresses != request.settings.addresses {
            return Err(Error::new(
                ErrorCode::Forbidden,
                "Where members are dialled belongs to the person at the machine: it is set in the window.",
            ));
        }
        record.set_settings(request.settings, self.now_ms())
    }

    /// What happened to a connection's replica set lately, as one document that may be given away.
    pub async fn export_incident(&self, request: ExportIncidentRequest) -> Result<Incident> {
        let open = self.open(&request.connection)?;
        // Without an answer, what was seen before is all the more wanted.
        let present = open.monitor.snapshot().await.ok();
        let seconds = request.seconds.unwrap_or(replica::USUAL_SECONDS);
        open.record.incident(seconds, present, self.now_ms())?.redacted(request.hide_hosts)
    }

    /// What happened lately, in a file of its own in `folder`.
    pub async fn save_incident(&self, request: ExportIncidentRequest, folder: &Path) -> Result<SavedFile> {
        replica::save_incident(&self.export_incident(request).await?, folder)
    }

    /// Reads an incident that was exported before.
    pub async fn read_incident(&self, request: ReadIncidentRequest) -> Result<Incident> {
        replica::read_incident(&request.text)
    }

    /// Every signal of every connection as Prometheus reads it. A connection of which nobody answers is left out.
    pub async fn metrics(&self) -> Result<String> {
        let open = self.visible();
        let named = open
            .iter()
            .map(async |open| Some((open.session.info.name.clone(), open.monitor.snapshot().await.ok()?)));
        Ok(replica::metrics(&join_all(named).await.into_iter().flatten().collect::<Vec<_>>()))
    }

    /// What has happened to a connection's replica set, the newest first, from what was observed and from the members' logs.
    pub async fn replica_timeline(&self, request: TimelineRequest) -> Result<ReplicaTimeline> {
        let open = self.open(&request.connection)?;
        open.record.timeline(request.limit, request.before.as_deref())
    }

    /// The states of a connection's replica set, for who waits for one: the latest replaces all before it. Members are asked
    /// as long as the receiver lives.
    pub fn replica_states(
        &self,
        request: ReplicaRequest,
    ) -> Result<watch::Receiver<Option<ReplicaSnapshot>>> {
        Ok(self.open(&request.connection)?.monitor.subscribe())
    }

    /// Tells every new state of a connection's replica set until `tell` answers false or the connection is closed.
    ///
    /// The latest state replaces all before it: a slow listener misses some and never falls behind.
    pub async fn watch_replica(
        &self,
        request: ReplicaRequest,
        mut tell: impl FnMut(ReplicaChanged) -> bool,
    ) -> Result<()> {
        let mut latest = self.open(&request.connection)?.monitor.subscribe();
        while latest.changed().await.is_ok() {
            let snapshot = latest.borrow_and_update().clone();
            if let Some(snapshot) = snapshot
                && !tell(ReplicaChanged { connection: request.connection.clone(), snapshot })
            {
                break;
            }
        }
        Ok(())
    }
}
