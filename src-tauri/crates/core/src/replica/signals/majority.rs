//! Who may elect, who may acknowledge, and with how much to spare.

use super::voter::Voter;
use crate::replica::{Majority, reply::Status};

/// Computes both margins.
///
/// The three counts are the server's (`votingMembersCount`, `majorityVoteCount`, `writeMajorityCount`): a
/// voter that is `newlyAdded` counts 0 there while the configuration already says 1. Without them they
/// follow from the votes: voters / 2 + 1, and min(that, voters - arbiters).
///
/// Where the set is split, only those `among` one side count: the others answer here, and not each other.
pub(crate) fn majority(
    members: &[Voter<'_>],
    status: Option<&Status>,
    among: Option<&[String]>,
) -> Option<Majority> {
    let counts = |member: &&Voter<'_>| among.is_none_or(|side| side.iter().any(|host| host == member.host));
    let voting = || members.iter().filter(|member| member.votes == Some(1));
    voting().next()?;
    let voters = status.and_then(|status| status.voting_members).unwrap_or_else(|| counted(voting()));
    let needed = status.and_then(|status| status.majority_votes).unwrap_or(voters / 2 + 1);
    let arbiters = counted(voting().filter(|member| member.arbiter));
    let write_majority = status
        .and_then(|status| status.write_majority)
        .unwrap_or_else(|| needed.min(voters.saturating_sub(arbiters)));
    let not_yet = newly_added(members, voters);
    let healthy_voters = counted(
        voting().filter(counts).filter(|member| member.can_vote() && !not_yet.contains(&member.host)),
    );
    let advancing = counted(voting().filter(counts).filter(|member| member.advances()));
    Some(Majority {
        voters,
        healthy_voters,
        needed,
        election_margin: difference(healthy_voters, needed),
        write_majority,
        write_margin: difference(advancing, write_majority),
    })
}

/// The voters of the configuration that the server does not count yet (`newlyAdded`, which it shows nobody):
/// as many as the configuration has more, the newest `_id` first, none of which has become SECONDARY.
fn newly_added<'m>(members: &[Voter<'m>], voters: u32) -> Vec<&'m str> {
    let voting = || members.iter().filter(|member| member.votes == Some(1));
    let more = counted(voting()).saturating_sub(voters) as usize;
    let mut waiting: Vec<_> = voting().filter(|member| !member.arbiter && !member.state.advances()).collect();
    waiting.sort_by_key(|member| std::cmp::Reverse(member.id));
    waiting.into_iter().take(more).map(|member| member.host).collect()
}

fn counted<'a, 'm: 'a>(members: impl Iterator<Item = &'a Voter<'m>>) -> u32 {
    u32::try_from(members.count()).unwrap_or(u32::MAX)
}

/// Both are at most 50, the largest set.
fn difference(have: u32, need: u32) -> i32 {
    i32::try_from(i64::from(have) - i64::from(need)).unwrap_or_default()
}
