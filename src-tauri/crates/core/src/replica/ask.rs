//! Asks one member directly.

use std::{
    sync::Arc,
    time::{Duration, Instant},
};

use bson::{Document, doc};
use futures_util::StreamExt;
use mongodb::{
    Client, Database,
    error::{Error as DriverError, ErrorKind},
    options::{ClientOptions, Compressor, ReadPreference, SelectionCriteria},
};
use tokio::{sync::mpsc, time::timeout};

use super::{
    heartbeat::Heartbeats,
    observation::{Fact, Facts, LOGIN_REFUSED, NO_REPLICATION, Observation, Report, Skew},
    reply::{Config, Figures, LogLine, OplogRoom, Status},
    signals::skew,
    watch_clock::WatchClock,
};
use crate::{
    connection::{Topology, direct_options},
    error::io_reason,
    time::millis,
};

/// A member that does not answer within this time is called silent.
const ANSWER_WITHIN: Duration = Duration::from_millis(1_800);

/// How soon a member that came back, or another reason for its silence, is noticed.
const HEARTBEAT: Duration = Duration::from_secs(1);

/// How often `serverStatus` is asked for.
const FIGURES_EVERY: Duration = Duration::from_secs(5);
/// How often what changes seldom is asked for.
const FACTS_EVERY: Duration = Duration::from_mins(1);

/// How often the log is asked for, where nothing has happened.
const LOG_EVERY: Duration = Duration::from_secs(30);

/// The reason of a name that cannot be looked up here.
pub(crate) const UNKNOWN_NAME: &str = "the host name is unknown";

/// One member's own client and what is known of it.
pub(crate) struct Asked {
    topology: Topology,
    client: Client,
    heartbeats: Arc<Heartbeats>,
    watch: WatchClock,
    config: Option<Arc<Config>>,
    version: Option<String>,
    figures_at: Option<Instant>,
    facts_at: Option<Instant>,
    log_at: Option<Instant>,
}

impl Asked {
    /// A direct client of its own. The member is known as `host` where it says no other name, and dialled at `address`.
    pub(crate) fn new(
        host: &str,
        address: &str,
        topology: Topology,
        options: &ClientOptions,
        sender: mpsc::Sender<Observation>,
        watch: WatchClock,
    ) -> Option<Self> {
        let heartbeats = Heartbeats::new(host, address, sender, watch.clone());
        let mut direct = direct_options(options, address, ANSWER_WITHIN)?;
        direct.heartbeat_freq = Some(HEARTBEAT);
        // A log is a thousand lines, nearly the same each time.
        direct.compressors = direct.compressors.or(Some(vec![Compressor::Zstd { level: None }]));
        direct.app_name = Some("Trivet health".to_owned());
        direct.sdam_event_handler = Some(heartbeats.handler());
        let client = Client::with_options(direct).ok()?;
        Some(Self {
            topology,
            client,
            heartbeats,
            watch,
            config: None,
            version: None,
            figures_at: None,
            facts_at: None,
            log_at: None,
        })
    }

    pub(crate) fn heartbeats(&self) -> &Arc<Heartbeats> {
        &self.heartbeats
    }

    /// Asks for the member's status, once.
    pub(crate) async fn ask(&mut self) -> Observation {
        let at = self.watch.now();
        let fact = match timeout(ANSWER_WITHIN, self.report()).await {
            Ok(Ok(report)) => Fact::Report(report),
            Ok(Err(error)) => {
                Fact::Silent(self.heartbeats.trouble().unwrap_or_else(|| reason(&error)).to_owned())
            }
            Err(_) => Fact::Silent(self.heartbeats.trouble().unwrap_or("no answer in time").to_owned()),
        };
        self.observed(at, fact)
    }

    /// Asks for the figures, where they are due. None where they are not, or may not be asked for.
    pub(crate) async fn ask_figures(&mut self) -> Option<Observation> {
        if !due(&mut self.figures_at, FIGURES_EVERY) {
            return None;
        }
        let at = self.watch.now();
        let sent = millis(self.watch.time_of_day());
        let reply = timeout(ANSWER_WITHIN, self.run(&self.admin(), Figures::command())).await.ok()?.ok()?;
        let took = self.watch.now().saturating_sub(at);
        let answered = sent + i64::try_from(took.as_millis()).unwrap_or_default();
        let figures = Figures::read(&reply);
        let skew = figures.local_ms.map(|local| Skew {
            seconds: skew::seconds(local, sent, answered),
            error_seconds: took.as_secs_f64() / 2.0,
        });
        Some(self.observed(at, Fact::Figures(figures, skew)))
    }

    /// Asks for what changes seldom, where it is due.
    pub(crate) async fn ask_facts(&mut self) -> Option<Observation> {
        if !due(&mut self.facts_at, FACTS_EVERY) {
            return None;
        }
        let at = self.watch.now();
        let facts = timeout(ANSWER_WITHIN, self.facts()).await.ok()?;
        Some(self.observed(at, Fact::Facts(facts)))
    }

