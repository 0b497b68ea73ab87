//! A fail-over that is timed twice: by the stopwatch, and by a ledger that other clients write.

use std::{
    sync::{
        Arc, Mutex,
        atomic::{AtomicBool, AtomicU32, Ordering},
    },
    time::{Duration, Instant},
};

use bson::{Document, doc};
use mongodb::{
    Client, Collection, ServerType,
    event::{EventHandler, sdam::SdamEvent},
    options::{Acknowledgment, ClientOptions, CollectionOptions, WriteConcern},
};
use tokio::{
    sync::watch,
    task::JoinHandle,
    time::{sleep, timeout},
};
use trivet_core::{
    Engine,
    connection::ConnectionId,
    replica::{FailoverMeasurement, FailoverProgress, MeasureFailoverRequest},
};
use trivet_lab::{Lab, LabFault};

use crate::{all_follow, wait_for};

/// So many writes are acknowledged before the blow: two seconds.
const BEFORE: u32 = 40;
/// For so long writes are well after it before the measuring ends; the stopwatch tells four times a second.
const TOLD_WELL: u32 = 8;
/// Longer than the stopwatch waits for an answer: the writes that a frozen primary holds are given up by then.
const GIVEN_UP: Duration = Duration::from_secs(8);
/// An election and what a busy machine adds.
const AWAY_WITHIN: Duration = Duration::from_mins(1);

/// What takes a primary away.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Blow {
    /// It hands over (`replSetStepDown`).
    StepDown,
    /// Its process is stopped cleanly.
    Stop,
    /// Its process is killed.
    Kill,
    /// Its process is frozen.
    Freeze,
}

impl Blow {
    /// All of them, the mildest first.
    pub const ALL: [Self; 4] = [Self::StepDown, Self::Stop, Self::Kill, Self::Freeze];

    /// In a word or two.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::StepDown => "step-down",
            Self::Stop => "clean stop",
            Self::Kill => "kill",
            Self::Freeze => "freeze",
        }
    }

    /// Takes the primary of a set away.
    async fn fall_on(self, lab: &Lab, primary: u32) {
        match self {
            Self::StepDown => {
                let uri = lab.status().uri.expect("it runs");
                let admin = crate::client(&uri).await.database("admin");
                let step_down = doc! { "replSetStepDown": 12, "secondaryCatchUpPeriodSecs": 10 };
                admin.run_command(step_down).await.expect("it steps down");
            }
            Self::Stop => drop(lab.stop_member(primary).await.expect("it stops")),
            Self::Kill => drop(lab.fault(primary, LabFault::Kill).await.expect("it is killed")),
            Self::Freeze => drop(lab.fault(primary, LabFault::Freeze).await.expect("it is frozen")),
        }
    }

    /// Gives the set its member back.
    async fn heal(self, lab: &Lab, member: u32) {
        match self {
            Self::StepDown => {}
            Self::Stop | Self::Kill => drop(lab.start_member(member).await.expect("it starts")),
            Self::Freeze => drop(lab.fault(member, LabFault::Thaw).await.expect("it goes on")),
        }
        all_follow(&lab.status()).await;
    }
}

/// A fail-over as both saw it.
#[derive(Clone, Debug)]
pub struct Timed {
    /// By the stopwatch.
    pub measured: FailoverMeasurement,
    /// The longest time between two acknowledgements of the ledger, milliseconds.
    pub ledger_ms: f64,
    /// How often the ledger had to write again.
    pub ledger_errors: u32,
}

impl Timed {
    /// The longest time that writes were away by the stopwatch, milliseconds; 0 where it saw none.
    #[must_use]
    pub fn away_ms(&self) -> f64 {
        self.measured.worst_away_ms.unwrap_or(0.0)
    }

    /// By how much both differ, milliseconds.
    #[must_use]
    pub fn difference_ms(&self) -> f64 {
        (self.away_ms() - self.ledger_ms).abs()
    }
}

