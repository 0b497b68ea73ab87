//! The replica set of a connection.

use axum::{Json, extract::State, http::StatusCode, response::Response};
use serde::Deserialize;
use tokio::sync::mpsc;
use trivet_core::{
    Error,
    event::ReplicaChanged,
    replica::{
        ExportIncidentRequest, FailoverMeasurement, HealthSettings, HealthSettingsRequest, Incident,
        METRICS_TYPE, MeasurementsRequest, ReplicaHistory, ReplicaHistoryRequest, ReplicaRequest,
        ReplicaSnapshot, ReplicaTimeline, SetHealthSettingsRequest, TimelineRequest,
    },
};
use utoipa::IntoParams;

use super::{Reply, of_type};
use crate::{
    api::Api,
    body::Text,
    openapi::{
        problems::{Asks, Takes, Tries},
        shapes::AtConnection,
    },
    params::{At, Parameters},
    problem::Problem,
    streams::{WAITING, events},
};

/// The state of the connection's replica set now.
#[utoipa::path(get, path = "/api/v1/connections/{connection}/replica-set", operation_id = "replica_set_get",
    tag = "Replica set", extensions(("x-operation" = json!("replica_snapshot"))), params(AtConnection),
    responses((status = 200, description = "The state.", body = ReplicaSnapshot), Asks))]
pub(crate) async fn snapshot(
    State(api): State<Api>,
    At(connection): At,
) -> Result<Json<ReplicaSnapshot>, Problem> {
    Ok(Json(api.engine.replica_snapshot(ReplicaRequest { connection }).await?))
}

/// Every new state of the connection's replica set, as server-sent events named `replica-changed`.
///
/// The latest state replaces all before it: a slow reader misses some and never falls behind.
#[utoipa::path(get, path = "/api/v1/connections/{connection}/replica-set/events", operation_id = "replica_set_events",
    tag = "Replica set", extensions(("x-operation" = json!(["replica_snapshot", "watch_replica"]))), params(AtConnection),
    responses((status = 200, description = "The state now, then each new one: `data` of the events has this schema.",
        content((ReplicaChanged = "text/event-stream"))), Asks))]
pub(crate) async fn changes(State(api): State<Api>, At(connection): At) -> Reply {
    let room = api.room_for_a_stream()?;
    // Asked first, so that a connection that is not there is an error and not an empty stream.
    let first = api.engine.replica_snapshot(ReplicaRequest { connection: connection.clone() }).await?;
    let (sender, receiver) = mpsc::channel(WAITING);
    let tell = move |changed: ReplicaChanged| match sender
        .try_send(serde_json::to_string(&changed).unwrap_or_default())
    {
        Ok(()) | Err(mpsc::error::TrySendError::Full(_)) => true,
        Err(mpsc::error::TrySendError::Closed(_)) => false,
    };
    tell(ReplicaChanged { connection: connection.clone(), snapshot: first });
    tokio::spawn(async move {
        let watched = api.engine.watch_replica(ReplicaRequest { connection }, tell);
        tokio::select! {
            _ = watched => {}
            () = api.closed() => {}
        }
        drop(room);
    });
    Ok(events("replica-changed", receiver))
}

/// How far back.
#[derive(Deserialize, IntoParams)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
#[into_params(parameter_in = Query)]
pub(crate) struct Back {
    /// Seconds, 1 to 86,400; 900 where it is left out.
    #[param(example = 900)]
    seconds: Option<u32>,
}

/// The figures of the connection's replica set over time, in columns, as far as it was watched.
#[utoipa::path(get, path = "/api/v1/connections/{connection}/replica-set/history", operation_id = "replica_set_history",
    tag = "Replica set", extensions(("x-operation" = json!("replica_history"))), params(AtConnection, Back),
    responses((status = 200, description = "The figures.", body = ReplicaHistory), Asks))]
pub(crate) async fn history(
    State(api): State<Api>,
    At(connection): At,
    Parameters(Back { seconds }): Parameters<Back>,
) -> Result<Json<ReplicaHistory>, Problem> {
    Ok(Json(api.engine.replica_history(ReplicaHistoryRequest { connection, seconds }).await?))
}

/// Which page of the timeline.
#[derive(Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(crate) struct Leaf {
    /// At most so many entries, 1 to 1,000; 100 where it is left out.
    limit: Option<u32>,
    /// Only what stands behind this entry, by its id.
    before: Option<String>,
}

