//! Watches a set: a task for each member, one reducer, and the latest snapshot for everybody.

use std::{
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    time::Duration,
};

use tokio::{
    sync::{Notify, broadcast, mpsc, watch},
    task::{JoinHandle, spawn_blocking},
    time::{MissedTickBehavior, interval, timeout},
};

use super::{
    HealthSettings, ReplicaSnapshot,
    alerts::Turn,
    members::Members,
    observation::{Fact, Observation},
    record::Record,
    reduce::Reducer,
    watch_clock::WatchClock,
};
use crate::{
    Clock, Error, ErrorCode, Result,
    connection::{Connection, Session},
    event::AlertChanged,
};

/// How often each member is asked while somebody looks.
const CADENCE: Duration = Duration::from_secs(1);
/// After this time a snapshot is published whether or not every member was heard of.
const WHOLE_WITHIN: Duration = Duration::from_secs(3);
/// For so long members are asked on after the last reader has gone: who asks every minute, as Prometheus may, is somebody who
/// looks, and what needs more than one answer is there the next time.
pub(crate) const LINGER: Duration = Duration::from_mins(2);
/// Within this time a first whole snapshot is there, also when a member is silent.
const FIRST_WITHIN: Duration = Duration::from_secs(4);

/// Watches one connection's set while somebody looks, and for a while after that, and rests meanwhile.
pub(crate) struct Monitor {
    latest: watch::Sender<Option<ReplicaSnapshot>>,
    attention: Arc<Notify>,
    logs: Arc<AtomicBool>,
    task: JoinHandle<()>,
}

impl Monitor {
    /// Watches a connection's set, and on for `linger` after the last reader has gone; `notices` hear of its alerts where they
    /// are switched on.
    pub(crate) fn start(
        session: &Arc<Session>,
        record: &Arc<Record>,
        notices: &broadcast::Sender<AlertChanged>,
        clock: Clock,
        linger: Duration,
    ) -> Self {
        let (latest, _) = watch::channel(None);
        let attention = Arc::new(Notify::new());
        let logs = Arc::new(AtomicBool::new(false));
        let watching = Watching {
            session: Arc::clone(session),
            record: Arc::clone(record),
            notices: notices.clone(),
            clock,
            linger,
            latest: latest.clone(),
            attention: Arc::clone(&attention),
            logs: Arc::clone(&logs),
        };
        Self { latest, attention, logs, task: tokio::spawn(watching.run()) }
    }

    /// Follows the snapshots: the latest replaces all before it. Members are asked as long as a receiver lives, and a while
    /// longer.
    pub(crate) fn subscribe(&self) -> watch::Receiver<Option<ReplicaSnapshot>> {
        let receiver = self.latest.subscribe();
        self.attention.notify_one();
        receiver
    }

    /// Has every member's log read soon, while members are asked at all.
    pub(crate) fn read_logs(&self) {
        self.logs.store(true, Ordering::Relaxed);
        self.attention.notify_one();
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
    record: Arc<Record>,
    notices: broadcast::Sender<AlertChanged>,
    clock: Clock,
    linger: Duration,
    latest: watch::Sender<Option<ReplicaSnapshot>>,
    attention: Arc<Notify>,
    /// Somebody wants the logs to be read.
    logs: Arc<AtomicBool>,
}

impl Watching {
    async fn run(self) {
        let mut settings = self.record.follow_settings();
        loop {
            while !self.is_wanted(&settings) {
                tokio::select! {
                    () = self.attention.notified() => {}
                    _ = settings.changed() => {}
                }
            }
            let record = Arc::clone(&self.record);
            // Only a runtime that ends does not do it.
            let watched = spawn_blocking(move || record.watch()).await;
            self.watch(&mut settings).await;
            drop(watched);
            // What was seen is old by the time somebody looks again.
            self.latest.send_replace(None);
        }
    }

    /// Somebody looks, or has asked to be told.
    fn is_wanted(&self, settings: &watch::Receiver<HealthSettings>) -> bool {
        self.latest.receiver_count() > 0 || settings.borrow().watches()
    }