/// Times what a blow does to a lab that is connected to, and heals it.
///
/// # Panics
/// Where the set does not do what a set does.
pub async fn time(engine: &Engine, connection: &ConnectionId, lab: &Lab, blow: Blow) -> Timed {
    let status = lab.status();
    let primary = wait_for("a member takes writes", AWAY_WITHIN, async || {
        for member in status.members.iter().filter(|member| member.running) {
            if crate::set::hello(&member.host).await.get_bool("isWritablePrimary").unwrap_or(false) {
                return Some(member.id);
            }
        }
        None
    })
    .await;
    let ledger = Ledger::start(&status.uri.expect("it runs")).await;
    let stopwatch = Stopwatch::start(engine, connection, blow.name());
    stopwatch.until("two seconds of good writes", |far| far.acknowledged >= BEFORE).await;
    let fell = Instant::now();
    blow.fall_on(lab, primary).await;
    stopwatch.until_well().await;
    if blow == Blow::Freeze {
        stopwatch.until("hanging writes are given up", |_| fell.elapsed() > GIVEN_UP).await;
    }
    let written = ledger.stop().await;
    let measured = stopwatch.stop().await;
    blow.heal(lab, primary).await;
    Timed { measured, ledger_ms: written.longest_ms, ledger_errors: written.errors }
}

/// The stopwatch, while it runs.
pub struct Stopwatch {
    far: watch::Receiver<Option<FailoverProgress>>,
    wanted: Arc<AtomicBool>,
    task: JoinHandle<FailoverMeasurement>,
}

impl Stopwatch {
    /// Starts it.
    ///
    /// # Panics
    /// In its task, where it cannot be started.
    #[must_use]
    pub fn start(engine: &Engine, connection: &ConnectionId, label: &str) -> Self {
        let request = MeasureFailoverRequest {
            connection: connection.clone(),
            label: label.to_owned(),
            seconds: None,
            query: None,
        };
        let (told, far) = watch::channel(None);
        let wanted = Arc::new(AtomicBool::new(true));
        let (engine, wants) = (engine.clone(), Arc::clone(&wanted));
        let task = tokio::spawn(async move {
            let tell = |far| {
                told.send_replace(Some(far));
                wants.load(Ordering::Relaxed)
            };
            engine.measure_failover(request, tell).await.expect("measured")
        });
        Self { far, wanted, task }
    }

    /// Waits until it tells something.
    ///
    /// # Panics
    /// With the words of `what`.
    pub async fn until(&self, what: &str, is: impl Fn(&FailoverProgress) -> bool) {
        let mut far = self.far.clone();
        let told = async { far.wait_for(|far| far.as_ref().is_some_and(&is)).await.map(drop) };
        let told = timeout(AWAY_WITHIN, told).await;
        assert!(matches!(told, Ok(Ok(()))), "{what}: {:?}", *self.far.borrow());
    }

    /// Waits until writes were well for two seconds from now on.
    async fn until_well(&self) {
        let (mut far, mut well) = (self.far.clone(), 0);
        let all = async {
            while well < TOLD_WELL {
                far.changed().await.expect("it measures");
                let is_away = far.borrow_and_update().as_ref().is_some_and(|far| far.away_ms.is_some());
                well = if is_away { 0 } else { well + 1 };
            }
        };
        timeout(AWAY_WITHIN, all).await.expect("writes come back");
    }

    /// Waits for it no longer.
    pub fn give_up(self) {
        self.task.abort();
    }

    /// Ends it.
    ///
    /// # Panics
    /// Where it could not measure.
    pub async fn stop(self) -> FailoverMeasurement {
        self.wanted.store(false, Ordering::Relaxed);
        self.task.await.expect("it measures")
    }
}

