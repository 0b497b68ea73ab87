//! The lab itself: start, stop, and what it tells of itself.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use futures_util::future::{join_all, try_join_all};
use tokio::time::Instant;
use trivet_core::{Error, ErrorCode, Result};

use crate::PATIENCE;
use crate::config::LabConfig;
use crate::folder::{Folder, Lasting, MEMBERS, Run};
use crate::link::{Link, MemberView, Opened};
use crate::member::{Member, host};
use crate::mongod::{Mode, Mongod, SET_NAME};
use crate::start::{Starter, choose_ports, is_free, taken, until};
use crate::steps::Steps;
use crate::types::{LabMember, LabMemberRequest, LabState, LabStatus, LabStep, LabStepKind};
use crate::{seed, set};

/// How often a start is tried on other ports.
const ATTEMPTS: u32 = 3;

/// A local replica set of three members. A clone is another handle on the same lab; the members stop when the
/// last handle is dropped, or when the process ends.
#[derive(Clone, Debug)]
pub struct Lab(Arc<Inner>);

#[derive(Debug)]
struct Inner {
    config: LabConfig,
    /// One start or stop at a time.
    turn: tokio::sync::Mutex<()>,
    /// Never held across an await, so that the status answers while a start goes on.
    phase: Mutex<Phase>,
}

#[derive(Clone, Debug)]
enum Phase {
    Stopped,
    Starting,
    Running(Running),
    Attached(Folder),
}

/// A set that is ours.
#[derive(Clone, Debug)]
struct Running {
    folder: Folder,
    link: Arc<Link>,
    mongod: Mongod,
    ports: Vec<u16>,
}

impl Lab {
    /// A lab that is not started yet.
    #[must_use]
    pub fn new(config: LabConfig) -> Self {
        let turn = tokio::sync::Mutex::new(());
        Self(Arc::new(Inner { config, turn, phase: Mutex::new(Phase::Stopped) }))
    }

    /// The same as [`Self::status`], as the operation that it is.
    #[expect(clippy::unused_async, reason = "an operation is an async fn, whatever it does today")]
    pub async fn current(&self) -> Result<LabStatus> {
        Ok(self.status())
    }

    /// What the lab is doing. Reads nothing but a small file where another process holds the lab.
    #[must_use]
    pub fn status(&self) -> LabStatus {
        let phase = self.phase().clone();
        match phase {
            Phase::Stopped => self.told(LabState::Stopped),
            Phase::Starting => self.told(LabState::Starting),
            Phase::Running(running) if running.link.has_ended() => self.told(LabState::Stopped),
            Phase::Running(running) => LabStatus {
                uri: Some(uri(&running.ports)),
                mongod: Some(running.mongod.to_string()),
                members: running.members(),
                ..self.told(LabState::Running)
            },
            Phase::Attached(folder) => folder
                .run()
                .and_then(|run| self.attached(run))
                .unwrap_or_else(|| self.told(LabState::Stopped)),
        }
    }

    /// Starts the members, makes them a set where they are none yet, and returns when one takes writes.
    ///
    /// Where another process runs the lab of this data folder, the status is that of its set, `attached`.
    /// A lab that runs is left as it is. When the returned future is dropped, the members stop.
    ///
    /// Errors: [`ErrorCode::NotFound`] without a mongod, [`ErrorCode::Storage`] where the folder cannot be
    /// written, [`ErrorCode::ServerRejected`] with the end of a member's log, [`ErrorCode::Timeout`].
    pub async fn start(&self, on_step: impl Fn(LabStep) + Send + Sync) -> Result<LabStatus> {
        let _turn = self.0.turn.lock().await;
        let status = self.status();
        if status.state == LabState::Running {
            return Ok(status);
        }
        *self.phase() = Phase::Starting;
        let mut undo = Undo { lab: self, armed: true };
        let phase = self.begin(&Steps::new(&on_step)).await?;
        undo.armed = false;
        *self.phase() = phase;
        Ok(self.status())
    }

    /// Starts one member again and waits until it belongs to the set, and the set takes writes where it can.
    pub async fn start_member(&self, request: LabMemberRequest) -> Result<LabStatus> {
        let _turn = self.0.turn.lock().await;
        let running = self.ours()?;
        let id = known(request.member)?;
        if running.pid(id).is_some() {
            return Ok(self.status());
        }
        let steps = Steps::new(&|_| {});
        let starter = running.starter(&steps);
        let port = running.ports[id as usize];
        if !is_free(port) {
            return Err(taken(id, port));
        }
        let member = starter.start(id, port, Mode::Member).await?;
        let members = running.clients()?;
        if members.len() > MEMBERS as usize / 2 {
            set::elect(&members, &steps).await.map_err(|error| running.explain(error))?;
        }
        set::wait_until_it_follows(&member).await.map_err(|error| running.explain(error))?;
        Ok(self.status())
    }

