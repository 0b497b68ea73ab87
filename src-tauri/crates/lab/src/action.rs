//! What can be done to a set that runs.

mod behind;
mod fault;
mod heal;
mod link;
mod member;

use trivet_core::Result;

use crate::running::Running;
use crate::steps::Steps;
use crate::types::{LabFault, LabLink};

/// Something to do.
#[derive(Clone, Debug)]
pub(crate) enum Action {
    /// Start a member that was stopped.
    Start(u32),
    /// Stop a member cleanly.
    Stop(u32),
    /// Let something happen to a member.
    Fault(u32, LabFault),
    /// Change what links let through.
    SetLinks(Vec<LabLink>),
    /// End all of that.
    Heal,
}

impl Running {
    /// Does it, and tells the steps meanwhile.
    pub(crate) async fn act(&self, action: Action, steps: &Steps<'_>) -> Result<()> {
        match action {
            Action::Start(id) => self.start_member(self.known(id)?, steps).await,
            Action::Stop(id) => self.stop_member(self.known(id)?, steps).await,
            Action::Fault(id, fault) => self.fault(self.known(id)?, fault, steps).await,
            Action::SetLinks(links) => self.set_links(links, steps).await,
            Action::Heal => self.heal(steps).await,
        }
    }
}