    /// Asks for the log, where it is due: because it has not been asked for since `wanted`, or not for long.
    pub(crate) async fn ask_log(&mut self, wanted: Option<Instant>) -> Option<Observation> {
        if self.topology != Topology::ReplicaSet {
            return None;
        }
        let now = Instant::now();
        if wanted.is_some_and(|wanted| wanted <= now && self.log_at.is_some_and(|at| at < wanted)) {
            self.log_at = None;
        }
        if !due(&mut self.log_at, LOG_EVERY) {
            return None;
        }
        let at = self.watch.now();
        let reply = timeout(ANSWER_WITHIN, self.run(&self.admin(), LogLine::command())).await.ok()?.ok()?;
        Some(self.observed(at, Fact::Log(LogLine::read_all(&reply))))
    }

    /// Ends the client and its monitoring.
    pub(crate) async fn close(self) {
        self.client.shutdown().immediate(true).await;
    }

    fn observed(&self, at: Duration, fact: Fact) -> Observation {
        let configured = |name: &str| {
            self.config.as_ref().is_none_or(|config| config.members.iter().any(|member| member.host == name))
        };
        self.heartbeats.observed(self.heartbeats.name(configured), at, fact)
    }

    fn admin(&self) -> Database {
        self.client.database("admin")
    }

    async fn report(&mut self) -> Result<Report, DriverError> {
        let admin = self.admin();
        let started = Instant::now();
        self.run(&admin, doc! { "ping": 1 }).await?;
        let ping_ms = started.elapsed().as_secs_f64() * 1_000.0;
        let status = if self.topology == Topology::ReplicaSet {
            match self.run(&admin, doc! { "replSetGetStatus": 1, "initialSync": 1 }).await {
                Ok(status) => Ok(Status::read(&status)),
                Err(error) => Err(refusal(error)?),
            }
        } else {
            // Not asked: it is no member of a set.
            Err(NO_REPLICATION)
        };
        self.follow_config(&admin, status.as_ref().ok()).await;
        if self.version.is_none() {
            let build = self.run(&admin, doc! { "buildInfo": 1 }).await?;
            self.version = build.get_str("version").ok().map(str::to_owned);
        }
        Ok(Report { ping_ms, status, config: self.config.clone(), version: self.version.clone() })
    }

    /// Reads the configuration again when its version or term has moved, and on the primary until a majority has it.
    async fn follow_config(&mut self, admin: &Database, status: Option<&Status>) {
        let Some((status, own)) = status.and_then(|status| Some((status, status.own()?))) else { return };
        let leads = status.my_state == 1;
        let is_current = self
            .config
            .as_ref()
            .is_some_and(|config| config.age == own.config_age && (!leads || config.committed == Some(true)));
        if is_current {
            return;
        }
        let mut command = doc! { "replSetGetConfig": 1 };
        if leads {
            command.insert("commitmentStatus", true);
        }
        // A refusal shows as votes and priorities that are not known.
        if let Ok(reply) = self.run(admin, command).await {
            self.config = Config::read(&reply).map(Arc::new);
        }
    }

    async fn facts(&self) -> Facts {
        let admin = self.admin();
        let wanted = doc! { "getParameter": 1, "featureCompatibilityVersion": 1 };
        let parameters = self.run(&admin, wanted).await.ok();
        Facts {
            feature_compatibility: parameters.and_then(|reply| {
                let version = reply.get_document("featureCompatibilityVersion").ok()?;
                version.get_str("version").ok().map(str::to_owned)
            }),
            room: self.oplog_room().await,
        }
    }

    async fn oplog_room(&self) -> Option<OplogRoom> {
        let oplog = self.client.database("local").collection::<Document>("oplog.rs");
        let mut stats = oplog.aggregate(OplogRoom::pipeline()).await.ok()?;
        OplogRoom::read(&stats.next().await?.ok()?)
    }

    /// A heartbeat that fails meanwhile ends the wait: the driver itself would go on selecting.
    async fn run(&self, admin: &Database, command: Document) -> Result<Document, DriverError> {
        let nearest = SelectionCriteria::ReadPreference(ReadPreference::Nearest { options: None });
        let answer = admin.run_command(command).selection_criteria(nearest);
        tokio::select! {
            answer = answer => answer,
            reason = self.heartbeats.trouble_arises() => Err(std::io::Error::other(reason).into()),
        }
    }
}

/// Whether something that was last done `at` is to be done again; notes that it is.
fn due(at: &mut Option<Instant>, every: Duration) -> bool {
    let due = at.is_none_or(|at| at.elapsed() >= every);
    if due {
        *at = Some(Instant::now());
    }
    due
}

/// A refusal is an answer, with the server's number; anything else is no answer.
fn refusal(error: DriverError) -> Result<i32, DriverError> {
    match error.kind.as_ref() {
        ErrorKind::Command(command) => Ok(command.code),
        _ => Err(error),
    }
}

/// Why a member does not answer, in words.
pub(crate) fn reason(error: &DriverError) -> &'static str {
    match error.kind.as_ref() {
        ErrorKind::Io(io) => io_reason(io),
        ErrorKind::Authentication { .. } => LOGIN_REFUSED,
        ErrorKind::DnsResolve { .. } => UNKNOWN_NAME,
        ErrorKind::ServerSelection { .. } => "no answer in time",
        ErrorKind::ConnectionPoolCleared { .. } => "connection lost",
        // InterruptedAtShutdown and ShutdownInProgress.
        ErrorKind::Command(command) if matches!(command.code, 11600 | 91) => "it is shutting down",
        _ => "no valid answer",
    }
}
