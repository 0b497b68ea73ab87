//! Small writes around something: begun before it, ended when writes are well again.

use std::{
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};

use mongodb::{
    ServerType,
    event::{EventHandler, sdam::SdamEvent},
    options::ServerAddress,
};
use tokio::{
    sync::{oneshot, watch},
    task::JoinHandle,
    time::{Instant, sleep},
};

use super::{
    beats::{Beats, Ended, MOST_UNDER_WAY, beat},
    place::Place,
    reckon::{BEAT, SILENT, reckon},
    scene::Scene,
};
use crate::{
    Clock, Error, ErrorCode, Result,
    connection::{Beside, Topology},
    replica::{FailoverMeasurement, FailoverProgress, ReplicaSnapshot},
    time::{iso_of_millis, millis},
};

/// A write waits so long for a primary; a driver's usual 30 s are waited for by nobody who wants to see.
const SELECTION: Duration = Duration::from_secs(2);
const CONNECTION: Duration = Duration::from_secs(3);
/// For so long writes are to have been well before and after, microseconds.
const WELL: u32 = 2_000_000;
/// And for so long that is waited for.
const WELL_BEFORE_WITHIN: Duration = Duration::from_secs(10);
const WELL_AFTER_WITHIN: Duration = Duration::from_secs(90);

/// Writes twenty times a second, from [`start`](Self::start) on. Dropped, it stops and cleans up by itself.
pub(crate) struct Canary {
    beats: Arc<Beats>,
    stop: oneshot::Sender<()>,
    task: JoinHandle<Ended>,
    remarks: Vec<String>,
    /// The members are watched meanwhile: what happens to them is told in the end.
    _watching: watch::Receiver<Option<ReplicaSnapshot>>,
}

impl Canary {
    /// Waits for two seconds of good writes, at most ten, before whatever is to be measured.
    pub(crate) async fn settle(&self) {
        self.well(WELL_BEFORE_WITHIN).await;
    }

    /// Waits until writes have been well for two seconds from now on, at most ninety, and ends the measuring.
    pub(crate) async fn finish(self, scene: &Scene<'_>, label: String) -> FailoverMeasurement {
        self.well(WELL_AFTER_WITHIN).await;
        self.end(scene, label).await
    }

    async fn well(&self, within: Duration) {
        let (from, deadline) = (self.beats.now(), Instant::now() + within);
        while Instant::now() < deadline {
            let now = self.beats.now();
            let since = self.beats.look(|samples| samples.well_since(now, SILENT));
            if since.is_some_and(|since| now.saturating_sub(since.max(from)) >= WELL) {
                return;
            }
            sleep(Duration::from_micros(BEAT.into())).await;
        }
    }
}

impl Canary {
    /// Begins to write, into a collection of its own.
    ///
    /// # Errors
    ///
    /// `ReadOnly`, `Unsupported` where it is no replica set, and what the server refuses the collection for.
    pub(crate) async fn start(scene: &Scene<'_>) -> Result<Self> {
        let info = &scene.session.info;
        if matches!(info.topology, Topology::Standalone | Topology::Sharded) {
            scene.session.permit_writes()?;
            let message = "Only a replica set fails over: this connection is not to one.";
            return Err(Error::new(ErrorCode::Unsupported, message));
        }
        let beats = Arc::<Beats>::default();
        let mut alone = false;
        let beside = Arc::new(scene.session.beside(|options| {
            alone = options.direct_connection == Some(true);
            options.retry_writes = Some(false);
            options.server_selection_timeout = Some(SELECTION);
            options.connect_timeout = Some(options.connect_timeout.unwrap_or(CONNECTION).min(CONNECTION));
            options.max_pool_size = Some(MOST_UNDER_WAY);
            options.min_pool_size = None;
            options.app_name = Some("Trivet stopwatch".to_owned());
            options.sdam_event_handler = Some(follow_primary(Arc::clone(&beats)));
        })?);
        let place = Arc::new(Place::new(Arc::clone(&beside), scene.now_ms()));
        let mut remarks = Vec::new();
        if alone {
            remarks.push(
                "The connection is to one member alone (directConnection=true): the writes follow no new primary."
                    .to_owned(),
            );
        }
        let (stop, stopped) = oneshot::channel();
        let (made, ready) = oneshot::channel();
        let clock = Arc::clone(scene.clock);
        // In a task of its own from the first command on: a caller who goes away leaves no collection behind.
        let task = tokio::spawn(written(Arc::clone(&beats), place, beside, clock, made, stopped));
        ready.await.map_err(|_| Error::internal("The stopwatch ended before it began."))??;
        Ok(Self { beats, stop, task, remarks, _watching: scene.monitor.subscribe() })
    }

