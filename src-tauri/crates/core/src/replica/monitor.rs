//! Watches a set: a task for each member, one reducer, and the latest snapshot for everybody.

use std::{sync::Arc, time::Duration};

use tokio::{
    sync::{Notify, mpsc, watch},
    task::JoinHandle,
    time::{MissedTickBehavior, interval, timeout},
};

use super::{
    ReplicaSnapshot, members::Members, observation::Observation, reduce::Reducer, stopwatch::Stopwatch,
};
use crate::{Clock, Error, ErrorCode, Result, connection::Session};

/// How often each member is asked while somebody looks.
const CADENCE: Duration = Duration::from_secs(1);
/// After this time a snapshot is published whether or not every member was heard of.
const WHOLE_WITHIN: Duration = Duration::from_secs(3);
/// Within this time a first whole snapshot is there, also when a member is silent.
const FIRST_WITHIN: Duration = Duration::from_secs(4);

/// Watches one connection's set while somebody looks, and rests meanwhile.
pub(crate) struct Monitor {
    latest: watch::Sender<Option<ReplicaSnapshot>>,
    attention: Arc<Notify>,
    task: JoinHandle<()>,
}

impl Monitor {
    pub(crate) fn start(session: &Arc<Session>, clock: Clock) -> Self {
        let (latest, _) = watch::channel(None);
        let attention = Arc::new(Notify::new());
        let watching = Watching {
            session: Arc::clone(session),
            clock,
            latest: latest.clone(),
            attention: Arc::clone(&attention),
        };
        Self { latest, attention, task: tokio::spawn(watching.run()) }
    }

    /// Follows the snapshots: the latest replaces all before it. Members are asked as long as a receiver lives.
    pub(crate) fn subscribe(&self) -> watch::Receiver<Option<ReplicaSnapshot>> {
        let receiver = self.latest.subscribe();
        self.attention.notify_one();
        receiver
    }

    /// The state now: a snapshot taken after the question.
    pub(crate) async fn snapshot(&self) -> Result<ReplicaSnapshot> {
        let mut receiver = self.subscribe();
        receiver.mark_unchanged();
        let next = async {
            loop {
                receiver.changed().await.ok()?;
                if let Some(snapshot) = receiver.borrow_and_update().clone() {
                    return Some(snapshot);
                }
            }
        };
        match timeout(FIRST_WITHIN, next).await {
            Ok(Some(snapshot)) => Ok(snapshot),
            _ => Err(Error::new(ErrorCode::Timeout, "No member of the set could be asked in time.")),
        }
    }
}

impl Drop for Monitor {
    fn drop(&mut self) {
        self.task.abort();
    }
}

struct Watching {
    session: Arc<Session>,
    clock: Clock,
    latest: watch::Sender<Option<ReplicaSnapshot>>,
    attention: Arc<Notify>,
}

impl Watching {
    async fn run(self) {
        loop {
            while self.latest.receiver_count() == 0 {
                self.attention.notified().await;
            }
            self.watch().await;
            // What was seen is old by the time somebody looks again.
            self.latest.send_replace(None);
        }
    }

    /// Asks and publishes until nobody looks.
    ///
    /// All members are asked in rounds, at the same moment, and the snapshot is published when the last one has answered or
    /// is called silent; a change of who is what is published at once.
    async fn watch(&self) {
        let info = &self.session.info;
        let seeds = self.session.options.hosts.iter().map(ToString::to_string).collect();
        let mut reducer = Reducer::new(info.topology, info.set_name.clone(), seeds);
        let stopwatch = Stopwatch::start(Arc::clone(&self.clock));
        let (sender, mut observations) = mpsc::channel(256);
        let mut members = Members::new(&self.session.options, info.topology, stopwatch.clone(), sender);
        let mut tick = interval(CADENCE);
        tick.set_missed_tick_behavior(MissedTickBehavior::Delay);
        let mut round = Round { began: stopwatch.now(), published: false };
        while self.latest.receiver_count() > 0 {
            members.follow(&reducer.hosts());
            let mut urgent = false;
            tokio::select! {
                Some(observation) = observations.recv() => {
                    urgent |= take(&mut reducer, &mut members, observation);
                    while let Ok(more) = observations.try_recv() {
                        urgent |= take(&mut reducer, &mut members, more);
                    }
                }
                () = self.session.pulse.changed.notified() => {
                    members.ask();
                    continue;
                }
                () = self.attention.notified() => {
                    round = Round { began: stopwatch.now(), published: false };
                    members.ask();
                    continue;
                }
                _ = tick.tick() => {
                    urgent = !round.published;
                    round = Round { began: stopwatch.now(), published: false };
                    members.ask();
                }
            }
            let ended = !round.published && reducer.complete_since(round.began);
            // A member that is known under another name here must not hold back what the others say.
            if ended || urgent && (reducer.complete() || stopwatch.now() > WHOLE_WITHIN) {
                round.published |= ended;
                self.latest.send_replace(Some(reducer.snapshot(stopwatch.time_of_day())));
            }
        }
    }
}

/// One time that all members were asked.
struct Round {
    began: Duration,
    published: bool,
}

fn take(reducer: &mut Reducer, members: &mut Members, observation: Observation) -> bool {
    members.note(&observation);
    reducer.note(observation)
}
