//! The scenarios, each as what is done and what Health has to say of it.

use std::borrow::Borrow;

use trivet_core::replica::{Member, MemberHealth, MemberState, ReplicaSnapshot, SightKind, VerdictLevel};
use trivet_core::{Error, ErrorCode, Result};

use super::stage::Stage;
use crate::action::Action;
use crate::plan::LabPlan;
use crate::seats::Seats;
use crate::types::{LabFault, LabLink, LabScenario, LinkPolicy};

impl LabScenario {
    /// Errors: [`ErrorCode::Unsupported`] where the plan does not have what this needs.
    pub(super) fn check(self, plan: &LabPlan, seats: &Seats) -> Result<()> {
        let lacks = match self {
            Self::MemberFallsBehind | Self::TooStale if !plan.faults => Some("asks for faults"),
            Self::PrimaryCutOff | Self::OneWayLink if !plan.links => Some("asks for links"),
            _ if plan.ids().filter(|id| seats.is_electable(*id)).count() < 3 => {
                Some("has three members that may become primary")
            }
            _ => None,
        };
        lacks.map_or(Ok(()), |lacks| {
            let message = format!("This scenario needs a lab whose plan {lacks}.");
            Err(Error::new(ErrorCode::Unsupported, message).with_hint("Start another lab for it."))
        })
    }

