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
    watch_clock::WatchClock,
};
use crate::connection::Topology;

/// So long after something has happened the logs are read.
const LOG_AFTER: Duration = Duration::from_millis(500);

/// A member that answers more slowly than it is asked gives its log every so many rounds.
const LOG_ROUNDS: u32 = 30;

/// Asks members until it is dropped.
pub(crate) struct Members {
    options: ClientOptions,
    topology: Topology,
    watch_clock: WatchClock,
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
        watch_clock: WatchClock,
        sender: mpsc::Sender<Observation>,
        mapped: Vec<AddressMapping>,
    ) -> Self {
        let (options, rounds) = (options.clone(), watch::Sender::new(None));
        Self {
            options,
            topology,
            watch_clock,
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
        let (sender, watch_clock) = (self.sender.clone(), self.watch_clock.clone());
        let Some(asked) =
            Asked::new(host, address, self.topology, &self.options, sender.clone(), watch_clock)
        else {
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
    // For so many rounds there was no moment for the log.
    let mut busy = 0_u32;
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
            // A log is long and no news: it waits for a moment in which nothing else is asked for, but not for ever.
            let is_quiet = rounds.has_changed().is_ok_and(|changed| !changed);
            busy = if is_quiet { 0 } else { busy + 1 };
            if is_quiet || busy.is_multiple_of(LOG_ROUNDS) {
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

#[cfg(test)]
mod tests {
    use std::time::SystemTime;

    use tokio::{net::TcpListener, time::timeout};

    use super::*;
    use crate::replica::observation::Report;

    const NAME: &str = "db1.invalid:27017";
    const SOON: Duration = Duration::from_secs(20);

    /// Those who follow a member whose name nobody can look up.
    async fn following(mapped: Option<&str>) -> (Members, mpsc::Receiver<Observation>) {
        let options = ClientOptions::parse("mongodb://127.0.0.1:1").await.expect("a URI");
        let (sender, told) = mpsc::channel(64);
        let mapped =
            mapped.map(|address| AddressMapping { host: NAME.to_owned(), address: address.to_owned() });
        let watch_clock = WatchClock::start(Arc::new(SystemTime::now));
        let mapped = mapped.into_iter().collect();
        let mut members = Members::new(&options, Topology::ReplicaSet, watch_clock, sender, mapped);
        members.follow(&[NAME.to_owned()]);
        (members, told)
    }

    /// A place that can be dialled, and its address.
    async fn place() -> (TcpListener, String) {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
        let address = listener.local_addr().expect("bound").to_string();
        (listener, address)
    }

    async fn is_dialled(place: &TcpListener) -> bool {
        timeout(SOON, place.accept()).await.is_ok_and(|caller| caller.is_ok())
    }

    #[tokio::test]
    async fn a_name_that_cannot_be_looked_up_is_dialled_where_a_person_said() {
        let (place, address) = place().await;
        let (_members, _told) = following(Some(&address)).await;
        assert!(is_dialled(&place).await);
    }

    #[tokio::test]
    async fn a_name_that_cannot_be_looked_up_is_dialled_where_it_has_answered_before() {
        let (place, address) = place().await;
        let (mut members, _told) = following(None).await;
        let news = |address: &str, fact| Observation {
            host: NAME.to_owned(),
            address: address.to_owned(),
            at: Duration::ZERO,
            fact,
        };
        let report = Report { ping_ms: 1.0, status: Err(13), config: None, version: None };
        members.note(&news(&address, Fact::Report(report)));
        members.note(&news(NAME, Fact::Silent(UNKNOWN_NAME.to_owned())));
        assert!(is_dialled(&place).await);
    }

    #[tokio::test]
    async fn a_member_that_never_answered_where_it_is_dialled_is_told_of_by_its_name() {
        let (place, address) = place().await;
        drop(place);
        let (_members, mut told) = following(Some(&address)).await;
        let first = timeout(SOON, told.recv()).await.expect("in time").expect("told");
        assert!(matches!(first.fact, Fact::Silent(_)), "{first:?}");
        assert_eq!((first.host.as_str(), first.address), (NAME, address));
    }
}