    /// Stops one member in the way a person would, cleanly. A primary hands its office over first.
    pub async fn stop_member(&self, request: LabMemberRequest) -> Result<LabStatus> {
        let _turn = self.0.turn.lock().await;
        let running = self.ours()?;
        let id = known(request.member)?;
        if running.pid(id).is_some() {
            let (leaving, others): (Vec<_>, Vec<_>) =
                running.clients()?.into_iter().partition(|member| member.id == id);
            if let Some(leaving) = leaving.first() {
                set::hand_over(leaving, &others).await;
            }
            running.link.stop(id).await?;
        }
        Ok(self.status())
    }

    /// Stops all members and waits until they are gone. An attached lab is only let go of.
    pub async fn stop(&self) -> Result<()> {
        let _turn = self.0.turn.lock().await;
        let phase = std::mem::replace(&mut *self.phase(), Phase::Stopped);
        match phase {
            Phase::Running(running) => running.link.end().await,
            Phase::Stopped | Phase::Starting | Phase::Attached(_) => Ok(()),
        }
    }

    async fn begin(&self, steps: &Steps<'_>) -> Result<Phase> {
        let config = &self.0.config;
        let folder = Folder::of(&config.data_dir).prepare()?;
        let step = steps.begin(LabStepKind::FindMongod, "mongod --version");
        let mongod = config.mongod.find().await?;
        step.done();
        let Some(link) = self.open(&folder).await? else { return Ok(Phase::Attached(folder)) };
        let mut lasting = folder.lasting();
        let mut running = Running { folder, link: Arc::new(link), mongod, ports: Vec::new() };
        let members = running.start(&mut lasting, steps).await?;
        let fresh = set::configure(&members, steps).await.map_err(|error| running.explain(error))?;
        let primary = set::elect(&members, steps).await.map_err(|error| running.explain(error))?;
        if config.seed && (fresh || !lasting.seeded) {
            let command =
                format!("db.getSiblingDB('{}').{}.insertMany([...])", seed::DATABASE, seed::COLLECTION);
            let step = steps.begin(LabStepKind::Seed, command);
            seed::fill(primary.client()).await.map_err(|refusal| {
                running.explain(set::refused(primary, "refuses the sample data", &refusal))
            })?;
            step.done();
            lasting.seeded = true;
            running.folder.write_lasting(&lasting)?;
        }
        running.link.ready(uri(&running.ports), running.mongod.to_string()).await?;
        Ok(Phase::Running(running))
    }

    /// Takes the folder. None where another process runs the lab, once its set takes writes.
    async fn open(&self, folder: &Folder) -> Result<Option<Link>> {
        let deadline = Instant::now() + PATIENCE;
        loop {
            let config = &self.0.config;
            if let Opened::Ours(link) = Link::open(&config.guard, folder, config.temporary).await? {
                return Ok(Some(link));
            }
            // The other one starts (wait for its set), runs (attach) or stops (then the folder is free).
            let before = folder.run();
            let settled = until(deadline, || match folder.run() {
                Some(run) if run.uri.is_some() => Some(true),
                run => (run.is_none() && before.is_some()).then_some(false),
            });
            match settled.await {
                Some(true) => return Ok(None),
                Some(false) => {}
                None => return Err(held(before.as_ref())),
            }
        }
    }

    /// The status of a set that another process runs; none when it stops.
    fn attached(&self, run: Run) -> Option<LabStatus> {
        let uri = run.uri?;
        let members = run.members.into_iter().map(|member| {
            let process = member.process.filter(crate::process::Process::is_alive);
            LabMember {
                id: member.id,
                host: member.host,
                running: process.is_some(),
                pid: process.map(|process| process.pid),
            }
        });
        let members: Vec<LabMember> = members.collect();
        Some(LabStatus {
            uri: Some(uri),
            mongod: run.mongod,
            attached: true,
            members,
            ..self.told(LabState::Running)
        })
    }

    /// A status without members.
    fn told(&self, state: LabState) -> LabStatus {
        LabStatus {
            state,
            set_name: SET_NAME.to_owned(),
            uri: None,
            mongod: None,
            data_dir: Folder::of(&self.0.config.data_dir).path().display().to_string(),
            attached: false,
            members: Vec::new(),
        }
    }

    /// The set, where it runs and is ours to change.
    fn ours(&self) -> Result<Running> {
        match &*self.phase() {
            Phase::Running(running) if !running.link.has_ended() => Ok(running.clone()),
            Phase::Attached(folder) => Err(held(folder.run().as_ref())),
            Phase::Stopped | Phase::Starting | Phase::Running(_) => {
                Err(Error::new(ErrorCode::Conflict, "The lab does not run.")
                    .with_hint("Start the lab first."))
            }
        }
    }

