//! Asks one member directly, and again when something changes.

use std::{
    sync::{Arc, Mutex},
    time::{Duration, Instant},
};

use bson::{Document, doc};
use mongodb::{
    Client, Database,
    error::{Error as DriverError, ErrorKind},
    event::{EventHandler, sdam::SdamEvent},
    options::{ClientOptions, ReadPreference, SelectionCriteria, ServerAddress},
};
use tokio::{sync::Notify, time::timeout};

use super::observation::{Answer, Config, Hello, LOGIN_REFUSED, Observation, Status};
use crate::{connection::Topology, error::io_reason};

/// A member that does not answer within this time is called silent.
const ANSWER_WITHIN: Duration = Duration::from_millis(1_800);

/// How soon a member that came back, or another reason for its silence, is noticed.
const HEARTBEAT: Duration = Duration::from_secs(1);

/// One member's own client and what is known of it.
pub(crate) struct Asked {
    dialled: String,
    topology: Topology,
    client: Client,
    trouble: Arc<Trouble>,
    version: Option<String>,
    config: Option<Arc<Config>>,
}

/// What the driver's monitoring of this one member tells, at once.
#[derive(Default)]
pub(crate) struct Trouble {
    /// Why the last heartbeat failed, in words; none while heartbeats succeed.
    reason: Mutex<Option<&'static str>>,
    /// Woken when a heartbeat fails, or succeeds again.
    pub(crate) changed: Notify,
}

impl Asked {
    /// A direct client of its own: selection by predicate cannot reach a RECOVERING member or an arbiter.
    pub(crate) fn new(host: &str, topology: Topology, options: &ClientOptions) -> Option<Self> {
        let address = ServerAddress::parse(host).ok()?;
        let trouble = Arc::new(Trouble::default());
        let mut direct = options.clone();
        direct.hosts = vec![address];
        direct.direct_connection = Some(true);
        direct.load_balanced = None;
        direct.repl_set_name = None;
        direct.max_pool_size = Some(2);
        direct.min_pool_size = None;
        direct.connect_timeout = Some(ANSWER_WITHIN);
        direct.server_selection_timeout = Some(ANSWER_WITHIN);
        direct.heartbeat_freq = Some(HEARTBEAT);
        direct.app_name = Some("Trivet health".to_owned());
        let told = Arc::clone(&trouble);
        direct.sdam_event_handler = Some(EventHandler::callback(move |event| told.hear(&event)));
        let client = Client::with_options(direct).ok()?;
        Some(Self { dialled: host.to_owned(), topology, client, trouble, version: None, config: None })
    }

    pub(crate) fn trouble(&self) -> &Arc<Trouble> {
        &self.trouble
    }

    /// Asks once.
    pub(crate) async fn ask(&mut self) -> Observation {
        let answer = timeout(ANSWER_WITHIN, self.answer()).await;
        let answer = match answer {
            Ok(Ok(answer)) => Ok(answer),
            Ok(Err(error)) => Err(self.trouble.reason().unwrap_or_else(|| reason(&error)).to_owned()),
            Err(_) => Err(self.trouble.reason().unwrap_or("no answer in time").to_owned()),
        };
        let host = answer.as_ref().map_or_else(|_| self.dialled.clone(), |answer| self.name(&answer.hello));
        Observation { host, answer }
    }

    /// The name in the configuration: the one that the member gives itself, except where it gives every network
    /// another one (split horizons).
    fn name(&self, hello: &Hello) -> String {
        let configured = |name: &String| {
            self.config.as_ref().is_none_or(|config| config.members.iter().any(|member| member.host == *name))
        };
        hello.me.clone().filter(configured).unwrap_or_else(|| self.dialled.clone())
    }

    /// Ends the client and its monitoring.
    pub(crate) async fn close(self) {
        self.client.shutdown().immediate(true).await;
    }