    /// How it goes.
    pub(crate) fn progress(&self) -> FailoverProgress {
        let now = self.beats.now();
        self.beats.look(|samples| FailoverProgress {
            elapsed_ms: now / 1_000,
            acknowledged: samples.acknowledged(),
            failed: samples.failed(),
            away_ms: Some(samples.quiet_for(now)).filter(|quiet| *quiet > SILENT).map(|quiet| quiet / 1_000),
            last_error: samples.last_failure().map(|failure| match failure.code {
                Some(code) => format!("{} ({code}): {}", failure.name, failure.message),
                None => failure.message.clone(),
            }),
        })
    }

    /// Ends the measuring now: reckons, asks the members' logs, keeps what came of it.
    pub(crate) async fn end(self, scene: &Scene<'_>, label: String) -> FailoverMeasurement {
        let Self { beats, stop, task, mut remarks, _watching } = self;
        // The task may have ended by itself.
        let _ = stop.send(());
        let ended = task.await.unwrap_or_else(|_| Ended { at: beats.now(), ..Ended::default() });
        remarks.extend(ended.remarks);
        let (reckoned, acknowledged, failed) =
            beats.look(|samples| (reckon(samples, ended.at), samples.acknowledged(), samples.failed()));
        let began_ms = beats.began_ms();
        let elections = scene.elections(began_ms, ended.at, &reckoned.away).await;
        remarks.extend(elections.remarks);
        let measurement = FailoverMeasurement {
            id: scene.measurements.id(began_ms),
            label,
            set_name: scene.session.info.set_name.clone(),
            began_at: iso_of_millis(began_ms),
            seconds: ended.at.div_ceil(1_000_000),
            interval_ms: BEAT / 1_000,
            acknowledged,
            failed,
            usual_ms: reckoned.usual_ms,
            outages: elections.outages,
            worst_away_ms: reckoned.worst_ms,
            median_away_ms: reckoned.median_ms,
            errors: reckoned.errors,
            retryable: reckoned.retryable,
            elections: elections.courses,
            sent_ms: reckoned.sent_ms,
            took_ms: reckoned.took_ms,
            remarks,
        };
        scene.keep(measurement)
    }
}

/// Makes the place, tells how that went, and writes until it is stopped.
async fn written(
    beats: Arc<Beats>,
    place: Arc<Place>,
    beside: Arc<Beside>,
    clock: Clock,
    made: oneshot::Sender<Result<()>>,
    stopped: oneshot::Receiver<()>,
) -> Ended {
    if let Err(error) = place.make().await {
        beside.close().await;
        // Who asked may have gone away meanwhile.
        let _ = made.send(Err(error));
        return Ended::default();
    }
    // In the way of nobody: it is tried again the next time.
    if let Err(error) = place.remove_left_behind(millis(clock())).await {
        tracing::debug!(code = ?error.code(), "it is not known whether a measuring left something behind");
    }
    beats.begin(millis(clock()));
    let _ = made.send(Ok(()));
    beat(beats, place, beside, stopped).await
}

/// Notes when the client that writes finds, loses or changes its primary.
fn follow_primary(beats: Arc<Beats>) -> EventHandler<SdamEvent> {
    let known: Mutex<Option<ServerAddress>> = Mutex::default();
    EventHandler::callback(move |event| {
        let SdamEvent::TopologyDescriptionChanged(change) = event else { return };
        let servers = change.new_description.servers();
        let primary = servers.iter().find(|(_, server)| server.server_type() == ServerType::RsPrimary);
        let primary = primary.map(|(address, _)| (*address).clone());
        let mut known = known.lock().unwrap_or_else(PoisonError::into_inner);
        if *known != primary {
            *known = primary;
            beats.primary_changed();
        }
    })
}
