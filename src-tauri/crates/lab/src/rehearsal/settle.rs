//! Makes a lab be as the set is now: the same primary, and the same members that do not answer.

use std::time::Duration;

use bson::doc;
use tokio::sync::watch;
use tokio::time::{Instant, sleep, timeout};
use trivet_core::replica::{Member, MemberHealth, MemberState, ReplicaRequest, ReplicaSnapshot};
use trivet_core::{Error, ErrorCode, Result};

use super::stage::{Made, Stage};
use super::telling::Telling;
use crate::action::Action;
use crate::steps::Steps;
use crate::types::{LabFault, LabStepKind, RehearsalStep};

/// How long the lab may take to be as the set is, for each thing in which it has to be.
const PATIENCE: Duration = Duration::from_secs(90);
/// How often a member is asked to stand.
const AGAIN: Duration = Duration::from_millis(500);

impl Stage {
    /// Waits until all members follow, and makes the same one primary and the same ones fail as in the set.
    pub(super) async fn settle<T: FnMut(RehearsalStep) -> bool + Send>(
        &self,
        set: &ReplicaSnapshot,
        made: &mut Made,
        telling: &Telling<T>,
    ) -> Result<()> {
        let (engine, connection) = self.engine()?;
        let mut states = engine.replica_states(ReplicaRequest { connection: connection.clone() })?;
        telling.turn_page();
        let told = |step| telling.lab(step);
        let steps = Steps::new(&told);
        let step = steps.begin(LabStepKind::WaitForMember, "rs.status().members");
        let versions = until(&mut states, "all members follow", all_follow).await?.servers.versions;
        step.done();
        made.remarks.extend(other_version(&set.servers.versions, &versions));
        if let Some(stand_in) = set.primary.as_deref().and_then(|primary| made.cast.stand_in(primary)) {
            self.hand_to(stand_in, &mut states, &steps).await?;
        }
        for member in &set.members {
            let Some(stand_in) = made.cast.stand_in(&member.host).map(str::to_owned) else { continue };
            if member.health == MemberHealth::Down {
                telling.turn_page();
                self.kill(&stand_in, &mut states, telling).await?;
                made.remarks
                    .push(format!("{} does not answer; {stand_in}, in its place, was killed.", member.host));
            } else if !is_settled(member) {
                made.remarks.push(format!(
                    "{} is {:?}; {stand_in}, in its place, is not.",
                    member.host, member.state
                ));
            }
        }
        if set.primary.is_none() {
            until(&mut states, "the lab has no primary, as the set has none", |state| {
                state.primary.is_none()
            })
            .await?;
        }
        Ok(())
    }

    /// Lets a member stand until it is primary.
    async fn hand_to(
        &self,
        host: &str,
        states: &mut watch::Receiver<Option<ReplicaSnapshot>>,
        steps: &Steps<'_>,
    ) -> Result<()> {
        let is_primary = |state: &ReplicaSnapshot| state.primary.as_deref() == Some(host);
        if states.borrow().as_ref().is_some_and(is_primary) {
            return Ok(());
        }
        let running = self.lab.ours()?;
        let id = running.ports.id_of(host).ok_or_else(|| Error::internal("The lab has no such member."))?;
        let member = running.client(id)?;
        let step = steps.begin(
            LabStepKind::StepUp,
            format!("mongosh --port {} --eval 'db.adminCommand({{ replSetStepUp: 1 }})'", member.port),
        );
        let standing = async {
            // It refuses until it has heard of a majority, and is asked again then.
            let deadline = Instant::now() + PATIENCE;
            while Instant::now() < deadline {
                let _ = member.run(doc! { "replSetStepUp": 1 }).await;
                sleep(AGAIN).await;
            }
        };
        tokio::select! {
            became = until(states, "the same member is primary", is_primary) => became.map(drop)?,
            () = standing => return Err(late("the same member is primary")),
        }
        step.done();
        Ok(())
    }

    async fn kill<T: FnMut(RehearsalStep) -> bool + Send>(
        &self,
        host: &str,
        states: &mut watch::Receiver<Option<ReplicaSnapshot>>,
        telling: &Telling<T>,
    ) -> Result<()> {
        let id = self.lab.ours()?.ports.id_of(host);
        let id = id.ok_or_else(|| Error::internal("The lab has no such member."))?;
        let killed = self.lab.change(Action::Fault(id, LabFault::Kill)).await?;
        killed.steps.into_iter().for_each(|step| telling.lab(step));
        let is_down = |state: &ReplicaSnapshot| {
            state.members.iter().any(|member| member.host == host && member.health == MemberHealth::Down)
        };
        until(states, "the same members are down", is_down).await.map(drop)
    }
}

fn all_follow(state: &ReplicaSnapshot) -> bool {
    let well = |member: &Member| member.health == MemberHealth::Up && is_settled(member);
    state.primary.is_some() && state.members.iter().all(well)
}

fn is_settled(member: &Member) -> bool {
    matches!(member.state, MemberState::Primary | MemberState::Secondary | MemberState::Arbiter)
}

/// Versions count by their first two numbers.
fn other_version(set: &[String], lab: &[String]) -> Option<String> {
    let series = |version: &String| version.splitn(3, '.').take(2).collect::<Vec<_>>().join(".");
    let known: Vec<String> = lab.iter().map(series).collect();
    let other = !set.is_empty() && !set.iter().map(series).any(|version| known.contains(&version));
    other.then(|| format!("The set runs MongoDB {}; the lab runs {}.", set.join(" and "), lab.join(" and ")))
}

async fn until(
    states: &mut watch::Receiver<Option<ReplicaSnapshot>>,
    what: &str,
    says: impl Fn(&ReplicaSnapshot) -> bool,
) -> Result<ReplicaSnapshot> {
    let says = |state: &Option<ReplicaSnapshot>| state.as_ref().is_some_and(&says);
    match timeout(PATIENCE, states.wait_for(says)).await {
        Ok(Ok(state)) => state.clone().ok_or_else(|| late(what)),
        _ => Err(late(what)),
    }
}

fn late(what: &str) -> Error {
    let message = format!("It did not come about within {} s that {what}.", PATIENCE.as_secs());
    Error::new(ErrorCode::Timeout, message)
        .with_hint("Where this machine has much else to do, try again when it has less.")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn another_series_of_versions_is_told_and_another_patch_is_not() {
        let of = |versions: &[&str]| versions.iter().map(|version| (*version).to_owned()).collect::<Vec<_>>();
        assert_eq!(other_version(&of(&["6.0.14"]), &of(&["6.0.5"])), None);
        assert_eq!(other_version(&[], &of(&["6.0.5"])), None);
        let told = other_version(&of(&["7.0.2"]), &of(&["6.0.5"])).expect("told");
        assert!(told.contains("7.0.2") && told.contains("6.0.5"));
    }
}
