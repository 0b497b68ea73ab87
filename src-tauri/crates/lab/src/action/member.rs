//! Starts and stops members.

use trivet_core::Result;

use crate::running::Running;
use crate::start::{is_free, taken};
use crate::steps::Steps;
use crate::types::LabStepKind;
use crate::{member::Member, set};

impl Running {
    /// Starts one member again and waits until it belongs to the set, and the set takes writes where it can.
    pub(super) async fn start_member(&self, id: u32, steps: &Steps<'_>) -> Result<()> {
        if self.pid(id).is_some() {
            return Ok(());
        }
        let port = self.ports.own[id as usize];
        if !is_free(port) {
            return Err(taken(id, port));
        }
        let member = self.start_one(id, steps).await?;
        self.joins(&member, steps).await
    }

    /// Waits until a member that was started belongs to the set. Where a link is cut or a member is frozen, that may be never.
    pub(super) async fn joins(&self, member: &Member, steps: &Steps<'_>) -> Result<()> {
        if !self.undisturbed() {
            return Ok(());
        }
        let (members, seats) = (self.clients()?, self.seats().await?);
        if seats.is_majority(&members) {
            set::elect(&seats.electable(&members), steps).await.map_err(|error| self.explain(error))?;
        }
        // A spare belongs to no set, and neither does who was removed from it.
        if !seats.names(member.id) {
            return Ok(());
        }
        set::wait_until_it_follows(member, steps).await.map_err(|error| self.explain(error))
    }

    /// Stops one member in the way a person would, cleanly. A primary hands its office over first; a frozen member goes on
    /// before it stops.
    pub(super) async fn stop_member(&self, id: u32, steps: &Steps<'_>) -> Result<()> {
        let Some(pid) = self.pid(id) else { return Ok(()) };
        let frozen = self.is_frozen(id);
        if !frozen {
            let others = self.clients()?.into_iter().filter(|member| member.id != id);
            set::hand_over(&self.client(id)?, &others.collect::<Vec<_>>(), steps).await;
        }
        let command = format!("kill -TERM {pid}");
        let command = if frozen { format!("{command} && kill -CONT {pid}") } else { command };
        let step = steps.begin(LabStepKind::StopMember, command);
        self.line.stop(id).await?;
        self.marks().held.remove(&id);
        step.done();
        Ok(())
    }
}
