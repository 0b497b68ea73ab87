//! One lab: start, stop, what is done to it, and what it tells of itself.

mod begin;

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use trivet_core::{Error, ErrorCode, Result};

use crate::action::Action;
use crate::config::LabConfig;
use crate::folder::{Folder, Run};
use crate::guard::callers;
use crate::plan::{Beyond, LabPlan, USUAL_LAB};
use crate::process::Process;
use crate::running::Running;
use crate::steps::{Steps, Told};
use crate::types::{LabFault, LabLink, LabMember, LabState, LabStatus, LabStep};

/// How long a look at who is in a set may take.
const LOOK: Duration = Duration::from_secs(1);

/// One local replica set. A clone is another handle on the same lab; the members stop when the last handle is
/// dropped, or when the process ends.
#[derive(Clone, Debug)]
pub struct Lab(Arc<Inner>);

#[derive(Debug)]
struct Inner {
    config: LabConfig,
    name: String,
    /// One start, stop or change at a time.
    turn: tokio::sync::Mutex<()>,
    /// One scenario at a time: what another one does would count for it.
    stage: tokio::sync::Mutex<()>,
    /// Never held across an await, so that the status answers while a start goes on.
    phase: Mutex<Phase>,
}

#[derive(Clone, Debug)]
enum Phase {
    Stopped,
    Starting,
    Running(Box<Running>),
    Attached(Folder),
}

impl Lab {
    /// The usual lab, which is not started yet.
    #[must_use]
    pub fn new(config: LabConfig) -> Self {
        Self::named(USUAL_LAB.to_owned(), config)
    }

    /// The lab of a name that was checked.
    pub(crate) fn named(name: String, config: LabConfig) -> Self {
        let (turn, stage) = (tokio::sync::Mutex::new(()), tokio::sync::Mutex::new(()));
        Self(Arc::new(Inner { config, name, turn, stage, phase: Mutex::new(Phase::Stopped) }))
    }

    /// What the lab is doing, and who was in the set when that was last looked at. Reads nothing but small files.
    #[must_use]
    pub fn status(&self) -> LabStatus {
        let phase = self.phase().clone();
        match phase {
            Phase::Stopped => self.told(LabState::Stopped),
            Phase::Starting => self.told(LabState::Starting),
            Phase::Running(running) if running.line.has_ended() => self.told(LabState::Stopped),
            Phase::Running(running) => LabStatus {
                plan: (*running.plan).clone(),
                uri: Some(running.uri()),
                mongod: Some(running.mongod.to_string()),
                members: running.members(),
                links: running.links(),
                ..self.told(LabState::Running)
            },
            Phase::Attached(folder) => folder
                .run()
                .and_then(|run| self.attached(&folder, run))
                .unwrap_or_else(|| self.told(LabState::Stopped)),
        }
    }

    /// The same after a look at who is in the set now, which may have been changed from outside the lab.
    pub async fn look(&self) -> LabStatus {
        if let Ok(running) = self.ours() {
            // Who does not answer in time is told as it was seen before.
            let _ = tokio::time::timeout(LOOK, running.look()).await;
        }
        self.status()
    }

    /// Starts the members, makes them a set where they are none yet, and returns when one takes writes.
    ///
    /// Where another process runs this lab, the status is that of its set, `attached`. A lab that runs is left as it
    /// is. When the returned future is dropped, the members stop.
    ///
    /// Errors: [`ErrorCode::NotFound`] without a mongod, and for a lab that was never made; [`ErrorCode::Storage`]
    /// where the folder cannot be written, [`ErrorCode::ServerRejected`] with the end of a member's log,
    /// [`ErrorCode::Timeout`].
    pub async fn start(&self, on_step: impl Fn(LabStep) + Send + Sync) -> Result<LabStatus> {
        self.start_as(None, on_step).await
    }

    /// The same for a lab that is to be made of something. Besides, [`ErrorCode::InvalidInput`] for a plan that
    /// breaks a rule, and [`ErrorCode::Conflict`] where the lab is made of something else.
    pub async fn start_as(
        &self,
        plan: Option<LabPlan>,
        on_step: impl Fn(LabStep) + Send + Sync,
    ) -> Result<LabStatus> {
        self.start_beyond(plan, None, on_step).await
    }

    /// The same for a lab that is like a set: with that set's own configuration, and at its pace.
    pub(crate) async fn start_like(
        &self,
        plan: LabPlan,
        beyond: Beyond,
        on_step: impl Fn(LabStep) + Send + Sync,
    ) -> Result<LabStatus> {
        self.start_beyond(Some(plan), Some(beyond), on_step).await
    }

    async fn start_beyond(
        &self,
        plan: Option<LabPlan>,
        beyond: Option<Beyond>,
        on_step: impl Fn(LabStep) + Send + Sync,
    ) -> Result<LabStatus> {
        let _turn = self.0.turn.lock().await;
        let plan = self.plan(plan)?;
        let status = self.status();
        if status.state == LabState::Running {
            return Ok(status);
        }
        *self.phase() = Phase::Starting;
        let mut undo = Undo { lab: self, armed: true };
        let phase = self.begin(plan, beyond, &Steps::new(&on_step)).await?;
        undo.armed = false;
        *self.phase() = phase;
        Ok(self.status())
    }