    /// Asks and publishes until nobody has wanted it for a while, or members are to be reached in another way.
    ///
    /// All members are asked in rounds, at the same moment, and the snapshot is published when the last one has answered or
    /// is called silent; a change of who is what is published at once.
    async fn watch(&self, settings: &mut watch::Receiver<HealthSettings>) {
        let info = &self.session.info;
        let seeds = self.session.options.hosts.iter().map(ToString::to_string).collect();
        let mut reducer = Reducer::new(info.topology, info.set_name.clone(), seeds);
        let watch_clock = WatchClock::start(Arc::clone(&self.clock));
        let (sender, mut observations) = mpsc::channel(256);
        let addresses = settings.borrow_and_update().addresses.clone();
        let options = &self.session.options;
        let mut members =
            Members::new(options, info.topology, watch_clock.clone(), sender, addresses.clone());
        let mut tick = interval(CADENCE);
        tick.set_missed_tick_behavior(MissedTickBehavior::Delay);
        let mut round = Round { began: watch_clock.now(), published: false };
        let mut looked = Looked::new(self.linger);
        while looked.lately(self.is_wanted(settings), watch_clock.now())
            && settings.borrow().addresses == addresses
        {
            members.follow(&reducer.hosts());
            let mut urgent = false;
            tokio::select! {
                Some(observation) = observations.recv() => {
                    urgent |= self.take(&mut reducer, &mut members, observation);
                    while let Ok(more) = observations.try_recv() {
                        urgent |= self.take(&mut reducer, &mut members, more);
                    }
                }
                () = self.session.pulse.changed.notified() => {
                    members.ask();
                    continue;
                }
                () = self.attention.notified() => {
                    if self.logs.swap(false, Ordering::Relaxed) {
                        members.ask_logs_soon();
                    }
                    round = Round { began: watch_clock.now(), published: false };
                    members.ask();
                    continue;
                }
                changed = settings.changed() => {
                    // The record, and with it the sender, lives as long as this.
                    debug_assert!(changed.is_ok());
                    continue;
                }
                _ = tick.tick() => {
                    urgent = !round.published;
                    round = Round { began: watch_clock.now(), published: false };
                    members.ask();
                }
            }
            let ended = !round.published && reducer.complete_since(round.began);
            // A member that is known under another name here must not hold back what the others say.
            if ended || urgent && (reducer.complete() || watch_clock.now() > WHOLE_WITHIN) {
                round.published |= ended;
                let snapshot = reducer.snapshot(watch_clock.time_of_day());
                self.publish(snapshot, &members, settings);
            }
        }
    }

    fn publish(
        &self,
        mut snapshot: ReplicaSnapshot,
        members: &Members,
        settings: &watch::Receiver<HealthSettings>,
    ) {
        let taken = self.record.take(self.latest.borrow().as_ref(), &mut snapshot);
        if taken.happened {
            members.ask_logs_soon();
        }
        if settings.borrow().alerts {
            let standing = snapshot.alerts.iter().map(|alert| alert.level).max();
            for turn in taken.turns {
                let (alert, over) = match turn {
                    Turn::Raised(alert) => (alert, false),
                    Turn::Over(alert) => (alert, true),
                };
                let Connection { id, name, .. } = &self.session.info;
                // Nobody listens where there is no desktop.
                let _ = self.notices.send(AlertChanged {
                    connection: id.clone(),
                    name: name.clone(),
                    alert,
                    over,
                    standing,
                });
            }
        }
        self.latest.send_replace(Some(snapshot));
    }

    fn take(&self, reducer: &mut Reducer, members: &mut Members, observation: Observation) -> bool {
        members.note(&observation);
        if let Fact::Log(lines) = &observation.fact {
            self.record.read_log(&observation.host, lines);
            return false;
        }
        reducer.note(observation)
    }
}

/// One time that all members were asked.
struct Round {
    began: Duration,
    published: bool,
}

/// When somebody looked last.
struct Looked {
    linger: Duration,
    last: Option<Duration>,
}

impl Looked {
    fn new(linger: Duration) -> Self {
        Self { linger, last: None }
    }

    /// Whether somebody looks `now`, or has a while ago.
    fn lately(&mut self, looks: bool, now: Duration) -> bool {
        if looks {
            self.last = Some(now);
        }
        looks || self.last.is_some_and(|last| now.saturating_sub(last) < self.linger)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn who_asks_every_minute_is_somebody_who_looks_and_who_has_gone_is_not() {
        let mut looked = Looked::new(LINGER);
        assert!(!looked.lately(false, Duration::ZERO), "nobody has looked yet");
        let second = Duration::from_secs;
        assert!(
            (0..600).all(|at| looked.lately(at % 60 == 0, second(at))),
            "as if it were looked at all the time"
        );
        assert!(looked.lately(false, second(540 + 119)));
        assert!(!looked.lately(false, second(540 + 120)));
        let mut looked = Looked::new(Duration::ZERO);
        assert!(looked.lately(true, second(1)), "without lingering, as long as somebody looks");
        assert!(!looked.lately(false, second(1)));
    }
}
