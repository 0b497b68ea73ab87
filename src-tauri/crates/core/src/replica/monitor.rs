//! Watches a set: a task for each member, one reducer, and the latest snapshot for everybody.

use std::{collections::HashMap, sync::Arc, time::Duration};

use mongodb::options::ClientOptions;
use tokio::{
    sync::{Notify, mpsc, watch},
    task::JoinHandle,
    time::{Instant, MissedTickBehavior, interval, timeout},
};

use super::{ReplicaSnapshot, ask::Asked, observation::Observation, reduce::Reducer};
use crate::{
    Clock, Error, ErrorCode, Result,
    connection::{Session, Topology},
};

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
    async fn watch(&self) {
        let info = &self.session.info;
        let seeds = self.session.options.hosts.iter().map(ToString::to_string).collect();
        let mut reducer = Reducer::new(info.topology, info.set_name.clone(), seeds);
        let mut members = Members::new(&self.session.options, info.topology);
        let began = Instant::now();
        let (sender, mut observations) = mpsc::channel(64);
        let mut tick = interval(CADENCE);
        tick.set_missed_tick_behavior(MissedTickBehavior::Delay);
        while self.latest.receiver_count() > 0 {
            members.follow(&reducer.hosts(), &sender);
            tokio::select! {
                Some(observation) = observations.recv() => {
                    reducer.note(observation);
                    while let Ok(more) = observations.try_recv() {
                        reducer.note(more);
                    }
                }
                () = self.session.pulse.changed.notified() => {
                    members.hurry();
                    continue;
                }
                _ = tick.tick() => {}
            }
            // A member that is known under another name here must not hold back what the others say.
            if reducer.complete() || began.elapsed() > WHOLE_WITHIN {
                self.latest.send_replace(Some(reducer.snapshot((self.clock)())));
            }
        }
    }
}

/// The tasks that ask the members, one each.
struct Members {
    options: ClientOptions,
    topology: Topology,
    hurry: Arc<Notify>,
    tasks: HashMap<String, JoinHandle<()>>,
}

impl Members {
    fn new(options: &ClientOptions, topology: Topology) -> Self {
        Self { options: options.clone(), topology, hurry: Arc::new(Notify::new()), tasks: HashMap::new() }
    }

    /// Asks exactly these members from now on.
    fn follow(&mut self, hosts: &[String], sender: &mpsc::Sender<Observation>) {
        self.tasks.retain(|host, task| {
            let stays = hosts.contains(host);
            if !stays {
                task.abort();
            }
            stays
        });
        for host in hosts {
            if self.tasks.contains_key(host) {
                continue;
            }
            if let Some(asked) = Asked::new(host, self.topology, &self.options) {
                let task = tokio::spawn(ask_on(asked, Arc::clone(&self.hurry), sender.clone()));
                self.tasks.insert(host.clone(), task);
            }
        }
    }

    /// Asks every member now instead of at the next turn.
    fn hurry(&self) {
        self.hurry.notify_waiters();
    }
}

impl Drop for Members {
    fn drop(&mut self) {
        for task in self.tasks.values() {
            task.abort();
        }
    }
}

/// Asks one member in turn, and at once when something changes, until nobody listens.
async fn ask_on(mut asked: Asked, hurry: Arc<Notify>, sender: mpsc::Sender<Observation>) {
    let trouble = Arc::clone(asked.trouble());
    loop {
        if sender.send(asked.ask().await).await.is_err() {
            break;
        }
        tokio::select! {
            () = tokio::time::sleep(CADENCE) => {}
            () = trouble.changed.notified() => {}
            () = hurry.notified() => {}
        }
    }
    asked.close().await;
}
