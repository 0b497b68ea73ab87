//! The tasks that ask the members, one each.

use std::{
    collections::{BTreeMap, HashMap},
    sync::Arc,
};

use mongodb::options::ClientOptions;
use tokio::{
    sync::{mpsc, watch},
    task::JoinHandle,
};

use super::{
    ask::{Asked, UNKNOWN_NAME},
    observation::{Fact, Observation},
    stopwatch::Stopwatch,
};
use crate::connection::Topology;

/// Asks members until it is dropped.
pub(crate) struct Members {
    options: ClientOptions,
    topology: Topology,
    stopwatch: Stopwatch,
    sender: mpsc::Sender<Observation>,
    rounds: watch::Sender<()>,
    /// By the name that is followed.
    tasks: HashMap<String, JoinHandle<()>>,
    /// Under which address a name has answered before.
    addresses: BTreeMap<String, String>,
}

impl Members {
    pub(crate) fn new(
        options: &ClientOptions,
        topology: Topology,
        stopwatch: Stopwatch,
        sender: mpsc::Sender<Observation>,
    ) -> Self {
        let (options, rounds) = (options.clone(), watch::Sender::new(()));
        Self {
            options,
            topology,
            stopwatch,
            sender,
            rounds,
            tasks: HashMap::new(),
            addresses: BTreeMap::new(),
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
                self.dial(host, host);
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
        self.rounds.send_replace(());
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
async fn ask_on(mut asked: Asked, mut rounds: watch::Receiver<()>, sender: mpsc::Sender<Observation>) {
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
        }
        tokio::select! {
            round = rounds.changed() => if round.is_err() { break },
            () = heartbeats.changed.notified() => {}
        }
    }
    asked.close().await;
}
