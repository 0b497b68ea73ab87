//! The tasks that ask the members, one each.

use std::{
    collections::{BTreeMap, HashMap},
    sync::Arc,
    time::{Duration, Instant},
};

use mongodb::options::ClientOptions;
use tokio::{
    sync::{mpsc, watch},
    task::JoinHandle,
};

use super::{
    AddressMapping,
    ask::{Asked, UNKNOWN_NAME},
    observation::{Fact, Observation},
    stopwatch::Stopwatch,
};
use crate::connection::Topology;

/// So long after something has happened the logs are read.
const LOG_AFTER: Duration = Duration::from_millis(500);

/// Asks members until it is dropped.
pub(crate) struct Members {
    options: ClientOptions,
    topology: Topology,
    stopwatch: Stopwatch,
    sender: mpsc::Sender<Observation>,
    /// A value is a round: when the logs are to have been read, if something has happened of which they know more.
    rounds: watch::Sender<Option<Instant>>,
    /// By the name that is followed.
    tasks: HashMap<String, JoinHandle<()>>,
    /// Under which address a name has answered before.
    addresses: BTreeMap<String, String>,
    /// Where a person said that a name is reached.
    mapped: Vec<AddressMapping>,
}

impl Members {
    pub(crate) fn new(
        options: &ClientOptions,
        topology: Topology,
        stopwatch: Stopwatch,
        sender: mpsc::Sender<Observation>,
        mapped: Vec<AddressMapping>,
    ) -> Self {
        let (options, rounds) = (options.clone(), watch::Sender::new(None));
        Self {
            options,
            topology,
            stopwatch,
            sender,
            rounds,
            tasks: HashMap::new(),
            addresses: BTreeMap::new(),
            mapped,
        }
    }

    /// Asks exactly these members from now on.
    pub(crate) fn follow(&mut self, hosts: &[String]) {
        self.tasks.retain(|host, task| {
            let stays = hosts.contains(host);
            if !stays {
                task.abort();
            }
            stays
        });
        for host in hosts {
            if !self.tasks.contains_key(host) {
                let mapped = self.mapped.iter().find(|mapping| mapping.host == *host);
                let address = mapped.map_or_else(|| host.clone(), |mapping| mapping.address.clone());
                self.dial(host, &address);
            }
        }
    }

    fn dial(&mut self, host: &str, address: &str) {
        let (sender, stopwatch) = (self.sender.clone(), self.stopwatch.clone());
        let Some(asked) = Asked::new(address, self.topology, &self.options, sender.clone(), stopwatch) else {
            return;
        };
        let task = tokio::spawn(ask_on(asked, self.rounds.subscribe(), sender));
        if let Some(before) = self.tasks.insert(host.to_owned(), task) {
            before.abort();
        }
    }

    /// Asks every member now.
    pub(crate) fn ask(&self) {
        self.rounds.send_modify(|_| {});
    }

    /// Has the logs read a moment from now: what has just happened is still being written into them.
    pub(crate) fn ask_logs_soon(&self) {
        self.rounds.send_if_modified(|wanted| {
            *wanted = Some(Instant::now() + LOG_AFTER);
            // The next round will do.
            false
        });
    }

    /// Takes note of which name answers under which address. A name that cannot be looked up here is dialled under the
    /// address under which it has answered before: that of the connection string.
    pub(crate) fn note(&mut self, Observation { host, address, fact, .. }: &Observation) {
        match fact {
            Fact::Report(_) if address != host => {
                self.addresses.insert(host.clone(), address.clone());
            }
            Fact::Silent(reason) if reason == UNKNOWN_NAME && address == host => {
                if let Some(address) = self.addresses.get(host).cloned() {
                    self.dial(host, &address);
                }
            }
            _ => {}
        }
    }
}

impl Drop for Members {
    fn drop(&mut self) {
        for task in self.tasks.values() {
            task.abort();
        }
    }
}

/// Asks one member once a round, and at once when its heartbeats fail or succeed again, until nobody listens.
async fn ask_on(
    mut asked: Asked,
    mut rounds: watch::Receiver<Option<Instant>>,
    sender: mpsc::Sender<Observation>,
) {
    let heartbeats = Arc::clone(asked.heartbeats());
    loop {
        rounds.mark_unchanged();
        let answer = asked.ask().await;
        let answers = matches!(answer.fact, Fact::Report(_));
        if sender.send(answer).await.is_err() {
            break;
        }
        if answers {
            let figures = asked.ask_figures().await;
            let facts = asked.ask_facts().await;
            for more in figures.into_iter().chain(facts) {
                if sender.send(more).await.is_err() {
                    break;
                }
            }
            // A log is long and no news: it waits for a moment in which nothing else is asked for.
            if rounds.has_changed().is_ok_and(|changed| !changed) {
                let wanted = *rounds.borrow();
                if let Some(log) = asked.ask_log(wanted).await
                    && sender.send(log).await.is_err()
                {
                    break;
                }
            }
        }
        tokio::select! {
            round = rounds.changed() => if round.is_err() { break },
            () = heartbeats.changed.notified() => {}
        }
    }
    asked.close().await;
}