    async fn answer(&mut self) -> Result<Answer, DriverError> {
        let admin = self.client.database("admin");
        let started = Instant::now();
        let hello = Hello::read(&self.run(&admin, doc! { "hello": 1 }).await?);
        let ping_ms = started.elapsed().as_secs_f64() * 1000.0;
        if self.version.is_none() {
            let build = self.run(&admin, doc! { "buildInfo": 1 }).await?;
            self.version = build.get_str("version").ok().map(str::to_owned);
        }
        let status = if self.topology == Topology::ReplicaSet {
            match self.run(&admin, doc! { "replSetGetStatus": 1 }).await {
                Ok(status) => Ok(Status::read(&status)),
                Err(error) => Err(refusal(error)?),
            }
        } else {
            Err(NO_REPLICATION)
        };
        self.follow_config(&admin, status.as_ref().ok()).await;
        Ok(Answer { ping_ms, version: self.version.clone(), hello, status, config: self.config.clone() })
    }

    /// Reads the configuration again when its version or term has moved.
    async fn follow_config(&mut self, admin: &Database, status: Option<&Status>) {
        let Some(own) = status.and_then(|status| status.members.iter().find(|member| member.is_self)) else {
            return;
        };
        if self.config.as_ref().is_some_and(|config| config.age == own.config_age) {
            return;
        }
        // A refusal shows as votes and priorities that are not known.
        if let Ok(reply) = self.run(admin, doc! { "replSetGetConfig": 1 }).await {
            self.config = Config::read(&reply).map(Arc::new);
        }
    }

    /// A heartbeat that fails meanwhile ends the wait: the driver itself would go on selecting.
    async fn run(&self, admin: &Database, command: Document) -> Result<Document, DriverError> {
        let nearest = SelectionCriteria::ReadPreference(ReadPreference::Nearest { options: None });
        let answer = admin.run_command(command).selection_criteria(nearest);
        tokio::select! {
            answer = answer => answer,
            reason = self.trouble.arises() => Err(std::io::Error::other(reason).into()),
        }
    }
}

/// `NoReplicationEnabled`: not asked, because the server is no member of a set.
const NO_REPLICATION: i32 = 76;

/// A refusal is an answer, with the server's number; anything else is no answer.
fn refusal(error: DriverError) -> Result<i32, DriverError> {
    match error.kind.as_ref() {
        ErrorKind::Command(command) => Ok(command.code),
        _ => Err(error),
    }
}

fn reason(error: &DriverError) -> &'static str {
    match error.kind.as_ref() {
        ErrorKind::Io(io) => io_reason(io),
        ErrorKind::Authentication { .. } => LOGIN_REFUSED,
        ErrorKind::DnsResolve { .. } => "the host name is unknown",
        ErrorKind::ServerSelection { .. } => "no answer in time",
        ErrorKind::ConnectionPoolCleared { .. } => "connection lost",
        // InterruptedAtShutdown and ShutdownInProgress.
        ErrorKind::Command(command) if matches!(command.code, 11600 | 91) => "it is shutting down",
        _ => "no valid answer",
    }
}

impl Trouble {
    fn hear(&self, event: &SdamEvent) {
        match event {
            SdamEvent::ServerHeartbeatFailed(failed) => self.set(Some(reason(&failed.failure))),
            SdamEvent::ServerHeartbeatSucceeded(_) => self.set(None),
            _ => {}
        }
    }

    fn set(&self, reason: Option<&'static str>) {
        let mut known = self.reason.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
        if known.is_some() != reason.is_some() {
            self.changed.notify_waiters();
        }
        *known = reason;
    }

    fn reason(&self) -> Option<&'static str> {
        *self.reason.lock().unwrap_or_else(std::sync::PoisonError::into_inner)
    }

    /// Waits until a heartbeat has failed.
    async fn arises(&self) -> &'static str {
        loop {
            let changed = self.changed.notified();
            if let Some(reason) = self.reason() {
                return reason;
            }
            changed.await;
        }
    }
}
