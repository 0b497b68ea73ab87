//! All labs of a data folder, by name.

use std::borrow::Borrow;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Arc, Mutex, PoisonError};

use futures_util::future::join_all;
use tokio::sync::watch;
use trivet_core::replica::ReplicaSnapshot;
use trivet_core::{Error, ErrorCode, Result};

use crate::config::LabConfig;
use crate::folder::Folder;
use crate::lab::Lab;
use crate::plan::{USUAL_LAB, check_name};
use crate::types::{
    LabFaultRequest, LabLinkRequest, LabMemberRequest, LabRequest, LabScenarioRequest, LabStartRequest,
    LabState, LabStatus, LabStep, ScenarioReport, ScenarioStep,
};

/// The labs of a data folder, which run side by side. A clone is another handle on the same labs; their members stop
/// when the last handle is dropped, or when the process ends.
#[derive(Clone, Debug)]
pub struct Labs(Arc<Inner>);

#[derive(Debug)]
struct Inner {
    config: LabConfig,
    open: Mutex<BTreeMap<String, Lab>>,
    /// One rehearsal at a time: the machine is to bear it, and what another one does would show in its figures.
    rehearsal: Arc<tokio::sync::Mutex<()>>,
}

/// Of every lab that is made for a rehearsal, with a number where there is such a one already.
const REHEARSAL: &str = "rehearsal";

impl Labs {
    /// The labs of a data folder; none is started.
    #[must_use]
    pub fn new(config: LabConfig) -> Self {
        Self(Arc::new(Inner { config, open: Mutex::default(), rehearsal: Arc::default() }))
    }

    /// One lab by its name, whether it was made or not.
    ///
    /// Errors: [`trivet_core::ErrorCode::InvalidInput`] for what cannot be a name.
    pub fn lab(&self, name: &str) -> Result<Lab> {
        check_name(name)?;
        let mut open = self.0.open.lock().unwrap_or_else(PoisonError::into_inner);
        let made = || Lab::named(name.to_owned(), self.0.config.clone());
        Ok(open.entry(name.to_owned()).or_insert_with(made).clone())
    }

    /// The usual lab.
    #[must_use]
    pub fn usual(&self) -> Lab {
        // Its name is a name.
        self.lab(USUAL_LAB).unwrap_or_else(|_| Lab::new(self.0.config.clone()))
    }

    /// Every lab that was made, the usual one first: that one also where it was not.
    pub async fn all(&self) -> Result<Vec<LabStatus>> {
        let mut names: BTreeSet<String> = Folder::names_in(&self.0.config.data_dir).into_iter().collect();
        names.remove(USUAL_LAB);
        let names = std::iter::once(USUAL_LAB.to_owned()).chain(names);
        // A folder that is no lab's has a name that none could have, or holds none.
        let labs: Vec<Lab> = names.filter_map(|name| self.lab(&name).ok()).collect();
        Ok(join_all(labs.iter().map(Lab::look)).await)
    }

    /// What one lab is doing.
    pub async fn status(&self, request: LabRequest) -> Result<LabStatus> {
        Ok(self.lab(&request.lab)?.look().await)
    }

    /// Starts a lab: see [`Lab::start_as`].
    pub async fn start(
        &self,
        request: LabStartRequest,
        on_step: impl Fn(LabStep) + Send + Sync,
    ) -> Result<LabStatus> {
        let name = request.plan.as_ref().map_or(&request.lab, |plan| &plan.name);
        self.lab(name)?.start_as(request.plan, on_step).await
    }

    /// Stops a lab; what it keeps is kept.
    pub async fn stop(&self, request: LabRequest) -> Result<LabStatus> {
        let lab = self.lab(&request.lab)?;
        lab.stop().await?;
        Ok(lab.status())
    }

    /// Stops a lab and removes all that it has kept: see [`Lab::remove`].
    pub async fn remove(&self, request: LabRequest) -> Result<()> {
        self.lab(&request.lab)?.remove().await
    }

    /// Starts a member: see [`Lab::start_member`].
    pub async fn start_member(&self, request: LabMemberRequest) -> Result<LabStatus> {
        self.lab(&request.lab)?.start_member(request.member).await
    }

    /// Stops a member: see [`Lab::stop_member`].
    pub async fn stop_member(&self, request: LabMemberRequest) -> Result<LabStatus> {
        self.lab(&request.lab)?.stop_member(request.member).await
    }

    /// Lets something happen to a member: see [`Lab::fault`].
    pub async fn fault(&self, request: LabFaultRequest) -> Result<LabStatus> {
        self.lab(&request.lab)?.fault(request.member, request.fault).await
    }

    /// Changes what links let through: see [`Lab::set_links`].
    pub async fn set_links(&self, request: LabLinkRequest) -> Result<LabStatus> {
        self.lab(&request.lab)?.set_links(request.links).await
    }

    /// Ends whatever was done to a lab: see [`Lab::heal`].
    pub async fn heal(&self, request: LabRequest) -> Result<LabStatus> {
        self.lab(&request.lab)?.heal().await
    }

    /// Runs a scenario: see [`Lab::play`].
    pub async fn play<S>(
        &self,
        request: LabScenarioRequest,
        states: watch::Receiver<Option<S>>,
        on_step: impl Fn(ScenarioStep) + Send + Sync,
    ) -> Result<ScenarioReport>
    where
        S: Borrow<ReplicaSnapshot> + Send + Sync + 'static,
    {
        self.lab(&request.lab)?.play(request.scenario, states, on_step).await
    }

    /// The turn to rehearse, until the guard is dropped.
    pub(crate) fn take_rehearsal(&self) -> Result<tokio::sync::OwnedMutexGuard<()>> {
        Arc::clone(&self.0.rehearsal).try_lock_owned().map_err(|_| {
            Error::new(ErrorCode::Conflict, "Another rehearsal is running.")
                .with_hint("Its lab is removed when it is over: wait for it, or stop it.")
        })
    }

    /// A lab of a name that none has, without the sample data.
    pub(crate) fn lab_to_rehearse(&self) -> Result<(String, Lab)> {
        let config = LabConfig { seed: false, ..self.0.config.clone() };
        let taken = Folder::names_in(&config.data_dir);
        let mut open = self.0.open.lock().unwrap_or_else(PoisonError::into_inner);
        let mut names =
            std::iter::once(REHEARSAL.to_owned()).chain((2..).map(|number| format!("{REHEARSAL}-{number}")));
        let free = |name: &String| !taken.contains(name) && !open.contains_key(name);
        let name = names.find(free).ok_or_else(|| Error::internal("Every name is taken."))?;
        let lab = Lab::named(name.clone(), config);
        open.insert(name.clone(), lab.clone());
        Ok((name, lab))
    }

    /// Lets go of a lab that is no more.
    pub(crate) fn forget(&self, name: &str) {
        self.0.open.lock().unwrap_or_else(PoisonError::into_inner).remove(name);
    }

    /// Stops every lab that runs here, at the end of the program.
    pub async fn stop_all(&self) -> Result<()> {
        let labs: Vec<Lab> = {
            let open = self.0.open.lock().unwrap_or_else(PoisonError::into_inner);
            open.values().filter(|lab| lab.status().state != LabState::Stopped).cloned().collect()
        };
        join_all(labs.iter().map(Lab::stop)).await.into_iter().collect()
    }
}