    /// Plays it; ends early where Health does not say what is expected.
    pub(super) async fn play<S>(self, stage: &mut Stage<'_, S>) -> Result<()>
    where
        S: Borrow<ReplicaSnapshot> + Send + Sync + 'static,
    {
        let cast = Cast::of(stage)?;
        match self {
            Self::PrimaryDies => primary_dies(stage, &cast).await,
            Self::MemberFallsBehind => member_falls_behind(stage, &cast).await,
            Self::PrimaryCutOff => primary_cut_off(stage, &cast).await,
            Self::OneWayLink => one_way_link(stage, &cast).await,
            Self::MajorityLost => majority_lost(stage, &cast).await,
            Self::TooStale => too_stale(stage, &cast).await,
            Self::InitialSync => initial_sync(stage, &cast).await,
        }
        .map(|_| ())
    }
}

/// Who plays whom.
struct Cast {
    primary: Role,
    /// All others of the set, in the order of their ids.
    others: Vec<Role>,
    /// Secondaries that may become primary, in the same order.
    secondaries: Vec<Role>,
    /// Who votes, and how many votes elect.
    seats: Seats,
}

#[derive(Clone, Debug)]
struct Role {
    id: u32,
    host: String,
}

impl Cast {
    fn of<S>(stage: &Stage<'_, S>) -> Result<Self>
    where
        S: Borrow<ReplicaSnapshot> + Send + Sync + 'static,
    {
        let (health, seats) = (stage.state()?, stage.lab().ours()?.last_seats());
        let members = stage.members().into_iter().filter(|member| seats.names(member.id));
        let roles = members.map(|member| Role { id: member.id, host: member.host });
        let (primary, others): (Vec<_>, Vec<_>) =
            roles.partition(|role| health.primary.as_ref() == Some(&role.host));
        let primary = primary.into_iter().next().ok_or_else(|| {
            Error::invalid("The connection is not one to this lab: its primary is none of the lab's members.")
        })?;
        let electable = |role: &&Role| seats.is_electable(role.id);
        let secondaries = others.iter().filter(electable).cloned().collect();
        Ok(Self { primary, others, secondaries, seats })
    }
}

async fn primary_dies<S>(stage: &mut Stage<'_, S>, cast: &Cast) -> Result<bool>
where
    S: Borrow<ReplicaSnapshot> + Send + Sync + 'static,
{
    let dead = &cast.primary.host;
    stage
        .act(
            "Kill the primary",
            vec![Action::Fault(cast.primary.id, LabFault::Kill)],
            &format!("degraded: {dead} is down, and another member is primary"),
            |state| {
                state.verdict.level == VerdictLevel::Degraded
                    && state.primary.as_ref().is_some_and(|primary| primary != dead)
                    && is(state, dead, |member| member.health == MemberHealth::Down)
            },
        )
        .await
}

async fn member_falls_behind<S>(stage: &mut Stage<'_, S>, cast: &Cast) -> Result<bool>
where
    S: Borrow<ReplicaSnapshot> + Send + Sync + 'static,
{
    let late = &cast.secondaries[0];
    let lab = stage.lab();
    let behind = format!("degraded: {} is more than 10 s behind", late.host);
    let held = stage.act(
        "Hold a secondary back, and write",
        vec![Action::Fault(late.id, LabFault::HoldBack)],
        &behind,
        |state| {
            state.verdict.level == VerdictLevel::Degraded
                && is(state, &late.host, |member| member.lag_seconds.is_some_and(|lag| lag > 10.0))
        },
    );
    // Nobody falls behind a set in which nothing happens.
    let held = tokio::select! {
        held = held => held?,
        never = lab.keep_writing() => match never? {},
    };
    if !held {
        return Ok(false);
    }
    stage
        .act(
            "Let it go on",
            vec![Action::Fault(late.id, LabFault::LetGo)],
            &format!("{} has caught up", late.host),
            |state| is(state, &late.host, |member| member.lag_seconds.is_some_and(|lag| lag < 2.0)),
        )
        .await
}

async fn primary_cut_off<S>(stage: &mut Stage<'_, S>, cast: &Cast) -> Result<bool>
where
    S: Borrow<ReplicaSnapshot> + Send + Sync + 'static,
{
    // As many as can be without being a majority.
    let small: Vec<&Role> = std::iter::once(&cast.primary)
        .chain(&cast.others)
        .take((cast.seats.majority() as usize - 1).max(1))
        .collect();
    let large = cast.others.iter().filter(|other| !small.iter().any(|one| one.id == other.id));
    let cut = |from: u32, to: u32| LabLink { from: Some(from), to, policy: LinkPolicy::Refuse };
    let links = large
        .flat_map(|far| small.iter().flat_map(move |near| [cut(near.id, far.id), cut(far.id, near.id)]))
        .collect();
    let old = &cast.primary.host;
    stage
        .act(
            "Cut the primary's side of the network off, the smaller one",
            vec![Action::SetLinks(links)],
            &format!("not healthy: {old} is cut off, and a member of the other side is primary"),
            |state| {
                let kind = state.sight.as_ref().map(|sight| sight.kind);
                state.verdict.level != VerdictLevel::Healthy
                    && matches!(kind, Some(SightKind::CutOff | SightKind::Partition))
                    && state.primary.as_ref().is_some_and(|primary| primary != old)
            },
        )
        .await
}

async fn one_way_link<S>(stage: &mut Stage<'_, S>, cast: &Cast) -> Result<bool>
where
    S: Borrow<ReplicaSnapshot> + Send + Sync + 'static,
{
    let (from, to) = (&cast.secondaries[0], &cast.secondaries[1]);
    let primary = &cast.primary.host;
    stage
        .act(
            "Cut the link from one secondary to another",
            vec![Action::SetLinks(vec![LabLink {
                from: Some(from.id),
                to: to.id,
                policy: LinkPolicy::Refuse,
            }])],
            &format!("{} does not reach {}, which reaches it; {primary} stays primary", from.host, to.host),
            |state| {
                state.sight.as_ref().is_some_and(|sight| {
                    sight.kind == SightKind::OneWayLink && sight.summary.contains(&from.host)
                }) && state.primary.as_ref() == Some(primary)
            },
        )
        .await
}

async fn majority_lost<S>(stage: &mut Stage<'_, S>, cast: &Cast) -> Result<bool>
where
    S: Borrow<ReplicaSnapshot> + Send + Sync + 'static,
{
    let others = cast.others.iter().filter(|role| cast.seats.votes(role.id));
    let enough = cast.seats.voters().saturating_sub(cast.seats.majority()) + 1;
    let dead: Vec<&Role> = others.take(enough as usize).collect();
    stage
        .act(
            "Kill members until no majority is left",
            dead.iter().map(|role| Action::Fault(role.id, LabFault::Kill)).collect(),
            "critical: no primary, and too few voters for one",
            |state| {
                state.verdict.level == VerdictLevel::Critical
                    && state.primary.is_none()
                    && dead
                        .iter()
                        .all(|role| is(state, &role.host, |member| member.health == MemberHealth::Down))
            },
        )
        .await
}

async fn too_stale<S>(stage: &mut Stage<'_, S>, cast: &Cast) -> Result<bool>
where
    S: Borrow<ReplicaSnapshot> + Send + Sync + 'static,
{
    let left = &cast.secondaries[0];
    stage
        .act(
            "Leave a secondary behind until nobody has what it needs next",
            vec![Action::Fault(left.id, LabFault::LeaveBehind)],
            &format!("not healthy: {} is too stale to catch up", left.host),
            |state| {
                state.verdict.level != VerdictLevel::Healthy
                    && is(state, &left.host, |member| member.too_stale)
            },
        )
        .await
}

async fn initial_sync<S>(stage: &mut Stage<'_, S>, cast: &Cast) -> Result<bool>
where
    S: Borrow<ReplicaSnapshot> + Send + Sync + 'static,
{
    let empty = &cast.secondaries[0];
    stage
        .act(
            "Remove a secondary's data, so that it copies everything anew",
            vec![Action::Fault(empty.id, LabFault::Resync)],
            &format!("not healthy: {} copies all data (STARTUP2)", empty.host),
            |state| {
                state.verdict.level != VerdictLevel::Healthy
                    && is(state, &empty.host, |member| member.state == MemberState::Startup2)
            },
        )
        .await
}

/// Something is so of one member.
fn is(state: &ReplicaSnapshot, host: &str, so: impl Fn(&Member) -> bool) -> bool {
    state.members.iter().any(|member| member.host == host && so(member))
}
