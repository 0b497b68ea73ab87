//! Which single loss stops writes.

use super::majority::can_vote;
use crate::replica::{LossStops, Majority, Member, MemberHealth, MemberLoss};

/// What the loss of each member that is up would stop. A member that is down is lost already.
pub(crate) fn losses(members: &[Member], majority: &Majority) -> Vec<MemberLoss> {
    let up = members.iter().filter(|member| member.health == MemberHealth::Up);
    up.map(|member| MemberLoss { host: member.host.clone(), stops: stops(member, members, majority) })
        .collect()
}

fn stops(lost: &Member, members: &[Member], majority: &Majority) -> LossStops {
    let votes = i32::from(lost.votes == Some(1) && can_vote(lost));
    let others_electable = members.iter().filter(|member| member.host != lost.host).any(is_electable);
    if majority.election_margin - votes < 0 || !others_electable {
        return LossStops::Writes;
    }
    let acknowledges = i32::from(lost.votes == Some(1) && !lost.arbiter && lost.state.advances());
    if majority.write_margin - acknowledges < 0 { LossStops::MajorityWrites } else { LossStops::Nothing }
}

/// Up, with data and a priority above 0.
pub(crate) fn is_electable(member: &Member) -> bool {
    member.health == MemberHealth::Up
        && member.state.advances()
        && !member.arbiter
        && member.priority.is_some_and(|priority| priority > 0.0)
}
