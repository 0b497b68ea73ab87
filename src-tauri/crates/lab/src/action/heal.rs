//! Ends whatever was done to the set.

use trivet_core::Result;

use crate::running::Running;
use crate::set;
use crate::steps::Steps;
use crate::types::{LabLink, LinkPolicy};

impl Running {
    /// Mends the links, thaws, lets go and starts the members, and lets those that are too stale copy everything anew.
    pub(super) async fn heal(&self, steps: &Steps<'_>) -> Result<()> {
        for link in self.links() {
            self.set_link(LabLink { policy: LinkPolicy::Pass, ..link }, steps).await?;
        }
        for id in self.plan.ids().filter(|id| self.is_frozen(*id)) {
            self.set_frozen(id, false, steps).await?;
        }
        let held = self.marks().held.clone();
        for id in held {
            self.hold(id, false, steps).await?;
        }
        let mut started = Vec::new();
        for id in self.plan.ids().filter(|id| self.pid(*id).is_none()) {
            started.push(self.start_one(id, steps).await?);
        }
        for member in started {
            self.joins(&member, steps).await?;
        }
        for member in self.clients()? {
            if set::is_too_stale(&member).await {
                self.resync(member.id, steps).await?;
            }
        }
        Ok(())
    }
}