    fn phase(&self) -> MutexGuard<'_, Phase> {
        self.0.phase.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Running {
    /// Starts all members, on other ports where somebody listens on those of the last start.
    async fn start(&mut self, lasting: &mut Lasting, steps: &Steps<'_>) -> Result<Vec<Member>> {
        let mut attempt = 1;
        loop {
            self.ports = choose_ports(&lasting.ports)?;
            match self.start_on_ports(lasting, steps).await {
                // Somebody took a port between our look and mongod's.
                Err(error) if error.code() == ErrorCode::Conflict && attempt < ATTEMPTS => {
                    for id in (0..MEMBERS).filter(|id| self.pid(*id).is_some()) {
                        self.link.stop(id).await?;
                    }
                    attempt += 1;
                }
                done => return done,
            }
        }
    }

    async fn start_on_ports(&self, lasting: &mut Lasting, steps: &Steps<'_>) -> Result<Vec<Member>> {
        let starter = self.starter(steps);
        if lasting.ports != self.ports {
            let known = (0..MEMBERS).filter(|id| self.folder.has_data(*id));
            let moved = join_all(known.map(|id| starter.move_to(id, &self.ports))).await;
            // A member that was stopped in its initial sync does not start on its own. It takes the moved
            // configuration from the others, which is the newer one, as long as they are a majority.
            let failed: Vec<Error> = moved.into_iter().filter_map(Result::err).collect();
            let helpless = failed.len() > MEMBERS as usize / 2;
            if let Some(error) =
                failed.into_iter().find(|error| helpless || error.code() == ErrorCode::Conflict)
            {
                return Err(error);
            }
            lasting.ports.clone_from(&self.ports);
            self.folder.write_lasting(lasting)?;
        }
        let ports = (0..MEMBERS).zip(self.ports.iter().copied());
        try_join_all(ports.map(|(id, port)| starter.start(id, port, Mode::Member))).await
    }

    fn starter<'a>(&'a self, steps: &'a Steps<'a>) -> Starter<'a> {
        Starter { folder: &self.folder, mongod: &self.mongod, link: &self.link, steps }
    }

    fn pid(&self, id: u32) -> Option<u32> {
        match self.link.member(id) {
            Some(MemberView::Running(pid)) => Some(pid),
            Some(MemberView::Exited(_)) | None => None,
        }
    }

    fn members(&self) -> Vec<LabMember> {
        let member = |(id, port): (u32, &u16)| {
            let pid = self.pid(id);
            LabMember { id, host: host(*port), running: pid.is_some(), pid }
        };
        (0..MEMBERS).zip(&self.ports).map(member).collect()
    }

    /// Clients of the members that run.
    fn clients(&self) -> Result<Vec<Member>> {
        let running = (0..MEMBERS).zip(&self.ports).filter(|(id, _)| self.pid(*id).is_some());
        running
            .map(|(id, port)| Member::new(id, *port).map_err(|refusal| Error::internal(refusal.reason)))
            .collect()
    }

    /// Adds to an error of the set which members have ended meanwhile, and the end of a log: that of the first
    /// one that ended, else of the first member.
    fn explain(&self, error: Error) -> Error {
        let mut message = error.to_string();
        let mut quoted = 0;
        for id in (0..MEMBERS).rev() {
            if let Some(MemberView::Exited(exit)) = self.link.member(id) {
                message = format!("{message} Member {id} {exit}.");
                quoted = id;
            }
        }
        let message = format!("{message}\nThe end of member {quoted}'s log:");
        let (log, output) = (self.folder.log(quoted), self.folder.output(quoted));
        Error::new(error.code(), crate::start::with_log(message, &log, &output))
    }
}

/// Sets the lab back when a start fails or its future is dropped.
struct Undo<'a> {
    lab: &'a Lab,
    armed: bool,
}

impl Drop for Undo<'_> {
    fn drop(&mut self) {
        if self.armed {
            *self.lab.phase() = Phase::Stopped;
        }
    }
}

fn known(id: u32) -> Result<u32> {
    if id < MEMBERS {
        return Ok(id);
    }
    Err(Error::new(ErrorCode::NotFound, format!("The lab has no member {id}.")))
}

fn held(run: Option<&Run>) -> Error {
    let who = run.map_or_else(
        || "Another process".to_owned(),
        |run| format!("Process {} ({})", run.holder.pid, run.holder.name),
    );
    Error::new(ErrorCode::Conflict, format!("{who} runs the lab of this data folder."))
        .with_hint("Stop and start its members there, or close that program first.")
}

/// The set's connection string.
fn uri(ports: &[u16]) -> String {
    let hosts: Vec<String> = ports.iter().map(|port| host(*port)).collect();
    format!("mongodb://{}/?replicaSet={SET_NAME}", hosts.join(","))
}
