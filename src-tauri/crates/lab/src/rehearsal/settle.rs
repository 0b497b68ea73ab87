//! Makes a lab be as the set is now: the same primary, and the same members that do not answer.

use std::time::Duration;

use bson::{Bson, Document, doc};
use tokio::sync::watch;
use tokio::time::{Instant, sleep, timeout};
use trivet_core::replica::{
    Member, MemberHealth, MemberState, OperationOutcome, Original, PlanOperationRequest, ReplicaRequest,
    ReplicaSnapshot, RunOperationRequest, SetOperation,
};
use trivet_core::{Error, ErrorCode, Result};

use super::remarks;
use super::stage::{Made, Stage};
use super::telling::Telling;
use crate::action::Action;
use crate::steps::Steps;
use crate::types::{LabFault, LabStepKind, RehearsalStep};

/// How long the lab may take to be as the set is, for each thing in which it has to be.
const PATIENCE: Duration = Duration::from_secs(90);
/// How often a member is asked to stand.
const AGAIN: Duration = Duration::from_millis(500);

/// The states of the lab, as its Health has them.
type States = watch::Receiver<Option<ReplicaSnapshot>>;

impl Stage {
    fn states(&self) -> Result<States> {
        let (engine, connection) = self.engine()?;
        engine.replica_states(ReplicaRequest { connection: connection.clone() })
    }

    /// Waits until all members follow, then makes the same ones fail as in the set, and the same one primary. In this order: who
    /// is killed does not take over.
    pub(super) async fn settle<T: FnMut(RehearsalStep) -> bool + Send>(
        &self,
        set: &Original,
        made: &mut Made,
        telling: &Telling<T>,
    ) -> Result<()> {
        let mut states = self.states()?;
        telling.turn_page();
        let told = |step| telling.lab(step);
        let steps = Steps::new(&told);
        let step = steps.begin(LabStepKind::WaitForMember, "rs.status().members");
        let lab = until(&mut states, "all members follow", all_follow).await?;
        step.done();
        made.remarks.extend(remarks::servers(&set.now.servers, &lab.servers));
        match &set.defaults {
            Some(defaults) if defaults.is_empty() => {}
            Some(defaults) => made.remarks.extend(self.set_defaults(defaults, &mut states, &steps).await?),
            None => made.remarks.push(
                "Which default write concern the set has could not be read; the lab has the usual one."
                    .to_owned(),
            ),
        }
        for member in set.now.members.iter().filter(|member| member.health == MemberHealth::Down) {
            let Some(stand_in) = made.cast.stand_in(&member.host).map(str::to_owned) else { continue };
            telling.turn_page();
            self.kill(&stand_in, &mut states, telling).await?;
            made.remarks
                .push(format!("{} does not answer; {stand_in}, in its place, was killed.", member.host));
        }
        if set.now.primary.is_none() {
            until(&mut states, "the lab has no primary, as the set has none", |state| {
                state.primary.is_none()
            })
            .await?;
        }
        self.keep_primary(set, made, telling).await
    }

    /// Has the same one primary as in the set; another one may have taken over meanwhile.
    pub(super) async fn keep_primary<T: FnMut(RehearsalStep) -> bool + Send>(
        &self,
        set: &Original,
        made: &Made,
        telling: &Telling<T>,
    ) -> Result<()> {
        let Some(stand_in) = set.now.primary.as_deref().and_then(|primary| made.cast.stand_in(primary))
        else {
            return Ok(());
        };
        telling.turn_page();
        let told = |step| telling.lab(step);
        self.hand_to(stand_in, &mut self.states()?, &Steps::new(&told)).await
    }

    /// Freezes who is frozen in the set, and puts into maintenance who is; whatever else is otherwise is told.
    pub(super) async fn arrange<T: FnMut(RehearsalStep) -> bool + Send>(
        &self,
        set: &Original,
        made: &mut Made,
        telling: &Telling<T>,
    ) -> Result<()> {
        let mut states = self.states()?;
        telling.turn_page();
        let told = |step| telling.lab(step);
        let steps = Steps::new(&told);
        for member in set.now.members.iter().filter(|member| member.health != MemberHealth::Down) {
            let Some(host) = made.cast.stand_in(&member.host).map(str::to_owned) else { continue };
            made.remarks.extend(remarks::lag(member, &host));
            let Some(way) = Way::of(member, set) else {
                if !is_settled(member) {
                    made.remarks.push(remarks::other_state(member, &host));
                }
                continue;
            };
            if telling.is_stopped() {
                return Ok(());
            }
            let follows = |state: &ReplicaSnapshot| {
                let mut members = state.members.iter();
                members.any(|member| member.host == host && member.state == MemberState::Secondary)
            };
            until(&mut states, "all members follow", follows).await?;
            made.remarks.push(way.told(&member.host, &host));
            self.ask(way.operation(host), &steps).await?;
        }
        Ok(())
    }