/// What has happened to the connection's replica set, the newest first.
#[utoipa::path(get, path = "/api/v1/connections/{connection}/replica-set/timeline", operation_id = "replica_set_timeline",
    tag = "Replica set", extensions(("x-operation" = json!("replica_timeline"))), params(AtConnection, Leaf),
    responses((status = 200, description = "The entries.", body = ReplicaTimeline), Asks))]
pub(crate) async fn timeline(
    State(api): State<Api>,
    At(connection): At,
    Parameters(Leaf { limit, before }): Parameters<Leaf>,
) -> Result<Json<ReplicaTimeline>, Problem> {
    Ok(Json(api.engine.replica_timeline(TimelineRequest { connection, limit, before }).await?))
}

/// What is watched of the connection's replica set, and from when on something is an alert.
#[utoipa::path(get, path = "/api/v1/connections/{connection}/replica-set/settings", operation_id = "replica_set_settings",
    tag = "Replica set", extensions(("x-operation" = json!("health_settings"))), params(AtConnection),
    responses((status = 200, description = "The settings.", body = HealthSettings), Asks))]
pub(crate) async fn settings(
    State(api): State<Api>,
    At(connection): At,
) -> Result<Json<HealthSettings>, Problem> {
    Ok(Json(api.engine.health_settings(HealthSettingsRequest { connection }).await?))
}

/// Sets what is watched of the connection's replica set, and from when on something is an alert.
///
/// All of them. Where members are dialled can be changed in the window only.
#[utoipa::path(put, path = "/api/v1/connections/{connection}/replica-set/settings", operation_id = "replica_set_set_settings",
    tag = "Replica set", extensions(("x-operation" = json!("set_health_settings"))), params(AtConnection),
    request_body = HealthSettings,
    responses((status = 200, description = "The settings.", body = HealthSettings), Asks, Takes))]
pub(crate) async fn set_settings(
    State(api): State<Api>,
    At(connection): At,
    body: Text,
) -> Result<Json<HealthSettings>, Problem> {
    let settings = serde_json::from_str(&body.json()?)
        .map_err(|error| Error::invalid(format!("The settings cannot be read: {error}.")))?;
    Ok(Json(api.engine.set_health_settings(SetHealthSettingsRequest { connection, settings }).await?))
}

/// Of which time, and for whose eyes.
#[derive(Deserialize, IntoParams)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
#[into_params(parameter_in = Query, rename_all = "camelCase")]
pub(crate) struct Export {
    /// Seconds, 1 to 86,400; 900 where it is left out.
    #[param(example = 900)]
    seconds: Option<u32>,
    /// Every host is called `member-1`, `member-2` and so on.
    #[serde(default)]
    #[param(required = false)]
    hide_hosts: bool,
}

/// What happened to the connection's replica set lately, as one document that may be given away.
#[utoipa::path(get, path = "/api/v1/connections/{connection}/replica-set/incident", operation_id = "replica_set_incident",
    tag = "Replica set", extensions(("x-operation" = json!("export_incident"))), params(AtConnection, Export),
    responses((status = 200, description = "The incident.", body = Incident), Asks))]
pub(crate) async fn incident(
    State(api): State<Api>,
    At(connection): At,
    Parameters(Export { seconds, hide_hosts }): Parameters<Export>,
) -> Result<Json<Incident>, Problem> {
    let request = ExportIncidentRequest { connection, seconds, hide_hosts };
    Ok(Json(api.engine.export_incident(request).await?))
}

/// What the stopwatch has measured on the connection's replica set, the newest first, without the single writes.
#[utoipa::path(get, path = "/api/v1/connections/{connection}/replica-set/measurements", operation_id = "replica_set_measurements",
    tag = "Replica set", extensions(("x-operation" = json!("measurements"))), params(AtConnection),
    responses((status = 200, description = "The measurements.", body = Vec<FailoverMeasurement>), Asks))]
pub(crate) async fn measurements(
    State(api): State<Api>,
    At(connection): At,
) -> Result<Json<Vec<FailoverMeasurement>>, Problem> {
    Ok(Json(api.engine.measurements(MeasurementsRequest { connection }).await?))
}

/// Every signal of the replica sets of all served connections, as Prometheus reads it.
#[utoipa::path(get, path = "/metrics", tag = "Probes", extensions(("x-operation" = json!("replica_snapshot"))),
    responses((status = 200, description = "The figures.", content((String = "text/plain"))), Tries))]
pub(crate) async fn metrics(State(api): State<Api>) -> Result<Response, Problem> {
    Ok(of_type(StatusCode::OK, METRICS_TYPE, api.engine.metrics().await?))
}
