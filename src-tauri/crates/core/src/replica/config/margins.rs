//! How many members may be lost under a configuration, as they answer now.

use super::{SetNow, WholeConfig};
use crate::replica::{
    Majority, MemberHealth, MemberLoss, MemberState, StepMargins,
    reply::Configured,
    signals::{losses::losses, majority::majority, voter::Voter},
};

/// What may be lost under a configuration, and which single loss stops what.
///
/// A member that is not there yet counts as it will be when it is given its vote: with its data. Null without a voter.
#[must_use]
pub fn margins(
    config: &WholeConfig,
    current: &WholeConfig,
    now: &SetNow,
) -> (Option<StepMargins>, Vec<MemberLoss>) {
    let (members, known) = (config.members(), current.members());
    let voters: Vec<_> = members.iter().map(|member| voter(member, &known, now)).collect();
    let Some(majority) = majority(&voters, None, None) else { return (None, Vec::new()) };
    let losses = losses(&voters, &majority);
    (Some(in_short(&majority)), losses)
}

/// Whether a voter that is up and has data could become primary under a configuration, as members answer now.
#[must_use]
pub fn can_elect(config: &WholeConfig, current: &WholeConfig, now: &SetNow) -> bool {
    let (members, known) = (config.members(), current.members());
    members.iter().filter(|member| member.votes > 0).any(|member| voter(member, &known, now).is_electable())
}

/// A member as it counts. It is known by the name under which it is there now.
pub(super) fn voter<'m>(member: &'m Configured, known: &[Configured], now: &SetNow) -> Voter<'m> {
    let before = known.iter().find(|other| other.id == member.id);
    let (health, state) = match before {
        Some(before) => now.member(&before.host),
        None if member.arbiter => (MemberHealth::Up, MemberState::Arbiter),
        None if member.votes == 0 => (MemberHealth::Up, MemberState::Startup2),
        None => (MemberHealth::Up, MemberState::Secondary),
    };
    // It is waited for before it gets its vote.
    let promoted = before.is_some_and(|before| before.votes == 0 && member.votes > 0);
    let state = if promoted && health == MemberHealth::Up { MemberState::Secondary } else { state };
    Voter {
        id: Some(member.id),
        host: &member.host,
        votes: Some(member.votes),
        priority: Some(member.priority),
        arbiter: member.arbiter,
        health,
        state,
        copies_on: state == MemberState::Recovering
            && before.is_some_and(|before| now.copies_on.contains(&before.host)),
    }
}

fn in_short(majority: &Majority) -> StepMargins {
    StepMargins {
        voters: majority.voters,
        needed: majority.needed,
        election_margin: majority.election_margin,
        write_majority: majority.write_majority,
        write_margin: majority.write_margin,
    }
}