    /// Carries something out on one member of the lab.
    async fn ask(&self, operation: SetOperation, steps: &Steps<'_>) -> Result<()> {
        let (engine, connection) = self.engine()?;
        let connection = || connection.clone();
        let asked = PlanOperationRequest { connection: connection(), operation: operation.clone() };
        let plan = engine.plan_operation(asked).await?;
        let commands =
            plan.steps.iter().map(|step| format!("mongosh {} --eval '{}'", step.host, step.command));
        let step = steps.begin(LabStepKind::Ask, commands.collect::<Vec<_>>().join("; "));
        let run = RunOperationRequest {
            connection: connection(),
            operation,
            basis: None,
            confirm: plan.confirm,
            measure: false,
            query: None,
        };
        let report = engine.run_operation(run, |_| true).await?;
        step.done();
        if report.outcome == OperationOutcome::Applied {
            return Ok(());
        }
        Err(Error::new(
            ErrorCode::Timeout,
            format!("The lab does not become as the set is: {}", report.message),
        ))
    }

    /// Sets the defaults that somebody has set in the set: a change of the configuration does not touch them then. Answers with a
    /// remark where the lab does not take them.
    async fn set_defaults(
        &self,
        defaults: &Document,
        states: &mut States,
        steps: &Steps<'_>,
    ) -> Result<Option<String>> {
        let mut command = doc! { "setDefaultRWConcern": 1 };
        command.extend(defaults.clone());
        let shown = Bson::from(command.clone());
        let step = steps.begin(LabStepKind::Ask, format!("db.adminCommand({shown})"));
        // Not to be lost with a primary that is killed a moment later.
        command.insert("writeConcern", doc! { "w": "majority" });
        let deadline = Instant::now() + PATIENCE;
        loop {
            let state = until(states, "the lab has a primary", |state| state.primary.is_some()).await?;
            let asked = self.member(state.primary.as_deref().unwrap_or_default())?.run(command.clone()).await;
            match asked {
                Ok(_) => break,
                Err(refusal) if refusal.is_of_no_primary() && Instant::now() < deadline => sleep(AGAIN).await,
                Err(refusal) => {
                    step.done();
                    let reason = refusal.reason;
                    let told =
                        format!("The lab does not take the default write concern of the set: {reason}.");
                    return Ok(Some(told));
                }
            }
        }
        step.done();
        Ok(None)
    }

    fn member(&self, host: &str) -> Result<crate::member::Member> {
        let running = self.lab.ours()?;
        let id = running.ports.id_of(host).ok_or_else(|| Error::internal("The lab has no such member."))?;
        running.client(id)
    }

    /// Lets a member stand until it is primary.
    async fn hand_to(&self, host: &str, states: &mut States, steps: &Steps<'_>) -> Result<()> {
        let is_primary = |state: &ReplicaSnapshot| state.primary.as_deref() == Some(host);
        if states.borrow().as_ref().is_some_and(is_primary) {
            return Ok(());
        }
        let member = self.member(host)?;
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
        states: &mut States,
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

/// How a member of the lab becomes as one of the set is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Way {
    /// It does not stand for election for so many seconds, as the one of the set, of which this program knows it.
    Freeze(u32),
    /// It takes no reads.
    Maintain,
}

impl Way {
    fn of(member: &Member, set: &Original) -> Option<Self> {
        match member.state {
            MemberState::Recovering if !member.too_stale => Some(Self::Maintain),
            MemberState::Secondary => set.frozen.get(&member.host).copied().map(Self::Freeze),
            _ => None,
        }
    }

    fn operation(self, host: String) -> SetOperation {
        match self {
            Self::Freeze(seconds) => SetOperation::Freeze { host, seconds },
            Self::Maintain => SetOperation::Maintenance { host, on: true },
        }
    }

    fn told(self, host: &str, stand_in: &str) -> String {
        match self {
            Self::Freeze(seconds) => {
                format!(
                    "{host} does not stand for election, after what was done from here; {stand_in}, in its place, was frozen for \
                     {seconds} s."
                )
            }
            Self::Maintain => {
                format!("{host} is RECOVERING; {stand_in}, in its place, was put into maintenance.")
            }
        }
    }
}

async fn until(
    states: &mut States,
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
    use crate::plan::original;

    #[test]
    fn who_is_frozen_or_in_maintenance_is_so_in_the_lab_and_who_is_too_stale_cannot_be() {
        let members = ["db1:27017", "db2:27017"].map(|host| doc! { "_id": 0, "host": host });
        let mut set = original(members.to_vec(), doc! {});
        set.frozen.insert("db2:27017".to_owned(), 40);
        set.frozen.insert("db1:27017".to_owned(), 40);
        let [primary, mut member] = <[Member; 2]>::try_from(set.now.members.clone()).expect("two");
        assert_eq!(Way::of(&primary, &set), None, "it was elected all the same");
        assert_eq!(Way::of(&member, &set), Some(Way::Freeze(40)));
        member.state = MemberState::Recovering;
        assert_eq!(Way::of(&member, &set), Some(Way::Maintain));
        member.too_stale = true;
        assert_eq!(Way::of(&member, &set), None);
    }
}
