//! Which single loss stops writes.

use super::voter::Voter;
use crate::replica::{LossStops, Majority, MemberHealth, MemberLoss};

/// What the loss of each member that is up would stop. A member that is down is lost already.
pub(crate) fn losses(members: &[Voter<'_>], majority: &Majority) -> Vec<MemberLoss> {
    let up = members.iter().filter(|member| member.health == MemberHealth::Up);
    up.map(|member| MemberLoss { host: member.host.to_owned(), stops: stops(member, members, majority) })
        .collect()
}

fn stops(lost: &Voter<'_>, members: &[Voter<'_>], majority: &Majority) -> LossStops {
    let votes = i32::from(lost.votes == Some(1) && lost.can_vote());
    let others_electable = members.iter().filter(|member| member.host != lost.host).any(Voter::is_electable);
    if majority.election_margin - votes < 0 || !others_electable {
        return LossStops::Writes;
    }
    let acknowledges = i32::from(lost.votes == Some(1) && !lost.arbiter && lost.advances());
    if majority.write_margin - acknowledges < 0 { LossStops::MajorityWrites } else { LossStops::Nothing }
}