/// Clients that write one document after the other, as fast as they can, each acknowledged by a majority and none retried by the
/// driver. They share nothing with the stopwatch but the driver. They are two, because the set is what is timed: a client whose
/// write hangs has to give it up first, while writes are acknowledged to others.
struct Ledger {
    stop: Arc<AtomicBool>,
    written: Arc<Mutex<Written>>,
    tasks: Vec<JoinHandle<()>>,
}

#[derive(Default)]
struct Written {
    last: Option<Instant>,
    longest_ms: f64,
    errors: u32,
}

impl Written {
    fn take(&mut self, acknowledged: bool) {
        if !acknowledged {
            self.errors += 1;
            return;
        }
        let now = Instant::now();
        let gap = self.last.replace(now).map_or(0.0, |last| (now - last).as_secs_f64() * 1_000.0);
        self.longest_ms = self.longest_ms.max(gap);
    }
}

/// So many write.
const CLIENTS: usize = 2;
/// What is not acknowledged after this time is given up; sooner where the driver hears that another member leads.
const LEDGER_GIVES_UP: Duration = Duration::from_secs(5);

impl Ledger {
    async fn start(uri: &str) -> Self {
        let (stop, number) = (Arc::new(AtomicBool::new(false)), Arc::new(AtomicU32::new(0)));
        let written = Arc::new(Mutex::new(Written::default()));
        let (name, mut tasks) = (crate::database_name(), Vec::new());
        for _ in 0..CLIENTS {
            let (client, primary) = client_and_primary(uri).await;
            let majority = WriteConcern::builder().w(Acknowledgment::Majority).build();
            let options = CollectionOptions::builder().write_concern(majority).build();
            let ledger = client.database(&name).collection_with_options("ledger", options);
            let (stops, number, written) = (Arc::clone(&stop), Arc::clone(&number), Arc::clone(&written));
            tasks.push(tokio::spawn(async move {
                while !stops.load(Ordering::Relaxed) {
                    let acknowledged =
                        write(&ledger, number.fetch_add(1, Ordering::Relaxed), primary.clone()).await;
                    written.lock().expect("fine").take(acknowledged);
                }
            }));
        }
        Self { stop, written, tasks }
    }

    async fn stop(self) -> Written {
        self.stop.store(true, Ordering::Relaxed);
        for task in self.tasks {
            task.await.expect("the ledger is written");
        }
        std::mem::take(&mut self.written.lock().expect("fine"))
    }
}

/// A client, and who leads as its driver hears it.
async fn client_and_primary(uri: &str) -> (Client, watch::Receiver<Option<String>>) {
    let mut options = ClientOptions::parse(uri).await.expect("a connection string");
    options.retry_writes = Some(false);
    options.server_selection_timeout = Some(Duration::from_secs(2));
    options.app_name = Some("ledger".to_owned());
    let (told, primary) = watch::channel(None);
    options.sdam_event_handler = Some(EventHandler::callback(move |event| {
        if let SdamEvent::TopologyDescriptionChanged(change) = event {
            let servers = change.new_description.servers();
            let leads = servers.iter().find(|(_, server)| server.server_type() == ServerType::RsPrimary);
            told.send_replace(leads.map(|(address, _)| address.to_string()));
        }
    }));
    (Client::with_options(options).expect("a client"), primary)
}

/// Whether one write was acknowledged.
async fn write(
    ledger: &Collection<Document>,
    number: u32,
    mut primary: watch::Receiver<Option<String>>,
) -> bool {
    let asked = primary.borrow_and_update().clone();
    let another = async {
        match asked {
            // It waits for one, which is no reason to give up.
            None => std::future::pending().await,
            Some(asked) => {
                let is_another = |now: &Option<String>| now.as_ref().is_some_and(|primary| *primary != asked);
                if primary.wait_for(is_another).await.is_err() {
                    std::future::pending::<()>().await;
                }
            }
        }
    };
    let document = doc! { "_id": i64::from(number) };
    tokio::select! {
        written = ledger.insert_one(document) => written.is_ok(),
        () = another => false,
        () = sleep(LEDGER_GIVES_UP) => false,
    }
}
