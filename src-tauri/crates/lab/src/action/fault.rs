//! Faults of members.

use std::time::Duration;

use bson::doc;
use tokio::time::{Instant, timeout};
use trivet_core::{Error, ErrorCode, Result};

use crate::guard::protocol::MemberSignal;
use crate::running::Running;
use crate::set;
use crate::start::until;
use crate::steps::Steps;
use crate::types::{LabFault, LabStepKind};

/// How long a process may take to heed a signal.
const SIGNALLED: Duration = Duration::from_secs(5);

impl Running {
    pub(super) async fn fault(&self, id: u32, fault: LabFault, steps: &Steps<'_>) -> Result<()> {
        match fault {
            LabFault::Kill => self.kill(id, steps).await,
            LabFault::Freeze => self.set_frozen(id, true, steps).await,
            LabFault::Thaw => self.set_frozen(id, false, steps).await,
            LabFault::HoldBack => self.hold(id, true, steps).await,
            LabFault::LetGo => self.hold(id, false, steps).await,
            LabFault::LeaveBehind => self.leave_behind(id, steps).await,
            LabFault::Resync => self.resync(id, steps).await,
        }
    }

    async fn kill(&self, id: u32, steps: &Steps<'_>) -> Result<()> {
        let step = steps.begin(LabStepKind::Signal, format!("kill -KILL {}", self.process(id)?));
        self.line.signal(id, MemberSignal::Kill).await?;
        let ended = timeout(SIGNALLED, self.line.exited(id)).await;
        ended.map_err(|_| unheeded(id))?;
        self.marks().held.remove(&id);
        step.done();
        Ok(())
    }

    pub(super) async fn set_frozen(&self, id: u32, frozen: bool, steps: &Steps<'_>) -> Result<()> {
        let (signal, name) =
            if frozen { (MemberSignal::Freeze, "STOP") } else { (MemberSignal::Thaw, "CONT") };
        let step = steps.begin(LabStepKind::Signal, format!("kill -{name} {}", self.process(id)?));
        self.line.signal(id, signal).await?;
        let heeded = || (self.is_frozen(id) == frozen).then_some(());
        until(Instant::now() + SIGNALLED, heeded).await.ok_or_else(|| unheeded(id))?;
        step.done();
        Ok(())
    }

    /// Stops a member from applying what it copies, or lets it apply again.
    pub(super) async fn hold(&self, id: u32, held: bool, steps: &Steps<'_>) -> Result<()> {
        self.needs_faults()?;
        self.needs_data(id)?;
        self.process(id)?;
        let mode = if held { "alwaysOn" } else { "off" };
        let step = steps.begin(
            LabStepKind::FailPoint,
            format!(
                "mongosh --port {} --eval \"db.adminCommand({{ configureFailPoint: 'rsSyncApplyStop', mode: '{mode}' }})\"",
                self.ports.own[id as usize]
            ),
        );
        let member = self.client(id)?;
        let asked = member.run(doc! { "configureFailPoint": "rsSyncApplyStop", "mode": mode }).await;
        asked.map_err(|refusal| set::refused(&member, "refuses the fail point", &refusal))?;
        let mut marks = self.marks();
        if held {
            marks.held.insert(id)
        } else {
            marks.held.remove(&id)
        };
        drop(marks);
        step.done();
        Ok(())
    }

    /// Lets a member copy everything anew; who is in no set is only emptied, and can be added to one then.
    pub(super) async fn resync(&self, id: u32, steps: &Steps<'_>) -> Result<()> {
        let seats = self.seats().await?;
        self.needs_data(id)?;
        let others = self.clients()?.into_iter().filter(|member| member.id != id);
        if seats.names(id) && !others.into_iter().any(|member| seats.has_data(member.id)) {
            return Err(Error::new(
                ErrorCode::Conflict,
                format!("Member {id} has nobody to copy from: its data would be lost."),
            )
            .with_hint("Start another member that has data."));
        }
        self.stop_member(id, steps).await?;
        let step = steps.begin(LabStepKind::EmptyData, format!("rm -r {}/*", self.folder.data(id).display()));
        self.folder.empty_data(id)?;
        step.done();
        let member = self.start_one(id, steps).await?;
        self.joins(&member, steps).await
    }

    /// The process of a member that runs.
    pub(super) fn process(&self, id: u32) -> Result<u32> {
        self.pid(id).ok_or_else(|| {
            Error::new(ErrorCode::Conflict, format!("Member {id} does not run.")).with_hint("Start it first.")
        })
    }

    pub(super) fn needs_faults(&self) -> Result<()> {
        if self.plan.faults {
            return Ok(());
        }
        Err(Error::new(
            ErrorCode::Unsupported,
            "The members of this lab take no fail points, and their oplogs are long.",
        )
        .with_hint("Make a lab whose plan asks for faults."))
    }

    pub(super) fn needs_data(&self, id: u32) -> Result<()> {
        if self.last_seats().is_arbiter(id) {
            return Err(Error::new(
                ErrorCode::Unsupported,
                format!("Member {id} is an arbiter: it has no data."),
            ));
        }
        Ok(())
    }
}

fn unheeded(id: u32) -> Error {
    let message = format!("Member {id} does not heed a signal within {} s.", SIGNALLED.as_secs());
    Error::new(ErrorCode::Timeout, message)
}