    /// Starts one member again and waits until it belongs to the set, and the set takes writes where it can.
    pub async fn start_member(&self, id: u32) -> Result<LabStatus> {
        self.change(Action::Start(id)).await
    }

    /// Stops one member in the way a person would, cleanly. A primary hands its office over first.
    pub async fn stop_member(&self, id: u32) -> Result<LabStatus> {
        self.change(Action::Stop(id)).await
    }

    /// Lets something happen to a member.
    ///
    /// Errors: [`ErrorCode::Conflict`] where it does not run; [`ErrorCode::Unsupported`] where the plan does not ask
    /// for what the fault needs.
    pub async fn fault(&self, id: u32, fault: LabFault) -> Result<LabStatus> {
        self.change(Action::Fault(id, fault)).await
    }

    /// Changes what links let through.
    ///
    /// Errors: [`ErrorCode::Unsupported`] in a lab without links, and for one caller where callers cannot be told
    /// apart; [`ErrorCode::InvalidInput`].
    pub async fn set_links(&self, links: Vec<LabLink>) -> Result<LabStatus> {
        self.change(Action::SetLinks(links)).await
    }

    /// Ends whatever was done to the set, and waits until all members follow it again.
    pub async fn heal(&self) -> Result<LabStatus> {
        self.change(Action::Heal).await
    }

    /// Stops all members and waits until they are gone. An attached lab is only let go of.
    pub async fn stop(&self) -> Result<()> {
        let _turn = self.0.turn.lock().await;
        self.stop_now().await
    }

    async fn stop_now(&self) -> Result<()> {
        let phase = std::mem::replace(&mut *self.phase(), Phase::Stopped);
        match phase {
            Phase::Running(running) => running.line.end().await,
            Phase::Stopped | Phase::Starting | Phase::Attached(_) => Ok(()),
        }
    }

    /// Does something to the set, and answers with the steps that it took.
    pub(crate) async fn change(&self, action: Action) -> Result<LabStatus> {
        let _turn = self.0.turn.lock().await;
        let running = self.ours()?;
        let told = Told::default();
        running.act(action, &Steps::new(&|step| told.hear(step))).await?;
        Ok(LabStatus { steps: told.all(), ..self.look().await })
    }

    /// The status of a set that another process runs; none when it stops.
    fn attached(&self, folder: &Folder, run: Run) -> Option<LabStatus> {
        let uri = run.uri?;
        let lasting = folder.lasting();
        let members = run.members.into_iter().map(|member| {
            let process = member.process.filter(Process::is_alive);
            let link = lasting.link_ports.get(member.id as usize);
            LabMember {
                id: member.id,
                host: link.map_or_else(|| member.host.clone(), |port| crate::member::host(*port)),
                address: member.host,
                running: process.is_some(),
                frozen: process.as_ref().is_some_and(|process| Process::is_frozen(process.pid)),
                held_back: false,
                pid: process.map(|process| process.pid),
                in_set: None,
                electable: None,
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
        let folder = self.folder();
        let usual = || LabPlan { name: self.0.name.clone(), ..LabPlan::default() };
        LabStatus {
            state,
            set_name: self.0.name.clone(),
            plan: folder.lasting().plan.unwrap_or_else(usual),
            uri: None,
            mongod: None,
            data_dir: folder.path().display().to_string(),
            attached: false,
            members: Vec::new(),
            links: Vec::new(),
            links_by_caller: callers::KNOWN,
            steps: Vec::new(),
        }
    }

    fn folder(&self) -> Folder {
        Folder::of(&self.0.config.data_dir, &self.0.name)
    }

    /// The set, where it runs and is ours to change.
    pub(crate) fn ours(&self) -> Result<Running> {
        match &*self.phase() {
            Phase::Running(running) if !running.line.has_ended() => Ok((**running).clone()),
            Phase::Attached(folder) => Err(held(folder.run().as_ref())),
            Phase::Stopped | Phase::Starting | Phase::Running(_) => {
                Err(Error::new(ErrorCode::Conflict, "The lab does not run.")
                    .with_hint("Start the lab first."))
            }
        }
    }

    /// The stage for a scenario, until the guard is dropped.
    pub(crate) fn take_stage(&self) -> Result<tokio::sync::MutexGuard<'_, ()>> {
        self.0.stage.try_lock().map_err(|_| {
            Error::new(ErrorCode::Conflict, "A scenario is running on this lab.")
                .with_hint("It heals the set when it is over: wait for it.")
        })
    }

    fn phase(&self) -> MutexGuard<'_, Phase> {
        self.0.phase.lock().unwrap_or_else(PoisonError::into_inner)
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

fn held(run: Option<&Run>) -> Error {
    let who = run.map_or_else(
        || "Another process".to_owned(),
        |run| format!("Process {} ({})", run.holder.pid, run.holder.name),
    );
    Error::new(ErrorCode::Conflict, format!("{who} runs the lab of this data folder."))
        .with_hint("Stop and start its members there, or close that program first.")
}
