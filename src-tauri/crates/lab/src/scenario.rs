//! Runs a scenario: one fault after another, each until Health says of it what it is, and then all of them healed.

mod play;
mod stage;
mod writing;

use std::borrow::Borrow;

use tokio::sync::watch;
use trivet_core::replica::{ReplicaSnapshot, VerdictLevel};
use trivet_core::{Error, ErrorCode, Result};

use self::stage::Stage;
use crate::action::Action;
use crate::lab::Lab;
use crate::seats::Seats;
use crate::types::{LabScenario, LabState, ScenarioReport, ScenarioStep};

impl Lab {
    /// Runs a scenario, checks by `states` what Health says of it and when, and heals the lab again. `states` are those of a
    /// connection to this lab.
    ///
    /// Errors: [`ErrorCode::Conflict`] where the lab does not run or is not ours, and while another scenario runs on it; [`ErrorCode::Unsupported`] where its plan does
    /// not have what the scenario needs; [`ErrorCode::InvalidInput`] where the states are of another set.
    pub async fn play<S>(
        &self,
        scenario: LabScenario,
        states: watch::Receiver<Option<S>>,
        on_step: impl Fn(ScenarioStep) + Send + Sync,
    ) -> Result<ScenarioReport>
    where
        S: Borrow<ReplicaSnapshot> + Send + Sync + 'static,
    {
        let lab = self.status();
        if lab.state != LabState::Running {
            return Err(
                Error::new(ErrorCode::Conflict, "The lab does not run.").with_hint("Start the lab first.")
            );
        }
        // Another process's lab is refused when it is to be changed, with that process's name.
        let seats = self.ours().map_or_else(|_| Seats::planned(&lab.plan), |running| running.last_seats());
        scenario.check(&lab.plan, &seats)?;
        let _stage = self.take_stage()?;
        let mut stage = Stage::new(self, states, &on_step);
        let well = stage.expect("Begin with a set that is well", "healthy, every member up", is_well).await?;
        let played = if well { scenario.play(&mut stage).await } else { Ok(()) };
        // Also after a step that failed: nobody wants to be left with a broken set.
        let healed = stage.act("Heal", vec![Action::Heal], "healthy, every member up", is_well).await;
        played?;
        healed?;
        Ok(stage.report(scenario))
    }
}

/// Nothing is wrong with any member, and nothing with what they see of each other.
fn is_well(state: &ReplicaSnapshot) -> bool {
    use trivet_core::replica::{MemberHealth, MemberState, SightKind};
    state.verdict.level == VerdictLevel::Healthy
        && state.primary.is_some()
        && state.sight.as_ref().is_some_and(|sight| sight.kind == SightKind::Clear)
        && state.members.iter().all(|member| {
            member.health == MemberHealth::Up
                && matches!(
                    member.state,
                    MemberState::Primary | MemberState::Secondary | MemberState::Arbiter
                )
        })
}
